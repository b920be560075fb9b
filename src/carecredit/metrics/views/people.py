"""What readers see of people: survival, why they left, cohorts, churn and what was kept."""

from datetime import date, datetime

from msgspec import Struct

from carecredit.metrics.rules.measure import Status


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
