"""Reasons to be silent that somebody tells us: representation, bereavement, a moratorium, ..."""

from typing import Annotated, Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.contact_policy.operations import NewStop, record_stop
from carecredit.holds import operations
from carecredit.holds.operations import UnknownHold
from carecredit.holds.rules import HoldReason
from carecredit.kernel.ids import CustomerId, HoldId, InvoiceId
from carecredit.mandates.views import Client
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.wire import Day, Instant, checked_day, word
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
    registered_on: Annotated[
        Day | None,
        word("When a breathing space was registered: its days are counted.", "2026-06-05"),
    ] = None
    treatment_ended_on: Annotated[
        Day | None, word("When crisis treatment ended: 30 days more.", "2026-06-05")
    ] = None
    in_treatment: Annotated[
        bool, msgspec.Meta(description="Crisis treatment lasts; say on which day to look again.")
    ] = False


class ReviewIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a hold is looked at again."""

    review_on: Day


class HoldPlaced(msgspec.Struct, frozen=True):
    """A hold that was written, or ended."""

    id: HoldId
    ends_at: Annotated[
        Instant | None, msgspec.Meta(description="When it ends by itself, counted by its law.")
    ] = None


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
    """Record a stop; it takes the person's gate, and no claim follows it.

    A breathing space has its days: 60 from its registration, 30 after crisis treatment.
    """
    stop = NewStop(
        reason=str(data.reason),
        proof=data.proof,
        invoice_id=data.invoice_id,
        starts_at=data.starts_at,
        ends_at=data.ends_at,
        review_on=data.review_on and checked_day(data.review_on, field="review_on"),
        registered_on=data.registered_on and checked_day(data.registered_on, field="registered_on"),
        treatment_ended_on=data.treatment_ended_on
        and checked_day(data.treatment_ended_on, field="treatment_ended_on"),
        in_treatment=data.in_treatment,
    )

    def act(session: Session, found: Client) -> HoldPlaced:
        whom: dict[str, Any] = {"client_id": found.id, "customer_id": customer_id}
        placed = record_stop(session, stop=stop, now=visit.now, **whom)
        return HoldPlaced(placed.hold_id, placed.ends_at)

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


@post(
    "/customers/{customer_id:uuid}/holds/{hold_id:uuid}/look-again", operation_id="review_hold",
    tags=TAGS, summary="Look at a reason to be silent again later", sync_to_thread=True,
    status_code=200, opt=RECORD,
)  # fmt: skip
def review_hold(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    hold_id: FromPath[HoldId],
    data: JSONBody[ReviewIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[HoldPlaced]:
    """Look at a hold again on a later day; it stands until then."""
    day = checked_day(data.review_on, field="review_on")

    def act(session: Session, found: Client) -> HoldPlaced:
        operations.put_off_review(
            session,
            client_id=found.id,
            customer_id=customer_id,
            hold_id=hold_id,
            review_on=day,
            today=visit.today(found),
            now=visit.now,
        )
        return HoldPlaced(hold_id)

    return visit.act(client, idempotency_key, act)


HANDLERS = (place_hold, end_hold, review_hold)
