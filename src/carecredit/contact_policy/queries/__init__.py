"""Reading what a decision depends on, and the decision for a customer as things stand."""

from carecredit.contact_policy.queries.grounds import (
    Grounds,
    approvals,
    contactability,
    facts_for,
    grounds,
    grounds_for,
)
from carecredit.contact_policy.queries.hindsight import would_have_said
from carecredit.contact_policy.queries.telling import explanation

__all__ = [
    "Grounds",
    "approvals",
    "contactability",
    "explanation",
    "facts_for",
    "grounds",
    "grounds_for",
    "would_have_said",
]
