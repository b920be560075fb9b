"""Why we may be silent, and which invoices a hold covers."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from enum import StrEnum

from carecredit.kernel.calendars import local_date


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


BY_HAND = frozenset(HoldReason) - {
    HoldReason.DISPUTE,
    HoldReason.COMPLAINT,
    HoldReason.PROMISE,
    HoldReason.PLAN,
    HoldReason.HARDSHIP,
    HoldReason.PROOF_OF_PAYMENT,
}
"""Reasons that somebody tells us; the others are written by what they belong to."""

LOOKED_AT = BY_HAND | {HoldReason.HARDSHIP}
"""Reasons that no case, promise or plan looks after: on their review day a person does."""

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

CONTESTED = frozenset({HoldReason.DISPUTE, HoldReason.COMPLAINT})
"""Reasons by which it is not settled yet what is owed."""

AGEING = frozenset({HoldReason.PROMISE, HoldReason.PLAN})
"""The customer named the time itself: a broken word is followed up at once, not days later."""


def held_days(
    holds: Iterable[tuple[datetime, datetime | None]], *, after: date, until: date, at: tzinfo
) -> int:
    """Count the local days after one and until another (that in) on which a hold stood.

    They do not count for the courtesy age, which drives what we ask; for finance they always do.
    """
    total, reached = 0, after.toordinal() + 1
    beyond = until.toordinal() + 1
    for begun, ended in sorted(holds, key=lambda hold: hold[0]):
        last = beyond if ended is None else min(local_date(ended, at).toordinal(), beyond)
        start = max(local_date(begun, at).toordinal(), reached)
        if start < last:
            total += last - start
            reached = last
    return total
