"""Reading attempts, contacts and the packaged texts."""

from carecredit.outreach.queries.history import contacts_of, outcome_counts
from carecredit.outreach.queries.texts import template

__all__ = ["contacts_of", "outcome_counts", "template"]
