"""Putting a mistaken invoice right: a credit note over all of it, and a new one in its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.errors import CareCreditError, Invalid, Refused
from carecredit.kernel.ids import ClientId, EntryId, InvoiceId
from carecredit.kernel.money import Money
from carecredit.receivables import queries, rules, views
from carecredit.receivables.operations.charges import copy_waivers
from carecredit.receivables.operations.documents import NewInvoice, write_invoice
from carecredit.receivables.operations.pen import (
    Movement,
    Pen,
    Written,
    check_not_ahead,
    put_down,
    take_up,
    write_entry,
    write_shares,
    write_undoings,
)
from carecredit.receivables.operations.receipts import follow


class NotCorrectable(Refused):
    """Part of it was written off or credited already: what is left is put right by hand."""

    code = "invoice_not_correctable"


class _Moved(NamedTuple):
    entry: views.Entry
    minor: int


def correct_invoice(
    session: Session,
    *,
    client_id: ClientId,
    invoice_id: InvoiceId,
    credit_number: str,
    replacement: NewInvoice,
    corrected_on: date,
    reason: str,
    now: datetime,
) -> views.Corrected:
    """Put a mistaken invoice right: nothing is edited, a credit note lowers it to zero.

    What was paid on it moves over to the new one, oldest first, as far as that one is open; what
    is beyond stands unapplied. The credit note has the VAT and segment of what it lowers, and what
    was waived is waived on the new one. Disputes and holds move in `holds.operations`.
    """
    it = queries.invoice(session, client_id=client_id, invoice_id=invoice_id, today=corrected_on)
    if replacement.customer_id != it.customer_id:
        raise Invalid("the new invoice is for the same customer", field="replacement.customer_id")
    if replacement.gross.currency != it.currency:
        raise Invalid(f"the new invoice is in {it.currency} too", field="replacement.currency")
    if it.gross_minor <= 0:
        raise NotCorrectable("only an invoice above zero is put right so", field="invoice_id")
    lock_gate_of(session, client_id=client_id, customer_id=it.customer_id)
    check_not_ahead(session, client_id, corrected_on, now, field="corrected_on")
    # What was paid is put on it from its day on, and nothing is put on an invoice to come.
    check_not_ahead(
        session, client_id, replacement.invoiced_on, now, field="replacement.invoiced_on"
    )
    pen = take_up(session, client_id, now)
    paid = _take_off(pen, it, corrected_on)
    money = Money(it.gross_minor, it.currency)
    kind = rules.EntryKind.CREDIT_NOTE
    credit = Movement(
        kind, it.customer_id, credit_number, corrected_on, money, None, reason,
        it.tax_minor, it.segment,
    )  # fmt: skip
    shares = follow(pen, credit, [rules.Share(it.id, it.gross_minor)])
    with _pointing("credit_{}"):
        written = write_entry(pen, credit)
    write_shares(pen, written, shares, corrected_on)
    with _pointing("replacement.{}"):
        new_id = write_invoice(pen, replacement)
    copy_waivers(session, client_id=client_id, from_id=invoice_id, into_id=new_id, now=now)
    moved = _put_over(pen, replacement, new_id, paid, corrected_on)
    put_down(
        pen, "invoice.corrected", invoice_id, 3 + len(paid),
        credit_note=str(written.id), replacement=str(new_id), moved_minor=moved,
    )  # fmt: skip
    return views.Corrected(written.id, new_id, moved)


@contextmanager
def _pointing(where: str) -> Iterator[None]:
    """Let an error about a document point to where it is told here; the reason is ours."""
    try:
        yield
    except CareCreditError as error:
        if error.field is not None and error.field != "reason":
            error.field = where.format(error.field)
        raise


def _take_off(pen: Pen, it: views.OpenInvoice, day: date) -> list[_Moved]:
    """Take what was paid off the mistaken invoice; what was given up or credited bars the way."""
    found: dict[EntryId, list[rules.StandingShare]] = {}
    for one in queries.standing_shares(pen.session, client_id=pen.client_id, invoice_ids=[it.id]):
        found.setdefault(one.entry_id, []).append(one.share)
    moved = []
    for entry_id, shares in found.items():
        entry = queries.entry(pen.session, client_id=pen.client_id, entry_id=entry_id)
        if entry.kind not in {rules.EntryKind.PAYMENT, rules.EntryKind.OPENING_CREDIT}:
            raise NotCorrectable(
                f"a {entry.kind.replace('_', ' ')} lowers it already: record a credit note for "
                "what is left, and a new invoice",
                field="invoice_id",
            )
        undoings = rules.undo_all(shares, day)
        write_undoings(pen, Written(entry.id, entry.effective_on), undoings)
        moved.append(_Moved(entry, sum(one.minor for one in undoings)))
    return sorted(moved, key=lambda one: (one.entry.effective_on, one.entry.id))


def _put_over(
    pen: Pen, replacement: NewInvoice, invoice_id: InvoiceId, paid: list[_Moved], day: date
) -> int:
    """Put what was paid on the new invoice, from the day it is issued on."""
    on = max(day, replacement.invoiced_on)
    it = queries.invoice(
        pen.session, client_id=pen.client_id, invoice_id=invoice_id, today=replacement.invoiced_on
    )
    room = it.open_minor if replacement.gross.currency == _currency(paid) else 0
    left = room
    for one in paid:
        minor = min(left, one.minor)
        if minor > 0:
            left -= minor
            written = Written(one.entry.id, one.entry.effective_on)
            write_shares(pen, written, [rules.Share(invoice_id, minor)], on)
    return room - left


def _currency(paid: list[_Moved]) -> str | None:
    return paid[0].entry.currency if paid else None
