"""Why we may be silent, and which invoices a hold covers."""

from enum import StrEnum


class HoldReason(StrEnum):
    """Reasons not to ask; a new reason is a new writer of holds, nothing else changes."""

    DISPUTE = "dispute"
    COMPLAINT = "complaint"
    PROMISE = "promise"
    PLAN = "plan"
    HARDSHIP = "hardship"
    PROOF_OF_PAYMENT = "proof_of_payment"
    BREATHING_SPACE = "breathing_space"
    MORATORIUM = "moratorium"
    REPRESENTED = "represented"
    CEASE = "cease"
    INSOLVENCY = "insolvency"
    DECEASED = "deceased"
    MINOR = "minor"
    WRONG_PARTY = "wrong_party"
    VULNERABILITY = "vulnerability"


PERSON_WIDE = frozenset(
    {
        HoldReason.BREATHING_SPACE,
        HoldReason.MORATORIUM,
        HoldReason.REPRESENTED,
        HoldReason.CEASE,
        HoldReason.INSOLVENCY,
        HoldReason.DECEASED,
        HoldReason.MINOR,
        HoldReason.WRONG_PARTY,
    }
)
"""Reasons that stop everything about money for the person, at whatever client company."""

BY_HAND = frozenset(HoldReason) - {HoldReason.DISPUTE, HoldReason.PROMISE, HoldReason.PLAN}
"""Reasons that somebody tells us; the others are written by what they belong to."""
