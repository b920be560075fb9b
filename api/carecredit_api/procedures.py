"""Procedures over HTTP: what a client company wants done and said, searched and in versions."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ProcedureId
from carecredit.knowledge import operations, queries, views
from carecredit.knowledge.rules import NewProcedure, Text
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit.team.views import Key
from carecredit_api.cursors import Cursors
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.team import At, Cursor, NextCursor
from carecredit_api.wire import Day, Instant, Limit, checked_day, read_instant, word

READ, SET_UP = needs(Right.READ_CUSTOMERS), needs(Right.SET_UP)
TAGS = ["Knowledge"]
PLACE_LENGTH = 64
ProcedureKey = Annotated[str, word("Key of the procedure.", "late-bill")]
Topic = Annotated[str, word("A short word for what it is about.", "late_bill")]
Sentences = Annotated[
    dict[str, str],
    msgspec.Meta(
        description="What to say, by code.", examples=[{"opening": "I see, let us look."}]
    ),
]
Keywords = Annotated[
    tuple[str, ...],
    msgspec.Meta(description="Other words people search it by.", examples=[["post"]]),
]
Avoid = Annotated[
    tuple[str, ...],
    msgspec.Meta(description="What not to say or do.", examples=[["It is not our fault."]]),
]
Language = Annotated[
    str | None,
    QueryParameter(
        name="language",
        description="Where it is written in it; else the client company's own.",
        max_length=2,
    ),
]


class TextIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A procedure in one language."""

    title: Annotated[str, word("Title.", "A bill that is late")]
    body: Annotated[str, word("Plain text or simple Markdown.", "Ask when it was delivered.")]
    keywords: Keywords = ()
    sentences: Sentences = {}
    avoid: Avoid = ()


class ProcedureIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version to be published; what it takes the place of is named and stays as it was."""

    key: ProcedureKey
    topic: Topic
    owner: Annotated[str, word("Who answers for it.", "Anna Bianchi")]
    texts: Annotated[
        dict[str, TextIn],
        msgspec.Meta(
            description="By language.",
            examples=[{"en": {"title": "A bill that is late", "body": "Ask when it was sent."}}],
        ),
    ]
    valid_from: Day | None = None
    """None: today."""
    valid_to: Day | None = None
    review_on: Day | None = None
    supersedes: Annotated[
        int | None, msgspec.Meta(description="The version it replaces; none: the first.")
    ] = None


class CardOut(msgspec.Struct, frozen=True):
    """A version without its text."""

    id: ProcedureId
    key: ProcedureKey
    version: Annotated[int, msgspec.Meta(examples=[3])]
    topic: Topic
    owner: Annotated[str, word("Who answers for it.", "Anna Bianchi")]
    valid_from: Day
    valid_to: Day | None
    review_on: Day | None
    published_at: Instant
    published_by: Annotated[str, word("Who published it.", "api:Anna Bianchi")]
    languages: Annotated[tuple[str, ...], msgspec.Meta(examples=[["en", "it"]])]
    language: Annotated[str, word("Of the title and the text.", "en")]
    title: Annotated[str, word("Title.", "A bill that is late")]


class ProcedureOut(msgspec.Struct, frozen=True):
    """A version in one language, which its card says."""

    card: CardOut
    body: Annotated[str, word("Plain text or simple Markdown.", "Ask when it was delivered.")]
    keywords: Keywords
    sentences: Sentences
    avoid: Avoid


class ProcedurePage(msgspec.Struct, frozen=True):
    """Some procedures, and the cursor of those that follow (none: these were the last)."""

    items: tuple[CardOut, ...]
    cursor: NextCursor


class FoundOut(msgspec.Struct, frozen=True):
    """What a search found, best first, and how many there are in all."""

    count: Annotated[int, msgspec.Meta(examples=[1])]
    items: tuple[CardOut, ...]


class VainSearchOut(msgspec.Struct, frozen=True):
    """Words that were searched for in vain, how often; never by whom."""

    words: Annotated[str, word("The words, without numbers.", "subentro")]
    times: Annotated[int, msgspec.Meta(examples=[4])]
    first_at: Instant
    last_at: Instant


class VainSearches(msgspec.Struct, frozen=True):
    """What was searched for in vain, the most often first."""

    items: tuple[VainSearchOut, ...]


@get(
    "/procedures", operation_id="list_procedures", tags=TAGS, sync_to_thread=True,
    summary="List procedures", opt=READ,
)  # fmt: skip
def list_procedures(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    topic: Annotated[
        str | None, QueryParameter(name="topic", description="Of one topic.", max_length=64)
    ] = None,
    language: Language = None,
    at: At = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ProcedurePage:
    """List the procedures that count at an instant, by key, a page at a time."""
    cursors: Cursors = request.app.state.cursors
    when, size = visit.now if at is None else read_instant(at, field="at"), min(limit, 199)
    with visit.reading() as session:
        found = visit.client(session, client)
        place = f"procedures:{found.id}"
        after = None if cursor is None else _key_at(cursors, cursor, place)
        told = {"topic": topic, "language": language, "after": after}
        rows = queries.procedures(session, client_id=found.id, at=when, limit=size + 1, **told)
    shown = rows[:size]
    last = shown[-1].key.encode().ljust(PLACE_LENGTH) if len(rows) > size else b""
    more = cursors.at(last, of=place) if last else None
    return ProcedurePage(tuple(map(_card, shown)), more)


@get(
    "/procedures/search", operation_id="search_procedures", tags=TAGS, sync_to_thread=True,
    summary="Search procedures", opt=READ,
)  # fmt: skip
def search_procedures(
    visit: NamedDependency[Visit],
    q: Annotated[str, QueryParameter(name="q", description="Words.", max_length=200)],
    client: ClientCode = None,
    language: Language = None,
    limit: Annotated[
        int, QueryParameter(name="limit", description="How many at most.", ge=1, le=50)
    ] = 20,
) -> FoundOut:
    """Find procedures by words, whatever their accents; a search in vain is counted, by nobody."""
    with visit.reading() as session:
        client_id = visit.client(session, client).id
        found = queries.search(
            session, client_id=client_id, text=q, at=visit.now, language=language, limit=limit
        )
    if not found.count:
        with visit.writing() as session:
            operations.count_vain_search(session, client_id=client_id, text=q, now=visit.now)
    return FoundOut(found.count, tuple(map(_card, found.items)))


@get(
    "/procedures/searches-in-vain", operation_id="list_vain_searches", tags=TAGS,
    sync_to_thread=True, summary="List searches in vain", opt=SET_UP,
)  # fmt: skip
def list_vain_searches(
    visit: NamedDependency[Visit], client: ClientCode = None, limit: Limit = 50
) -> VainSearches:
    """List what was searched for in vain: what is not written yet."""
    with visit.reading() as session:
        found = visit.client(session, client)
        rows = queries.vain_searches(session, client_id=found.id, limit=limit)
    return VainSearches(tuple(VainSearchOut(*msgspec.structs.astuple(row)) for row in rows))


@get(
    "/procedures/{key:str}", operation_id="read_procedure", tags=TAGS, sync_to_thread=True,
    summary="Read a procedure", opt=READ,
)  # fmt: skip
def read_procedure(
    visit: NamedDependency[Visit],
    key: FromPath[str],
    client: ClientCode = None,
    version: Annotated[
        int | None,
        QueryParameter(name="version", description="None: the one that counts.", ge=1, le=10**6),
    ] = None,
    language: Language = None,
    at: At = None,
) -> ProcedureOut:
    """Read the version that counts at an instant, or the one named; it says its language."""
    when = visit.now if at is None else read_instant(at, field="at")
    with visit.reading() as session:
        whose: dict[str, Any] = {"client_id": visit.client(session, client).id, "key": key}
        whose["language"] = language
        if version is None:
            return _procedure(queries.procedure(session, at=when, **whose))
        return _procedure(queries.procedure_version(session, version=version, **whose))


@get(
    "/procedures/{key:str}/versions", operation_id="list_versions", tags=TAGS,
    sync_to_thread=True, summary="List a procedure's versions", opt=READ,
)  # fmt: skip
def list_versions(
    visit: NamedDependency[Visit], key: FromPath[str], client: ClientCode = None
) -> ProcedurePage:
    """List every version of a procedure that was published, the first one first."""
    with visit.reading() as session:
        found = visit.client(session, client)
        rows = queries.versions_of(session, client_id=found.id, key=key)
    return ProcedurePage(tuple(map(_card, rows)), None)


@post(
    "/procedures", operation_id="publish_procedure", tags=TAGS, sync_to_thread=True,
    status_code=200, summary="Publish a procedure", opt=SET_UP,
)  # fmt: skip
def publish_procedure(
    visit: NamedDependency[Visit],
    data: JSONBody[ProcedureIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ProcedureOut]:
    """Publish a version; the one whose place it takes is named, and stays as it was."""
    for field in ("valid_from", "valid_to", "review_on"):
        if getattr(data, field) is not None:
            checked_day(getattr(data, field), field=field)
    facts = {name: getattr(data, name) for name in data.__struct_fields__}
    facts["texts"] = {
        language: Text(*msgspec.structs.astuple(text)) for language, text in data.texts.items()
    }

    def act(session: Session, found: Client) -> ProcedureOut:
        new = NewProcedure(**facts)
        return _procedure(
            operations.publish(session, client_id=found.id, procedure=new, now=visit.now)
        )

    return visit.act(client, idempotency_key, act)


def _key_at(cursors: Cursors, cursor: str, place: str) -> str:
    return cursors.place(cursor, of=place, length=PLACE_LENGTH).rstrip().decode()


def _card(found: views.Card) -> CardOut:
    return CardOut(*msgspec.structs.astuple(found))


def _procedure(found: views.Procedure) -> ProcedureOut:
    return ProcedureOut(
        _card(found.card), found.body, found.keywords, dict(found.sentences), found.avoid
    )


HANDLERS = (
    list_procedures,
    search_procedures,
    list_vain_searches,
    read_procedure,
    list_versions,
    publish_procedure,
)
