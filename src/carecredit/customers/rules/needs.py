"""Care needs: the accommodation that somebody asks for, never its cause.

The list is closed on purpose. A free text would sooner or later hold a diagnosis (GDPR art. 9:
keep the accommodation, not the illness).
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct


class NeedKind(StrEnum):
    """What we do differently for somebody."""

    WRITTEN_ONLY = "written_only"
    """Write, do not call or visit."""
    SPOKEN_ONLY = "spoken_only"
    """Call, do not rely on what is written."""
    EXTRA_TIME = "extra_time"
    EASY_LANGUAGE = "easy_language"
    LARGE_PRINT = "large_print"
    INTERPRETER = "interpreter"
    HELPER = "helper"
    """Somebody named by the person speaks beside it."""
    PAUSE = "pause"
    """Do not ask for money for a while: a vulnerability hold."""


SILENCED = {
    NeedKind.WRITTEN_ONLY: frozenset({"voice", "visit"}),
    NeedKind.SPOKEN_ONLY: frozenset({"email", "sms", "messaging", "push"}),
}
"""The channels that a need closes."""


class CareNeed(Struct, frozen=True, gc=False):
    """A need as it was stated; the latest statement of a kind counts."""

    kind: str
    needed: bool
    starts_at: datetime
    ends_at: datetime | None
    review_on: date | None


def standing_needs(
    stated: tuple[CareNeed, ...], at: datetime, ahead: timedelta = timedelta(0)
) -> tuple[CareNeed, ...]:
    """Give the needs in force at an instant, the latest statement of each kind counting.

    One that begins so soon ahead counts already; one that ends then does not end before.
    """
    latest = {
        one.kind: one for one in stated if one.starts_at <= (at + ahead if one.needed else at)
    }
    return tuple(
        one for one in latest.values() if one.needed and (one.ends_at is None or one.ends_at > at)
    )


def silences(kind: str) -> frozenset[str]:
    """Name the channels that a need closes."""
    return SILENCED.get(NeedKind(kind), frozenset())


def pauses(kind: str) -> bool:
    """Say whether nobody is asked for money while the need stands."""
    return kind == NeedKind.PAUSE
