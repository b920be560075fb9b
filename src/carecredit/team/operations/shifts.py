"""Shifts: planned one by one, never two at once for one person; cancelled, never deleted."""

from datetime import datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Refused
from carecredit.kernel.ids import OperatorId, ShiftId, new_id
from carecredit.store.session import caller_of
from carecredit.team import model
from carecredit.team.operations.telling import check_centre, lock_operator, tell
from carecredit.team.queries import shift
from carecredit.team.rules import check_shift


class ShiftOverlaps(Refused):
    """The operator has a shift already in that time."""

    code = "shift_overlaps"


def plan_shift(
    session: Session,
    *,
    operator_id: OperatorId,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> ShiftId:
    """Plan when an operator is at work, from an instant to before another."""
    check_shift(starts_at, ends_at)
    lock_operator(session, operator_id)
    table = model.Shift
    taken = select(table.starts_at, table.ends_at).where(
        table.operator_id == operator_id,
        table.starts_at < ends_at,
        table.ends_at > starts_at,
        or_(table.cancelled_at.is_(None), table.cancelled_at > starts_at),
    )
    other = session.execute(taken).first()
    if other is not None:
        raise ShiftOverlaps(
            f"there is a shift from {other.starts_at.isoformat()} to {other.ends_at.isoformat()} "
            "already: cancel it, or plan around it",
            field="starts_at",
        )
    shift_id = ShiftId(new_id())
    row = {"id": shift_id, "operator_id": operator_id, "starts_at": starts_at, "ends_at": ends_at}
    row |= {"planned_at": now, "planned_by": caller_of(session).name}
    session.execute(insert(table), [row | {"cancelled_at": None, "cancelled_by": None}])
    tell(session, "shift.planned", shift_id, now, {"operator": str(operator_id)})
    return shift_id


def cancel_shift(session: Session, *, shift_id: ShiftId, now: datetime) -> None:
    """Cancel a shift from now on; what was worked of it stays, and twice is as once."""
    check_centre(session)
    found = shift(session, shift_id=shift_id)
    lock_operator(session, found.operator_id)
    table = model.Shift
    changed = session.execute(
        update(table)
        .where(table.id == shift_id, table.cancelled_at.is_(None))
        .values(cancelled_at=now, cancelled_by=caller_of(session).name)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is not None:
        tell(session, "shift.cancelled", shift_id, now)
