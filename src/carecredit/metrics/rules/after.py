"""What followed a contact: a complaint, the wish to be left alone, the end of a contract."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo

from msgspec import Struct

from carecredit.kernel.calendars import DAY, Period, local_date
from carecredit.metrics.rules.durations import Life, there_on
from carecredit.metrics.rules.found import CONTACT, Found, share

Instants = Mapping[Hashable, Sequence[datetime]]
"""By customer, when something happened."""


class ReachedFact(Struct, frozen=True, gc=False):
    """A contact in which somebody was reached, by either side; a call that rang is none."""

    key: Hashable
    customer: Hashable
    started_at: datetime


class CallFact(Struct, frozen=True, gc=False):
    """A call that we dialled and that has ended, and whether the right person came to speak."""

    key: Hashable
    started_at: datetime
    right_party: bool


def followed(
    reached: Iterable[ReachedFact],
    happened: Instants,
    *,
    within: timedelta,
    made: Period,
    until: datetime,
) -> Found:
    """Contacts of a period followed within a time / contacts whose time has passed.

    What the contact itself led to follows it; the far end of the time is in.
    """
    mine = [one for one in _made(reached, made) if one.started_at + within <= until]
    hits = [
        one.key
        for one in mine
        if any(
            one.started_at <= at <= one.started_at + within for at in happened.get(one.customer, ())
        )
    ]
    return share(CONTACT, hits, len(mine))


def left_after(
    reached: Iterable[ReachedFact],
    lives: Mapping[Hashable, Life],
    *,
    within: timedelta,
    made: Period,
    last: date,
    zone: tzinfo,
) -> Found:
    """Contacts whose customer was gone so many days later / those of customers with a contract.

    Only contacts that have had their days count. It says what came after, not what came of it.
    """
    hits: list[Hashable] = []
    total = 0
    for one in _made(reached, made):
        life, day = lives.get(one.customer), local_date(one.started_at, zone)
        if life is None or day + within > last or not there_on(life, day):
            continue
        total += 1
        hits += [] if there_on(life, day + within) else [one.key]
    return share(CONTACT, hits, total)


def right_party(calls: Iterable[CallFact], *, made: Period) -> Found:
    """Calls in which the right person spoke / calls dialled (Call Centre Helper)."""
    mine = [one for one in calls if one.started_at in made]
    return share(CONTACT, [one.key for one in mine if one.right_party], len(mine))


def last_day(until: datetime, zone: tzinfo) -> date:
    """Give the last local day that is over at an instant."""
    return local_date(until, zone) - DAY


def _made(reached: Iterable[ReachedFact], made: Period) -> list[ReachedFact]:
    return [one for one in reached if one.started_at in made]
