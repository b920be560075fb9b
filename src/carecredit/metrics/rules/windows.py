"""Windows that end on a day: whole calendar months (`p3m`) or a number of days (`90d`)."""

import re
from datetime import date
from functools import lru_cache

from msgspec import Struct

from carecredit.kernel.calendars import DAY, DayRange, add_months, month_end
from carecredit.kernel.errors import Invalid

MONTHS_MAX = 60
DAYS_MAX = 1830

_TEXT = re.compile(r"p([1-9][0-9]{0,3})m|([1-9][0-9]{0,3})d")


class Window(Struct, frozen=True):
    """A length in calendar months or in days, whichever is given."""

    months: int | None = None
    days: int | None = None

    def __str__(self) -> str:
        return f"{self.days}d" if self.months is None else f"p{self.months}m"

    def ending(self, last: date) -> DayRange:
        """Give the days of the window that ends on a day, both in.

        Months: from (last − n calendar months) + 1 day; a month-end minus months is a month-end.
        """
        return _ending(self, last)


@lru_cache(maxsize=8_192)
def _ending(window: Window, last: date) -> DayRange:
    if window.months is not None:
        return DayRange(add_months(last, -window.months) + DAY, last)
    return DayRange(last - DAY * ((window.days or 1) - 1), last)


def parse_window(text: str) -> Window:
    """Read `p3m` or `90d`; anything else raises `Invalid`."""
    found = _TEXT.fullmatch(text)
    if found is not None:
        window = Window(*(int(group) if group else None for group in found.groups()))
        if (window.months or 1) <= MONTHS_MAX and (window.days or 1) <= DAYS_MAX:
            return window
    raise Invalid(
        f"{text!r} is no window; write p1m, p3m, p12m (months, up to p{MONTHS_MAX}m) "
        f"or 90d (days, up to {DAYS_MAX}d)",
        field="window",
    )


def day_before(window: DayRange) -> date:
    """Give the day on which the opening balance of a window is taken."""
    return window.first - DAY


@lru_cache(maxsize=8_192)
def average_points(window: DayRange) -> tuple[date, ...]:
    """List the days a month-end average is taken over.

    The day before the window, each month-end inside it, and its last day where that is none.
    """
    points = [day_before(window)]
    index = window.first.year * 12 + window.first.month - 1
    while (end := month_end(index // 12, index % 12 + 1)) <= window.last:
        points.append(end)
        index += 1
    if points[-1] != window.last:
        points.append(window.last)
    return tuple(points)
