"""The numbers that stand beside the ledger's sums: recovery, and care; which rule answers each."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta, tzinfo
from itertools import accumulate

from msgspec import Struct

from carecredit.kernel.calendars import DAY, DayRange, Period, start_of_day
from carecredit.metrics.rules import contacts
from carecredit.metrics.rules.contacts import ContactFact
from carecredit.metrics.rules.measure import Measure, Unit
from carecredit.metrics.rules.recovery import (
    WITHIN_DAYS,
    RecoverySums,
    cohort_span,
    recovery_rate,
)
from carecredit.metrics.rules.windows import Window

MONTH = Window(months=1)
_WITHIN = {"24h": timedelta(1), "7d": timedelta(7), "30d": timedelta(30)}


class PlacedDay(Struct, frozen=True, gc=False):
    """Balances placed on one day: how much, how many, the cash within each of `WITHIN_DAYS`."""

    day: date
    placed_minor: int
    placed: int
    received_minor: tuple[int, ...]


class Placements:
    """Balances placed by day, with the sum of any run of days at hand."""

    def __init__(self, days: Iterable[PlacedDay] = ()) -> None:
        rows = sorted(days, key=lambda row: row.day)
        self._days = [row.day for row in rows]
        columns = [
            [row.placed_minor for row in rows],
            [row.placed for row in rows],
            *([row.received_minor[place] for row in rows] for place in range(len(WITHIN_DAYS))),
        ]
        self._sums = [[0, *accumulate(column)] for column in columns]

    def sums(self, span: DayRange, within: int) -> RecoverySums:
        """Add up what was placed in a span, and the cash on it within so many days."""
        start, stop = bisect_left(self._days, span.first), bisect_right(self._days, span.last)
        received = self._sums[2 + WITHIN_DAYS.index(within)]
        placed_minor, placed = self._sums[:2]
        return RecoverySums(
            placed_minor[stop] - placed_minor[start],
            placed[stop] - placed[start],
            received[stop] - received[start],
        )


class HandledFact(Struct, frozen=True, gc=False):
    """How long a call took, in the day its wrap-up ended."""

    day: date
    seconds: int


class Care:
    """What the care measures are asked of: placements, contacts coming in, calls made."""

    def __init__(
        self,
        *,
        zone: tzinfo,
        placements: Placements | None = None,
        contacts: Sequence[ContactFact] = (),
        handled: Sequence[HandledFact] = (),
    ) -> None:
        self.placements = placements or Placements()
        self.contacts, self.zone, self._handled = contacts, zone, handled

    def period(self, span: DayRange) -> Period:
        """Give the instants of local days."""
        return Period(start_of_day(span.first, self.zone), start_of_day(span.last + DAY, self.zone))

    def handled_seconds(self, span: DayRange) -> list[int]:
        """List how long the calls took whose wrap-up ended in a span."""
        return [call.seconds for call in self._handled if call.day in span]


CareRule = Callable[[Care, date], Measure]


def _recovery(within: int) -> CareRule:
    return lambda care, day: recovery_rate(care.placements.sums(cohort_span(day, within), within))


def _first_contact(within: timedelta) -> CareRule:
    def answer(care: Care, day: date) -> Measure:
        opened = care.period(MONTH.ending(day - within))
        sums = contacts.first_contacts(
            care.contacts, within=within, opened=opened, until=start_of_day(day + DAY, care.zone)
        )
        return contacts.first_contact_resolution(sums)

    return answer


def _repeat(care: Care, day: date) -> Measure:
    started = care.period(MONTH.ending(day))
    return contacts.repeat_rate(
        contacts.repeats(care.contacts, within=_WITHIN["7d"], started=started)
    )


def _handle_time(care: Care, day: date) -> Measure:
    return contacts.handle_time(care.handled_seconds(MONTH.ending(day)))


def _not_yet(unit: Unit) -> CareRule:
    return lambda _care, _day: contacts.nothing_recorded(unit)


CARE: dict[str, CareRule] = {
    **{f"recovery.{days}d": _recovery(days) for days in WITHIN_DAYS},
    **{f"fcr.repeat.{name}": _first_contact(within) for name, within in _WITHIN.items()},
    "repeat.7d": _repeat,
    "handle_time": _handle_time,
    # Nothing of these is recorded yet; they answer so, and keep their place.
    "service_level": _not_yet(Unit.FRACTION),
    "csat": _not_yet(Unit.FRACTION),
    "nps": _not_yet(Unit.PERCENT),
    "ces": _not_yet(Unit.PERCENT),
    "complaints_per_contact": _not_yet(Unit.FRACTION),
}
"""By name; each is of the whole month that ends on the day, or that has had its days by it."""


def by_segment(
    rows: Iterable[tuple[str | None, PlacedDay]],
) -> Mapping[str | None, list[PlacedDay]]:
    """Add placed days up by segment, and for the whole (none)."""
    found: dict[str | None, dict[Hashable, PlacedDay]] = {}
    for segment, row in rows:
        for cell in {segment, None}:
            mine = found.setdefault(cell, {})
            mine[row.day] = _added(mine.get(row.day), row)
    return {cell: list(days.values()) for cell, days in found.items()}


def _added(mine: PlacedDay | None, row: PlacedDay) -> PlacedDay:
    if mine is None:
        return row
    received = map(int.__add__, mine.received_minor, row.received_minor)
    return PlacedDay(
        row.day, mine.placed_minor + row.placed_minor, mine.placed + row.placed, tuple(received)
    )
