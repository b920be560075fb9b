"""Reading payment plans."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from carecredit.arrangements import model, rules, views
from carecredit.kernel.ids import ClientId, CustomerId, PlanId
from carecredit.store.paging import among

_TABLE = model.PaymentPlan
_CARD = tuple(getattr(_TABLE, name) for name in views.PlanCard.__struct_fields__)
_PART = tuple(getattr(model.PlanInstalment, name) for name in views.Instalment.__struct_fields__)
_EVENT = tuple(getattr(model.PlanEvent, name) for name in views.PlanEvent.__struct_fields__)


def plan(session: Session, *, client_id: ClientId, plan_id: PlanId) -> views.PaymentPlan:
    """Read one payment plan whole."""
    found = _whole(session, client_id, _of(client_id).where(_TABLE.id == plan_id))
    if not found:
        raise rules.UnknownPlan("no such payment plan", field="plan_id")
    return found[0]


def plans_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId
) -> list[views.PaymentPlan]:
    """List a customer's payment plans, newest first."""
    query = _of(client_id).where(_TABLE.customer_id == customer_id)
    return _whole(session, client_id, query.order_by(_TABLE.id.desc()))


def live_plans(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, currency: str
) -> dict[str, views.PaymentPlan]:
    """Give a customer's plan that runs, and the one that waits for approval, by state."""
    query = _of(client_id).where(
        _TABLE.customer_id == customer_id,
        _TABLE.currency == currency,
        _TABLE.state.in_([state.value for state in rules.LIVE]),
    )
    return {found.card.state: found for found in _whole(session, client_id, query)}


def active_plans(
    session: Session, *, client_id: ClientId, customer_ids: Collection[CustomerId]
) -> list[views.PaymentPlan]:
    """List the plans of some customers that run."""
    query = _of(client_id).where(
        _TABLE.state == rules.PlanState.ACTIVE.value,
        among(session, _TABLE.customer_id, customer_ids),
    )
    return _whole(session, client_id, query.order_by(_TABLE.id))


def plan_cards(
    session: Session,
    *,
    client_id: ClientId,
    state: str | None = None,
    after: PlanId | None = None,
    limit: int = 50,
) -> list[views.PlanCard]:
    """List payment plans in the order they were proposed, a page at a time (of a state, or all)."""
    query = _of(client_id).order_by(_TABLE.id).limit(limit)
    if state is not None:
        query = query.where(_TABLE.state == state)
    if after is not None:
        query = query.where(_TABLE.id > after)
    return [views.PlanCard(*row) for row in session.execute(query)]


def _of(client_id: ClientId) -> Select[Any]:
    return select(*_CARD).where(_TABLE.client_id == client_id)


def _whole(session: Session, client_id: ClientId, query: Select[Any]) -> list[views.PaymentPlan]:
    cards = [views.PlanCard(*row) for row in session.execute(query)]
    if not cards:
        return []
    ids = [card.id for card in cards]
    invoices = _beside(session, client_id, ids, model.PlanInvoice, ("invoice_id",))
    parts = _beside(session, client_id, ids, model.PlanInstalment, ("position",), _PART)
    events = _beside(session, client_id, ids, model.PlanEvent, ("version",), _EVENT)
    return [
        views.PaymentPlan(
            card,
            tuple(row[0] for row in invoices.get(card.id, ())),
            tuple(views.Instalment(*row) for row in parts.get(card.id, ())),
            tuple(views.PlanEvent(*row) for row in events.get(card.id, ())),
        )
        for card in cards
    ]


def _beside(
    session: Session,
    client_id: ClientId,
    ids: Sequence[PlanId],
    table: Any,
    order: tuple[str, ...],
    columns: tuple[Any, ...] = (),
) -> dict[PlanId, list[Any]]:
    by = [getattr(table, name) for name in order]
    rows = session.execute(
        select(table.plan_id, *(columns or by))
        .where(table.client_id == client_id, among(session, table.plan_id, ids))
        .order_by(table.plan_id, *by)
    )
    found: dict[PlanId, list[Any]] = {}
    for plan_id, *row in rows:
        found.setdefault(plan_id, []).append(row)
    return found
