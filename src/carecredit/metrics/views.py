"""What readers see of a number: one shape for all, a series, how each is defined, people."""

from datetime import date, datetime

from msgspec import Struct

from carecredit.kernel.ids import ClientId
from carecredit.metrics.rules.measure import Measure, Status, Unit


class MetricAnswer(Struct, frozen=True, kw_only=True):
    """One number with all it takes to repeat it and to check it on a calculator.

    Money is in major units of the currency. Where `rate_set` is null, nothing was converted: other
    currencies are not in it.
    """

    id: str
    value: str | None
    unit: Unit
    status: Status
    numerator: str | None
    denominator: str | None
    days: int | None
    window: str | None
    window_first: date | None
    window_last: date | None
    as_of: date
    known_at: datetime
    currency: str
    rate_set: str | None
    filters: dict[str, str]
    definition_version: str
    warnings: tuple[str, ...]
    data_through: date | None
    interval: tuple[str, str] | None
    """For shares of people: where the share lies with 95 % confidence (Wilson)."""
    n: int | None
    """For shares of people: of how many."""


class SegmentRow(Struct, frozen=True, kw_only=True):
    """One number of one segment; `ALL` is the whole, worked out anew and never averaged."""

    segment: str
    answer: MetricAnswer
    small_group: bool
    """A rate of people among fewer than thirty: it says little."""


class SegmentAnswers(Struct, frozen=True, kw_only=True):
    """One number by segment, the whole first."""

    id: str
    as_of: date
    rows: tuple[SegmentRow, ...]


class SeriesRow(Struct, frozen=True):
    """All numbers of one segment (`ALL` is the whole) and currency at the end of a day."""

    segment: str
    currency: str
    as_of: date
    known_at: datetime | date | None
    measures: tuple[Measure, ...]
    """In the order of the series' ids."""


class Series(Struct, frozen=True):
    """Rows by segment, currency and date, and the names of what they carry."""

    client_id: ClientId
    ids: tuple[str, ...]
    rows: tuple[SeriesRow, ...]
    data_through: date | None
    rate_set: str | None = None
    """By which rates everything was converted into one currency (null: not at all)."""
    warnings: tuple[str, ...] = ()


class WorkedExample(Struct, frozen=True):
    """A case with its answer, for a calculator."""

    given: str
    answer: str


class Definition(Struct, frozen=True):
    """What a number is: formula, convention, where the formula is from, a worked example."""

    id: str
    unit: Unit
    formula: str
    convention: str
    source: str
    example: WorkedExample
    version: str


class Asked(Struct, frozen=True, kw_only=True):
    """What an answer about people repeats of its question, and how it was worked out."""

    client: str
    population: str
    """Customers with a contract, or lapsed by rule N days, or a study by its name; never mixed."""
    as_of: date | None
    known_at: datetime
    window_first: date | None = None
    window_last: date | None = None
    method: str
    source: str
    definition_version: str
    warnings: tuple[str, ...] = ()


class Rate(Struct, frozen=True, kw_only=True):
    """A share of people: of how many, and where it lies with 95 % confidence (Wilson)."""

    value: str | None
    status: Status
    hits: int
    n: int
    low: str | None
    high: str | None
    small_group: bool
    """Fewer than thirty: it says little."""


class CurveStep(Struct, frozen=True, gc=False):
    """A share from a time on, with its standard error and interval (null: not defined there)."""

    time: str
    at_risk: int
    ended: int
    share: str
    error: str | None
    low: str | None
    high: str | None


class SurvivalGroup(Struct, frozen=True, kw_only=True):
    """How long one group stays; `ALL` is the whole."""

    group: str
    n: int
    ended: int
    small_group: bool
    followed_until: str | None
    median: str | None
    median_status: Status
    median_low: str | None
    median_high: str | None
    mean: str | None
    """Up to `mean_until`, not beyond."""
    mean_error: str | None
    mean_until: str | None
    steps: tuple[CurveStep, ...]


class SurvivalAnswer(Struct, frozen=True, kw_only=True):
    """Survival curves by group."""

    id: str
    unit: str
    interval: str
    """The scale of the curves' intervals: loglog, log or plain."""
    asked: Asked
    groups: tuple[SurvivalGroup, ...]


class CauseView(Struct, frozen=True, kw_only=True):
    """The share ended by one cause over time."""

    cause: str
    ended: int
    share: str | None
    """By the last time followed."""
    steps: tuple[CurveStep, ...]


class IncidenceGroup(Struct, frozen=True, kw_only=True):
    """The causes of one group; with `staying` they add up to one."""

    group: str
    n: int
    ended: int
    small_group: bool
    followed_until: str | None
    staying: str | None
    causes: tuple[CauseView, ...]


class IncidenceAnswer(Struct, frozen=True, kw_only=True):
    """Cumulative incidence by cause and group."""

    id: str
    unit: str
    asked: Asked
    groups: tuple[IncidenceGroup, ...]


class CohortRow(Struct, frozen=True, kw_only=True):
    """Who began in a month, and the share still here at the end of it and of each later month."""

    group: str
    month: str
    n: int
    here: tuple[Rate, ...]
    """One for each month that is over, the first for the month itself."""


class CohortAnswer(Struct, frozen=True, kw_only=True):
    """A table of cohorts."""

    id: str
    asked: Asked
    rows: tuple[CohortRow, ...]


class ValueKept(Struct, frozen=True, kw_only=True):
    """Monthly value before a window and what became of it, in one currency."""

    currency: str
    start: str
    lost: str
    contraction: str
    expansion: str
    revenue_churn: str | None
    gross_retention: str | None
    net_retention: str | None
    status: Status


class ChurnRow(Struct, frozen=True, kw_only=True):
    """Those here before a window, the lost of them, and why they left."""

    group: str
    active: int
    churn: Rate
    by_reason: dict[str, Rate]
    value: tuple[ValueKept, ...]


class ChurnAnswer(Struct, frozen=True, kw_only=True):
    """Churn in a window, its reasons apart."""

    id: str
    asked: Asked
    rows: tuple[ChurnRow, ...]


class ContactedRow(Struct, frozen=True, kw_only=True):
    """Churn of the contacted beside that of the others; a difference, not an effect."""

    group: str
    contacted: Rate
    not_contacted: Rate
    difference: str | None
    difference_low: str | None
    difference_high: str | None
    status: Status


class ContactedAnswer(Struct, frozen=True, kw_only=True):
    """Contacted beside not contacted; nobody drew lots, so it is no effect."""

    id: str
    randomised: bool
    label: dict[str, str]
    contacted_first: date
    contacted_last: date
    asked: Asked
    rows: tuple[ContactedRow, ...]
