"""Reading what money may still be put on: open from a day on, whatever later days brought."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId
from carecredit.kernel.money import CurrencyMismatch
from carecredit.receivables import model, rules, views
from carecredit.receivables.queries.entries import applied_changes
from carecredit.receivables.queries.standing import UnknownInvoice, open_invoices


def payable(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, currency: str, day: date
) -> list[rules.OpenItem]:
    """List by due date what a customer's invoices have open on a day and on every later one.

    A late record must not settle again what later days have settled already.
    """
    found = open_invoices(session, client_id=client_id, customer_ids=[customer_id], today=day)
    items = [item for item in found.get(customer_id, []) if item.currency == currency]
    changes = applied_changes(session, client_id=client_id, invoice_ids=[item.id for item in items])
    return [
        piece
        for item in items
        for piece in _pieces(item, rules.left_from(item.gross_minor, changes[item.id], day))
    ]


def check_invoices(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    currency: str,
    invoice_ids: Collection[InvoiceId],
) -> dict[InvoiceId, str]:
    """Accept invoices that are the customer's own and in the money's currency: their numbers."""
    table = model.Invoice
    rows = session.execute(
        select(table.id, table.number, table.currency).where(
            table.client_id == client_id,
            table.customer_id == customer_id,
            table.id.in_(list(invoice_ids)),
        )
    )
    known = {invoice_id: (number, told) for invoice_id, number, told in rows}
    if set(invoice_ids) - known.keys():
        raise UnknownInvoice("no such invoice of this customer", field="shares")
    if {told for _, told in known.values()} - {currency}:
        raise CurrencyMismatch(
            f"an invoice in another currency cannot be settled in {currency}", field="shares"
        )
    return {invoice_id: number for invoice_id, (number, _) in known.items()}


def room_of(items: Collection[rules.OpenItem]) -> dict[InvoiceId, int]:
    """Add up by invoice what may still be put on it."""
    found: dict[InvoiceId, int] = {}
    for item in items:
        found[item.invoice_id] = found.get(item.invoice_id, 0) + item.open_minor
    return found


def _pieces(item: views.OpenInvoice, left_minor: int) -> list[rules.OpenItem]:
    """Cut an invoice into its due dates; what is left fills the earliest first."""
    pieces, room = [], max(0, min(item.open_minor, left_minor))
    for part in item.instalments:
        minor = min(room, part.open_minor)
        room -= minor
        if minor > 0:
            pieces.append(
                rules.OpenItem(item.id, part.due_on, minor, nature=rules.nature(item.kind))
            )
    return pieces
