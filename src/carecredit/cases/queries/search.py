"""Finding cases: by kind, state, owner, customer, invoice, missed deadline; a page at a time."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from carecredit.cases import model, views
from carecredit.cases.queries.reading import CASE
from carecredit.cases.rules import CaseState
from carecredit.kernel.ids import CaseId, ClientId, CustomerId, InvoiceId

PAGE_MAX = 200


class Wanted(msgspec.Struct, frozen=True):
    """What cases are looked for; what is not named does not narrow."""

    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    unresolved: bool = False
    owner: str | None = None
    squad: str | None = None
    customer_id: CustomerId | None = None
    invoice_id: InvoiceId | None = None
    overdue: bool = False
    """A deadline runs whose time has passed."""
    breached: bool = False
    """A deadline was missed, whether or not it was met late."""
    to_be_told: bool = False
    """Handed over, and the customer has not been told yet."""
    review_by: datetime | None = None
    """Its hold is to be looked at by the day of this instant, in UTC."""


ALL = Wanted()


def cases(
    session: Session,
    *,
    client_id: ClientId,
    now: datetime,
    wanted: Wanted = ALL,
    before: CaseId | None = None,
    limit: int = 50,
) -> list[views.Listed]:
    """List cases, the newest first, a page at a time."""
    table, deadline = model.CareCase, model.CaseDeadline
    next_due = (
        select(func.min(deadline.due_at))
        .where(_running(deadline, table))
        .scalar_subquery()
        .label("next_due_at")
    )
    query = select(*CASE, next_due).where(*_narrowed(client_id, wanted, now))
    if before is not None:
        query = query.where(table.id < before)
    rows = session.execute(query.order_by(table.id.desc()).limit(min(limit, PAGE_MAX)))
    return [
        views.Listed(views.Case(*facts), due_at, due_at is not None and due_at < now)
        for *facts, due_at in rows
    ]


def counts(
    session: Session, *, client_id: ClientId, now: datetime, wanted: Wanted = ALL
) -> views.Counts:
    """Count what a search finds, by state and by kind."""
    table = model.CareCase
    narrowed = _narrowed(client_id, wanted, now)
    rows = session.execute(
        select(table.state, table.kind, func.count())
        .where(*narrowed)
        .group_by(table.state, table.kind)
    ).all()
    late = select(func.count()).select_from(table).where(*narrowed, _overdue(now))
    by_state: dict[str, int] = {}
    by_kind: dict[str, int] = {}
    for state, kind, count in rows:
        by_state[state] = by_state.get(state, 0) + count
        by_kind[kind] = by_kind.get(kind, 0) + count
    total = sum(by_state.values())
    return views.Counts(total, by_state, by_kind, session.execute(late).scalar_one())


def waiting_for_reckoning(
    session: Session, *, client_id: ClientId, mark: str, limit: int
) -> list[views.Case]:
    """List unresolved cases whose deadlines were worked out before calendar or level changed."""
    query = select(*CASE).where(*_stale(client_id, mark))
    rows = session.execute(query.order_by(model.CareCase.id).limit(limit))
    return [views.Case(*row) for row in rows]


def count_waiting(session: Session, *, client_id: ClientId, mark: str) -> int:
    """Count the cases that wait for their deadlines to be worked out anew."""
    query: Select[int] = select(func.count()).select_from(model.CareCase)
    return session.execute(query.where(*_stale(client_id, mark))).scalar_one()


def _stale(client_id: ClientId, mark: str) -> list[ColumnElement[bool]]:
    table = model.CareCase
    return [
        table.client_id == client_id,
        table.state != CaseState.RESOLVED.value,
        table.reckoned_with != mark,
    ]


def _narrowed(client_id: ClientId, wanted: Wanted, now: datetime) -> list[ColumnElement[bool]]:
    table, link = model.CareCase, model.CaseInvoice
    missed = model.CaseDeadline
    conditions: list[tuple[Any, ColumnElement[bool]]] = [
        (wanted.kinds, table.kind.in_(wanted.kinds)),
        (wanted.states, table.state.in_(wanted.states)),
        (wanted.unresolved, table.state != CaseState.RESOLVED.value),
        (wanted.owner, table.owner == wanted.owner),
        (wanted.squad, table.squad == wanted.squad),
        (wanted.customer_id, table.customer_id == wanted.customer_id),
        (
            wanted.invoice_id,
            exists().where(
                link.client_id == table.client_id,
                link.case_id == table.id,
                link.invoice_id == wanted.invoice_id,
            ),
        ),
        (wanted.overdue, _overdue(now)),
        (
            wanted.breached,
            exists().where(
                missed.client_id == table.client_id,
                missed.case_id == table.id,
                missed.breached_at.is_not(None),
            ),
        ),
        (wanted.to_be_told, table.tell_owed_since.is_not(None)),
    ]
    if wanted.review_by is not None:
        conditions.append((True, table.review_on <= wanted.review_by.date()))
    return [table.client_id == client_id, *(condition for asked, condition in conditions if asked)]


def _overdue(now: datetime) -> ColumnElement[bool]:
    deadline = model.CaseDeadline
    return exists().where(_running(deadline, model.CareCase), deadline.due_at < now)


def _running(deadline: Any, table: Any) -> ColumnElement[bool]:
    return and_(
        deadline.client_id == table.client_id,
        deadline.case_id == table.id,
        deadline.ended_at.is_(None),
        deadline.due_at.is_not(None),
    )
