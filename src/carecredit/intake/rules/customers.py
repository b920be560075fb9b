"""How a row of customers.csv becomes a value."""

import re
from datetime import date

import msgspec

from carecredit.customers.rules import EndedReason, check_email
from carecredit.intake.rules.cells import Cells, Place, parse_day
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import parse_minor
from carecredit.kernel.phones import split
from carecredit.receivables.rules import check_segment

_LANGUAGE = re.compile(r"([A-Za-z]{2})(?:[-_][A-Za-z]{2})?")
"""A language by its code, with or without a country; one we do not write is answered in English."""


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
        monthly_value_minor=cells.maybe_parsed("monthly_value", parse_minor, place.currency),
        phones=_phones(cells, country or place.country),
        emails=_emails(cells),
    )


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
    found = cells.parsed("phone", split, country)
    return tuple((phone.e164, phone.extension, raw) for phone in found)


def _emails(cells: Cells) -> tuple[tuple[str, str], ...]:
    raw = cells.maybe("email")
    if raw is None:
        return ()
    return ((cells.parsed("email", check_email), raw),)
