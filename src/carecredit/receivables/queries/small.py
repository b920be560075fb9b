"""Reading remainders too small to ask for."""

from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, InvoiceId
from carecredit.mandates import queries as mandates
from carecredit.receivables import model, views
from carecredit.receivables.queries.standing import invoices_by_id

CANDIDATES_MAX = 1_000
"""How many remainders one call looks at; what is left comes with the next."""


def small_balances(
    session: Session, *, client_id: ClientId, today: date, limit: int = 200
) -> list[views.SmallBalance]:
    """List what is open below the mandate's tolerance, past due and not contested.

    The tolerance is an amount in the client company's own currency; others are left alone.
    """
    client = mandates.client(session, client_id=client_id)
    tolerance = mandates.mandate(session, client_id=client_id, today=today).small_balance_minor
    found: list[views.SmallBalance] = []
    ids = _candidates(session, client_id, client.currency, tolerance, today)
    standing = invoices_by_id(session, client_id=client_id, invoice_ids=ids, today=today)
    for it in (standing[invoice_id] for invoice_id in ids):
        if 0 < it.past_due_minor == it.open_minor < tolerance and not it.disputed_minor:
            small = views.SmallBalance(
                it.id, it.customer_id, it.number, it.due_on, it.currency, it.open_minor
            )
            found.append(small)
        if len(found) == limit:
            break
    return found


def _candidates(
    session: Session, client_id: ClientId, currency: str, tolerance: int, today: date
) -> list[InvoiceId]:
    table, document = model.Standing, model.Invoice
    rows = session.execute(
        select(table.invoice_id)
        .join(
            document, and_(document.client_id == table.client_id, document.id == table.invoice_id)
        )
        .where(
            table.client_id == client_id,
            table.settled_on.is_(None),
            table.open_minor > 0,
            table.open_minor < tolerance,
            document.currency == currency,
            document.invoiced_on < today,
        )
        .order_by(document.invoiced_on, document.id)
        .limit(CANDIDATES_MAX)
    )
    return list(rows.scalars())
