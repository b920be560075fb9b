"""Reading operators: what each can do at an instant, and who can take a matter.

Operators stand above the client companies. A caller for some of these sees the operators that
serve one of them, or hold a key to one of them; any other operator is not found.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import OperatorId
from carecredit.store.paging import among
from carecredit.store.session import permitted_clients
from carecredit.team import model
from carecredit.team.rules import Level, Needs, Profile, Spoken, match_score, may_take

LANGUAGE, SKILL = "language", "skill"
PAGE_MAX = 200


class UnknownOperator(NotFound):
    """No such operator, or none that you may see."""

    code = "operator_unknown"


def operators(
    session: Session, *, at: datetime, after: OperatorId | None = None, limit: int = PAGE_MAX
) -> list[Profile]:
    """List the operators a caller may see, in the order they came, as they are at an instant."""
    table = model.Operator
    query = select(table.id, table.name).where(visible(session)).order_by(table.id)
    if after is not None:
        query = query.where(table.id > after)
    return _profiles(session, list(session.execute(query.limit(min(limit, PAGE_MAX)))), at)


def operator_profile(session: Session, *, operator_id: OperatorId, at: datetime) -> Profile:
    """Tell what an operator can do at an instant: languages, skills, companies, squad, shift."""
    table = model.Operator
    query = select(table.id, table.name).where(table.id == operator_id, visible(session))
    found = list(session.execute(query))
    if not found:
        raise UnknownOperator("no such operator", field="operator")
    return _profiles(session, found, at)[0]


def operator_by_name(session: Session, *, name: str) -> OperatorId:
    """Find an operator by name."""
    table = model.Operator
    query = select(table.id).where(table.name == name.strip(), visible(session))
    found = session.execute(query).scalar()
    if found is None:
        raise UnknownOperator(f"no operator {name!r}", field="operator")
    return found


def who_may_take(session: Session, *, needs: Needs, at: datetime) -> list[Profile]:
    """List everybody who can take a matter at an instant, whoever has least to spare first."""
    found: list[Profile] = []
    after: OperatorId | None = None
    while page := operators(session, at=at, after=after):
        found += [each for each in page if may_take(each, needs).allowed]
        after = page[-1].id
    return sorted(found, key=lambda each: (match_score(each, needs), each.id))


def visible(session: Session) -> ColumnElement[bool]:
    """Say which operators a caller may see: those of the client companies permitted to it."""
    permitted = permitted_clients(session)
    table, keys, opened = model.Operator, model.ApiKey, model.KeyClient
    if permitted is None:
        return table.id.is_not(None)
    serving = select(model.Serving.operator_id).where(
        model.Serving.client_id.in_(permitted), model.Serving.ends_at.is_(None)
    )
    listed = select(opened.key_id).where(opened.client_id.in_(permitted))
    holding = select(keys.operator_id).where(
        keys.operator_id.is_not(None),
        keys.revoked_at.is_(None),
        or_(keys.every_client, keys.id.in_(listed)),
    )
    return or_(table.id.in_(serving), table.id.in_(holding))


def standing(table: Any, at: datetime) -> ColumnElement[bool]:
    """Say which statements hold at an instant, half-open."""
    within: ColumnElement[bool] = (table.starts_at <= at) & or_(
        table.ends_at.is_(None), table.ends_at > at
    )
    return within


def working(at: datetime) -> ColumnElement[bool]:
    """Say which shifts cover an instant; one that is cancelled counts until then."""
    table = model.Shift
    return (
        (table.starts_at <= at)
        & (table.ends_at > at)
        & or_(table.cancelled_at.is_(None), table.cancelled_at > at)
    )


def _profiles(session: Session, rows: list[Any], at: datetime) -> list[Profile]:
    if not rows:
        return []
    ids = [row.id for row in rows]
    spoken, skills = defaultdict(list), defaultdict(list)
    for it in _of(session, model.Ability, ids, standing(model.Ability, at)):
        if it.kind == LANGUAGE:
            spoken[it.operator_id].append(Spoken(it.code, Level(it.level)))
        else:
            skills[it.operator_id].append(it.code)
    clients, squads = defaultdict(list), defaultdict(list)
    permitted = permitted_clients(session)
    for it in _of(session, model.Serving, ids, standing(model.Serving, at)):
        if permitted is None or it.client_id in permitted:
            clients[it.operator_id].append(it.client_id)
    for it in _of(session, model.SquadMember, ids, standing(model.SquadMember, at)):
        squads[it.operator_id].append(it.squad_id)
    away = {it.operator_id for it in _of(session, model.Away, ids, standing(model.Away, at))}
    on_shift = {it.operator_id for it in _of(session, model.Shift, ids, working(at))}
    return [
        Profile(
            row.id,
            row.name,
            tuple(sorted(spoken[row.id])),
            tuple(sorted(skills[row.id])),
            tuple(sorted(clients[row.id])),
            tuple(sorted(squads[row.id])),
            row.id in on_shift,
            row.id in away,
        )
        for row in rows
    ]


def _of(
    session: Session, table: Any, ids: Collection[OperatorId], when: ColumnElement[bool]
) -> Iterator[Any]:
    query = select(table).where(among(session, table.operator_id, ids), when)
    yield from session.execute(query).scalars()
