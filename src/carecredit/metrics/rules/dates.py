"""Which days are meant: a date, a month for its end, a run of days, weeks, months."""

from datetime import date, datetime
from enum import StrEnum

from carecredit.kernel.calendars import DayRange, is_month_end, month_end
from carecredit.kernel.clock import parse_instant
from carecredit.kernel.errors import Invalid

_SUNDAY = 7
_MONTH_LENGTH = len("2012-01")
_QUARTER, _YEAR = 3, 12


class Every(StrEnum):
    """How far apart the dates of a series are; each stands at the end of its period."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def parse_span(text: str) -> DayRange:
    """Read `2012-01` as all of January 2012, `2012-01-15` as that day."""
    try:
        if len(text) == _MONTH_LENGTH:
            first = date.fromisoformat(f"{text}-01")
            return DayRange(first, month_end(first.year, first.month))
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            f"{text!r} is no date; write one such as 2012-01-31, or a month such as 2012-01",
            field="date",
        ) from error
    return DayRange(day, day)


def parse_known(text: str) -> date | datetime:
    """Read a date (known at its end) or an instant with its offset."""
    return parse_instant(text) if "T" in text or " " in text else parse_span(text).last


def ends(span: DayRange, every: Every) -> list[date]:
    """List the days of a span on which a week (Sunday), month, quarter or year ends."""
    return [day for day in span if _is_end(day, every)]


def _is_end(day: date, every: Every) -> bool:
    match every:
        case Every.DAY:
            return True
        case Every.WEEK:
            return day.isoweekday() == _SUNDAY
        case Every.MONTH:
            return is_month_end(day)
        case Every.QUARTER:
            return is_month_end(day) and day.month % _QUARTER == 0
        case Every.YEAR:
            return is_month_end(day) and day.month == _YEAR
