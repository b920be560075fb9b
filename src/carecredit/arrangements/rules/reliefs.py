"""Relief in hardship: what we do, never why; it ends by itself."""

from datetime import date, timedelta
from enum import StrEnum

from carecredit.kernel.errors import Invalid, NotFound, Refused


class ReliefKind(StrEnum):
    """What eases the burden. The list is closed: a free text would sooner or later say why."""

    PAUSE = "pause"
    """We ask for nothing until a day."""
    SMALLER_INSTALMENTS = "smaller_instalments"
    BONUS_INFORMATION = "bonus_information"
    """We told of a public help that the person may be entitled to."""


class ReliefState(StrEnum):
    """How a relief stands."""

    WAITING = "waiting"
    """Its plan waits for a second person, and it waits with it."""
    ACTIVE = "active"
    ENDED = "ended"


RELIEF_LIVE = (ReliefState.WAITING, ReliefState.ACTIVE)


class ReliefRefused(Invalid):
    """The relief cannot be granted like this."""

    code = "relief_refused"


class UnknownRelief(NotFound):
    """No such relief, or none that you may see."""

    code = "relief_unknown"


class ReliefOver(Refused):
    """The relief has ended already."""

    code = "relief_over"


def check_relief(
    kind: str, *, until: date, review_on: date | None, bonus: str | None, today: date, days_max: int
) -> None:
    """Accept a relief of a known kind that ends within the mandate's days."""
    if kind not in set(ReliefKind):
        known = ", ".join(ReliefKind)
        raise ReliefRefused(f"{kind!r} is no relief; write one of {known}", field="kind")
    last = today + timedelta(days=days_max)
    if not today <= until <= last:
        raise ReliefRefused(
            f"a relief ends on a day from {today} to {last}; grant it anew then", field="until"
        )
    if review_on is not None and not today <= review_on <= until:
        raise ReliefRefused(f"look again on a day from {today} to {until}", field="review_on")
    if (kind == ReliefKind.BONUS_INFORMATION) != (bonus is not None):
        raise ReliefRefused("name the help that was told of, and only then", field="bonus")


def is_over(until: date, today: date) -> bool:
    """Say whether a relief has ended by itself: the day it is granted until is still its own."""
    return today > until
