"""Reading one case: how it stands, what happened, its invoices and its deadlines."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.cases import model, views
from carecredit.cases.queries.expectations import expectations
from carecredit.cases.queries.levels import inputs
from carecredit.cases.rules import (
    CaseState,
    Deadline,
    Explained,
    Happened,
    History,
    Party,
    case_policy,
    deadlines,
    replay,
)
from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import CaseId, ClientId, CustomerId

CASE = tuple(getattr(model.CareCase, name) for name in views.Case.__struct_fields__)
_EVENT = (
    "position", "code", "happened_at", "recorded_at", "recorded_by", "party", "reason",
)  # fmt: skip
_INVOICE = tuple(getattr(model.CaseInvoice, name) for name in views.CaseInvoice.__struct_fields__)
DEADLINE = tuple(getattr(model.CaseDeadline, name) for name in Deadline.__struct_fields__)


class UnknownCase(NotFound):
    """No such case, or none that you may see."""

    code = "case_unknown"


def case(session: Session, *, client_id: ClientId, case_id: CaseId) -> views.Case:
    """Read a case as it stands."""
    table = model.CareCase
    row = session.execute(
        select(*CASE).where(table.client_id == client_id, table.id == case_id)
    ).first()
    if row is None:
        raise UnknownCase("no such case", field="case_id")
    return views.Case(*row)


def events(
    session: Session, *, client_id: ClientId, case_id: CaseId, after: int = 0
) -> list[views.CaseEvent]:
    """List what happened in a case, in order (after a position: since then)."""
    table = model.CaseEvent
    columns = [getattr(table, name) for name in _EVENT]
    rows = session.execute(
        select(*columns, table.data, table.words)
        .where(table.client_id == client_id, table.case_id == case_id, table.position > after)
        .order_by(table.position)
    )
    return [_event(row) for row in rows]


def events_of_customer(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    before: datetime | None = None,
    limit: int = 200,
) -> list[views.CustomerEvent]:
    """List what happened in all of a customer's cases, the latest first (before an instant)."""
    table, case_ = model.CaseEvent, model.CareCase
    query = (
        select(
            case_.id,
            case_.kind,
            *(getattr(table, name) for name in _EVENT),
            table.data,
            table.words,
        )
        .join(case_, (case_.client_id == table.client_id) & (case_.id == table.case_id))
        .where(table.client_id == client_id, case_.customer_id == customer_id)
        .order_by(table.happened_at.desc(), table.case_id.desc(), table.position.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(table.happened_at < before)
    return [
        views.CustomerEvent(row[0], row[1], _event(row)) for row in session.execute(query).all()
    ]


def invoices_of(
    session: Session, *, client_id: ClientId, case_id: CaseId
) -> list[views.CaseInvoice]:
    """List the invoices that a case is about."""
    table = model.CaseInvoice
    rows = session.execute(
        select(*_INVOICE)
        .where(table.client_id == client_id, table.case_id == case_id)
        .order_by(table.invoice_id)
    )
    return [views.CaseInvoice(*row) for row in rows]


def stored_deadlines(session: Session, *, client_id: ClientId, case_id: CaseId) -> list[Deadline]:
    """List a case's deadlines as they were worked out last."""
    table = model.CaseDeadline
    rows = session.execute(
        select(*DEADLINE)
        .where(table.client_id == client_id, table.case_id == case_id)
        .order_by(table.started_at, table.kind, table.number)
    )
    return [
        msgspec.convert(dict(zip(Deadline.__struct_fields__, row, strict=True)), Deadline)
        for row in rows
    ]


def explain(
    session: Session, *, client_id: ClientId, case_id: CaseId, now: datetime
) -> list[Explained]:
    """Work the deadlines of a case out anew, with every stretch that counted or was left out.

    A resolved case is told as it was worked out last, by the calendars and levels known then.
    """
    found = case(session, client_id=client_id, case_id=case_id)
    at = found.reckoned_at if found.state == CaseState.RESOLVED else now
    return worked_out(session, client_id=client_id, found=found, at=at)


def worked_out(
    session: Session, *, client_id: ClientId, found: views.Case, at: datetime
) -> list[Explained]:
    """Replay a case's events as known at an instant."""
    history = _replayed(session, client_id, found.id)
    known = inputs(session, client_id=client_id, kind=found.kind, known_at=at)
    return deadlines(history, inputs=known, now=at)


def waits_for_us(session: Session, *, client_id: ClientId, case_id: CaseId) -> bool:
    """Say whether the customer of a case waits for an answer of ours, agreed in time or not."""
    return _replayed(session, client_id, case_id).waits


def whole(session: Session, *, client_id: ClientId, case_id: CaseId) -> views.WholeCase:
    """Read a case with all that belongs to it."""
    found = case(session, client_id=client_id, case_id=case_id)
    key: dict[str, Any] = {"client_id": client_id, "case_id": case_id}
    return views.WholeCase(
        found,
        tuple(events(session, **key)),
        tuple(invoices_of(session, **key)),
        tuple(stored_deadlines(session, **key)),
        tuple(expectations(session, **key)),
        tuple(case_policy().allowed(CaseState(found.state), Party.OPERATOR)),
    )


def _replayed(session: Session, client_id: ClientId, case_id: CaseId) -> History:
    happened = [
        Happened(one.code, one.happened_at, Party(one.party), one.data)
        for one in events(session, client_id=client_id, case_id=case_id)
    ]
    return replay(happened, case_policy())


def _event(row: Any) -> views.CaseEvent:
    told = {name: getattr(row, name) for name in _EVENT}
    texts = {name: msgspec.json.decode(getattr(row, name)) for name in ("data", "words")}
    return views.CaseEvent(**told, **texts)
