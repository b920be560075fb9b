"""How a row about documents already told becomes a value: a due date, a share, a dispute, a rate.

Amounts that are in the currency of a document are read once that is found; here they are text.
"""

import re
from datetime import date, datetime

import msgspec

from carecredit.intake.rules.cells import (
    Cells,
    Place,
    parse_day,
    parse_past,
    parse_recorded,
    recorded,
)
from carecredit.intake.rules.documents import check_span
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import check_currency
from carecredit.receivables.rules import SETTLING, EntryKind

BILLION = 10**9
_RATE = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,9})0*)?")


class InstalmentRow(msgspec.Struct, frozen=True):
    """A row of instalments.csv: one due date among several of an invoice."""

    invoice: str
    due_on: date
    amount: str
    recorded_at: datetime | None


class ShareRow(msgspec.Struct, frozen=True):
    """A row of allocations.csv: a share of an entry put on an invoice, or taken off it (minus)."""

    kind: EntryKind
    entry: str
    invoice: str
    applied_on: date | None
    amount: str
    recorded_at: datetime | None


class DisputeRow(msgspec.Struct, frozen=True):
    """A row of disputes.csv: an invoice, or an amount of it, contested from a day on."""

    invoice: str
    disputed_from: date
    disputed_to: date | None
    amount: str | None
    reason: str | None
    recorded_at: datetime
    ended_recorded_at: datetime | None


class RateRow(msgspec.Struct, frozen=True):
    """A row of rates.csv: what one unit of a currency is worth in another on a day."""

    rate_set: str
    currency: str
    into: str
    day: date
    rate_billionths: int
    source: str | None
    recorded_at: datetime


def parse_instalment(cells: Cells, place: Place) -> InstalmentRow:
    """Read a row of instalments.csv."""
    return InstalmentRow(
        cells.text("invoice_id"),
        cells.parsed("due_date", parse_day),
        cells.text("amount"),
        cells.maybe_parsed("recorded_at", parse_recorded, place),
    )


def parse_share(cells: Cells, place: Place) -> ShareRow:
    """Read a row of allocations.csv; without a kind the entry is a payment."""
    return ShareRow(
        cells.maybe_parsed("kind", _settling) or EntryKind.PAYMENT,
        cells.text("entry_id"),
        cells.text("invoice_id"),
        cells.maybe_parsed("applied_date", parse_past, place),
        cells.text("amount"),
        cells.maybe_parsed("recorded_at", parse_recorded, place),
    )


def parse_dispute(cells: Cells, place: Place) -> DisputeRow:
    """Read a row of disputes.csv; without an amount all that is open is contested."""
    begun = cells.parsed("disputed_from", parse_day)
    ended = cells.maybe_parsed("disputed_to", parse_day)
    check_span(begun, ended)
    ended_recorded_at = cells.maybe_parsed("ended_recorded_at", parse_recorded, place)
    if ended_recorded_at and ended is None:
        raise Invalid("the dispute has no end; fill in disputed_to", field="ended_recorded_at")
    return DisputeRow(
        cells.text("invoice_id"),
        begun,
        ended,
        cells.maybe("amount"),
        cells.maybe("reason"),
        recorded(cells, place, begun),
        ended_recorded_at,
    )


def parse_rate(cells: Cells, place: Place) -> RateRow:
    """Read a row of rates.csv; a rate of a currency into itself is none."""
    currency = cells.parsed("currency", check_currency)
    into = cells.parsed("into", check_currency)
    if currency == into:
        raise Invalid("a currency is worth one of itself; leave this row out", field="into")
    day = cells.parsed("day", parse_day)
    return RateRow(
        cells.text("rate_set"),
        currency,
        into,
        day,
        cells.parsed("rate", _billionths),
        cells.maybe("source"),
        recorded(cells, place, day),
    )


def _billionths(text: str) -> int:
    found = _RATE.fullmatch(text)
    billionths = int(found[1] + (found[2] or "").ljust(9, "0")) if found else 0
    if billionths <= 0:
        raise Invalid(
            f"{text!r} is no rate; write a plain decimal above zero with nine decimals at most, "
            "such as 1.0834"
        )
    return billionths


def _settling(text: str) -> EntryKind:
    if text not in SETTLING:
        kinds = ", ".join(kind for kind in EntryKind if kind in SETTLING)
        raise Invalid(f"{text!r} cannot be put on an invoice; write one of {kinds}")
    return EntryKind(text)
