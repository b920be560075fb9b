"""What readers see of a number: one shape for all, by segment, a series, how each is defined."""

from datetime import date, datetime

from msgspec import Struct

from carecredit.kernel.ids import ClientId
from carecredit.metrics.rules.measure import Measure, Status, Unit


class Beside(Struct, frozen=True, kw_only=True):
    """Another number that this one never leaves without, such as how many answered a survey."""

    id: str
    value: str | None
    unit: Unit
    status: Status
    numerator: str | None
    denominator: str | None
    n: int | None
    interval: tuple[str, str] | None


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
    beside: tuple[Beside, ...] = ()
    """What it never leaves without: a score has its response rate, a time its quality."""


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
    """What a number is: formula, convention, where the formula is from, a worked example.

    Its name and what it says in a sentence are in each language; the rest is in English.
    """

    id: str
    name: dict[str, str]
    meaning: dict[str, str]
    unit: Unit
    formula: str
    convention: str
    source: str
    example: WorkedExample
    version: str
