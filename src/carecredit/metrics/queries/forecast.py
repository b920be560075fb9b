"""Cash to come: what is open, each customer's habit, and the same asked of an earlier day."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction

from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import DAY, DayRange
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.outsets import outsets
from carecredit.metrics.queries.scope import money, question, ratio, settle
from carecredit.metrics.rules import forecast as rules
from carecredit.metrics.rules.edge import decimal_text
from carecredit.metrics.rules.forecast import RUN_WEEKS, WEEK, Expected, Outset
from carecredit.metrics.rules.position import Flow
from carecredit.metrics.views import (
    Backtest,
    BacktestWeek,
    Forecast,
    ForecastError,
    ForecastWeek,
    Question,
)

WEEKS, WEEKS_MAX = 8, 52
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
    received, origin = asked.position.received, as_of - timedelta(WEEK * weeks)
    earlier, own = outsets(session, asked.scope, origin, as_of)
    back = _outlook(earlier, received, origin, weeks)
    notes = () if own.habit.minor > 0 else (_NO_HABIT,)
    return _answer(
        question(asked, as_of=as_of, now=now, notes=notes),
        own,
        _outlook(own, received, as_of, weeks),
        _backtest(back, received, origin, asked.scope.currency),
    )


def _run(as_of: date) -> DayRange:
    return DayRange(as_of - timedelta(WEEK * RUN_WEEKS - 1), as_of)


def _outlook(start: Outset, received: Flow, as_of: date, weeks: int) -> _Outlook:
    expected = rules.naive(start, as_of=as_of, weeks=weeks)
    before = rules.weeks_after(_run(as_of).first - DAY, RUN_WEEKS)
    run_rate = rules.run_rate(_by_week(received, before), weeks)
    return _Outlook(expected, run_rate, rules.weeks_after(as_of, weeks))


def _by_week(received: Flow, weeks: Iterable[DayRange]) -> list[int]:
    return [int(received.total(week)) for week in weeks]  # of one currency: whole


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


def _answer(asked: Question, start: Outset, ahead: _Outlook, backtest: Backtest) -> Forecast:
    currency, habit = asked.currency, start.habit
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
        open_amount=money(start.open_minor, currency),
        overdue=money(ahead.naive.overdue_minor, currency),
        later=money(ahead.naive.later_minor, currency),
        company_days_late=None if late is None else decimal_text(late, 10),
        customers_with_history=start.customers,
        backtest=backtest,
    )
