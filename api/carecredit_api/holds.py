"""Reasons to be silent that somebody tells us: representation, bereavement, a moratorium, ..."""

from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.holds import operations
from carecredit.holds.operations import NewHold, UnknownHold
from carecredit.holds.rules import BY_HAND, HoldReason
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CustomerId, HoldId, InvoiceId, new_id
from carecredit.mandates.views import Client
from carecredit.receivables import queries as receivables
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.wire import Day, Instant, checked_day
from carecredit_api.wishes import RECORD, TAGS, Proof


class HoldIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why we are silent, about which invoice (none: all), from when, until when."""

    reason: Annotated[
        HoldReason,
        msgspec.Meta(
            description="Disputes, promises, plans, reliefs and proofs have doors of their own.",
            examples=["represented"],
        ),
    ]
    proof: Proof
    invoice_id: InvoiceId | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    review_on: Day | None = None


class HoldPlaced(msgspec.Struct, frozen=True):
    """A hold that was written, or ended."""

    id: HoldId


@post(
    "/customers/{customer_id:uuid}/holds", operation_id="place_hold", tags=TAGS,
    summary="Record a reason to be silent", sync_to_thread=True, status_code=200, opt=RECORD,
)  # fmt: skip
def place_hold(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[HoldIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[HoldPlaced]:
    """Record a stop; it takes the person's gate, and no claim follows it."""
    if data.reason not in BY_HAND:
        raise Invalid(f"a {data.reason} is recorded by its own door", field="reason")
    start = data.starts_at or visit.now
    if data.ends_at is not None and data.ends_at <= start:
        raise Invalid("it ends before it starts; check both instants", field="ends_at")
    hold = NewHold(
        customer_id=customer_id,
        reason=data.reason,
        source_id=new_id(),
        starts_at=start,
        ends_at=data.ends_at,
        invoice_id=data.invoice_id,
        evidence=data.proof,
        review_on=data.review_on and checked_day(data.review_on, field="review_on"),
    )

    def act(session: Session, found: Client) -> HoldPlaced:
        if data.invoice_id is not None:
            invoice = receivables.invoice(
                session,
                client_id=found.id,
                invoice_id=data.invoice_id,
                today=visit.today(found),
            )
            if invoice.customer_id != customer_id:
                raise receivables.UnknownInvoice("no such invoice", field="invoice_id")
        return HoldPlaced(operations.place(session, client_id=found.id, hold=hold, now=visit.now))

    return visit.act(client, idempotency_key, act)


@post(
    "/customers/{customer_id:uuid}/holds/{hold_id:uuid}/end", operation_id="end_hold", tags=TAGS,
    summary="End a reason to be silent", sync_to_thread=True, status_code=200, opt=RECORD,
)  # fmt: skip
def end_hold(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    hold_id: FromPath[HoldId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[HoldPlaced]:
    """End a hold that somebody told us of, now."""

    def act(session: Session, found: Client) -> HoldPlaced:
        whose = operations.end(session, client_id=found.id, hold_id=hold_id, now=visit.now)
        if whose != customer_id:
            raise UnknownHold("no such hold", field="hold_id")
        return HoldPlaced(hold_id)

    return visit.act(client, idempotency_key, act)


HANDLERS = (place_hold, end_hold)
