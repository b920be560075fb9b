"""Care needs (a right of their own), contact points by hand, and erasure."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.customers import operations, queries, views
from carecredit.customers.rules import Basis, CareNeed, NeedKind
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CareNeedId, ContactPointId, CustomerId
from carecredit.mandates.views import Client
from carecredit.outreach.operations import erase
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Day, Instant, checked_day, word
from carecredit_api.wishes import READ, RECORD, TAGS, Said

CARE, ERASE = needs(Right.CARE_NEEDS), needs(Right.ERASE)


class NeedIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody needs done differently, or (needed is false) that it is over; never why."""

    kind: NeedKind
    basis: Basis
    needed: Annotated[bool, msgspec.Meta(description="False: it is over.")] = True
    review_on: Day | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None


class NeedOut(msgspec.Struct, frozen=True):
    """A care need as it was stated."""

    id: CareNeedId
    kind: NeedKind
    needed: bool
    review_on: Day | None
    starts_at: Instant
    ends_at: Instant | None
    said: Said


class Needs(msgspec.Struct, frozen=True):
    """What a customer needs, oldest known first; the latest of a kind counts."""

    items: tuple[NeedOut, ...]


class PointsIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field as somebody filled it in; several numbers in one are taken apart."""

    kind: Literal["phone", "email"]
    given: Annotated[
        str,
        msgspec.Meta(
            description="The field as it was written.",
            examples=["06 1234 5678 / +39 333 123 4567"],
            min_length=1,
            max_length=200,
        ),
    ]


class PointStateIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was found out about a contact point, and how (for works, nothing need be said)."""

    state: Literal["verified", "bad", "works"]
    said: Annotated[
        str,
        msgspec.Meta(
            description="How it was verified, or what is wrong with it.",
            examples=["wrong_number"],
            max_length=64,
        ),
    ] = ""


class PointOut(msgspec.Struct, frozen=True):
    """A number or address as compared, and the field it came in."""

    id: ContactPointId
    kind: Annotated[str, word("phone or email.", "phone")]
    value: Annotated[str, word("E.164, or an e-mail address.", "+390612345678")]
    extension: Annotated[str | None, word("Extension.", "42")]
    raw: Annotated[str, word("As it was given.", "06 1234 5678")]
    position: Annotated[int, msgspec.Meta(description="The preferred has the lowest.")]
    verified_at: Instant | None
    verified_how: Annotated[str | None, word("How it was verified.", "code sent back")]
    bad_since: Instant | None
    bad_reason: Annotated[str | None, word("Why it is not used.", "wrong_number")]


class Points(msgspec.Struct, frozen=True):
    """A customer's contact points, the preferred first."""

    items: tuple[PointOut, ...]


class ErasureIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Erasure cannot be undone: the number of the customer says that it is meant."""

    number: Annotated[str, word("Number of the customer.", "K-1042")]


class ErasedOut(msgspec.Struct, frozen=True):
    """What was taken away, and at how many hashes the silence is kept."""

    points: Annotated[int, msgspec.Meta(description="Contact points.", examples=[2])]
    texts: Annotated[int, msgspec.Meta(description="Texts emptied.", examples=[5])]
    kept_at: Annotated[int, msgspec.Meta(description="Hashes.", examples=[3])]


@get(
    "/customers/{customer_id:uuid}/needs", operation_id="list_needs", tags=TAGS,
    summary="List care needs", sync_to_thread=True, opt=CARE,
)  # fmt: skip
def list_needs(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Needs:
    """List what a customer needs done differently; who may see it has the right to."""
    said = visit.of_customer(client, customer_id, queries.needs)
    return Needs(tuple(map(_need, said)))


@post(
    "/customers/{customer_id:uuid}/needs", operation_id="state_need", tags=TAGS,
    summary="Record a care need", sync_to_thread=True, status_code=200, opt=CARE,
)  # fmt: skip
def state_need(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[NeedIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[NeedOut]:
    """Record an accommodation, never its cause; a pause stops asking for money at once."""
    review_on = data.review_on and checked_day(data.review_on, field="review_on")
    start = data.starts_at or visit.now
    need = CareNeed(data.kind, data.needed, start, data.ends_at, review_on)

    def act(session: Session, found: Client) -> NeedOut:
        whom: dict[str, Any] = {"client_id": found.id, "customer_id": customer_id}
        operations.state_need(session, need=need, basis=data.basis, now=visit.now, **whom)
        return _need(queries.needs(session, **whom)[-1])

    return visit.act(client, idempotency_key, act)


@get(
    "/customers/{customer_id:uuid}/contact-points", operation_id="list_contact_points", tags=TAGS,
    summary="List contact points", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_contact_points(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Points:
    """List numbers and addresses, with what is known of each; those not used as well."""
    points = visit.of_customer(client, customer_id, queries.contact_points)
    return Points(tuple(map(_point, points)))


@post(
    "/customers/{customer_id:uuid}/contact-points", operation_id="add_contact_points", tags=TAGS,
    summary="Add contact points", sync_to_thread=True, status_code=200, opt=RECORD,
)  # fmt: skip
def add_contact_points(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[PointsIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Points]:
    """Add every number (or the address) of a field; what was refused holds there as well."""

    def act(session: Session, found: Client) -> Points:
        points = operations.add_points(
            session,
            client_id=found.id,
            customer_id=customer_id,
            kind=data.kind,
            text=data.given,
            now=visit.now,
        )
        return Points(tuple(map(_point, points)))

    return visit.act(client, idempotency_key, act)


@post(
    "/customers/{customer_id:uuid}/contact-points/{point_id:uuid}/state",
    operation_id="state_contact_point", tags=TAGS, summary="Say what a contact point is worth",
    sync_to_thread=True, status_code=200, opt=RECORD,
)  # fmt: skip
def state_contact_point(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    point_id: FromPath[ContactPointId],
    data: JSONBody[PointStateIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PointOut]:
    """Note that a contact point is verified, bad (it is not used again), or works after all."""

    def act(session: Session, found: Client) -> PointOut:
        at: dict[str, Any] = {"client_id": found.id, "point_id": point_id}
        if operations.owner_of(session, **at) != customer_id:
            raise operations.UnknownPoint("no such contact point", field="point_id")
        if data.state == "verified":
            operations.verify_point(session, how=data.said, now=visit.now, **at)
        elif data.state == "bad":
            operations.mark_point_bad(session, reason=data.said, now=visit.now, **at)
        else:
            operations.mark_point_good(session, now=visit.now, **at)
        points = queries.contact_points(session, client_id=found.id, customer_id=customer_id)
        return next(_point(point) for point in points if point.id == point_id)

    return visit.act(client, idempotency_key, act)


@post(
    "/customers/{customer_id:uuid}/erasure", operation_id="erase_customer", tags=TAGS,
    summary="Erase a customer", sync_to_thread=True, status_code=200, opt=ERASE,
)  # fmt: skip
def erase_customer(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[ErasureIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ErasedOut]:
    """Erase who a customer is; the ledger's figures stay, and nothing is sent to it again."""

    def act(session: Session, found: Client) -> ErasedOut:
        whom: dict[str, Any] = {"client_id": found.id, "customer_id": customer_id}
        if queries.customer(session, **whom).number != data.number:
            raise Invalid("this is not the customer's number; write it to confirm", field="number")
        erased = erase(session, now=visit.now, **whom)
        return ErasedOut(erased.points, erased.texts, erased.kept_at)

    return visit.act(client, idempotency_key, act)


def _need(said: views.NeedSaid) -> NeedOut:
    return NeedOut(
        said.id,
        NeedKind(said.kind),
        said.needed,
        said.review_on,
        said.starts_at,
        said.ends_at,
        Said(Basis(said.basis), said.recorded_at, said.recorded_by),
    )


def _point(point: views.ContactPoint) -> PointOut:
    return PointOut(*msgspec.structs.astuple(point))


HANDLERS = (
    list_needs,
    state_need,
    list_contact_points,
    add_contact_points,
    state_contact_point,
    erase_customer,
)
