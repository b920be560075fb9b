"""A task is in one pair of hands at a time, for as long as a lease; it can be given back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import ClientId, OperatorId
from carecredit.store import audit
from carecredit.store.engine import database_now, insert_into
from carecredit.store.session import caller_of
from carecredit.worklist import model, queries, views
from carecredit.worklist.rules import LEASE, TaskKind


class TaskHeld(Refused):
    """The task is in somebody else's hands."""

    code = "task_held"


def claim(
    session: Session,
    *,
    client_id: ClientId,
    kind: TaskKind,
    subject_id: UUID,
    operator_id: OperatorId | None,
    now: datetime,
) -> views.Task:
    """Take a task for the length of a lease; one's own is prolonged, another's is refused."""
    queries.task(session, client_id=client_id, kind=kind, subject_id=subject_id, now=now)
    if not _write(session, client_id, kind, subject_id, operator_id, now, whoever=False):
        raise _held(session, client_id, kind, subject_id)
    _tell(session, client_id, "claimed", kind, subject_id, now)
    return queries.task(session, client_id=client_id, kind=kind, subject_id=subject_id, now=now)


def take_over(
    session: Session,
    *,
    client_id: ClientId,
    kind: TaskKind,
    subject_id: UUID,
    operator_id: OperatorId | None,
    now: datetime,
) -> views.Task:
    """Take a task out of another's hands, by name and on record."""
    queries.task(session, client_id=client_id, kind=kind, subject_id=subject_id, now=now)
    _write(session, client_id, kind, subject_id, operator_id, now, whoever=True)
    _tell(session, client_id, "taken_over", kind, subject_id, now)
    return queries.task(session, client_id=client_id, kind=kind, subject_id=subject_id, now=now)


def give_back(
    session: Session,
    *,
    client_id: ClientId,
    kind: TaskKind,
    subject_id: UUID,
    operator_id: OperatorId | None,
    now: datetime,
) -> None:
    """Give a task back, undone; only whoever holds it does."""
    table = model.WorkClaim
    mine = _mine(session, operator_id)
    gone = session.execute(
        delete(table)
        .where(
            table.client_id == client_id,
            table.kind == kind.value,
            table.subject_id == subject_id,
            mine,
        )
        .returning(table.subject_id)
        .execution_options(synchronize_session=False)
    ).first()
    if gone is None:
        queries.task(session, client_id=client_id, kind=kind, subject_id=subject_id, now=now)
        raise TaskHeld("this task is not in your hands", field="subject_id")
    _tell(session, client_id, "given_back", kind, subject_id, now)


def _mine(session: Session, operator_id: OperatorId | None) -> ColumnElement[bool]:
    """Say that a claim is the caller's: by operator, or by name where no operator stands behind."""
    table = model.WorkClaim
    if operator_id is not None:
        return table.operator_id == operator_id
    return table.operator == caller_of(session).name


def _write(
    session: Session,
    client_id: ClientId,
    kind: TaskKind,
    subject_id: UUID,
    operator_id: OperatorId | None,
    now: datetime,
    *,
    whoever: bool,
) -> bool:
    """Write the claim in one statement: of many at once one wins."""
    table, at = model.WorkClaim, database_now(session)
    name = caller_of(session).name
    row = {
        "client_id": client_id,
        "kind": kind.value,
        "subject_id": subject_id,
        "operator_id": operator_id,
        "operator": name,
        "claimed_at": now,
        "lease_until": at + LEASE,
    }
    fresh = insert_into(session, table).values(row)
    changed = {name: fresh.excluded[name] for name in row if name not in {"client_id", "kind"}}
    same = _mine(session, operator_id)
    statement = fresh.on_conflict_do_update(
        index_elements=["client_id", "kind", "subject_id"],
        set_=changed,
        where=None if whoever else or_(table.lease_until <= at, same),
    ).returning(table.subject_id)
    return session.execute(statement).first() is not None


def _held(session: Session, client_id: ClientId, kind: TaskKind, subject_id: UUID) -> TaskHeld:
    table = model.WorkClaim
    row = session.execute(
        select(table.operator, table.lease_until).where(
            table.client_id == client_id,
            table.kind == kind.value,
            table.subject_id == subject_id,
        )
    ).one()
    return TaskHeld(
        f"{row.operator} holds this task until {row.lease_until:%H:%M} UTC; take it over, or take "
        "another",
        field="subject_id",
    )


def _tell(
    session: Session,
    client_id: ClientId,
    what: str,
    kind: TaskKind,
    subject_id: UUID,
    now: datetime,
) -> None:
    audit.record(
        session,
        client_id=client_id,
        action=f"task.{what}",
        subject=kind.value,
        subject_id=subject_id,
        now=now,
    )
