"""What is contested is not waited for: its days do not count against a word that was given."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from carecredit.holds.rules import held_days
from carecredit.kernel.errors import Invalid

Days = tuple[datetime, datetime | None]
"""From when until when (none: still) something is contested."""


class Contested(Invalid):
    """It is not settled yet what is owed: nothing is agreed about it."""

    code = "invoice_contested"


def last_day_unless_contested(
    last_on: date, contested: Sequence[Days], *, after: date, now: datetime, today: date, at: tzinfo
) -> date:
    """Move the last day of a grace on by the days contested since a word was given.

    While something is contested the last day never lies behind us.
    """
    moved, before = last_on, None
    while moved != before:
        before = moved
        days = held_days(contested, after=after, until=min(moved, today), at=at)
        moved = last_on + timedelta(days=days)
    stands = any(begun <= now and (ended is None or ended > now) for begun, ended in contested)
    return max(moved, today) if stands else moved
