"""Squads: founded with a captain, joined and left; an operator belongs to one at a time."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import AbilityId, OperatorId, SquadId, new_id
from carecredit.store.session import caller_of
from carecredit.team import model
from carecredit.team.operations.telling import check_centre, lock_operator, tell
from carecredit.team.queries import UnknownSquad, squad_of
from carecredit.team.rules import check_name


class SquadTaken(Invalid):
    """Another squad has this name."""

    code = "squad_taken"


class InAnotherSquad(Refused):
    """The operator belongs to another squad and leaves that one first."""

    code = "squad_other"


class NotInSquad(Refused):
    """The operator does not belong to this squad."""

    code = "squad_not_in"


class CaptainLeaves(Refused):
    """A squad is never without a captain: another is named first."""

    code = "squad_captain_leaves"


def add_squad(session: Session, *, name: str, captain_id: OperatorId, now: datetime) -> SquadId:
    """Found a squad by a name of its own; its captain is its first member."""
    check_centre(session)
    found, table = check_name(name, "a squad"), model.Squad
    if session.execute(select(table.id).where(table.name == found)).first() is not None:
        raise SquadTaken(f"there is a squad {found!r} already; choose another name", field="name")
    lock_operator(session, captain_id)
    squad_id = SquadId(new_id())
    row = {"id": squad_id, "name": found, "captain_id": captain_id, "created_at": now}
    session.execute(insert(table), [row | {"created_by": caller_of(session).name}])
    tell(session, "squad.added", squad_id, now)
    join_squad(session, squad_id=squad_id, operator_id=captain_id, now=now)
    return squad_id


def join_squad(
    session: Session, *, squad_id: SquadId, operator_id: OperatorId, now: datetime
) -> None:
    """Let an operator join a squad; whoever is in it already stays, as if nothing was said."""
    _lock(session, squad_id)
    lock_operator(session, operator_id)
    now_in = squad_of(session, operator_id=operator_id, at=now)
    if now_in is not None and now_in.id == squad_id:
        return
    if now_in is not None:
        raise InAnotherSquad(
            f"they belong to the squad {now_in.name!r}: let them leave it first", field="operator"
        )
    row = {
        "id": AbilityId(new_id()),
        "squad_id": squad_id,
        "operator_id": operator_id,
        "starts_at": now,
        "ends_at": None,
        "said_by": caller_of(session).name,
    }
    session.execute(insert(model.SquadMember), [row])
    tell(session, "squad.joined", squad_id, now, {"operator": str(operator_id)})


def leave_squad(
    session: Session, *, squad_id: SquadId, operator_id: OperatorId, now: datetime
) -> None:
    """Let an operator leave a squad; its captain only once another is named."""
    captain_id = _lock(session, squad_id)
    lock_operator(session, operator_id)
    _check_in(session, squad_id, operator_id, now)
    if operator_id == captain_id:
        raise CaptainLeaves("name another captain of the squad first", field="operator")
    table = model.SquadMember
    session.execute(
        update(table)
        .where(
            table.squad_id == squad_id, table.operator_id == operator_id, table.ends_at.is_(None)
        )
        .values(ends_at=now)
        .execution_options(synchronize_session=False)
    )
    tell(session, "squad.left", squad_id, now, {"operator": str(operator_id)})


def name_captain(
    session: Session, *, squad_id: SquadId, operator_id: OperatorId, now: datetime
) -> None:
    """Name a member the captain of a squad, in place of the one before."""
    _lock(session, squad_id)
    lock_operator(session, operator_id)
    _check_in(session, squad_id, operator_id, now)
    session.execute(
        update(model.Squad)
        .where(model.Squad.id == squad_id)
        .values(captain_id=operator_id)
        .execution_options(synchronize_session=False)
    )
    tell(session, "squad.captain", squad_id, now, {"operator": str(operator_id)})


def _lock(session: Session, squad_id: SquadId) -> OperatorId:
    check_centre(session)
    query = select(model.Squad.captain_id).where(model.Squad.id == squad_id).with_for_update()
    captain_id = session.execute(query).scalar()
    if captain_id is None:
        raise UnknownSquad("no such squad", field="squad")
    return captain_id


def _check_in(session: Session, squad_id: SquadId, operator_id: OperatorId, now: datetime) -> None:
    now_in = squad_of(session, operator_id=operator_id, at=now)
    if now_in is None or now_in.id != squad_id:
        raise NotInSquad("they do not belong to this squad", field="operator")
