"""Reading squads and shifts, of the operators that a caller may see."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import OperatorId, ShiftId, SquadId
from carecredit.store.session import permitted_clients
from carecredit.team import model, views
from carecredit.team.queries.operators import PAGE_MAX, standing, visible

Rows = Select[*tuple[Any, ...]]
_SHIFT: Rows = select(
    model.Shift.id,
    model.Shift.operator_id,
    model.Shift.starts_at,
    model.Shift.ends_at,
    model.Shift.cancelled_at,
)


class UnknownSquad(NotFound):
    """No such squad, or none that you may see."""

    code = "squad_unknown"


class UnknownShift(NotFound):
    """No such shift, or none that you may see."""

    code = "shift_unknown"


def squads(
    session: Session, *, at: datetime, after: SquadId | None = None, limit: int = PAGE_MAX
) -> list[views.Squad]:
    """List the squads in which a caller may see somebody, with their members at an instant."""
    table = model.Squad
    query = select(table).where(_seen(session)).order_by(table.id)
    if after is not None:
        query = query.where(table.id > after)
    found = list(session.execute(query.limit(min(limit, PAGE_MAX))).scalars())
    members = _members(session, [one.id for one in found], at)
    return [views.Squad(one.id, one.name, one.captain_id, tuple(members[one.id])) for one in found]


def squad(session: Session, *, squad_id: SquadId, at: datetime) -> views.Squad:
    """Read one squad with its members at an instant."""
    table = model.Squad
    query = select(table).where(table.id == squad_id, _seen(session))
    found = session.execute(query).scalar()
    if found is None:
        raise UnknownSquad("no such squad", field="squad")
    members = _members(session, [found.id], at)[found.id]
    return views.Squad(found.id, found.name, found.captain_id, tuple(members))


def squad_by_name(session: Session, *, name: str) -> SquadId:
    """Find a squad by name."""
    query = select(model.Squad.id).where(model.Squad.name == name.strip(), _seen(session))
    found = session.execute(query).scalar()
    if found is None:
        raise UnknownSquad(f"no squad {name!r}", field="squad")
    return found


def squad_of(session: Session, *, operator_id: OperatorId, at: datetime) -> views.Squad | None:
    """Find the squad an operator belongs to at an instant; there is one at most."""
    table = model.SquadMember
    query = select(table.squad_id).where(table.operator_id == operator_id, standing(table, at))
    found = session.execute(query).scalar()
    return None if found is None else squad(session, squad_id=found, at=at)


def shifts(
    session: Session,
    *,
    starts_before: datetime,
    ends_after: datetime,
    operator_id: OperatorId | None = None,
    after: ShiftId | None = None,
    limit: int = PAGE_MAX,
) -> list[views.Shift]:
    """List the shifts that touch a span, in the order they were planned; cancelled ones too."""
    table = model.Shift
    query = _SHIFT.where(
        table.starts_at < starts_before, table.ends_at > ends_after, _of_seen(session)
    )
    if operator_id is not None:
        query = query.where(table.operator_id == operator_id)
    if after is not None:
        query = query.where(table.id > after)
    rows = session.execute(query.order_by(table.id).limit(min(limit, PAGE_MAX)))
    return [views.Shift(*row) for row in rows]


def shift(session: Session, *, shift_id: ShiftId) -> views.Shift:
    """Read one shift."""
    query = _SHIFT.where(model.Shift.id == shift_id, _of_seen(session))
    row = session.execute(query).first()
    if row is None:
        raise UnknownShift("no such shift", field="shift")
    return views.Shift(*row)


def _seen(session: Session) -> ColumnElement[bool]:
    if permitted_clients(session) is None:
        return model.Squad.id.is_not(None)
    operators = select(model.Operator.id).where(visible(session))
    member = select(model.SquadMember.squad_id).where(model.SquadMember.operator_id.in_(operators))
    return model.Squad.id.in_(member)


def _of_seen(session: Session) -> ColumnElement[bool]:
    return model.Shift.operator_id.in_(select(model.Operator.id).where(visible(session)))


def _members(
    session: Session, ids: list[SquadId], at: datetime
) -> defaultdict[SquadId, list[OperatorId]]:
    table = model.SquadMember
    operators = select(model.Operator.id).where(visible(session))
    query = (
        select(table.squad_id, table.operator_id)
        .where(table.squad_id.in_(ids), standing(table, at), table.operator_id.in_(operators))
        .order_by(table.operator_id)
    )
    found: defaultdict[SquadId, list[OperatorId]] = defaultdict(list)
    for row in session.execute(query):
        found[row.squad_id].append(row.operator_id)
    return found
