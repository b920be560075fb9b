"""Windows in UTC: local hours become instants, at the edges of summer time always the narrower."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from carecredit.contact_policy.rules.facts import Span, Week
from carecredit.kernel.calendars import DAY, local_date, start_of_day, zone

SEARCH = timedelta(days=366)
"""How far ahead an allowed instant is looked for."""

Opens = Callable[[datetime], datetime | None]
"""The first instant, at or after the given one, at which a rule does not block (none: never)."""

Ends = Callable[[datetime], datetime | None]
"""The instant at which an opening ends that holds at the given one (none: not soon)."""

_WEEK_DAYS = 7
# Hours of one weekday, at an instant past today's, may next week be lost to a change of the clocks.
_DAYS_AHEAD = 2 * _WEEK_DAYS + 1


def _opened(key: str, day: date, span: Span) -> tuple[datetime, datetime]:
    """Give a window in UTC; a wall time that is missing or comes twice shrinks it."""
    at = zone(key)
    start = datetime.combine(day, span[0], at)
    opening = max(start.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    if span[1] == time.max:
        return opening, day_start(key, day + DAY)
    end = datetime.combine(day, span[1], at)
    return opening, min(end.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


# Kept once worked out; apart from its name, so that `make mutants` can change what it does.
opened = lru_cache(maxsize=65536)(_opened)


@lru_cache(maxsize=65536)
def day_start(key: str, day: date) -> datetime:
    """Give the first instant of a local day (midnight may be missing), kept once worked out."""
    return start_of_day(day, zone(key))


def opens_by_week(week: Week, key: str) -> Opens:
    """Make the rule of weekly hours in one zone."""

    def opens(at: datetime) -> datetime | None:
        day = local_date(at, zone(key))
        for ahead in range(_DAYS_AHEAD):
            current = day + DAY * ahead
            for span in week[current.weekday()]:
                start, end = opened(key, current, span)
                if start < end and at < end:
                    return max(at, start)
        return None

    return opens


def ends_by_week(week: Week, key: str) -> Ends:
    """Make the end of weekly hours; hours that touch at midnight run on as one opening."""
    opens = opens_by_week(week, key)

    def ends(at: datetime) -> datetime | None:
        end, day = at, local_date(at, zone(key))
        for ahead in range(_WEEK_DAYS):
            current = day + DAY * ahead
            for span in week[current.weekday()]:
                start, until = opened(key, current, span)
                if start <= end < until:
                    end = until
            if end == at or opens(end) != end:
                break
        else:
            return None
        return None if end == at else end

    return ends


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


def ends_by_day(closed: Callable[[date], bool], key: str) -> Ends:
    """Make the end of a day that is followed by a closed one."""

    def ends(at: datetime) -> datetime | None:
        tomorrow = local_date(at, zone(key)) + DAY
        return day_start(key, tomorrow) if closed(tomorrow) else None

    return ends


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


def ends_on_eves(eve: Callable[[date], bool], hours: tuple[Span, ...], key: str) -> Ends:
    """Make the end of the hours that an eve leaves open."""

    def ends(at: datetime) -> datetime | None:
        day = local_date(at, zone(key))
        return ends_by_week((hours,) * _WEEK_DAYS, key)(at) if eve(day) else None

    return ends


def opens_from(moment: datetime) -> Opens:
    """Make the rule that nothing happens before an instant."""

    def opens(at: datetime) -> datetime | None:
        return max(at, moment)

    return opens


def opens_before(moment: datetime) -> Opens:
    """Make the rule that nothing happens from an instant on."""

    def opens(at: datetime) -> datetime | None:
        return at if at < moment else None

    return opens


def opens_outside(start: datetime | None, end: datetime | None) -> Opens:
    """Make the rule that nothing happens from one instant to before another (none: for ever)."""

    def opens(at: datetime) -> datetime | None:
        if start is not None and at < start:
            return at
        return at if end is not None and at >= end else end

    return opens


def once_begun(begins: datetime | None, opens: Opens) -> Opens:
    """Make a rule that binds from an instant on (none: always)."""
    if begins is None:
        return opens

    def opens_later(at: datetime) -> datetime | None:
        return at if at < begins else opens(at)

    return opens_later


def ends_once_begun(begins: datetime | None, ends: Ends) -> Ends:
    """Make the end of an opening that binds from an instant on (none: always)."""

    def ends_later(at: datetime) -> datetime | None:
        return None if begins is not None and at < begins else ends(at)

    return ends_later


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
