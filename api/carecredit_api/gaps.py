"""Procedural gaps over HTTP: raised by whoever met one, moved on by whoever sets up."""

from typing import Annotated

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ContactId, GapId
from carecredit.knowledge import operations, queries, views
from carecredit.knowledge.rules import life
from carecredit.mandates.views import Client
from carecredit.outreach import queries as outreach
from carecredit.team.rules import Right
from carecredit.team.views import Key
from carecredit_api.cursors import Cursors
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.procedures import TAGS, Topic
from carecredit_api.security import needs
from carecredit_api.team import Cursor, NextCursor
from carecredit_api.wire import Instant, Limit, Sentence, word

WORK, SET_UP = needs(Right.WORK), needs(Right.SET_UP)
Words = Annotated[
    str,
    word("What the procedure does not foresee.", "Two tenants ask to share a bill."),
]


class GapIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the procedure does not foresee, met in a contact."""

    words: Words
    topic: Topic
    contact_id: ContactId | None = None


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version of a procedure that closes the gap."""

    key: Annotated[str, word("Its key.", "shared-bill")]
    version: Annotated[int, msgspec.Meta(examples=[1])]


class MoveIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step of a gap's life, from the version that was seen."""

    move: Annotated[str, word("send, acknowledge, agree, publish, decline or tell.", "send")]
    version: Annotated[int, msgspec.Meta(description="Of the gap, as seen.", examples=[1])]
    why: Annotated[str, word("In words; needed to decline.", "sent by e-mail")] = ""
    procedure: Published | None = None
    """Where it is published, and only there."""


class GapOut(msgspec.Struct, frozen=True):
    """A gap and where it stands."""

    id: GapId
    contact_id: ContactId | None
    topic: Topic
    words: Words
    raised_at: Instant
    raised_by: Annotated[str, word("Who raised it.", "api:Anna Bianchi")]
    state: Annotated[str, word("Where it stands.", "sent")]
    state_name: Sentence
    stands_since: Instant
    version: Annotated[int, msgspec.Meta(examples=[2])]


class GapPage(msgspec.Struct, frozen=True):
    """Some gaps, and the cursor of those that follow (none: these were the last)."""

    items: tuple[GapOut, ...]
    cursor: NextCursor


class GapEventOut(msgspec.Struct, frozen=True):
    """One step: who, when, why, and which version was published."""

    number: Annotated[int, msgspec.Meta(examples=[2])]
    move: Annotated[str, word("The step.", "send")]
    state: Annotated[str, word("Where it stood then.", "sent")]
    why: Annotated[str, word("In words.", "sent by e-mail")]
    procedure: Published | None
    at: Instant
    by: Annotated[str, word("Who did it.", "api:Anna Bianchi")]


class GapStory(msgspec.Struct, frozen=True):
    """A gap with its life from the first step."""

    gap: GapOut
    events: tuple[GapEventOut, ...]


@get("/gaps", operation_id="list_gaps", tags=TAGS, sync_to_thread=True, opt=WORK,
     summary="List procedural gaps")  # fmt: skip
def list_gaps(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    standing: Annotated[
        str | None,
        QueryParameter(name="state", description="In this state alone.", max_length=64),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> GapPage:
    """List a client company's gaps in the order they were raised, a page at a time."""
    if standing is not None and standing not in life().states:
        raise Invalid(f"write one of {', '.join(life().states)}", field="state")
    cursors: Cursors = request.app.state.cursors
    size = min(limit, 199)
    with visit.reading() as session:
        found = visit.client(session, client)
        place = f"gaps:{found.id}"
        rows = queries.gaps(
            session,
            client_id=found.id,
            states=() if standing is None else (standing,),
            after=None if cursor is None else GapId(cursors.read(cursor, of=place)),
            limit=size + 1,
        )
    shown = rows[:size]
    more = cursors.after(shown[-1].id, of=place) if len(rows) > size else None
    return GapPage(tuple(map(_gap, shown)), more)


@get("/gaps/overdue", operation_id="list_overdue_gaps", tags=TAGS, sync_to_thread=True,
     opt=WORK, summary="List gaps not acknowledged in time")  # fmt: skip
def list_overdue(
    visit: NamedDependency[Visit], client: ClientCode = None, limit: Limit = 50
) -> GapPage:
    """List the gaps that were sent and not acknowledged in time, the longest waiting first."""
    with visit.reading() as session:
        found = visit.client(session, client)
        rows = queries.gaps_overdue(session, client_id=found.id, now=visit.now, limit=limit)
    return GapPage(tuple(map(_gap, rows)), None)


@get("/gaps/to-tell", operation_id="list_gaps_to_tell", tags=TAGS, sync_to_thread=True,
     opt=WORK, summary="List what came of your gaps")  # fmt: skip
def list_to_tell(
    visit: NamedDependency[Visit], client: ClientCode = None, limit: Limit = 50
) -> GapPage:
    """List what the key's own operator raised that came to its end and was not told to them."""
    whose = visit.key.operator_id
    with visit.reading() as session:
        found = visit.client(session, client)
        if whose is None:
            return GapPage((), None)
        rows = queries.gaps_to_tell(session, client_id=found.id, operator_id=whose, limit=limit)
    return GapPage(tuple(map(_gap, rows)), None)


@get("/gaps/{gap_id:uuid}", operation_id="read_gap", tags=TAGS, sync_to_thread=True, opt=WORK,
     summary="Read a procedural gap")  # fmt: skip
def read_gap(
    visit: NamedDependency[Visit], gap_id: FromPath[GapId], client: ClientCode = None
) -> GapStory:
    """Read a gap with its life from the first step."""
    with visit.reading() as session:
        return _story(session, visit.client(session, client), gap_id)


@post("/gaps", operation_id="raise_gap", tags=TAGS, sync_to_thread=True, status_code=200,
      opt=WORK, summary="Raise a procedural gap")  # fmt: skip
def raise_gap(
    visit: NamedDependency[Visit],
    data: JSONBody[GapIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[GapStory]:
    """Raise what the procedure does not foresee; its end is told to you."""

    def act(session: Session, found: Client) -> GapStory:
        if data.contact_id is not None:
            outreach.contact(session, client_id=found.id, contact_id=data.contact_id)
        new = operations.NewGap(data.words, data.topic, data.contact_id, visit.key.operator_id)
        made = operations.raise_gap(session, client_id=found.id, gap=new, now=visit.now)
        return _story(session, found, made)

    return visit.act(client, idempotency_key, act)


@post("/gaps/{gap_id:uuid}/move", operation_id="move_gap", tags=TAGS, sync_to_thread=True,
      status_code=200, opt=SET_UP, summary="Move a procedural gap on")  # fmt: skip
def move_gap(
    visit: NamedDependency[Visit],
    gap_id: FromPath[GapId],
    data: JSONBody[MoveIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[GapStory]:
    """Move a gap on from the version that was seen; a stale one is told what happened since."""
    published = None if data.procedure is None else (data.procedure.key, data.procedure.version)

    def act(session: Session, found: Client) -> GapStory:
        operations.move_gap(
            session,
            client_id=found.id,
            gap_id=gap_id,
            move=data.move,
            version=data.version,
            why=data.why,
            procedure=published,
            now=visit.now,
        )
        return _story(session, found, gap_id)

    return visit.act(client, idempotency_key, act)


def _story(session: Session, client: Client, gap_id: GapId) -> GapStory:
    gap = queries.gap(session, client_id=client.id, gap_id=gap_id)
    events = queries.gap_events(session, client_id=client.id, gap_id=gap_id)
    return GapStory(_gap(gap), tuple(map(_event, events)))


def _gap(found: views.Gap) -> GapOut:
    names = life().states[found.state]
    return GapOut(
        found.id,
        found.contact_id,
        found.topic,
        found.text,
        found.raised_at,
        found.raised_by,
        found.state,
        {"en": names.en, "it": names.it},
        found.stands_since,
        found.version,
    )


def _event(it: views.GapEvent) -> GapEventOut:
    published = None
    if it.procedure_key is not None and it.procedure_version is not None:
        published = Published(it.procedure_key, it.procedure_version)
    return GapEventOut(it.number, it.move, it.state, it.why, published, it.at, it.by)


HANDLERS = (list_gaps, list_overdue, list_to_tell, read_gap, raise_gap, move_gap)
