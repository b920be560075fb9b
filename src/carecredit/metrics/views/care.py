"""What readers see of the reports on care: what repeats come from, how time is spread."""

from datetime import date

from msgspec import Struct

from carecredit.metrics.views.moves import Question, Ratio
from carecredit.metrics.views.numbers import Beside


class RepeatCause(Struct, frozen=True, kw_only=True):
    """The repeats after first contacts of one root cause."""

    cause: str
    """`not_said` where nobody wrote it down."""
    name: dict[str, str]
    cases: int
    """First contacts."""
    repeats: int
    share: Ratio
    """Of all repeats."""
    seconds: int
    """Talk, hold and wrap-up of the repeats."""


class Repeats(Struct, frozen=True, kw_only=True):
    """The contacts of a month that follow another, by the cause of the first, with their cost.

    The cost is time: no rate in money is recorded.
    """

    question: Question
    within: str
    first_on: date
    last_on: date
    identified: int
    repeats: int
    rate: Ratio
    seconds: int
    causes: tuple[RepeatCause, ...]


class TimePart(Struct, frozen=True, kw_only=True):
    """How one part of the time of calls is spread; in seconds, empty where none was measured."""

    part: str
    """talk, hold, wrap_up, or whole."""
    n: int
    mean: str | None
    p50: str | None
    p90: str | None
    p95: str | None


class Handling(Struct, frozen=True, kw_only=True):
    """How long the calls of a month took, never without their quality, never of one operator."""

    question: Question
    first_on: date
    last_on: date
    calls: int
    parts: tuple[TimePart, ...]
    quality: tuple[Beside, ...]
    """Solved at first contact, repeats, and what customers said with how many answered."""
