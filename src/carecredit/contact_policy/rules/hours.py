"""Windows in UTC: local hours become instants, at the edges of summer time always the narrower."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from carecredit.contact_policy.rules.facts import Span, Week
from carecredit.kernel.calendars import DAY, local_date, start_of_day, zone

SEARCH = timedelta(days=366)
"""How far ahead an allowed instant is looked for."""

Opens = Callable[[datetime], datetime | None]
"""The first instant, at or after the given one, at which a rule does not block (none: never)."""


@lru_cache(maxsize=65536)
def opened(key: str, day: date, span: Span) -> tuple[datetime, datetime]:
    """Give a window in UTC; a wall time that is missing or comes twice shrinks it."""
    start, end = (datetime.combine(day, edge, zone(key)) for edge in span)
    return (
        max(start.replace(fold=fold).astimezone(UTC) for fold in (0, 1)),
        min(end.replace(fold=fold).astimezone(UTC) for fold in (0, 1)),
    )


@lru_cache(maxsize=65536)
def day_start(key: str, day: date) -> datetime:
    """Give the first instant of a local day (midnight may be missing), kept once worked out."""
    return start_of_day(day, zone(key))


def current_end(week: Week, key: str, at: datetime) -> datetime | None:
    """Give the end of the window that an instant lies in (none: it lies in none)."""
    day = local_date(at, zone(key))
    for span in week[day.weekday()]:
        start, end = opened(key, day, span)
        if start <= at < end:
            return end
    return None


def opens_by_week(week: Week, key: str) -> Opens:
    """Make the rule of weekly hours in one zone."""

    def opens(at: datetime) -> datetime | None:
        day = local_date(at, zone(key))
        for ahead in range(9):
            current = day + DAY * ahead
            for span in week[current.weekday()]:
                start, end = opened(key, current, span)
                if start < end and at < end:
                    return max(at, start)
        return None

    return opens


def opens_by_day(closed: Callable[[date], bool], key: str) -> Opens:
    """Make the rule that some local days are closed in one zone."""

    def opens(at: datetime) -> datetime | None:
        day = first = local_date(at, zone(key))
        while closed(day):
            day += DAY
            if day - first > SEARCH:
                return None
        return at if day == first else day_start(key, day)

    return opens


def opens_on_eves(eve: Callable[[date], bool], hours: tuple[Span, ...], key: str) -> Opens:
    """Make the rule that on the eve of a closed day only some hours are open."""

    def opens(at: datetime) -> datetime | None:
        day = local_date(at, zone(key))
        if not eve(day):
            return at
        for span in hours:
            start, end = opened(key, day, span)
            if start < end and at < end:
                return max(at, start)
        return day_start(key, day + DAY)

    return opens


def opens_from(moment: datetime) -> Opens:
    """Make the rule that nothing happens before an instant."""

    def opens(at: datetime) -> datetime | None:
        return max(at, moment)

    return opens


def opens_outside(start: datetime | None, end: datetime | None) -> Opens:
    """Make the rule that nothing happens from one instant to before another (none: for ever)."""

    def opens(at: datetime) -> datetime | None:
        if start is not None and at < start:
            return at
        return at if end is not None and at >= end else end

    return opens


def first_common(rules: list[Opens], now: datetime) -> datetime | None:
    """Find the first instant at which no rule blocks, within the year (none: there is none)."""
    at, limit = now, now + SEARCH
    settled = 0
    while settled < len(rules):
        for opens in rules:
            moment = opens(at)
            if moment is None or moment > limit:
                return None
            settled = settled + 1 if moment == at else 1
            at = moment
            if settled >= len(rules):
                break
    return at
