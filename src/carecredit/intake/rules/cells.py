"""One row of text read by column: a bad cell is refused with its column and the way out.

Dates are ISO (2026-05-31); amounts are plain decimals (1234.50). `recorded_at` is a date (its
first instant in the client company's zone) or an instant; where it is empty the effective date
serves.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

import msgspec

from carecredit.kernel.calendars import start_of_day
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import parse_minor

TEXT_LENGTH_MAX = 200
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
_DAY_LENGTH = len("2026-05-31")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAYS_KEPT = 20_000
"""So many days are remembered as read: a ledger names the same ones on every other row."""
_YES, _NO = frozenset({"yes", "true", "1"}), frozenset({"no", "false", "0"})


NO_UTF_8 = (
    "this is not UTF-8 (a spreadsheet may write Latin-1 or Windows-1252); save the file as CSV in "
    "UTF-8"
)


def is_utf_8(value: str) -> bool:
    """Say whether a text was read from bytes that are UTF-8."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


class Place(msgspec.Struct, frozen=True):
    """What of the client company matters to reading: its zone, country and currency."""

    zone: tzinfo
    country: str
    currency: str
    until: datetime = datetime.max.replace(tzinfo=UTC)
    """Nothing has happened, nor was anything known, after this: a later day is a mistyped one."""


def latest(now: datetime) -> datetime:
    """Give the last instant that rows may speak of as past: clocks and zones differ by a day."""
    return now + timedelta(days=1)


class Cells:
    """The cells of one row, read by column; a bad one raises `Invalid` naming its column."""

    __slots__ = ("_cells",)

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells

    def text(self, column: str) -> str:
        """Read a cell that must hold something."""
        value = self.maybe(column)
        if value is None:
            raise Invalid("this cell is empty; it must be filled in", field=column)
        return value

    def maybe(self, column: str) -> str | None:
        """Read a cell that may be empty."""
        value = self._cells.get(column, "").strip()
        if len(value) > TEXT_LENGTH_MAX or not value.isprintable():
            if not is_utf_8(value):
                raise Invalid(NO_UTF_8, field=column)
            raise Invalid(
                f"this cell holds more than {TEXT_LENGTH_MAX} characters, or one that cannot be "
                "printed; shorten or clean it",
                field=column,
            )
        return value or None

    def parsed(self, column: str, parse: Callable[..., Any], *given: Any) -> Any:
        """Read a cell by a reader of its own."""
        return self._read(column, self.text(column), parse, given)

    def maybe_parsed(self, column: str, parse: Callable[..., Any], *given: Any) -> Any:
        """Read a cell that may be empty by a reader of its own."""
        value = self.maybe(column)
        return None if value is None else self._read(column, value, parse, given)

    def _read(
        self, column: str, value: str, parse: Callable[..., Any], given: tuple[Any, ...]
    ) -> Any:
        try:
            return parse(value, *given)
        except Invalid as error:
            raise Invalid(error.message, field=column) from error


@lru_cache(_DAYS_KEPT)
def parse_day(text: str) -> date:
    """Read an ISO date; raises `Invalid`."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(f"{text!r} is no date; write year-month-day, such as 2026-05-31")
    return day


def parse_past(text: str, place: Place) -> date:
    """Read the day of something that has happened."""
    day = parse_day(text)
    if day.year >= place.until.year and day > place.until.astimezone(place.zone).date():
        raise Invalid(
            f"{day} is yet to come, and this has happened: check the year, or bring the row in "
            "when its day has come"
        )
    return day


def parse_recorded(text: str, place: Place) -> datetime:
    """Read when something was known: an instant, or a date (its first instant at the place)."""
    if len(text) == _DAY_LENGTH:
        return _known(begins_at(parse_day(text), place.zone), place)
    try:
        instant = datetime.fromisoformat(text)
        stated = instant if instant.tzinfo else instant.replace(tzinfo=place.zone)
        if FIRST_DAY <= stated.date() <= LAST_DAY:
            return _known(stated.astimezone(UTC), place)
    except (ValueError, OverflowError):  # unreadable, or beyond the calendar once in UTC
        pass
    raise Invalid(
        f"{text!r} is neither a date nor an instant; write 2026-05-31 or 2026-05-31T10:00:00+02:00"
    )


def _known(instant: datetime, place: Place) -> datetime:
    if instant > place.until:
        raise Invalid(
            f"{instant.isoformat()} is yet to come, and nothing is known before its time: check "
            "the year, or leave recorded_at empty"
        )
    return instant


@lru_cache(_DAYS_KEPT)
def begins_at(day: date, zone: tzinfo) -> datetime:
    """Give the first instant of a day, remembered: working it out costs as much as a row."""
    return start_of_day(day, zone)


def recorded(cells: Cells, place: Place, effective_on: date) -> datetime:
    """Read `recorded_at`; where it is empty the effective date serves."""
    stated: datetime | None = cells.maybe_parsed("recorded_at", parse_recorded, place)
    return stated or begins_at(effective_on, place.zone)


def positive(text: str, currency: str) -> int:
    """Read an amount that must be above zero."""
    minor = parse_minor(text, currency)
    if minor <= 0:
        raise Invalid(
            "the amount must be above zero; what raises the balance again comes in as a refund or "
            "a chargeback of entries.csv, or as a row of invoices.csv"
        )
    return minor


def parse_yes(text: str) -> bool:
    """Read yes or no."""
    word = text.lower()
    if word not in _YES | _NO:
        raise Invalid(f"{text!r} is neither yes nor no; write one of the two, or leave it empty")
    return word in _YES
