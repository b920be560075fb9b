"""Pure decisions: what a follow-up policy says, what comes next for a customer, in which words."""

from carecredit.cadence.rules.facts import CustomerFacts, Made, NotKept, Owed, Softened
from carecredit.cadence.rules.next_step import Proposal, Silence, next_step
from carecredit.cadence.rules.policy import FollowUpPolicy, Step, StepKind, parse_policy
from carecredit.cadence.rules.words import explain, hold_name

__all__ = [
    "CustomerFacts",
    "FollowUpPolicy",
    "Made",
    "NotKept",
    "Owed",
    "Proposal",
    "Silence",
    "Softened",
    "Step",
    "StepKind",
    "explain",
    "hold_name",
    "next_step",
    "parse_policy",
]
