"""The numbers of care: what they are asked of, and which rule answers each."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from msgspec import Struct, field

from carecredit.kernel.calendars import DAY, DayRange, Period, start_of_day
from carecredit.metrics.rules import after, contacts, our_word, surveyed
from carecredit.metrics.rules.after import CallFact, Instants, ReachedFact
from carecredit.metrics.rules.contacts import ContactFact
from carecredit.metrics.rules.durations import Life
from carecredit.metrics.rules.found import CONTACT, Found, added
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.rules.our_word import DeadlineFact, ExpectationFact
from carecredit.metrics.rules.surveyed import SCORES, SurveyFact
from carecredit.metrics.rules.windows import Window

MONTH = Window(months=1)
WITHIN = {"24h": timedelta(1), "7d": timedelta(7), "30d": timedelta(30)}
_LEAST = timedelta(microseconds=1)


class HandledFact(Struct, frozen=True, gc=False):
    """How long a call took, in the day its wrap-up ended; parts that were not measured are none."""

    day: date
    seconds: int
    key: Any = None
    talk: int | None = None
    hold: int | None = None
    wrap_up: int | None = None


class CareFacts(Struct, frozen=True, kw_only=True):
    """All that is recorded of one segment (or of the whole) for the care measures."""

    contacts: Sequence[ContactFact] = ()
    """That came in; what follows a fallen line is joined to it already."""
    handled: Sequence[HandledFact] = ()
    reached: Sequence[ReachedFact] = ()
    calls: Sequence[CallFact] = ()
    surveys: Sequence[SurveyFact] = ()
    deadlines: Sequence[DeadlineFact] = ()
    expectations: Sequence[ExpectationFact] = ()
    complaints: Instants = field(default_factory=dict)
    opt_outs: Instants = field(default_factory=dict)
    lives: Mapping[Any, Life] = field(default_factory=dict)


class Care:
    """What the care measures are asked of; nothing is known later than `known` (none: all is)."""

    def __init__(
        self, *, zone: tzinfo, facts: CareFacts | None = None, known: datetime | None = None
    ) -> None:
        self.zone, self.facts, self._known = zone, facts or CareFacts(), known

    def period(self, span: DayRange) -> Period:
        """Give the instants of local days."""
        return Period(start_of_day(span.first, self.zone), start_of_day(span.last + DAY, self.zone))

    def month(self, day: date, before: timedelta = timedelta(0)) -> Period:
        """Give the month that ends on a day, or so long before it."""
        return self.period(MONTH.ending(day - before))

    def until(self, day: date) -> datetime:
        """Give the end of a day, or of what is known: no window has passed later than that."""
        end = start_of_day(day + DAY, self.zone)
        return end if self._known is None else min(end, self._known + _LEAST)

    def handled(self, day: date) -> list[HandledFact]:
        """List the calls whose wrap-up ended in the month that ends on a day."""
        span = MONTH.ending(day)
        return [call for call in self.facts.handled if call.day in span]

    def repeated(self, day: date, within: timedelta) -> list[contacts.Repeated]:
        """List the contacts of the month that follow another within a time."""
        return contacts.repeated(self.facts.contacts, within=within, started=self.month(day))


CareRule = Callable[[Care, date], Measure]
Finder = Callable[[Care, date], Found]


def _first_contact(within: timedelta) -> Finder:
    def find(care: Care, day: date) -> Found:
        cases = contacts.opened_cases(
            care.facts.contacts,
            within=within,
            opened=care.month(day, within),
            until=care.until(day),
        )
        return contacts.first_contact_resolution(cases)

    return find


def _repeat(care: Care, day: date) -> Found:
    return contacts.repeat_rate(care.facts.contacts, within=WITHIN["7d"], started=care.month(day))


def _handle_time(care: Care, day: date) -> Found:
    calls = care.handled(day)
    measure = contacts.handle_time([call.seconds for call in calls])
    return Found(measure, CONTACT, added((call.key, call.seconds) for call in calls))


def _asked(care: Care, day: date, kind: str) -> list[SurveyFact]:
    return surveyed.asked_of(
        care.facts.surveys, kind=kind, asked=care.month(day), until=care.until(day)
    )


def _score(kind: str) -> Finder:
    return lambda care, day: surveyed.score_of(
        _asked(care, day, kind), kind=kind, until=care.until(day)
    )


def _response(kind: str) -> Finder:
    return lambda care, day: surveyed.response_rate(_asked(care, day, kind), until=care.until(day))


def _within(kind: str) -> Finder:
    return lambda care, day: our_word.within_deadline(
        care.facts.deadlines, kind=kind, due=care.month(day), until=care.until(day)
    )


def _first_answer(care: Care, day: date) -> Found:
    return our_word.time_to_first_answer(
        care.facts.deadlines, ended=care.month(day), until=care.until(day)
    )


def _breached(care: Care, day: date) -> Found:
    return our_word.breached(care.facts.deadlines, due=care.month(day), until=care.until(day))


def _expectations(care: Care, day: date) -> Found:
    return our_word.kept_word(care.facts.expectations, due=care.month(day), until=care.until(day))


def _followed(read: Callable[[CareFacts], Instants], within: timedelta) -> Finder:
    return lambda care, day: after.followed(
        care.facts.reached,
        read(care.facts),
        within=within,
        made=care.month(day, within),
        until=care.until(day),
    )


def _left(within: timedelta) -> Finder:
    return lambda care, day: after.left_after(
        care.facts.reached,
        care.facts.lives,
        within=within,
        made=care.month(day, within),
        last=after.last_day(care.until(day), care.zone),
        zone=care.zone,
    )


FOUND: dict[str, Finder] = {
    **{f"fcr.repeat.{name}": _first_contact(within) for name, within in WITHIN.items()},
    "repeat.7d": _repeat,
    "handle_time": _handle_time,
    "service_level": _within(our_word.FIRST_ANSWER),
    **{kind: _score(kind) for kind in SCORES},
    "complaints_per_contact": _followed(lambda facts: facts.complaints, timedelta(30)),
    **{f"response_rate.{kind}": _response(kind) for kind in SCORES},
    "first_answer": _first_answer,
    "resolution.within": _within(our_word.RESOLUTION),
    "deadlines.breached": _breached,
    "expectations.kept": _expectations,
    "right_party": lambda care, day: after.right_party(care.facts.calls, made=care.month(day)),
    "opt_outs_per_contact.30d": _followed(lambda facts: facts.opt_outs, timedelta(30)),
    **{f"churn_after_contact.{days}d": _left(timedelta(days)) for days in (30, 90)},
}
"""By name; each is of the whole month that ends on the day, or that has had its days by it."""


def _measured(find: Finder) -> CareRule:
    return lambda care, day: find(care, day).measure


CARE: dict[str, CareRule] = {name: _measured(find) for name, find in FOUND.items()}
BESIDE: dict[str, tuple[str, ...]] = {
    **{kind: (f"response_rate.{kind}",) for kind in SCORES},
    "handle_time": ("fcr.repeat.7d", "repeat.7d"),
}
"""What never leaves without what: a score without how many answered, time without quality."""
