"""How a row that asks for payment, or that moves a balance, becomes a value.

An empty `invoice_id` means received and not applied; an empty `applied_date` beside an invoice
means applied on the day received.
"""

from datetime import date, datetime
from typing import Any

import msgspec

from carecredit.intake.rules.cells import (
    Cells,
    Place,
    parse_day,
    parse_past,
    parse_yes,
    positive,
    recorded,
)
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import check_currency, parse_minor
from carecredit.receivables.rules import SETTLING, EntryKind, InvoiceKind, check_segment

DOCUMENTS = frozenset(kind.value for kind in InvoiceKind)
MOVEMENTS = frozenset(kind.value for kind in EntryKind)
_INVOICE = InvoiceKind.INVOICE.value
MUST_RELATE = frozenset({EntryKind.CHARGEBACK})
"""A debit that came back is one of a payment; without it nobody knows what is open again."""


class InvoiceRow(msgspec.Struct, frozen=True):
    """A row of invoices.csv, or a document that asks for payment of entries.csv."""

    kind: str
    number: str
    customer: str
    invoiced_on: date
    due_on: date | None
    currency: str
    gross_minor: int
    tax_minor: int | None
    split_payment: bool
    segment: str | None
    recorded_at: datetime
    disputed_from: date | None
    disputed_to: date | None
    recorded_said: bool = False
    """Whether the file says when it was known; else nothing is compared with what is stored."""


class EntryRow(msgspec.Struct, frozen=True):
    """A row of payments.csv, credit_notes.csv or write_offs.csv, or a movement of entries.csv."""

    kind: EntryKind
    number: str
    customer: str
    invoice: str | None
    related: str | None
    related_kind: EntryKind | None
    effective_on: date
    applied_on: date
    currency: str
    amount_minor: int
    tax_minor: int | None
    segment: str | None
    reason: str | None
    recorded_at: datetime
    recorded_said: bool = False


def parse_invoice(cells: Cells, place: Place) -> InvoiceRow:
    """Read a row of invoices.csv; a row without a due date is due on its invoice date."""
    kind = cells.maybe_parsed("kind", _document_kind) or _INVOICE
    disputed_from = cells.maybe_parsed("disputed_from", parse_day)
    disputed_to = cells.maybe_parsed("disputed_to", parse_day)
    check_span(disputed_from, disputed_to)
    return _document(
        cells,
        place,
        kind,
        ("invoice_id", "invoice_date", "gross_amount"),
        (disputed_from, disputed_to),
    )


def check_span(disputed_from: date | None, disputed_to: date | None) -> None:
    """Refuse a dispute that ends and never began, or ends before it begins."""
    if disputed_to and disputed_from is None:
        raise Invalid(
            "the dispute ends and never began; fill in disputed_from", field="disputed_to"
        )
    if disputed_to and disputed_from and disputed_to < disputed_from:
        raise Invalid("the dispute ends before it begins; check both dates", field="disputed_to")


def parse_payment(cells: Cells, place: Place) -> EntryRow:
    """Read a row of payments.csv."""
    return _entry(cells, place, EntryKind.PAYMENT, ("payment_id", "payment_date", "amount"))


def parse_credit_note(cells: Cells, place: Place) -> EntryRow:
    """Read a row of credit_notes.csv."""
    columns = ("credit_note_id", "credit_date", "gross_amount")
    return _entry(cells, place, EntryKind.CREDIT_NOTE, columns)


def parse_write_off(cells: Cells, place: Place) -> EntryRow:
    """Read a row of write_offs.csv; what is given up is given up on an invoice, on its day.

    What is given up on several is a row of entries.csv, with its shares in allocations.csv.
    """
    cells.text("invoice_id")
    columns = ("write_off_id", "write_off_date", "amount")
    return _entry(cells, place, EntryKind.WRITE_OFF, columns)


def parse_entry(cells: Cells, place: Place) -> InvoiceRow | EntryRow:
    """Read a row of entries.csv: a document that asks for payment, or a movement, by its kind."""
    kind: str = cells.parsed("kind", _kind)
    columns = ("entry_id", "date", "amount")
    if kind in DOCUMENTS:
        _leave_empty(cells, kind, ("invoice_id", "applied_date", "related_id", "reason"))
        return _document(cells, place, kind, columns, (None, None))
    _leave_empty(cells, kind, ("due_date", "split_payment"))
    movement = EntryKind(kind)
    if movement not in SETTLING:
        _leave_empty(cells, kind, ("invoice_id", "applied_date"))
    else:
        _leave_empty(cells, kind, ("related_id", "related_kind"))
    if movement in MUST_RELATE:
        cells.text("related_id")
    return _entry(cells, place, movement, columns)


def _document(
    cells: Cells,
    place: Place,
    kind: str,
    columns: tuple[str, str, str],
    disputed: tuple[date | None, date | None],
) -> InvoiceRow:
    number, day, amount = columns
    invoiced_on = cells.parsed(day, parse_day)
    currency = cells.parsed("currency", check_currency)
    total = cells.parsed(amount, parse_minor, currency)
    tax = cells.maybe_parsed("tax_amount", parse_minor, currency)
    split = cells.maybe_parsed("split_payment", parse_yes) or False
    return InvoiceRow(
        kind,
        cells.text(number),
        cells.text("customer_id"),
        invoiced_on,
        cells.maybe_parsed("due_date", parse_day),
        currency,
        _owed(total, tax) if split else total,
        tax,
        split,
        cells.maybe_parsed("segment", check_segment),
        recorded(cells, place, invoiced_on),
        *disputed,
        cells.maybe("recorded_at") is not None,
    )


def _owed(total: int, tax: int | None) -> int:
    """Take the VAT off what the customer owes: it goes to the treasury, not to us.

    Italy, DPR 633/1972, art. 17-ter.
    """
    if tax is None or tax * total < 0 or abs(tax) > abs(total):
        raise Invalid(
            "payment is split, so the VAT must be stated and lie within the total; fill in "
            "tax_amount, or leave split_payment empty",
            field="tax_amount",
        )
    return total - tax


def _entry(cells: Cells, place: Place, kind: EntryKind, columns: tuple[str, str, str]) -> EntryRow:
    number, day, amount = columns
    effective_on = cells.parsed(day, parse_past, place)
    currency = cells.parsed("currency", check_currency)
    invoice = cells.maybe("invoice_id")
    applied_on = cells.maybe_parsed("applied_date", parse_past, place)
    if applied_on and invoice is None:
        raise Invalid("it is applied to no invoice; fill in invoice_id", field="applied_date")
    related = cells.maybe("related_id")
    related_kind = cells.maybe_parsed("related_kind", _movement_kind)
    if related_kind and related is None:
        raise Invalid("it relates to nothing; fill in related_id", field="related_kind")
    return EntryRow(
        kind,
        cells.text(number),
        cells.text("customer_id"),
        invoice,
        related,
        related_kind,
        effective_on,
        applied_on or effective_on,
        currency,
        cells.parsed(amount, positive, currency),
        cells.maybe_parsed("tax_amount", parse_minor, currency),
        cells.maybe_parsed("segment", check_segment),
        cells.maybe("reason"),
        recorded(cells, place, effective_on),
        cells.maybe("recorded_at") is not None,
    )


def _leave_empty(cells: Cells, kind: str, columns: tuple[str, ...]) -> None:
    for column in columns:
        if cells.maybe(column) is not None:
            raise Invalid(f"a row of kind {kind} has no {column}; leave it empty", field=column)


def _kind(text: str) -> str:
    return _one_of(text, [*EntryKind, *InvoiceKind])


def _document_kind(text: str) -> str:
    return _one_of(text, list(InvoiceKind))


def _movement_kind(text: str) -> EntryKind:
    return EntryKind(_one_of(text, list(EntryKind)))


def _one_of(text: str, kinds: list[Any]) -> str:
    if text not in kinds:
        raise Invalid(f"{text!r} is no kind known here; write one of {', '.join(kinds)}")
    return text
