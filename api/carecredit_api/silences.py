"""Where nothing is sent to a customer, because it asked so; kept as keyed hashes."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.customers import operations, queries
from carecredit.customers.rules import Basis
from carecredit.kernel.ids import CustomerId
from carecredit.mandates.views import Client
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.wire import Instant
from carecredit_api.wishes import READ, RECORD, TAGS, Channel, Proof, Purpose


class SuppressionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The wish not to be contacted: on a channel, about a purpose, or at all."""

    basis: Basis
    proof: Proof
    channel: Channel = None
    purpose: Purpose = None


class SuppressionOut(msgspec.Struct, frozen=True):
    """A scope in which nothing is sent; it is kept as keyed hashes and outlives erasure."""

    channel: Channel
    purpose: Purpose
    starts_at: Instant
    ends_at: Instant | None
    kept_at: Annotated[int, msgspec.Meta(description="At how many hashes.", examples=[3])]
    everywhere: Annotated[bool, msgspec.Meta(description="Said to every client company.")]


class Suppressions(msgspec.Struct, frozen=True):
    """Where nothing is sent to a customer at this moment."""

    items: tuple[SuppressionOut, ...]


@get(
    "/customers/{customer_id:uuid}/suppressions", operation_id="list_suppressions", tags=TAGS,
    summary="Say where nothing is sent", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_suppressions(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Suppressions:
    """Say in which channels and purposes nothing is sent to a customer now."""
    with visit.reading() as session:
        found = visit.client(session, client)
        kept = queries.suppressions_kept(
            session, client_id=found.id, customer_id=customer_id, at=visit.now
        )
    return Suppressions(tuple(SuppressionOut(*msgspec.structs.astuple(each)) for each in kept))


@post(
    "/customers/{customer_id:uuid}/suppressions", operation_id="opt_out", tags=TAGS,
    summary="Record an opt-out", sync_to_thread=True, status_code=200, opt=RECORD,
)  # fmt: skip
def opt_out(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[SuppressionIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[Suppressions]:
    """Record the wish not to be contacted, at every contact point and for whatever comes later."""

    def act(session: Session, found: Client) -> Suppressions:
        operations.opt_out(
            session,
            client_id=found.id,
            customer_id=customer_id,
            channel=data.channel,
            purpose=data.purpose,
            basis=data.basis,
            proof=data.proof,
            now=visit.now,
        )
        kept = queries.suppressions_kept(
            session, client_id=found.id, customer_id=customer_id, at=visit.now
        )
        return Suppressions(tuple(SuppressionOut(*msgspec.structs.astuple(each)) for each in kept))

    return visit.act(client, idempotency_key, act)


HANDLERS = (list_suppressions, opt_out)
