"""How far a decision may be asked from today and a rule may reach: beyond is a mistake."""

from datetime import UTC, date, datetime

from carecredit.kernel.errors import Invalid

FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 12, 31, tzinfo=UTC)
"""A decision looks a year ahead and some years back; both stay within the calendar."""

DAYS_MAX = 3660
"""No rule counts over more than ten years."""

HOURS_MAX, WEEKS_MAX = DAYS_MAX * 24, DAYS_MAX // 7


def check_moment(moment: datetime, *, field: str) -> None:
    """Accept an instant that a decision can be about; one without its offset is no instant."""
    if moment.tzinfo is None:
        raise Invalid("say in which zone this instant is meant, such as +01:00", field=field)
    if not FIRST <= moment <= LAST:
        raise Invalid(f"an instant from {FIRST.year} to {LAST.year} is expected", field=field)


def check_span(value: int | None, where: str, *, most: int = DAYS_MAX) -> int | None:
    """Accept a span of at least one and at most ten years, in its own unit (none: no span)."""
    if value is not None and value < 1:
        raise Invalid(f"{where} must be at least 1")
    if value is not None and value > most:
        raise Invalid(f"{where} must be at most {most}")
    return value


def check_bound(day: date | None, where: str) -> None:
    """Accept a day on which a rule may begin or end."""
    if day is not None and not FIRST.year <= day.year <= LAST.year:
        raise Invalid(f"{where}: a day from {FIRST.year} to {LAST.year} is expected")
