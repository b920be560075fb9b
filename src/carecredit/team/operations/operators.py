"""Writing down what an operator can do: languages, skills, client companies, presence.

Each statement is the whole of its kind: what it does not name ends now, what it names anew begins
now, what was so already stays. Nothing is deleted, so any past instant can be asked about.
"""

from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import AbilityId, ClientId, OperatorId, new_id
from carecredit.mandates import queries as mandates
from carecredit.store.session import caller_of
from carecredit.team import model
from carecredit.team.operations.telling import check_centre, lock_operator, tell
from carecredit.team.queries.operators import LANGUAGE, SKILL, standing
from carecredit.team.rules import Spoken, check_code, check_languages, check_name


class OperatorTaken(Invalid):
    """Another operator has this name."""

    code = "operator_taken"


def add_operator(session: Session, *, name: str, now: datetime) -> OperatorId:
    """Write down somebody at our desk, by a name that nobody else has."""
    check_centre(session)
    found, table = check_name(name, "an operator"), model.Operator
    if session.execute(select(table.id).where(table.name == found)).first() is not None:
        raise OperatorTaken(
            f"there is an operator {found!r} already; tell them apart in the name", field="name"
        )
    operator_id = OperatorId(new_id())
    session.execute(insert(table), [{"id": operator_id, "name": found, "created_at": now}])
    tell(session, "operator.added", operator_id, now)
    return operator_id


def say_languages(
    session: Session, *, operator_id: OperatorId, languages: Iterable[Spoken], now: datetime
) -> None:
    """Write down the languages an operator speaks and how well (CEFR); all of them, at once."""
    said = check_languages(languages)
    lock_operator(session, operator_id)
    _abilities(session, operator_id, LANGUAGE, said, now)
    tell(session, "operator.languages", operator_id, now, said)


def say_skills(
    session: Session, *, operator_id: OperatorId, skills: Iterable[str], now: datetime
) -> None:
    """Write down what an operator is trained for; all of it, at once."""
    said = {check_code(skill, field="skills"): "" for skill in skills}
    lock_operator(session, operator_id)
    _abilities(session, operator_id, SKILL, said, now)
    tell(session, "operator.skills", operator_id, now, {"skills": sorted(said)})


def serve_clients(
    session: Session, *, operator_id: OperatorId, client_ids: Collection[ClientId], now: datetime
) -> None:
    """Write down the client companies an operator serves; all of them, at once."""
    for client_id in client_ids:
        mandates.client(session, client_id=client_id)
    lock_operator(session, operator_id)
    table = model.Serving
    old = {row.client_id: row.id for row in _running(session, table, operator_id)}
    _end(session, table, [old[it] for it in old.keys() - set(client_ids)], now)
    added = [{"client_id": it} for it in sorted(set(client_ids) - old.keys())]
    _begin(session, table, operator_id, added, now)
    tell(session, "operator.clients", operator_id, now, {"clients": sorted(map(str, client_ids))})


def say_away(
    session: Session, *, operator_id: OperatorId, until: datetime | None, now: datetime
) -> None:
    """Write down that an operator is away from now on, until an instant or until they are back."""
    if until is not None and until <= now:
        raise Invalid("it is over already; say an instant to come", field="until")
    lock_operator(session, operator_id)
    _back(session, operator_id, now)
    _begin(session, model.Away, operator_id, [{"ends_at": until}], now)
    tell(session, "operator.away", operator_id, now)


def say_active(session: Session, *, operator_id: OperatorId, now: datetime) -> None:
    """Write down that an operator is back."""
    lock_operator(session, operator_id)
    _back(session, operator_id, now)
    tell(session, "operator.active", operator_id, now)


def _abilities(
    session: Session, operator_id: OperatorId, kind: str, said: Mapping[str, str], now: datetime
) -> None:
    table = model.Ability
    old = {
        (row.code, row.level): row.id
        for row in _running(session, table, operator_id)
        if row.kind == kind
    }
    new: set[Hashable] = set(said.items())
    _end(session, table, [key for it, key in old.items() if it not in new], now)
    added = [
        {"kind": kind, "code": code, "level": level}
        for code, level in said.items()
        if (code, level) not in old
    ]
    _begin(session, table, operator_id, added, now)


def _running(session: Session, table: Any, operator_id: OperatorId) -> list[Any]:
    query = select(table).where(table.operator_id == operator_id, table.ends_at.is_(None))
    return list(session.execute(query).scalars())


def _back(session: Session, operator_id: OperatorId, now: datetime) -> None:
    table = model.Away
    query = select(table.id).where(table.operator_id == operator_id, standing(table, now))
    _end(session, table, list(session.execute(query).scalars()), now)


def _end(session: Session, table: Any, ids: Collection[AbilityId], now: datetime) -> None:
    if ids:
        session.execute(
            update(table)
            .where(table.id.in_(ids))
            .values(ends_at=now)
            .execution_options(synchronize_session=False)
        )


def _begin(
    session: Session,
    table: Any,
    operator_id: OperatorId,
    rows: list[dict[str, Any]],
    now: datetime,
) -> None:
    fixed = {"operator_id": operator_id, "starts_at": now, "said_by": caller_of(session).name}
    made = [{"ends_at": None} | row | fixed | {"id": AbilityId(new_id())} for row in rows]
    if made:
        session.execute(insert(table), made)
