"""Raising procedural gaps and moving them on; each step is an event with who, when and why."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import ClientId, ContactId, GapId, OperatorId, ProcedureId, new_id
from carecredit.knowledge import model, queries, views
from carecredit.knowledge.rules import check_gap, check_move, state_after
from carecredit.store import audit
from carecredit.store.session import caller_of

RAISE = "raise"


class GapStale(Refused):
    """Somebody moved the gap meanwhile; the message tells its version now and what happened."""

    code = "gap_stale"


class NewGap(Struct, frozen=True, forbid_unknown_fields=True):
    """What a procedure does not foresee, said by whoever met it in a contact."""

    text: str
    topic: str
    contact_id: ContactId | None = None
    operator_id: OperatorId | None = None
    """Who is told in the end."""


def raise_gap(session: Session, *, client_id: ClientId, gap: NewGap, now: datetime) -> GapId:
    """Raise a gap in place of saying that it is nobody's responsibility."""
    check_gap(gap.text, gap.topic)
    gap_id, by, state = GapId(new_id()), caller_of(session).name, state_after([RAISE])
    row = {
        "client_id": client_id,
        "id": gap_id,
        "contact_id": gap.contact_id,
        "topic": gap.topic,
        "text": gap.text.strip(),
        "raised_at": now,
        "raised_by": by,
        "operator_id": gap.operator_id,
        "state": state,
        "stands_since": now,
        "version": 1,
    }
    session.execute(insert(model.Gap), [row])
    _write(session, client_id, gap_id, views.GapEvent(1, RAISE, state, "", None, None, now, by))
    return gap_id


def move_gap(
    session: Session,
    *,
    client_id: ClientId,
    gap_id: GapId,
    move: str,
    version: int,
    now: datetime,
    why: str = "",
    procedure: tuple[str, int] | None = None,
) -> views.Gap:
    """Move a gap on from the version that was seen; publishing names the procedure's version."""
    table = model.Gap
    mine = (table.client_id == client_id, table.id == gap_id)
    session.execute(select(table.id).where(*mine).with_for_update())
    seen = queries.gap(session, client_id=client_id, gap_id=gap_id)
    if seen.version != version:
        raise GapStale(_told(session, client_id, seen, version), field="version")
    state = check_move(seen.state, move, why=why, procedure=procedure is not None)
    procedure_id = _published(session, client_id, procedure)
    session.execute(
        update(table)
        .where(*mine)
        .values(state=state, stands_since=now, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    key, number = procedure or (None, None)
    by = caller_of(session).name
    event = views.GapEvent(version + 1, move, state, why.strip(), key, number, now, by)
    _write(session, client_id, gap_id, event, procedure_id)
    return queries.gap(session, client_id=client_id, gap_id=gap_id)


def forget_words(
    session: Session, *, client_id: ClientId, contact_ids: Collection[ContactId]
) -> int:
    """Blank what was written in gaps of somebody's contacts, when that person is erased."""
    table, event = model.Gap, model.GapEvent
    query = select(table.id).where(table.client_id == client_id, table.contact_id.in_(contact_ids))
    ids = list(session.execute(query).scalars())
    if not ids:
        return 0
    for blanked in (
        update(table).where(table.client_id == client_id, table.id.in_(ids)).values(text=""),
        update(event).where(event.client_id == client_id, event.gap_id.in_(ids)).values(why=""),
    ):
        session.execute(blanked.execution_options(synchronize_session=False))
    return len(ids)


def _published(
    session: Session, client_id: ClientId, procedure: tuple[str, int] | None
) -> ProcedureId | None:
    if procedure is None:
        return None
    key, version = procedure
    found = queries.procedure_version(session, client_id=client_id, key=key, version=version)
    return found.card.id


def _told(session: Session, client_id: ClientId, seen: views.Gap, version: int) -> str:
    events = queries.gap_events(session, client_id=client_id, gap_id=seen.id)
    since = "; ".join(
        f"{it.move} by {it.by} at {it.at.isoformat()}" for it in events if it.number > version
    )
    return f"the gap is at version {seen.version}, not {version}; since then: {since or 'nothing'}"


def _write(
    session: Session,
    client_id: ClientId,
    gap_id: GapId,
    event: views.GapEvent,
    procedure_id: ProcedureId | None = None,
) -> None:
    row = {"client_id": client_id, "gap_id": gap_id, "procedure_id": procedure_id}
    row |= {name: getattr(event, name) for name in ("number", "move", "state", "why", "at", "by")}
    session.execute(insert(model.GapEvent), [row])
    audit.record(
        session,
        client_id=client_id,
        action=f"gap.{event.state}",
        subject="gap",
        subject_id=gap_id,
        now=event.at,
        data={"number": event.number, "move": event.move},
    )
