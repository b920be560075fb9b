"""Reading remainders too small to ask for."""

from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, InvoiceId
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client
from carecredit.receivables import model, views
from carecredit.receivables.queries.against import known_by
from carecredit.receivables.queries.standing import invoices_by_id
from carecredit.store.paging import integer_sum

CANDIDATES_MAX = 1_000
"""How many remainders one call looks at; what is left comes with the next."""


def small_balances(
    session: Session,
    *,
    client_id: ClientId,
    today: date,
    as_of: date | None = None,
    known_at: datetime | None = None,
    limit: int = 200,
) -> list[views.SmallBalance]:
    """List what is open below the mandate's tolerance, past due and not contested.

    The tolerance is an amount in the client company's own currency; others are left alone. Of
    another day, or as known at an earlier instant, they are looked for in the whole ledger.
    """
    client, day = mandates.client(session, client_id=client_id), as_of or today
    tolerance = mandates.mandate(session, client_id=client_id, today=day).small_balance_minor
    found: list[views.SmallBalance] = []
    if as_of is None and known_at is None:
        ids = _candidates(session, client_id, client.currency, tolerance, today)
    else:
        ids = _candidates_then(session, client, tolerance, day, known_at)
    standing = invoices_by_id(
        session, client_id=client_id, invoice_ids=ids, today=day, known_at=known_at
    )
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


def _candidates_then(
    session: Session, client: Client, tolerance: int, day: date, known_at: datetime | None
) -> list[InvoiceId]:
    share, document = model.Allocation, model.Invoice
    applied = (
        select(share.invoice_id, integer_sum(share.amount_minor).label("minor"))
        .where(
            share.client_id == client.id,
            share.applied_on <= day,
            share.effective_on <= day,
            known_by(share, known_at),
        )
        .group_by(share.invoice_id)
        .subquery()
    )
    left = document.gross_minor - func.coalesce(applied.c.minor, 0)
    rows = session.execute(
        select(document.id)
        .outerjoin(applied, applied.c.invoice_id == document.id)
        .where(
            document.client_id == client.id,
            document.currency == client.currency,
            document.invoiced_on < day,
            known_by(document, known_at),
            left > 0,
            left < tolerance,
        )
        .order_by(document.invoiced_on, document.id)
        .limit(CANDIDATES_MAX)
    )
    return list(rows.scalars())
