"""Deadlines kept for search, and worked out anew where calendars or service levels change."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from carecredit.cases import model, queries
from carecredit.cases.rules import Deadline
from carecredit.kernel.ids import CaseId, ClientId


def store_deadlines(
    session: Session, *, client_id: ClientId, case_id: CaseId, now: datetime
) -> list[dict[str, Any]]:
    """Replay a case and keep its deadlines; say which have another time or goal than before."""
    before = queries.stored_deadlines(session, client_id=client_id, case_id=case_id)
    found = queries.case(session, client_id=client_id, case_id=case_id)
    told = queries.worked_out(session, client_id=client_id, found=found, at=now)
    after = [one.deadline for one in told]
    table, case = model.CaseDeadline, model.CareCase
    no_sync = {"synchronize_session": False}
    session.execute(
        delete(table)
        .where(table.client_id == client_id, table.case_id == case_id)
        .execution_options(**no_sync)
    )
    rows = [
        msgspec.structs.asdict(one)
        | {
            "client_id": client_id,
            "case_id": case_id,
            "kind": one.kind.value,
            "outcome": one.outcome.value,
        }
        for one in after
    ]
    if rows:
        session.execute(insert(table), rows)
    mark = queries.mark(session, client_id=client_id, now=now)
    session.execute(
        update(case)
        .where(case.client_id == client_id, case.id == case_id)
        .values(reckoned_at=now, reckoned_with=mark)
        .execution_options(**no_sync)
    )
    return differences(before, after)


def differences(before: Sequence[Deadline], after: Sequence[Deadline]) -> list[dict[str, Any]]:
    """Tell which deadlines changed, from what to what, and by which versions."""
    known = {(one.kind, one.number): one for one in before}
    found = []
    for one in after:
        was = known.get((one.kind, one.number))
        if was is None or (was.due_at, was.goal_minutes) == (one.due_at, one.goal_minutes):
            continue
        found.append(
            {
                "deadline": one.kind.value,
                "number": one.number,
                "before": _told(was),
                "after": _told(one),
            }
        )
    return found


def _told(one: Deadline) -> dict[str, Any]:
    return {
        "due_at": one.due_at.isoformat() if one.due_at else None,
        "goal_minutes": one.goal_minutes,
        "level_version": one.level_version,
        "calendar_version": one.calendar_version,
    }
