"""How a row of text of the canonical CSV ledger becomes a value.

Dates are ISO (2026-05-31); amounts are plain decimals (1234.50). `recorded_at` is a date (its
first instant in the client company's zone) or an instant; where it is empty the effective date
serves. An empty `invoice_id` means received and not applied; an empty `applied_date` beside an
invoice means applied on the day received.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any

import msgspec

from carecredit.customers.rules import EndedReason, check_email
from carecredit.kernel.calendars import start_of_day
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import check_currency, parse_minor
from carecredit.kernel.phones import split
from carecredit.receivables.rules import EntryKind, check_segment

TEXT_LENGTH_MAX = 200
_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z]{2})?")
"""A language by its code, with or without a country; one we do not write is answered in English."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class CustomerRow(msgspec.Struct, frozen=True):
    """A row of customers.csv."""

    number: str
    name: str
    language: str | None
    country: str | None
    region: str | None
    segment: str | None
    started_on: date | None
    ended_on: date | None
    ended_reason: str | None
    monthly_value_minor: int | None
    phones: tuple[tuple[str, str | None, str], ...]
    emails: tuple[tuple[str, str], ...]


class InvoiceRow(msgspec.Struct, frozen=True):
    """A row of invoices.csv."""

    number: str
    customer: str
    invoiced_on: date
    due_on: date | None
    currency: str
    gross_minor: int
    tax_minor: int | None
    recorded_at: datetime
    disputed_from: date | None
    disputed_to: date | None
    segment: str | None


class EntryRow(msgspec.Struct, frozen=True):
    """A row of payments.csv, credit_notes.csv or write_offs.csv."""

    kind: EntryKind
    number: str
    customer: str
    invoice: str | None
    effective_on: date
    applied_on: date
    currency: str
    amount_minor: int
    tax_minor: int | None
    recorded_at: datetime
    segment: str | None


class Place(msgspec.Struct, frozen=True):
    """What of the client company matters to reading: its zone, country and currency."""

    zone: tzinfo
    country: str
    currency: str


class Cells:
    """The cells of one row, read by column; a bad one raises `Invalid` naming its column."""

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
            raise Invalid(
                f"this cell holds more than {TEXT_LENGTH_MAX} characters, or one that cannot be "
                "printed; shorten or clean it",
                field=column,
            )
        return value or None

    def parsed(self, column: str, parse: Callable[[str], Any]) -> Any:
        """Read a cell by a reader of its own."""
        value = self.text(column)
        try:
            return parse(value)
        except Invalid as error:
            raise Invalid(error.message, field=column) from error

    def maybe_parsed(self, column: str, parse: Callable[[str], Any]) -> Any:
        """Read a cell that may be empty by a reader of its own."""
        return None if self.maybe(column) is None else self.parsed(column, parse)


def parse_day(text: str) -> date:
    """Read an ISO date; raises `Invalid`."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2026-05-31") else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise Invalid(f"{text!r} is no date; write year-month-day, such as 2026-05-31")
    return day


def parse_recorded(text: str, place: Place) -> datetime:
    """Read when something was known: an instant, or a date (its first instant at the place)."""
    if len(text) == len("2026-05-31"):
        return start_of_day(parse_day(text), place.zone)
    try:
        instant = datetime.fromisoformat(text)
        stated = instant if instant.tzinfo else instant.replace(tzinfo=place.zone)
        return stated.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # unreadable, or beyond the calendar once in UTC
        raise Invalid(
            f"{text!r} is neither a date nor an instant; write 2026-05-31 or "
            "2026-05-31T10:00:00+02:00"
        ) from error


def parse_customer(cells: Cells, place: Place) -> CustomerRow:
    """Read a row of customers.csv; only `customer_id` must be filled in."""
    country = cells.maybe_parsed("country", _country)
    started = cells.maybe_parsed("started_on", parse_day)
    ended = cells.maybe_parsed("ended_on", parse_day)
    if started and ended and ended < started:
        raise Invalid("it ends before it starts; check both dates", field="ended_on")
    return CustomerRow(
        number=cells.text("customer_id"),
        name=cells.maybe("name") or "",
        language=cells.maybe_parsed("language", _language),
        country=country,
        region=cells.maybe("region"),
        segment=cells.maybe_parsed("segment", check_segment),
        started_on=started,
        ended_on=ended,
        ended_reason=cells.maybe_parsed("ended_reason", _ended_reason),
        monthly_value_minor=cells.maybe_parsed(
            "monthly_value", lambda text: parse_minor(text, place.currency)
        ),
        phones=_phones(cells, country or place.country),
        emails=_emails(cells),
    )


def parse_invoice(cells: Cells, place: Place) -> InvoiceRow:
    """Read a row of invoices.csv; a row without a due date is due on its invoice date."""
    invoiced_on = cells.parsed("invoice_date", parse_day)
    currency = cells.parsed("currency", check_currency)
    disputed_from = cells.maybe_parsed("disputed_from", parse_day)
    disputed_to = cells.maybe_parsed("disputed_to", parse_day)
    if disputed_to and disputed_from is None:
        raise Invalid(
            "the dispute ends and never began; fill in disputed_from", field="disputed_to"
        )
    if disputed_to and disputed_from and disputed_to < disputed_from:
        raise Invalid("the dispute ends before it begins; check both dates", field="disputed_to")
    return InvoiceRow(
        number=cells.text("invoice_id"),
        customer=cells.text("customer_id"),
        invoiced_on=invoiced_on,
        due_on=cells.maybe_parsed("due_date", parse_day),
        currency=currency,
        gross_minor=cells.parsed("gross_amount", lambda text: parse_minor(text, currency)),
        tax_minor=cells.maybe_parsed("tax_amount", lambda text: parse_minor(text, currency)),
        recorded_at=_recorded(cells, place, invoiced_on),
        disputed_from=disputed_from,
        disputed_to=disputed_to,
        segment=cells.maybe_parsed("segment", check_segment),
    )


def parse_payment(cells: Cells, place: Place) -> EntryRow:
    """Read a row of payments.csv."""
    return _entry(cells, place, EntryKind.PAYMENT, "payment_id", "payment_date", "amount")


def parse_credit_note(cells: Cells, place: Place) -> EntryRow:
    """Read a row of credit_notes.csv."""
    return _entry(
        cells, place, EntryKind.CREDIT_NOTE, "credit_note_id", "credit_date", "gross_amount"
    )


def parse_write_off(cells: Cells, place: Place) -> EntryRow:
    """Read a row of write_offs.csv; what is given up is given up on an invoice, on its day."""
    cells.text("invoice_id")
    return _entry(cells, place, EntryKind.WRITE_OFF, "write_off_id", "write_off_date", "amount")


def _entry(
    cells: Cells, place: Place, kind: EntryKind, number: str, day: str, amount: str
) -> EntryRow:
    effective_on = cells.parsed(day, parse_day)
    currency = cells.parsed("currency", check_currency)
    invoice = cells.maybe("invoice_id")
    applied_on = cells.maybe_parsed("applied_date", parse_day)
    if applied_on and invoice is None:
        raise Invalid("it is applied to no invoice; fill in invoice_id", field="applied_date")
    amount_minor = cells.parsed(amount, lambda text: parse_minor(text, currency))
    if amount_minor <= 0:
        raise Invalid(
            "the amount must be above zero; a refund or a debit that came back is brought in as a "
            "row of invoices.csv",
            field=amount,
        )
    return EntryRow(
        kind=kind,
        number=cells.text(number),
        customer=cells.text("customer_id"),
        invoice=invoice,
        effective_on=effective_on,
        applied_on=applied_on or effective_on,
        currency=currency,
        amount_minor=amount_minor,
        tax_minor=cells.maybe_parsed("tax_amount", lambda text: parse_minor(text, currency)),
        recorded_at=_recorded(cells, place, effective_on),
        segment=cells.maybe_parsed("segment", check_segment),
    )


def _recorded(cells: Cells, place: Place, effective_on: date) -> datetime:
    stated = cells.maybe_parsed("recorded_at", lambda text: parse_recorded(text, place))
    return stated or start_of_day(effective_on, place.zone)


def _country(text: str) -> str:
    if len(text) != 2 or not (text.isascii() and text.isalpha() and text.isupper()):  # noqa: PLR2004 - ISO 3166-1 alpha-2
        raise Invalid(f"{text!r} is no country; write two capitals such as IT")
    return text


def _language(text: str) -> str:
    found = _LANGUAGE.fullmatch(text)
    if found is None:
        raise Invalid(f"{text!r} is no language; write a code such as it or en, or leave it empty")
    return found[1].lower()


def _ended_reason(text: str) -> str:
    if text not in list(EndedReason):
        raise Invalid(f"{text!r} is no reason known here; write one of {', '.join(EndedReason)}")
    return text


def _phones(cells: Cells, country: str) -> tuple[tuple[str, str | None, str], ...]:
    raw = cells.maybe("phone")
    if raw is None:
        return ()
    found = cells.parsed("phone", lambda text: split(text, country))
    return tuple((phone.e164, phone.extension, raw) for phone in found)


def _emails(cells: Cells) -> tuple[tuple[str, str], ...]:
    raw = cells.maybe("email")
    if raw is None:
        return ()
    return ((cells.parsed("email", check_email), raw),)
