"""Public holidays by country and subdivision, from the pinned package, kept as frozen sets.

The days depend on the package's release alone, so they are read once for a year and kept.
"""

from datetime import date
from functools import lru_cache
from typing import ClassVar, Protocol

import holidays
from holidays.version import __version__ as _version

from carecredit.kernel.calendars import DAY
from carecredit.kernel.errors import Invalid

LIBRARY_VERSION: str = _version
# The package's default language hangs on the process's locale; names are never used as keys.
_LANGUAGE = "en_US"


class CalendarUnknown(Invalid):
    """No such calendar, subdivision, category or year: nobody may be contacted by a guess."""

    code: ClassVar[str] = "calendar_unknown"


class Calendars(Protocol):
    """Whatever knows public holidays; raises `CalendarUnknown` where it does not."""

    @property
    def version(self) -> str:
        """Name the release of the data."""

    def is_holiday(
        self, calendar: str, subdivision: str | None, categories: tuple[str, ...], day: date
    ) -> bool:
        """Say whether a day is a public holiday at a place."""


class PublicDays:
    """The calendars of the pinned package."""

    version: ClassVar[str] = LIBRARY_VERSION

    def is_holiday(
        self, calendar: str, subdivision: str | None, categories: tuple[str, ...], day: date
    ) -> bool:
        """Say whether a day is a public holiday at a place."""
        return day in days_of(calendar, subdivision, categories, day.year)


@lru_cache(maxsize=4096)
def days_of(
    calendar: str, subdivision: str | None, categories: tuple[str, ...], year: int
) -> frozenset[date]:
    """List the public holidays of a year; years that the package does not cover raise."""
    try:
        found = holidays.country_holidays(
            calendar,
            subdiv=subdivision,
            years=year,
            expand=False,
            categories=categories,
            language=_LANGUAGE,
        )
    except (NotImplementedError, ValueError) as error:
        raise CalendarUnknown(
            f"no public holidays are known for {calendar}/{subdivision or 'national'} "
            f"{','.join(categories)} {year}",
            field="calendar",
        ) from error
    if not found.start_year <= year <= found.end_year:
        raise CalendarUnknown(f"the holidays of {calendar} are not known for {year}", field="year")
    return frozenset(found)


@lru_cache(maxsize=1024)
def known_subdivision(calendar: str, region: str) -> str | None:
    """Give a region in the calendar's own code, or none where the calendar does not know it."""
    code = region.removeprefix(f"{calendar}-")
    try:
        found = holidays.country_holidays(calendar, subdiv=code, language=_LANGUAGE)
    except NotImplementedError:
        return None
    # A name in full is accepted by the package; exceptions and zones are kept by code.
    return found.subdivisions_aliases.get(code, code)


@lru_cache(maxsize=256)
def knows_country(calendar: str) -> bool:
    """Say whether the package has a calendar of a country."""
    return calendar in holidays.list_supported_countries()


@lru_cache(maxsize=256)
def knows_categories(calendar: str, categories: tuple[str, ...]) -> bool:
    """Say whether a country's calendar has all these kinds of days."""
    return set(categories) <= set(holidays.country_holidays(calendar).supported_categories)


@lru_cache(maxsize=256)
def subdivisions_of(calendar: str) -> tuple[str, ...]:
    """List the subdivisions of a country's calendar; none of one that nobody knows."""
    try:
        return tuple(holidays.country_holidays(calendar, language=_LANGUAGE).subdivisions)
    except NotImplementedError:
        return ()


def has_subdivisions(calendar: str) -> bool:
    """Say whether a country's calendar differs from place to place; unknown ones may."""
    return not knows_country(calendar) or bool(subdivisions_of(calendar))


def easter_monday(year: int) -> date:
    """Give the Monday after Easter (anonymous Gregorian computus, Meeus 1991)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1) + DAY
