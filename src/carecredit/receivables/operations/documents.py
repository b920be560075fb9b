"""Recording documents that ask for payment: invoices, opening balances, notes of charges."""

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, new_id
from carecredit.kernel.money import Money, check_currency
from carecredit.receivables import model, rules
from carecredit.receivables.operations import books
from carecredit.receivables.operations.pen import (
    NumberTaken,
    Pen,
    check_number,
    put_down,
    take_up,
)

__all__ = ["NewInstalment", "NewInvoice", "NumberTaken", "record_invoice", "write_invoice"]


class NewInstalment(msgspec.Struct, frozen=True):
    """One due date among several of an invoice to be recorded."""

    due_on: date
    amount_minor: int


class NewInvoice(msgspec.Struct, frozen=True):
    """An invoice to be recorded; `gross` is the document's total, VAT included."""

    customer_id: CustomerId
    number: str
    invoiced_on: date
    due_on: date | None
    gross: Money
    tax_minor: int | None = None
    segment: str | None = None
    kind: rules.InvoiceKind = rules.InvoiceKind.INVOICE
    split_payment: bool = False
    instalments: tuple[NewInstalment, ...] = ()


def record_invoice(
    session: Session, *, client_id: ClientId, invoice: NewInvoice, now: datetime
) -> InvoiceId:
    """Record an invoice; it is open from its date on, which may lie ahead.

    Where VAT is paid by split payment the customer owes the total less the VAT (Italy: DPR
    633/1972, art. 17-ter).
    """
    _check(invoice)
    lock_gate_of(session, client_id=client_id, customer_id=invoice.customer_id)
    pen = take_up(session, client_id, now)
    invoice_id = write_invoice(pen, invoice)
    put_down(
        pen,
        "invoice.recorded",
        invoice_id,
        kind=invoice.kind.value,
        gross_minor=_owed(invoice),
        currency=invoice.gross.currency,
    )
    return invoice_id


def write_invoice(pen: Pen, invoice: NewInvoice) -> InvoiceId:
    """Write an invoice and its due dates into a book."""
    _check(invoice)
    table = model.Invoice
    taken = select(table.id).where(table.client_id == pen.client_id, table.number == invoice.number)
    if pen.session.execute(taken).first():
        raise NumberTaken(f"an invoice {invoice.number!r} exists already", field="number")
    invoice_id = InvoiceId(new_id())
    books.store_invoices(pen.session, rows=[_row(pen, invoice, invoice_id)])
    books.store_instalments(pen.session, rows=_instalments(pen, invoice, invoice_id))
    books.refresh_standings(pen.session, client_id=pen.client_id, invoice_ids=[invoice_id])
    return invoice_id


def _row(pen: Pen, it: NewInvoice, invoice_id: InvoiceId) -> dict[str, Any]:
    return {
        "client_id": pen.client_id,
        "id": invoice_id,
        "customer_id": it.customer_id,
        "book_id": pen.book_id,
        "kind": it.kind.value,
        "number": it.number,
        "invoiced_on": it.invoiced_on,
        "due_on": min((one.due_on for one in it.instalments), default=it.due_on),
        "currency": it.gross.currency,
        "gross_minor": _owed(it),
        "tax_minor": it.tax_minor,
        "split_payment": it.split_payment,
        "segment": it.segment,
        "recorded_at": pen.now,
    }


def _instalments(pen: Pen, it: NewInvoice, invoice_id: InvoiceId) -> list[dict[str, Any]]:
    ordered = sorted(it.instalments, key=lambda one: one.due_on)
    return [
        {
            "client_id": pen.client_id,
            "invoice_id": invoice_id,
            "position": position,
            "book_id": pen.book_id,
            "due_on": one.due_on,
            "amount_minor": one.amount_minor,
            "recorded_at": pen.now,
        }
        for position, one in enumerate(ordered, start=1)
    ]


def _owed(it: NewInvoice) -> int:
    return it.gross.minor - (it.tax_minor or 0 if it.split_payment else 0)


def _check(it: NewInvoice) -> None:
    check_currency(it.gross.currency)
    rules.check_segment(it.segment)
    check_number(it.number)
    if it.kind is not rules.InvoiceKind.INVOICE and it.gross.minor <= 0:
        raise Invalid(
            "an opening balance or a note of charges is above zero; what stands in the customer's "
            "favour is an opening credit",
            field="gross",
        )
    _check_tax(it)
    if it.instalments:
        _check_instalments(it)


def _check_tax(it: NewInvoice) -> None:
    if it.split_payment and it.tax_minor is None:
        raise Invalid("split payment needs the VAT of the document", field="tax")
    tax, gross = it.tax_minor or 0, it.gross.minor
    if abs(tax) > abs(gross) or tax * gross < 0:
        raise Invalid("the VAT is part of the total and has its sign", field="tax")


def _check_instalments(it: NewInvoice) -> None:
    if it.due_on is not None and it.due_on != min(one.due_on for one in it.instalments):
        raise Invalid("where there are instalments each has its own due date", field="due_on")
    rules.check_due_dates(
        [(one.due_on, one.amount_minor) for one in it.instalments],
        owed_minor=_owed(it),
        first=it.invoiced_on,
    )
