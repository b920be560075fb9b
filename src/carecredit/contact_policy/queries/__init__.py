"""Reading what a decision depends on, and the decision for a customer as things stand."""

from carecredit.contact_policy.queries.approvals import (
    approval_history,
    approvals,
    profile_states,
)
from carecredit.contact_policy.queries.deciding import (
    Grounds,
    contactability,
    facts_for,
    grounds,
    grounds_for,
    grounds_of,
)
from carecredit.contact_policy.queries.events import events_of
from carecredit.contact_policy.queries.hindsight import would_have_said
from carecredit.contact_policy.queries.replaying import InputsNotKept, replayed
from carecredit.contact_policy.queries.subject import purpose_of
from carecredit.contact_policy.queries.telling import explanation

__all__ = [
    "Grounds",
    "InputsNotKept",
    "approval_history",
    "approvals",
    "contactability",
    "events_of",
    "explanation",
    "facts_for",
    "grounds",
    "grounds_for",
    "grounds_of",
    "profile_states",
    "purpose_of",
    "replayed",
    "would_have_said",
]
