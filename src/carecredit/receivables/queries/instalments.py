"""Reading the due dates of invoices that have several, and which of a book's are amiss."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import BookId, ClientId, InvoiceId
from carecredit.receivables import model
from carecredit.receivables.rules import INSTALMENTS_MAX
from carecredit.store.paging import among, integer_sum


def instalments_of(
    session: Session, *, client_id: ClientId, invoice_ids: Collection[InvoiceId]
) -> dict[InvoiceId, list[tuple[date, int]]]:
    """List the due dates and amounts of some invoices that have several."""
    table = model.Instalment
    rows = session.execute(
        select(table.invoice_id, table.due_on, table.amount_minor)
        .where(table.client_id == client_id, among(session, table.invoice_id, invoice_ids))
        .order_by(table.invoice_id, table.position)
    )
    found: dict[InvoiceId, list[tuple[date, int]]] = {}
    for invoice_id, due_on, minor in rows:
        found.setdefault(invoice_id, []).append((due_on, minor))
    return found


def instalments_amiss(
    session: Session, *, client_id: ClientId, book_id: BookId
) -> list[tuple[InvoiceId, str, str, int, int, date]]:
    """List invoices whose instalments a book brought and that may not be as they must.

    Each with number, currency, sum of the instalments, gross, own date. `check_due_dates` says
    whether and what is wrong; this leaves out the many that need no second look.
    """
    table, invoice = model.Instalment, model.Invoice
    total, count = integer_sum(table.amount_minor), func.count()
    rows = session.execute(
        select(
            invoice.id,
            invoice.number,
            invoice.currency,
            total,
            invoice.gross_minor,
            invoice.invoiced_on,
        )
        .join(invoice, and_(invoice.client_id == table.client_id, invoice.id == table.invoice_id))
        .where(table.client_id == client_id, table.book_id == book_id)
        .group_by(
            invoice.id, invoice.number, invoice.currency, invoice.gross_minor, invoice.invoiced_on
        )
        .having(
            or_(
                total != invoice.gross_minor,
                ~count.between(2, INSTALMENTS_MAX),
                count > func.count(table.due_on.distinct()),
                func.min(table.due_on) < invoice.invoiced_on,
            )
        )
        .order_by(invoice.number)
    )
    return [
        (one, number, currency, minor, gross, day)
        for one, number, currency, minor, gross, day in rows
    ]
