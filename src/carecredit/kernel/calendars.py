"""Local days, months and half-open periods; zones come from the pinned tzdata package."""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones  # noqa: TID251 - zone() is the one place

import msgspec
import tzdata

from carecredit.kernel.errors import Invalid

IANA_VERSION: str = tzdata.IANA_VERSION
"""The release of the zone data that every local hour here was worked out with."""

DAY = timedelta(days=1)


@cache
def zone(key: str) -> tzinfo:
    """Give the zone of an IANA name, from the pinned package and never from the system's files.

    The system's files may be years old; on such a machine a call could go out an hour early.
    """
    parts = key.split("/")
    if not key or any(part in {"", ".", ".."} for part in parts):
        raise Invalid(f"{key!r} is no IANA zone; write one such as Europe/Rome", field="zone")
    try:
        source = resources.files("tzdata.zoneinfo").joinpath(*parts)
        with source.open("rb") as file:
            return ZoneInfo.from_file(file, key=key)
    except (OSError, ValueError) as error:
        raise Invalid(
            f"{key!r} is no IANA zone; write one such as Europe/Rome", field="zone"
        ) from error


def system_zone_names() -> frozenset[str]:
    """List the zone names this interpreter would find, for the doctor to compare."""
    return frozenset(available_timezones())


def local_date(instant: datetime, at: tzinfo) -> date:
    """Give the calendar day that an instant falls on at a place."""
    return instant.astimezone(at).date()


def start_of_day(day: date, at: tzinfo) -> datetime:
    """Give the first instant of a local day, in UTC.

    Where midnight is skipped (Cairo, Santiago), the day starts at the first instant that exists;
    where it happens twice, at the first of the two.
    """
    return at_local(day, time.min, at)


def at_local(day: date, clock: time, at: tzinfo) -> datetime:
    """Give the instant of a wall-clock time: in a gap the next valid, in a fold the first."""
    wall = datetime.combine(day, clock)
    instant = wall.replace(tzinfo=at).astimezone(UTC)
    if instant.astimezone(at).replace(tzinfo=None) == wall:
        return instant
    # In a gap the two readings of the missing time lie around it: walk to the first instant.
    low, high = sorted((instant, wall.replace(tzinfo=at, fold=1).astimezone(UTC)))
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(at).replace(tzinfo=None) >= wall:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


def add_months(day: date, months: int) -> date:
    """Move by whole months; a month-end stays a month-end (31 March − 1 = 28 or 29 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if is_month_end(day):
        return date(year, month + 1, last)
    return date(year, month + 1, min(day.day, last))


def is_month_end(day: date) -> bool:
    """Say whether a day is the last of its month."""
    return day.day == calendar.monthrange(day.year, day.month)[1]


def month_end(year: int, month: int) -> date:
    """Give the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


class Period(msgspec.Struct, frozen=True):
    """A half-open span of instants: its start is in it, its end is not; no end is for ever."""

    start: datetime
    end: datetime | None = None

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)


class DayRange(msgspec.Struct, frozen=True):
    """Calendar days from the first to the last, both in."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Count the calendar days, both ends in."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __iter__(self) -> Iterator[date]:
        return (self.first + DAY * index for index in range(self.days))
