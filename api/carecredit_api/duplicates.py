"""Persons that may be one, over HTTP: proposed with reasons, decided by somebody."""

from collections.abc import Iterable, Mapping
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.customers import operations, queries, views
from carecredit.customers.rules import DuplicateReason, told_reason
from carecredit.kernel.ids import ClientId, CustomerId, MergeId, PersonId
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit.team.views import Key
from carecredit_api.cursors import Cursors
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Instant, Limit, PageCursor, Sentence, word

MERGE = needs(Right.MERGE_PEOPLE)
TAGS = ["People"]
_KEY_BYTES = 16
_WHY = msgspec.Meta(
    description="What it is known by.",
    examples=["same tax code, seen on both contracts"],
    min_length=1,
    max_length=operations.REASON_MAX,
)
Why = Annotated[str, _WHY]


class ReasonOut(msgspec.Struct, frozen=True):
    """Something that speaks for two persons being one."""

    code: DuplicateReason
    sentence: Annotated[
        Sentence,
        msgspec.Meta(examples=[{"en": "The same phone number", "it": "Stesso numero di telefono"}]),
    ]


class PersonCardOut(msgspec.Struct, frozen=True):
    """A card by which a person is known at a client company."""

    client: Annotated[str, word("Code of the client company.", "ACQ")]
    customer_id: CustomerId
    number: Annotated[str, word("Number of the customer.", "K-1042")]
    name: Annotated[str, word("Name on the card.", "Anna Rossi")]


class DuplicateOut(msgspec.Struct, frozen=True):
    """Two persons that may be one, and why; a proposal, never an act."""

    first_id: PersonId
    second_id: PersonId
    reasons: tuple[ReasonOut, ...]
    first: tuple[PersonCardOut, ...]
    second: tuple[PersonCardOut, ...]


class DuplicatePage(msgspec.Struct, frozen=True):
    """Some proposals, and the cursor of those that follow."""

    items: tuple[DuplicateOut, ...]
    cursor: Annotated[str | None, word("Where the next page begins.", "AZjA3gAAcACA...")]


class RejectionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The word that two persons are not one."""

    one_id: PersonId
    other_id: PersonId
    reason: Why


class RejectionOut(msgspec.Struct, frozen=True):
    """Two persons that are not proposed again."""

    one_id: PersonId
    other_id: PersonId


class MergeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The word that two persons are one: all that was `gone_id`'s is `kept_id`'s."""

    kept_id: PersonId
    gone_id: PersonId
    reason: Why


class MergeOut(msgspec.Struct, frozen=True):
    """A merge; undone where it was taken back."""

    id: MergeId
    kept_id: PersonId
    gone_id: PersonId
    reason: Why
    merged_by: Annotated[str, word("Who said so.", "api:Anna Bianchi")]
    merged_at: Instant
    undone_by: Annotated[str | None, word("Who took it back.", "api:Anna Bianchi")]
    undone_at: Instant | None


class PartedOut(msgspec.Struct, frozen=True):
    """A merge that was undone, and what came since: it stays with the person kept."""

    merge: MergeOut
    stayed: Annotated[
        dict[str, int],
        msgspec.Meta(description="How many rows, by kind.", examples=[{"customers": 1}]),
    ]


class Merges(msgspec.Struct, frozen=True):
    """The merges of a person, the latest first."""

    items: tuple[MergeOut, ...]


@get(
    "/duplicates", operation_id="list_duplicates", tags=TAGS, sync_to_thread=True,
    summary="List persons that may be one", opt=MERGE,
)  # fmt: skip
def list_duplicates(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    customer_id: Annotated[
        UUID | None,
        QueryParameter(name="customer_id", description="Of the person behind this customer alone."),
    ] = None,
    cursor: PageCursor = None,
    limit: Limit = 50,
) -> DuplicatePage:
    """List pairs of persons that may be one, with reasons; nothing is changed by it."""
    cursors: Cursors = request.app.state.cursors
    with visit.reading() as session:
        found = visit.client(session, client)
        place = f"duplicates:{found.id}:{customer_id}"
        rows = queries.duplicates(
            session,
            client_id=found.id,
            person_id=_behind(session, found.id, customer_id),
            after=_pair(cursors.place(cursor, of=place, length=2 * _KEY_BYTES)) if cursor else None,
            limit=limit + 1,
        )
        codes = {each.id: each.code for each in mandates.clients(session)}
    shown = tuple(_duplicate(row, codes) for row in rows[:limit])
    if len(rows) <= limit:
        return DuplicatePage(shown, None)
    last = shown[-1].first_id.bytes + shown[-1].second_id.bytes
    return DuplicatePage(shown, cursors.at(last, of=place))


@post(
    "/duplicates/rejections", operation_id="reject_duplicate", tags=TAGS, sync_to_thread=True,
    summary="Say that two are not one", status_code=200, opt=MERGE,
)  # fmt: skip
def reject_duplicate(
    visit: NamedDependency[Visit],
    data: JSONBody[RejectionIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[RejectionOut]:
    """Say that two persons are not one: they are not proposed again."""

    def act(session: Session, _: Client) -> RejectionOut:
        operations.reject_duplicate(
            session,
            one_id=data.one_id,
            other_id=data.other_id,
            reason=data.reason,
            by=visit.caller.name,
            now=visit.now,
        )
        return RejectionOut(data.one_id, data.other_id)

    return visit.act(client, idempotency_key, act)


@post(
    "/merges", operation_id="merge_persons", tags=TAGS, sync_to_thread=True,
    summary="Say that two are one", status_code=200, opt=MERGE,
)  # fmt: skip
def merge_persons(
    visit: NamedDependency[Visit],
    data: JSONBody[MergeIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[MergeOut]:
    """Make one person of two; the stricter of their wishes, stops and caps holds."""

    def act(session: Session, _: Client) -> MergeOut:
        done = operations.merge_persons(
            session,
            kept_id=data.kept_id,
            gone_id=data.gone_id,
            reason=data.reason,
            by=visit.caller.name,
            now=visit.now,
        )
        return _merge(done)

    return visit.act(client, idempotency_key, act)


@post(
    "/merges/{merge_id:uuid}/undo", operation_id="undo_merge", tags=TAGS, sync_to_thread=True,
    summary="Part two again", status_code=200, opt=MERGE,
)  # fmt: skip
def undo_merge(
    visit: NamedDependency[Visit],
    merge_id: FromPath[MergeId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PartedOut]:
    """Give each back what was theirs; what came since stays with the person kept, and is told."""

    def act(session: Session, _: Client) -> PartedOut:
        done = operations.undo_merge(
            session, merge_id=merge_id, by=visit.caller.name, now=visit.now
        )
        return PartedOut(_merge(done.merge), done.stayed)

    return visit.act(client, idempotency_key, act)


@get(
    "/customers/{customer_id:uuid}/merges", operation_id="list_merges", tags=TAGS,
    summary="List the merges of a person", sync_to_thread=True, opt=MERGE,
)  # fmt: skip
def list_merges(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Merges:
    """List the merges of the person behind a customer, the latest first, those undone as well."""
    with visit.reading() as session:
        found = visit.client(session, client)
        person_id = queries.person_of(session, client_id=found.id, customer_id=customer_id)
        merges = queries.merges_of(session, person_id=person_id)
    return Merges(tuple(map(_merge, merges)))


def _behind(session: Session, client_id: ClientId, customer_id: UUID | None) -> PersonId | None:
    if customer_id is None:
        return None
    return queries.person_of(session, client_id=client_id, customer_id=CustomerId(customer_id))


def _pair(place: bytes) -> tuple[PersonId, PersonId]:
    first, second = place[:_KEY_BYTES], place[_KEY_BYTES:]
    return PersonId(UUID(bytes=first)), PersonId(UUID(bytes=second))


def _duplicate(it: views.Duplicate, codes: Mapping[ClientId, str]) -> DuplicateOut:
    def cards(told: Iterable[views.PersonCard]) -> tuple[PersonCardOut, ...]:
        return tuple(
            PersonCardOut(codes[card.client_id], card.customer_id, card.number, card.name)
            for card in told
        )

    reasons = tuple(ReasonOut(reason, told_reason(reason)) for reason in it.reasons)
    return DuplicateOut(it.first_id, it.second_id, reasons, cards(it.first), cards(it.second))


def _merge(it: views.Merge) -> MergeOut:
    return MergeOut(*msgspec.structs.astuple(it))


HANDLERS = (list_duplicates, reject_duplicate, merge_persons, undo_merge, list_merges)
