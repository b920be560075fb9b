"""Cash to come: what is open, each customer's habit, and the same asked of an earlier day."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, case, select
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import DAY, DayRange
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.items import (
    IN_ONE,
    PAYMENT,
    Followed,
    due,
    entries_seen,
    followed,
    items,
    shares_seen,
    within,
)
from carecredit.metrics.queries.scope import Scope, money, question, ratio, settle
from carecredit.metrics.rules import forecast as rules
from carecredit.metrics.rules.edge import decimal_text
from carecredit.metrics.rules.forecast import HISTORY, RUN_WEEKS, WEEK, Expected, Habit
from carecredit.metrics.rules.items import CASH, Item
from carecredit.metrics.rules.position import Flow
from carecredit.metrics.views import (
    Backtest,
    BacktestWeek,
    Forecast,
    ForecastError,
    ForecastWeek,
    Question,
)
from carecredit.receivables.model import Allocation, Invoice, LedgerEntry
from carecredit.store.paging import integer_sum, ordinal, raw

WEEKS, WEEKS_MAX = 8, 52
Habits = tuple[dict[Hashable, Habit], dict[Hashable, Habit]]
"""As of the earlier day, and as of the day itself."""
_NO_HABIT = "no cash in twelve months: every open item is expected on its due date"


class _Outlook(Struct, frozen=True):
    """One forecast: by the naive baseline, and by the mean of the weeks before."""

    naive: Expected
    run_rate: tuple[Fraction, ...]
    weeks: tuple[DayRange, ...]


def forecast(
    session: Session,
    *,
    client_id: ClientId,
    as_of: date,
    now: datetime,
    weeks: int = WEEKS,
    known_at: date | datetime | None = None,
    segment: str | None = None,
    currency: str | None = None,
) -> Forecast:
    """Expect cash week by week, with the error the same forecast had as many weeks ago.

    The earlier forecast is asked as of its day, from what is known by `known_at`.
    """
    if not 1 <= weeks <= WEEKS_MAX:
        raise Invalid(f"a forecast is of 1 to {WEEKS_MAX} weeks", field="weeks")
    asked = settle(
        session,
        client_id=client_id,
        as_of=as_of,
        known_at=known_at,
        segment=segment,
        currency=currency,
    )
    scope, received = asked.scope, asked.position.received
    origin = as_of - timedelta(WEEK * weeks)
    found = list(followed(session, scope, first=origin, last=as_of))
    earlier, own = _habits(session, scope, origin, as_of)
    back = _outlook(_open(found, later=False), earlier, received, origin, weeks)
    ahead = _outlook(_open(found, later=True), own, received, as_of, weeks)
    company_habit = _together(own.values())
    notes = () if company_habit.minor > 0 else (_NO_HABIT,)
    return _answer(
        question(asked, as_of=as_of, now=now, notes=notes),
        ahead,
        _backtest(back, received, origin, scope.currency),
        open_minor=sum(item.open_later_minor for item in found),
        habit=company_habit,
        customers=len(own),
    )


def _open(found: Iterable[Followed], *, later: bool) -> list[tuple[Hashable, date, int]]:
    if later:
        return [
            (it.customer, it.due_on, it.open_later_minor) for it in found if it.open_later_minor
        ]
    return [(it.customer, it.due_on, it.open_minor) for it in found if it.open_minor]


def _run(as_of: date) -> DayRange:
    return DayRange(as_of - timedelta(WEEK * RUN_WEEKS - 1), as_of)


def _outlook(
    open_items: Sequence[tuple[Hashable, date, int]],
    habits: Mapping[Hashable, Habit],
    received: Flow,
    as_of: date,
    weeks: int,
) -> _Outlook:
    shifts = {who: rules.shift_days(habit) or 0 for who, habit in habits.items()}
    company = rules.shift_days(_together(habits.values())) or 0
    expected = rules.naive(open_items, shifts, otherwise=company, as_of=as_of, weeks=weeks)
    before = rules.weeks_after(_run(as_of).first - DAY, RUN_WEEKS)
    run_rate = rules.run_rate(_by_week(received, before), weeks)
    return _Outlook(expected, run_rate, rules.weeks_after(as_of, weeks))


def _by_week(received: Flow, weeks: Iterable[DayRange]) -> list[int]:
    return [int(received.total(week)) for week in weeks]  # of one currency: whole


def _together(habits: Iterable[Habit]) -> Habit:
    listed = list(habits)
    return Habit(sum(each.minor for each in listed), sum(each.minor_days for each in listed))


def _habits(session: Session, scope: Scope, origin: date, as_of: date) -> Habits:
    """Weigh each customer's days late by cash, over twelve months up to each of the two days."""
    earlier: defaultdict[Hashable, list[int]] = defaultdict(lambda: [0, 0])
    own: defaultdict[Hashable, list[int]] = defaultdict(lambda: [0, 0])
    for customer, *sums in session.execute(_cash_by_customer(scope, origin, as_of)):
        _add(earlier[customer], sums[0], sums[1])
        _add(own[customer], sums[2], sums[3])
    for customer, _, item in items(session, scope, until=as_of):
        for habits, day in ((earlier, origin), (own, as_of)):
            minor, minor_days = _cash_of(item, day)
            _add(habits[customer], minor, minor_days)
    return _kept(earlier), _kept(own)


def _cash_of(item: Item, day: date) -> tuple[int, int]:
    span = HISTORY.ending(day)
    lines = [
        (part.minor, (part.received_on - item.due_on).days)
        for part in item.parts
        if part.settles_as == CASH
        and part.counts_on <= day
        and part.received_on is not None
        and part.received_on in span
    ]
    return sum(minor for minor, _ in lines), sum(minor * days for minor, days in lines)


def _add(sums: list[int], minor: int, minor_days: int) -> None:
    sums[0] += minor
    sums[1] += minor_days


def _kept(sums: Mapping[Hashable, list[int]]) -> dict[Hashable, Habit]:
    return {who: Habit(*both) for who, both in sums.items() if both[0] > 0}


def _cash_by_customer(scope: Scope, origin: date, as_of: date) -> Select[Any]:
    late = ordinal(Allocation.effective_on) - ordinal(due)
    return (
        select(
            raw(Invoice.customer_id),
            *(
                integer_sum(case((_paid_by(day), amount)))
                for day in (origin, as_of)
                for amount in (Allocation.amount_minor, Allocation.amount_minor * late)
            ),
        )
        .select_from(Invoice)
        .join(Allocation, shares_seen(scope))
        .join(LedgerEntry, entries_seen(scope))
        .where(
            *within(scope),
            IN_ONE,
            LedgerEntry.kind == PAYMENT,
            Allocation.effective_on.between(HISTORY.ending(origin).first, as_of),
        )
        .group_by(Invoice.customer_id)
    )


def _paid_by(day: date) -> ColumnElement[bool]:
    return and_(
        Allocation.effective_on.between(HISTORY.ending(day).first, day),
        Allocation.applied_on <= day,
        Invoice.invoiced_on <= day,
    )


def _backtest(back: _Outlook, received: Flow, origin: date, currency: str) -> Backtest:
    came = _by_week(received, back.weeks)
    naive, run_rate = back.naive.by_week_minor, back.run_rate
    texts = [[money(minor, currency) for minor in minors] for minors in (naive, run_rate, came)]
    weeks = tuple(
        BacktestWeek(week.first, week.last, *row)
        for week, *row in zip(back.weeks, *texts, strict=True)
    )
    errors = (
        _error("naive", rules.weekly_error(naive, came), currency),
        _error("run_rate", rules.weekly_error(run_rate, came), currency),
    )
    return Backtest(origin, weeks, errors)


def _error(name: str, error: rules.Error, currency: str) -> ForecastError:
    return ForecastError(name, money(error.absolute_minor, currency), ratio(error.share, currency))


def _answer(
    asked: Question,
    ahead: _Outlook,
    backtest: Backtest,
    *,
    open_minor: int,
    habit: Habit,
    customers: int,
) -> Forecast:
    currency = asked.currency
    rows = zip(ahead.weeks, ahead.naive.by_week_minor, ahead.run_rate, strict=True)
    late = Fraction(habit.minor_days, habit.minor) if habit.minor else None
    return Forecast(
        question=asked,
        weeks=tuple(
            ForecastWeek(
                week.first, week.last, money(naive, currency), money(round(mean), currency)
            )
            for week, naive, mean in rows
        ),
        open_amount=money(open_minor, currency),
        overdue=money(ahead.naive.overdue_minor, currency),
        later=money(ahead.naive.later_minor, currency),
        company_days_late=None if late is None else decimal_text(late, 10),
        customers_with_history=customers,
        backtest=backtest,
    )
