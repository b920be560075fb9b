"""Reading attempts, contacts and the packaged texts; what the rules would have said of them."""

from carecredit.outreach.queries.decisions import attempts_of, replayed_attempt
from carecredit.outreach.queries.history import (
    UnknownContact,
    confirm_contact,
    contact,
    contacts_about,
    contacts_of,
    in_hands,
    links_of,
    outcome_counts,
)
from carecredit.outreach.queries.simulation import simulation
from carecredit.outreach.queries.texts import template

__all__ = [
    "UnknownContact",
    "attempts_of",
    "confirm_contact",
    "contact",
    "contacts_about",
    "contacts_of",
    "in_hands",
    "links_of",
    "outcome_counts",
    "replayed_attempt",
    "simulation",
    "template",
]
