"""Operators over HTTP: what each can do and when; nothing of what they did.

The team belongs to the centre: a key for some client companies reads those who serve them, and
only a key for every company writes. Each write sets a whole and can be repeated, so none of them
takes an Idempotency-Key.
"""

from typing import Annotated

import msgspec
from litestar import Request, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.kernel.ids import OperatorId, SquadId
from carecredit.mandates import queries as mandates
from carecredit.team import operations, queries
from carecredit.team.rules import Level, Profile, Right, Spoken
from carecredit.team.views import Key
from carecredit_api.cursors import Cursors
from carecredit_api.deps import Visit
from carecredit_api.security import RightMissing, needs
from carecredit_api.wire import Instant, Limit, read_instant, word

READ, SET_UP = needs(Right.WORK), needs(Right.SET_UP)
TAGS = ["Team"]
PAGE_MAX = 199
At = Annotated[
    str | None,
    QueryParameter(name="at", description="As of this instant; none: now.", max_length=40),
]
Cursor = Annotated[
    str | None,
    QueryParameter(name="cursor", description="Cursor of the page before.", max_length=200),
]
NextCursor = Annotated[str | None, word("Where the next page begins.", "AZjA3gAAcACA...")]
Skills = Annotated[
    tuple[str, ...],
    msgspec.Meta(description="What one is trained for, in words.", examples=[["billing_water"]]),
]
Served = Annotated[
    tuple[str, ...], msgspec.Meta(description="Client companies by code.", examples=[["ACQ"]])
]


class SpokenOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language and how well it is spoken (CEFR)."""

    language: Annotated[str, word("Its code.", "it")]
    level: Annotated[Level, msgspec.Meta(description="A1 to C2.", examples=["C2"])]


class OperatorOut(msgspec.Struct, frozen=True):
    """What an operator can do at an instant; the companies are those that the key may see."""

    id: OperatorId
    name: Annotated[str, word("Name.", "Anna Bianchi")]
    languages: tuple[SpokenOut, ...]
    skills: Skills
    clients: Served
    squads: tuple[SquadId, ...]
    on_shift: bool
    away: bool


class OperatorPage(msgspec.Struct, frozen=True):
    """Some operators, and the cursor of those that follow (none: these were the last)."""

    items: tuple[OperatorOut, ...]
    cursor: NextCursor


class OperatorIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody at our desk."""

    name: Annotated[str, word("A name that nobody else has.", "Anna Bianchi")]


class LanguagesIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All the languages of an operator."""

    languages: tuple[SpokenOut, ...]


class SkillsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All the skills of an operator."""

    skills: Skills


class ServedIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All the client companies that an operator serves."""

    clients: Served


class PresenceIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Away from now on, or back; why is not asked."""

    away: bool
    until: Instant | None = None


@get(
    "/operators", operation_id="list_operators", tags=TAGS, sync_to_thread=True,
    summary="List operators", opt=READ,
)  # fmt: skip
def list_operators(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    at: At = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> OperatorPage:
    """List the operators the key may see, as they are at an instant, a page at a time."""
    cursors: Cursors = request.app.state.cursors
    after = None if cursor is None else OperatorId(cursors.read(cursor, of="operators"))
    when, size = visit.now if at is None else read_instant(at, field="at"), min(limit, PAGE_MAX)
    with visit.reading() as session:
        rows = queries.operators(session, at=when, after=after, limit=size + 1)
        shown = rows[:size]
        items = _out(session, shown)
    more = cursors.after(shown[-1].id, of="operators") if len(rows) > size else None
    return OperatorPage(items, more)


@get(
    "/operators/{operator_id:uuid}", operation_id="read_operator", tags=TAGS, sync_to_thread=True,
    summary="Read an operator", opt=READ,
)  # fmt: skip
def read_operator(
    visit: NamedDependency[Visit], operator_id: FromPath[OperatorId], at: At = None
) -> OperatorOut:
    """Read what an operator can do at an instant."""
    when = visit.now if at is None else read_instant(at, field="at")
    with visit.reading() as session:
        found = queries.operator_profile(session, operator_id=operator_id, at=when)
        return _out(session, [found])[0]


@post(
    "/operators", operation_id="add_operator", tags=TAGS, sync_to_thread=True, status_code=200,
    summary="Add an operator", opt=SET_UP,
)  # fmt: skip
def add_operator(visit: NamedDependency[Visit], data: JSONBody[OperatorIn]) -> OperatorOut:
    """Write down somebody at our desk, by a name that nobody else has."""
    check_centre(visit)
    with visit.writing() as session:
        made = operations.add_operator(session, name=data.name, now=visit.now)
        return _shown(visit, session, made)


@put(
    "/operators/{operator_id:uuid}/languages", operation_id="say_languages", tags=TAGS,
    summary="Say an operator's languages", sync_to_thread=True, opt=SET_UP,
)  # fmt: skip
def say_languages(
    visit: NamedDependency[Visit], operator_id: FromPath[OperatorId], data: JSONBody[LanguagesIn]
) -> OperatorOut:
    """Write down all the languages an operator speaks and how well (CEFR)."""
    check_centre(visit)
    said = [Spoken(each.language, each.level) for each in data.languages]
    with visit.writing() as session:
        operations.say_languages(session, operator_id=operator_id, languages=said, now=visit.now)
        return _shown(visit, session, operator_id)


@put(
    "/operators/{operator_id:uuid}/skills", operation_id="say_skills", tags=TAGS,
    summary="Say an operator's skills", sync_to_thread=True, opt=SET_UP,
)  # fmt: skip
def say_skills(
    visit: NamedDependency[Visit], operator_id: FromPath[OperatorId], data: JSONBody[SkillsIn]
) -> OperatorOut:
    """Write down all that an operator is trained for."""
    check_centre(visit)
    with visit.writing() as session:
        operations.say_skills(session, operator_id=operator_id, skills=data.skills, now=visit.now)
        return _shown(visit, session, operator_id)


@put(
    "/operators/{operator_id:uuid}/served", operation_id="serve_clients", tags=TAGS,
    summary="Say whom an operator serves", sync_to_thread=True, opt=SET_UP,
)  # fmt: skip
def serve_clients(
    visit: NamedDependency[Visit], operator_id: FromPath[OperatorId], data: JSONBody[ServedIn]
) -> OperatorOut:
    """Write down all the client companies that an operator serves, by code."""
    check_centre(visit)
    with visit.writing() as session:
        ids = [mandates.client_by_code(session, code=code).id for code in data.clients]
        operations.serve_clients(session, operator_id=operator_id, client_ids=ids, now=visit.now)
        return _shown(visit, session, operator_id)


@put(
    "/operators/{operator_id:uuid}/presence", operation_id="say_presence", tags=TAGS,
    summary="Say whether an operator is away", sync_to_thread=True, opt=SET_UP,
)  # fmt: skip
def say_presence(
    visit: NamedDependency[Visit], operator_id: FromPath[OperatorId], data: JSONBody[PresenceIn]
) -> OperatorOut:
    """Write down that an operator is away, until an instant where it is named, or is back."""
    check_centre(visit)
    whom = {"operator_id": operator_id}
    with visit.writing() as session:
        if data.away:
            operations.say_away(session, until=data.until, now=visit.now, **whom)
        else:
            operations.say_active(session, now=visit.now, **whom)
        return _shown(visit, session, operator_id)


def check_centre(visit: Visit) -> None:
    """Let only a key for every client company change what belongs to the centre."""
    if visit.key.clients is not None:
        raise RightMissing("a key for some client companies may not change the team of all")


def _shown(visit: Visit, session: Session, operator_id: OperatorId) -> OperatorOut:
    found = queries.operator_profile(session, operator_id=operator_id, at=visit.now)
    return _out(session, [found])[0]


def _out(session: Session, found: list[Profile]) -> tuple[OperatorOut, ...]:
    codes = {client.id: client.code for client in mandates.clients(session)}
    return tuple(
        OperatorOut(
            each.id,
            each.name,
            tuple(SpokenOut(it.language, it.level) for it in each.languages),
            each.skills,
            tuple(sorted(codes[it] for it in each.clients)),
            each.squads,
            each.on_shift,
            each.away,
        )
        for each in found
    )


HANDLERS = (
    list_operators,
    read_operator,
    add_operator,
    say_languages,
    say_skills,
    serve_clients,
    say_presence,
)
