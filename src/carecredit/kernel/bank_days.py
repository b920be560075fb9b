"""Days on which banks of a country work: neither its weekend nor its public holidays.

The holidays come from the pinned package. Where it knows no calendar of a country, or of a year,
the days from Monday to Friday count: grace only grows by a day that nobody knows to be closed.
"""

from datetime import date
from functools import lru_cache

import holidays

from carecredit.kernel.calendars import DAY

SATURDAY, SUNDAY = 5, 6
WEEKEND = frozenset({SATURDAY, SUNDAY})
FURTHER_DAYS_MAX = 60
"""No country's banks stay closed so long: a calendar that says so is not believed."""


def is_bank_day(day: date, country: str) -> bool:
    """Say whether banks of a country work on a day."""
    weekend, closed = _calendar(country, day.year)
    return day.weekday() not in weekend and day not in closed


def next_bank_day(day: date, country: str) -> date:
    """Give a day itself where banks work on it, or else the first after it on which they do."""
    found = day
    while not is_bank_day(found, country) and (found - day).days < FURTHER_DAYS_MAX:
        found += DAY
    return found


def bank_days_after(day: date, count: int, country: str) -> date:
    """Count on so many days on which banks work, from a day or the first working one after it."""
    found = next_bank_day(day, country)
    for _ in range(count):
        found = next_bank_day(found + DAY, country)
    return found


@lru_cache(maxsize=4096)
def _calendar(country: str, year: int) -> tuple[frozenset[int], frozenset[date]]:
    try:
        # The package's default language hangs on the process's locale; no name is used here.
        found = holidays.country_holidays(country, years=year, expand=False, language="en_US")
    except (NotImplementedError, ValueError):
        return WEEKEND, frozenset()
    return frozenset(found.weekend) or WEEKEND, frozenset(found)
