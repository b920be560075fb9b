"""The numbers of care: what they are asked of, and which rule answers each."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta, tzinfo

from msgspec import Struct

from carecredit.kernel.calendars import DAY, DayRange, Period, start_of_day
from carecredit.metrics.rules import contacts
from carecredit.metrics.rules.contacts import ContactFact
from carecredit.metrics.rules.measure import Measure, Unit
from carecredit.metrics.rules.windows import Window

MONTH = Window(months=1)
_WITHIN = {"24h": timedelta(1), "7d": timedelta(7), "30d": timedelta(30)}


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
        contacts: Sequence[ContactFact] = (),
        handled: Sequence[HandledFact] = (),
    ) -> None:
        self.contacts, self.zone, self._handled = contacts, zone, handled

    def period(self, span: DayRange) -> Period:
        """Give the instants of local days."""
        return Period(start_of_day(span.first, self.zone), start_of_day(span.last + DAY, self.zone))

    def handled_seconds(self, span: DayRange) -> list[int]:
        """List how long the calls took whose wrap-up ended in a span."""
        return [call.seconds for call in self._handled if call.day in span]


CareRule = Callable[[Care, date], Measure]


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
