"""What readers see of the reports on how balances move: roll, cure, recovery, cash to come.

Money is text in major units of the currency, ratios are plain decimals; an empty one has its reason
beside it.
"""

from datetime import date, datetime

from msgspec import Struct

from carecredit.metrics.rules.measure import Status


class Question(Struct, frozen=True, kw_only=True):
    """What was asked, so that it can be asked again exactly."""

    as_of: date
    known_at: datetime
    currency: str
    rate_set: str | None = None
    filters: dict[str, str]
    definition_version: str
    warnings: tuple[str, ...] = ()


class Ratio(Struct, frozen=True, kw_only=True):
    """A share with what it was divided from; of people or balances, with n and its interval."""

    value: str | None
    status: Status
    numerator: str | None
    denominator: str | None
    n: int | None = None
    interval: tuple[str, str] | None = None


class RollTo(Struct, frozen=True):
    """What of the balances in a bucket stands in another, or went as paid, credited, written off.

    By count, a balance of which a part stands counts where it stands; one that is gone counts as
    most of it went.
    """

    bucket: str
    amount: str
    share: Ratio
    count: int
    share_by_count: Ratio


class RollFrom(Struct, frozen=True):
    """The balances of one bucket at the first day, and where each went; the amounts add up."""

    bucket: str
    amount: str
    count: int
    to: tuple[RollTo, ...]


class Roll(Struct, frozen=True):
    """Where the same balances stand a month later."""

    question: Question
    first_on: date
    last_on: date
    rows: tuple[RollFrom, ...]


class CurePart(Struct, frozen=True):
    """Past due at the first day, what became of it, and the share cured (write-off is none)."""

    measured: str
    """By amount, by balances, or by customers."""
    past_due: str
    paid: str
    credited: str
    written_off: str
    still_past_due: str
    cured: Ratio
    by_cash: Ratio
    by_credit: Ratio
    by_write_off: Ratio


class Cure(Struct, frozen=True):
    """What of the past due at one day was no longer so at another, by how it went."""

    question: Question
    first_on: date
    last_on: date
    parts: tuple[CurePart, ...]


class Recovered(Struct, frozen=True):
    """The cash within so many days of being placed; empty until every balance has had them."""

    days: int
    received: str | None
    rate: Ratio


class RecoveryCohort(Struct, frozen=True):
    """Balances placed in one month."""

    first_on: date
    last_on: date
    placed: str
    count: int
    within: tuple[Recovered, ...]


class Recovery(Struct, frozen=True):
    """Recovery by placement cohort."""

    question: Question
    placed_by: str
    cohorts: tuple[RecoveryCohort, ...]


class ForecastWeek(Struct, frozen=True):
    """Cash expected in one week, by both forecasters."""

    first_on: date
    last_on: date
    naive: str
    run_rate: str


class BacktestWeek(Struct, frozen=True):
    """What each forecaster had expected of a week that is over, and what came."""

    first_on: date
    last_on: date
    naive: str
    run_rate: str
    received: str


class ForecastError(Struct, frozen=True):
    """The sum of weekly misses, and that against the cash received."""

    forecaster: str
    absolute: str
    share: Ratio


class Backtest(Struct, frozen=True):
    """Both forecasters asked as of an earlier day, week by week beside what came."""

    as_of: date
    weeks: tuple[BacktestWeek, ...]
    errors: tuple[ForecastError, ...]


class Forecast(Struct, frozen=True):
    """Cash to come by week, with the error the same forecasters had before."""

    question: Question
    weeks: tuple[ForecastWeek, ...]
    open_amount: str
    overdue: str
    """In the naive first week: its day, by the customer's habit, has passed already."""
    later: str
    """Open, and expected after the last week."""
    company_days_late: str | None
    """The habit of the company: days late weighted by cash, for customers without a history."""
    customers_with_history: int
    backtest: Backtest
