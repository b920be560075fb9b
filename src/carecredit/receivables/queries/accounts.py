"""Reading a customer's account: balances, exposure beside its limit, limits, disputes."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId
from carecredit.receivables import model, views
from carecredit.receivables.queries.loose import unapplied_signed
from carecredit.receivables.queries.standing import standing_of


def balance(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    today: date,
    known_at: datetime | None = None,
) -> list[views.Balance]:
    """Say what a customer owes at the end of a day, by currency and never across currencies."""
    standing = standing_of(
        session, client_id=client_id, customer_id=customer_id, today=today, known_at=known_at
    )
    loose = unapplied_signed(
        session, client_id=client_id, customer_ids=[customer_id], today=today, known_at=known_at
    )
    found = {currency: minor for (_, currency), minor in loose.items()}
    currencies = sorted({item.currency for item in standing} | found.keys())
    return [
        _balance(
            currency,
            [item for item in standing if item.currency == currency],
            found.get(currency, 0),
        )
        for currency in currencies
    ]


def exposure(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, today: date
) -> list[views.Exposure]:
    """Say what is at stake with a customer, by currency, beside its limit; nothing follows of it.

    Exposure is all that is open, due or not, less what stands unapplied.
    """
    limits = {
        limit.currency: limit.limit_minor
        for limit in _limits(session, client_id, [customer_id], today).get(customer_id, [])
    }
    balances = balance(session, client_id=client_id, customer_id=customer_id, today=today)
    known = {one.currency for one in balances}
    blank = [views.Balance(it, 0, 0, 0, 0, 0) for it in sorted(limits.keys() - known)]
    return [_exposure(one, limits.get(one.currency)) for one in (*balances, *blank)]


def over_limit(
    session: Session, *, client_id: ClientId, customer_ids: Sequence[CustomerId], today: date
) -> set[CustomerId]:
    """Name the customers whose exposure is above their limit in some currency: a flag to read."""
    limited = _limits(session, client_id, customer_ids, today)
    return {
        customer_id
        for customer_id in limited
        if any(
            one.over_limit
            for one in exposure(session, client_id=client_id, customer_id=customer_id, today=today)
        )
    }


def credit_limits(
    session: Session, *, client_id: ClientId, customer_id: CustomerId
) -> list[views.Limit]:
    """List every limit a customer has had, newest word first."""
    table = model.CreditLimit
    rows = session.execute(
        select(table.currency, table.valid_from, table.limit_minor, table.set_by, table.recorded_at)
        .where(table.client_id == client_id, table.customer_id == customer_id)
        .order_by(table.recorded_at.desc(), table.currency)
    )
    return [views.Limit(*row) for row in rows]


def disputes_of(
    session: Session, *, client_id: ClientId, invoice_ids: Sequence[InvoiceId]
) -> list[views.Dispute]:
    """List the disputes about some invoices, oldest first."""
    table, end = model.Dispute, model.DisputeEnd
    rows = session.execute(
        select(
            table.id,
            table.invoice_id,
            table.disputed_from,
            end.disputed_to,
            table.reason,
            table.amount_minor,
        )
        .outerjoin(end, and_(end.client_id == table.client_id, end.dispute_id == table.id))
        .where(table.client_id == client_id, table.invoice_id.in_(invoice_ids))
        .order_by(table.disputed_from, table.id)
    )
    return [views.Dispute(*row) for row in rows]


def _balance(
    currency: str, items: Sequence[views.OpenInvoice], unapplied_minor: int
) -> views.Balance:
    open_minor = sum(item.open_minor for item in items)
    return views.Balance(
        currency=currency,
        open_minor=open_minor,
        past_due_minor=sum(item.past_due_minor for item in items),
        disputed_minor=sum(item.disputed_minor for item in items),
        unapplied_minor=unapplied_minor,
        net_minor=open_minor - unapplied_minor,
    )


def _exposure(it: views.Balance, limit_minor: int | None) -> views.Exposure:
    return views.Exposure(
        currency=it.currency,
        past_due_minor=it.past_due_minor,
        not_due_minor=it.open_minor - it.past_due_minor,
        unapplied_minor=it.unapplied_minor,
        exposure_minor=it.net_minor,
        disputed_minor=it.disputed_minor,
        limit_minor=limit_minor,
        over_limit=limit_minor is not None and it.net_minor > limit_minor,
    )


def _limits(
    session: Session, client_id: ClientId, customer_ids: Sequence[CustomerId], today: date
) -> dict[CustomerId, list[views.Limit]]:
    """Find the limit in force by customer and currency: the latest day, then the latest word."""
    table = model.CreditLimit
    rank = func.row_number().over(
        partition_by=(table.customer_id, table.currency),
        order_by=(table.valid_from.desc(), table.recorded_at.desc()),
    )
    ranked = (
        select(
            table.customer_id,
            table.currency,
            table.valid_from,
            table.limit_minor,
            table.set_by,
            table.recorded_at,
            rank.label("rank"),
        )
        .where(
            table.client_id == client_id,
            table.customer_id.in_(customer_ids),
            table.valid_from <= today,
        )
        .subquery()
    )
    found: dict[CustomerId, list[views.Limit]] = {}
    for customer_id, *limit, _ in session.execute(select(ranked).where(ranked.c.rank == 1)):
        found.setdefault(customer_id, []).append(views.Limit(*limit))
    return found
