"""Reading promises to pay."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from carecredit.arrangements import model, rules, views
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, PromiseId
from carecredit.store.paging import among

_TABLE = model.PromiseToPay
_PROMISE = tuple(
    getattr(_TABLE, name) for name in views.Promise.__struct_fields__ if name != "invoices"
)


def promises_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId
) -> list[views.Promise]:
    """List a customer's promises, newest first; superseded ones stay in the history."""
    query = _of(client_id).where(_TABLE.customer_id == customer_id)
    return _read(session, client_id, query.order_by(_TABLE.given_at.desc(), _TABLE.id.desc()))


def promise(session: Session, *, client_id: ClientId, promise_id: PromiseId) -> views.Promise:
    """Read one promise."""
    found = _read(session, client_id, _of(client_id).where(_TABLE.id == promise_id))
    if not found:
        raise rules.UnknownPromise("no such promise", field="promise_id")
    return found[0]


def active_promises(
    session: Session,
    *,
    client_id: ClientId,
    given_before: datetime,
    customer_ids: Collection[CustomerId] | None = None,
) -> list[views.Promise]:
    """List promises still to be judged, oldest first: of some customers, or of all."""
    query = _of(client_id).where(
        _TABLE.state == rules.PromiseState.ACTIVE.value, _TABLE.given_at <= given_before
    )
    if customer_ids is not None:
        query = query.where(among(session, _TABLE.customer_id, customer_ids))
    return _read(session, client_id, query.order_by(_TABLE.given_at, _TABLE.id))


def _of(client_id: ClientId) -> Select[Any]:
    return select(*_PROMISE).where(_TABLE.client_id == client_id)


def _read(session: Session, client_id: ClientId, query: Select[Any]) -> list[views.Promise]:
    rows = session.execute(query).all()
    named = _named(session, client_id, [row.id for row in rows]) if rows else {}
    return [views.Promise(*(*row, named.get(row.id, ()))) for row in rows]


def _named(
    session: Session, client_id: ClientId, ids: Collection[PromiseId]
) -> dict[PromiseId, tuple[InvoiceId, ...]]:
    table = model.PromiseInvoice
    rows = session.execute(
        select(table.promise_id, table.invoice_id)
        .where(table.client_id == client_id, among(session, table.promise_id, ids))
        .order_by(table.invoice_id)
    )
    found: dict[PromiseId, tuple[InvoiceId, ...]] = {}
    for promise_id, invoice_id in rows:
        found[promise_id] = (*found.get(promise_id, ()), invoice_id)
    return found
