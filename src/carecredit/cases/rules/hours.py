"""A working calendar as data: as it is stored, sent and written by hand."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import msgspec

from carecredit.cases.rules.levels import read_packaged
from carecredit.kernel.working_time import (
    EVER,
    WEEK,
    CalendarInvalid,
    CalendarVersion,
    WorkingCalendar,
    check_calendar,
    read_windows,
    read_yearly,
    written_windows,
)

Windows = tuple[str, ...]


class Hours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A calendar in words: windows by weekday and date, `06-24` for days of each year."""

    zone: str
    week: dict[str, Windows]
    country: str | None = None
    region: str | None = None
    yearly: tuple[str, ...] = ()
    closed: tuple[date, ...] = ()
    special: dict[str, Windows] = {}


def read_hours(hours: Hours) -> WorkingCalendar:
    """Make the calendar that words tell of; a fault is refused with its field."""
    unknown = sorted(set(hours.week) - set(WEEK))
    if unknown:
        raise CalendarInvalid(f"{unknown[0]!r} is no day; write mon to sun", field="week")
    calendar = WorkingCalendar(
        hours.zone,
        tuple(read_windows(hours.week.get(day, ()), field=f"week.{day}") for day in WEEK),
        hours.country,
        hours.region,
        read_yearly(hours.yearly),
        frozenset(hours.closed),
        {_day(day): read_windows(told, field="special") for day, told in hours.special.items()},
    )
    check_calendar(calendar)
    return calendar


def written_hours(calendar: WorkingCalendar) -> Hours:
    """Write a calendar as it is read."""
    return Hours(
        calendar.zone,
        {day: written_windows(told) for day, told in zip(WEEK, calendar.week, strict=True) if told},
        calendar.country,
        calendar.region,
        tuple(f"{month:02}-{day:02}" for month, day in sorted(calendar.yearly)),
        tuple(sorted(calendar.closed)),
        {day.isoformat(): written_windows(it) for day, it in sorted(calendar.special.items())},
    )


def parse_hours(data: Mapping[str, Any], *, source: str) -> Hours:
    """Read a calendar's words; a fault names the place."""
    try:
        return msgspec.convert(data, Hours)
    except msgspec.ValidationError as error:
        raise CalendarInvalid(f"{source}: {error}", field="calendar") from error


@cache
def house_calendar() -> CalendarVersion:
    """Read the packaged calendar; it counts where a client company has none of its own."""
    told = read_packaged("calendars")
    version = str(told.pop("version"))
    hours = parse_hours(told, source="calendars/standard.toml")
    return CalendarVersion(version, EVER, read_hours(hours))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CalendarInvalid(f"{text!r} is no date such as 2026-06-24", field="special") from error
