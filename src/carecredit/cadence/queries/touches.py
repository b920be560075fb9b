"""Reading touches."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from carecredit.cadence import model, views
from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, CustomerId, TouchId
from carecredit.receivables import queries as receivables

LIVE = ("planned", "rung", "dispatching", "offered", "taken")
_TOUCH = tuple(getattr(model.Touch, name) for name in views.Touch.__struct_fields__)


class UnknownTouch(NotFound):
    """No such touch, or none that you may see."""

    code = "touch_unknown"


def touch(
    session: Session, *, client_id: ClientId, touch_id: TouchId, lock: bool = False
) -> views.Touch:
    """Read a touch as it stands; with its lock it stays so until the transaction ends."""
    query = select(*_TOUCH).where(model.Touch.client_id == client_id, model.Touch.id == touch_id)
    row = session.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise UnknownTouch("no such touch", field="touch_id")
    return _view(row)


def touches_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, limit: int = 50
) -> list[views.Touch]:
    """List a customer's touches, newest first."""
    rows = session.execute(
        select(*_TOUCH)
        .where(model.Touch.client_id == client_id, model.Touch.customer_id == customer_id)
        .order_by(model.Touch.planned_at.desc(), model.Touch.id.desc())
        .limit(limit)
    )
    return [_view(row) for row in rows]


def live_touches(
    session: Session, *, client_id: ClientId, customer_ids: Sequence[CustomerId]
) -> dict[CustomerId, views.Touch]:
    """Find the live touch of each of some customers; most have none."""
    rows = session.execute(
        select(*_TOUCH).where(
            model.Touch.client_id == client_id,
            model.Touch.customer_id.in_(customer_ids),
            model.Touch.status.in_(LIVE),
        )
    )
    return {touch.customer_id: touch for touch in map(_view, rows)}


def touches_waiting(
    session: Session, *, client_ids: Sequence[ClientId], statuses: Sequence[str], limit: int
) -> list[views.Touch]:
    """List touches of some client companies in some states, the longest due first."""
    rows = session.execute(
        select(*_TOUCH)
        .where(model.Touch.client_id.in_(client_ids), model.Touch.status.in_(statuses))
        .order_by(model.Touch.due_at, model.Touch.id)
        .limit(limit)
    )
    return [_view(row) for row in rows]


def touches_due(
    session: Session, *, client_id: ClientId, since: datetime, until: datetime
) -> list[views.Touch]:
    """List the touches that fell due within a span, whatever became of them, earliest first."""
    rows = session.execute(
        select(*_TOUCH)
        .where(
            model.Touch.client_id == client_id,
            model.Touch.due_at >= since,
            model.Touch.due_at < until,
        )
        .order_by(model.Touch.due_at, model.Touch.id)
    )
    return [_view(row) for row in rows]


def touches_by_id(
    session: Session, *, client_id: ClientId, touch_ids: Collection[TouchId]
) -> list[views.Touch]:
    """Read some touches; unknown ones are left out."""
    rows = session.execute(
        select(*_TOUCH).where(
            model.Touch.client_id == client_id, model.Touch.id.in_(list(touch_ids))
        )
    )
    return [_view(row) for row in rows]


def customers_to_plan(
    session: Session,
    *,
    client_id: ClientId,
    today: date,
    after: CustomerId | None = None,
    limit: int = 500,
) -> list[CustomerId]:
    """List, a page at a time, customers with something open or with a live touch."""
    table = model.Touch
    query = select(table.customer_id).where(table.client_id == client_id, table.status.in_(LIVE))
    if after is not None:
        query = query.where(table.customer_id > after)
    live = session.execute(query.order_by(table.customer_id).limit(limit)).scalars()
    owing = receivables.customers_with_open(
        session, client_id=client_id, today=today, after=after, limit=limit
    )
    return sorted({*live, *owing})[:limit]


def counts_by_status(session: Session, *, client_id: ClientId) -> dict[str, int]:
    """Count touches by status and, where there is one, its reason (`cancelled:nothing_open`)."""
    rows = session.execute(
        select(model.Touch.status, model.Touch.status_reason, func.count())
        .where(model.Touch.client_id == client_id)
        .group_by(model.Touch.status, model.Touch.status_reason)
        .order_by(model.Touch.status, model.Touch.status_reason)
    )
    return {f"{status}:{reason}" if reason else status: count for status, reason, count in rows}


def _view(row: Row[*tuple[object, ...]]) -> views.Touch:
    values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    values["reason"] = msgspec.json.decode(values["reason"])
    return views.Touch(**values)
