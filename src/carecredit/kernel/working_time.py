"""Working time: when a desk is open, and how much of it passes between two instants.

All arithmetic is in UTC: where the clocks change, a night has five or seven hours. A window belongs
to the day on which it opens, so a shift over midnight is worked to its end even into a holiday.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from carecredit.kernel.calendars import DAY, at_local, local_date, start_of_day, zone
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.public_days import LIBRARY_VERSION, days_of

DAYS_MAX = 3_660
"""So many days are looked at; a calendar that stays shut for longer answers nothing."""
DATES_MAX = 1_000
"""So many closed days, or special openings, a calendar may list."""
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PUBLIC_DAYS = LIBRARY_VERSION
"""The release of the public holidays that the days here were worked out with."""
_DAY_MINUTES = 24 * 60
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_YEARLY = re.compile(r"(\d\d)-(\d\d)")
_LEAP_YEAR = 2024
EVER = datetime(1, 1, 1, tzinfo=UTC)


class CalendarInvalid(Invalid):
    """The working calendar does not say what it must."""

    code = "working_calendar_invalid"


class CalendarShut(Refused):
    """The working calendar does not open often enough to count so much time."""

    code = "working_calendar_shut"


class Window(Struct, frozen=True, order=True):
    """Minutes from local midnight; one that closes beyond 24:00 goes on into the next day."""

    opens: int
    closes: int


class WorkingCalendar(Struct, frozen=True):
    """When a desk is open: hours by weekday (Monday first), and the days that differ.

    A special opening takes the place of whatever the date would be otherwise, a holiday too.
    """

    zone: str
    week: tuple[tuple[Window, ...], ...]
    country: str | None = None
    """Its public holidays are closed; none: no holiday is."""
    region: str | None = None
    yearly: frozenset[tuple[int, int]] = frozenset()
    """Closed each year on this month and day, as for a town's patron."""
    closed: frozenset[date] = frozenset()
    special: Mapping[date, tuple[Window, ...]] = {}

    def windows(self, day: date) -> tuple[Window, ...]:
        """List the windows that open on a local day."""
        if day in self.special:
            return self.special[day]
        shut = day in self.closed or (day.month, day.day) in self.yearly
        return () if shut or self._is_public(day) else self.week[day.weekday()]

    def _is_public(self, day: date) -> bool:
        if self.country is None:
            return False
        return day in days_of(self.country, self.region, ("public",), day.year)


class CalendarVersion(Struct, frozen=True):
    """A calendar and since when it counts."""

    version: str
    since: datetime
    calendar: WorkingCalendar


class Timetable(Struct, frozen=True):
    """Versions of a calendar in the order they were stated: the newest that has begun counts."""

    versions: tuple[CalendarVersion, ...]

    def segments(self) -> list[tuple[datetime, datetime | None, CalendarVersion]]:
        """Part all time by the version that counts; before any has begun the first counts."""
        begun = sorted({EVER, *(one.since for one in self.versions)})
        told: list[tuple[datetime, datetime | None, CalendarVersion]] = []
        for start, end in zip(begun, [*begun[1:], None], strict=True):
            known = [one for one in self.versions if one.since <= start]
            told.append((start, end, known[-1] if known else self.versions[0]))
        return told

    def version_at(self, instant: datetime) -> CalendarVersion:
        """Give the version that counts at an instant."""
        segments = self.segments()
        return segments[bisect_right([start for start, _, _ in segments], instant) - 1][2]


class Span(Struct, frozen=True):
    """Open from its start to before its end, by a version of the calendar."""

    start: datetime
    end: datetime
    version: str


def always(calendar: WorkingCalendar, *, version: str = "1") -> Timetable:
    """Make a timetable of a calendar that never changed."""
    return Timetable((CalendarVersion(version, EVER, calendar),))


def spans(timetable: Timetable, start: datetime, end: datetime | None = None) -> Iterator[Span]:
    """List the open spans from an instant on (to before another), in order; they may touch.

    Raises `CalendarShut` where nothing opens for years.
    """
    reached, shut_days = start, 0
    for begins, ends, stated in timetable.segments():
        last = end if ends is None else ends if end is None else min(end, ends)
        for window in _windows(stated.calendar, max(begins, start), last):
            shut_days = shut_days + 1 if window is None else 0
            if shut_days > DAYS_MAX:
                raise CalendarShut(
                    f"the working calendar does not open in {DAYS_MAX} days", field="calendar"
                )
            if window is not None and window[1] > reached:
                yield Span(max(window[0], reached), window[1], stated.version)
                reached = window[1]


def add_working(timetable: Timetable, start: datetime, worked: timedelta) -> datetime:
    """Give the first instant by which so much working time has passed since the start."""
    left = worked
    if left <= timedelta(0):
        return start
    for span in spans(timetable, start):
        if span.end - span.start >= left:
            return span.start + left
        left -= span.end - span.start
    raise CalendarShut("the working calendar has no end to reach", field="calendar")


def working_between(timetable: Timetable, start: datetime, end: datetime) -> timedelta:
    """Add up the working time from an instant to before another."""
    passed = (span.end - span.start for span in spans(timetable, start, end))
    return sum(passed, timedelta(0)) if start < end else timedelta(0)


def add_working_days(calendar: WorkingCalendar, day: date, count: int) -> date:
    """Give the day that lies so many open days after a day, which itself is not counted."""
    found, looked = day, 0
    while count > 0:
        found, looked = found + DAY, looked + 1
        if looked > DAYS_MAX:
            raise CalendarShut("the working calendar does not open so often", field="calendar")
        count -= bool(calendar.windows(found))
    return found


def check_opens(timetable: Timetable, *, since: datetime) -> None:
    """Refuse a calendar that never opens, so that no deadline can hang in the air."""
    last = timetable.segments()[-1][2].calendar
    soon = any(day >= since.date() for day in last.special if last.special[day])
    if not any(last.week) and not soon:
        raise CalendarInvalid("the calendar never opens; give at least one window", field="week")
    next(spans(timetable, since))


def read_windows(texts: Iterable[str], *, field: str) -> tuple[Window, ...]:
    """Read `08:00-12:00`; `22:00-06:00` goes over midnight, `00:00-24:00` is the whole day."""
    found = sorted(_window(text, field) for text in texts)
    for before, after in pairwise(found):
        if after.opens < before.closes:
            raise CalendarInvalid(f"{field}: windows of a day do not overlap", field=field)
    return tuple(found)


def written_windows(windows: Sequence[Window]) -> tuple[str, ...]:
    """Write windows as they are read."""
    return tuple(f"{_written(one.opens)}-{_written(one.closes)}" for one in windows)


def read_yearly(texts: Iterable[str]) -> frozenset[tuple[int, int]]:
    """Read days that come each year, such as `06-24`."""
    found = set()
    for text in texts:
        told = _YEARLY.fullmatch(text)
        try:
            day = date(_LEAP_YEAR, int(told[1]), int(told[2])) if told else None
        except ValueError:
            day = None
        if day is None:
            raise CalendarInvalid(f"{text!r} is no day of a year such as 06-24", field="yearly")
        found.add((day.month, day.day))
    return frozenset(found)


def without(calendar: WorkingCalendar, *days: date) -> WorkingCalendar:
    """Give the calendar with some days closed."""
    special = {day: windows for day, windows in calendar.special.items() if day not in days}
    return replace(calendar, closed=calendar.closed | set(days), special=special)


def check_calendar(calendar: WorkingCalendar) -> None:
    """Accept a calendar whose zone, country and lists are sound."""
    zone(calendar.zone)
    if len(calendar.week) != len(WEEK):
        raise CalendarInvalid("a week has seven days, Monday first", field="week")
    if max(len(calendar.closed), len(calendar.special)) > DATES_MAX:
        raise CalendarInvalid(f"list no more than {DATES_MAX} dates", field="closed")
    if calendar.country is not None:
        days_of(calendar.country, calendar.region, ("public",), _LEAP_YEAR)


def _windows(
    calendar: WorkingCalendar, first: datetime, last: datetime | None
) -> Iterator[tuple[datetime, datetime] | None]:
    """List what is open from an instant to another, day by day; a day without gives none."""
    at = zone(calendar.zone)
    day = local_date(first, at) - DAY  # yesterday's shift may go on
    while last is None or (first < last and start_of_day(day, at) < last):
        opened = False
        for window in calendar.windows(day):
            start = max(_instant(day, window.opens, calendar.zone), first)
            end = _instant(day, window.closes, calendar.zone)
            end = end if last is None else min(end, last)
            if start < end:
                opened = True
                yield start, end
        if not opened:
            yield None
        day += DAY


@lru_cache(maxsize=65_536)
def _instant(day: date, minutes: int, key: str) -> datetime:
    days, rest = divmod(minutes, _DAY_MINUTES)
    return at_local(day + DAY * days, time(*divmod(rest, 60)), zone(key))


def _window(text: str, field: str) -> Window:
    opens, _, closes = text.partition("-")
    if not (_CLOCK.fullmatch(opens) and _CLOCK.fullmatch(closes)) or opens == "24:00":
        raise CalendarInvalid(
            f"{text!r} is no window; write one such as 08:00-12:00, 22:00-06:00 or 00:00-24:00",
            field=field,
        )
    start, end = _minutes(opens), _minutes(closes)
    return Window(start, end if end > start else end + _DAY_MINUTES)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _written(minutes: int) -> str:
    rest = minutes if minutes == _DAY_MINUTES else minutes % _DAY_MINUTES
    return f"{rest // 60:02}:{rest % 60:02}"
