"""Recording one invoice or one payment, as an integrator or an operator does."""

from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.customers import queries as customers
from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import AllocationId, ClientId, CustomerId, EntryId, InvoiceId, new_id
from carecredit.kernel.money import Money, check_currency
from carecredit.receivables import model, queries, rules, views
from carecredit.receivables.operations import books
from carecredit.store import audit

NUMBER_LENGTH_MAX = 200


class NumberTaken(Refused):
    """A document of this kind and number is in the ledger already."""

    code = "document_number_taken"


class NewInvoice(msgspec.Struct, frozen=True):
    """An invoice to be recorded."""

    customer_id: CustomerId
    number: str
    invoiced_on: date
    due_on: date | None
    gross: Money
    tax_minor: int | None = None
    segment: str | None = None


def record_invoice(
    session: Session, *, client_id: ClientId, invoice: NewInvoice, now: datetime
) -> InvoiceId:
    """Record an invoice; it is open from its date on."""
    check_currency(invoice.gross.currency)
    rules.check_segment(invoice.segment)
    _check_number(invoice.number)
    customers.customer(session, client_id=client_id, customer_id=invoice.customer_id)
    taken = select(model.Invoice.id).where(
        model.Invoice.client_id == client_id, model.Invoice.number == invoice.number
    )
    if session.execute(taken).first():
        raise NumberTaken(f"an invoice {invoice.number!r} exists already", field="number")
    invoice_id = InvoiceId(new_id())
    book_id = books.open_book(session, client_id=client_id, now=now)
    row = {
        "client_id": client_id,
        "id": invoice_id,
        "customer_id": invoice.customer_id,
        "book_id": book_id,
        "kind": rules.InvoiceKind.INVOICE.value,
        "number": invoice.number,
        "invoiced_on": invoice.invoiced_on,
        "due_on": invoice.due_on,
        "currency": invoice.gross.currency,
        "gross_minor": invoice.gross.minor,
        "tax_minor": invoice.tax_minor,
        "split_payment": False,
        "segment": invoice.segment,
        "recorded_at": now,
    }
    books.store_invoices(session, rows=[row])
    books.refresh_standings(session, client_id=client_id, invoice_ids=[invoice_id])
    books.close_book(session, client_id=client_id, book_id=book_id)
    audit.record(
        session,
        client_id=client_id,
        action="invoice.recorded",
        subject="invoice",
        subject_id=invoice_id,
        now=now,
        data={"gross_minor": invoice.gross.minor, "currency": invoice.gross.currency},
    )
    return invoice_id


def record_payment(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    number: str,
    amount: Money,
    received_on: date,
    now: datetime,
) -> views.Receipt:
    """Record a payment and settle the oldest due first; the rest stays unapplied."""
    if amount.minor <= 0:
        raise Invalid("a payment is above zero", field="amount")
    check_currency(amount.currency)
    _check_number(number)
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    taken = select(model.LedgerEntry.id).where(
        model.LedgerEntry.client_id == client_id,
        model.LedgerEntry.kind == rules.EntryKind.PAYMENT,
        model.LedgerEntry.number == number,
    )
    if session.execute(taken).first():
        raise NumberTaken(f"a payment {number!r} exists already", field="number")
    open_now = queries.open_invoices(
        session, client_id=client_id, customer_ids=[customer_id], today=received_on
    ).get(customer_id, [])
    # A late record must not settle again what later days have settled already.
    left = queries.left_open(session, client_id=client_id, customer_id=customer_id)
    shares = list(
        rules.allocate(
            amount.minor,
            (
                rules.OpenItem(item.id, item.due_on, min(item.open_minor, left.get(item.id, 0)))
                for item in open_now
                if item.currency == amount.currency
            ),
        )
    )
    entry_id = EntryId(new_id())
    book_id = books.open_book(session, client_id=client_id, now=now)
    entry = {
        "client_id": client_id,
        "id": entry_id,
        "kind": rules.EntryKind.PAYMENT.value,
        "customer_id": customer_id,
        "book_id": book_id,
        "related_id": None,
        "number": number,
        "effective_on": received_on,
        "currency": amount.currency,
        "amount_minor": amount.minor,
        "tax_minor": None,
        "segment": None,
        "reason": None,
        "recorded_at": now,
    }
    books.store_entries(session, rows=[entry])
    _apply(session, client_id, entry, shares, now)
    books.close_book(session, client_id=client_id, book_id=book_id)
    applied = sum(share.minor for share in shares)
    audit.record(
        session,
        client_id=client_id,
        action="payment.recorded",
        subject="payment",
        subject_id=entry_id,
        now=now,
        data={"amount_minor": amount.minor, "applied_minor": applied},
    )
    return views.Receipt(entry_id, applied, amount.minor - applied)


def _check_number(number: str) -> None:
    if not 0 < len(number.strip()) <= NUMBER_LENGTH_MAX or not number.isprintable():
        raise Invalid(
            f"a document has a number of 1 to {NUMBER_LENGTH_MAX} characters", field="number"
        )


def _apply(
    session: Session,
    client_id: ClientId,
    entry: dict[str, Any],
    shares: list[rules.Share],
    now: datetime,
) -> None:
    rows = [
        {
            "client_id": client_id,
            "id": AllocationId(new_id()),
            "entry_id": entry["id"],
            "invoice_id": share.invoice_id,
            "book_id": entry["book_id"],
            "undoes_id": None,
            "effective_on": entry["effective_on"],
            "applied_on": entry["effective_on"],
            "amount_minor": share.minor,
            "recorded_at": now,
        }
        for share in shares
    ]
    books.store_allocations(session, rows=rows)
    books.refresh_standings(
        session, client_id=client_id, invoice_ids={share.invoice_id for share in shares}
    )
