"""Relief in hardship (a right of its own) and payments on their way, over HTTP."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.arrangements import operations, queries, views
from carecredit.arrangements.operations import NewProof, NewRelief
from carecredit.arrangements.rules import PayMethod, ProofState, ReliefKind, ReliefState
from carecredit.kernel.ids import CustomerId, InvoiceId, PlanId, ProofId, ReliefId
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.plan_shapes import By, Version, WishIn, new_plan
from carecredit_api.promises import READ, TAGS, WORK, Contact, Method, sure_of
from carecredit_api.security import needs
from carecredit_api.wire import (
    Amount,
    AmountIn,
    Currency,
    CurrencyIn,
    Day,
    Instant,
    amount,
    checked_day,
    money,
    word,
)

CARE = needs(Right.CARE_NEEDS)
Bonus = Annotated[
    str,
    msgspec.Meta(
        description="Which public help was told of (bonus_information alone).",
        examples=["it_social_electricity_gas_water"],
        max_length=64,
    ),
]


class ReliefIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What we do and until when; there is no place for why."""

    kind: ReliefKind
    until: Day
    proof_seen: Annotated[bool, msgspec.Meta(description="A proof was seen; it is not kept.")] = (
        False
    )
    review_on: Day | None = None
    plan_id: PlanId | None = None
    version: Version | None = None
    plan: WishIn | None = None
    bonus: Bonus | None = None


class ReliefOut(msgspec.Struct, frozen=True):
    """A relief and how it stands; it ends by itself after its last day."""

    id: ReliefId
    kind: ReliefKind
    proof_seen: bool
    until: Day
    review_on: Day | None
    plan_id: PlanId | None
    bonus: Bonus | None
    state: ReliefState
    granted_at: Instant
    granted_by: By
    ended_at: Instant | None
    ended_by: Annotated[str | None, word("None: it ended by itself.", "api:Anna Bianchi")]


class Reliefs(msgspec.Struct, frozen=True):
    """A customer's reliefs, newest first."""

    items: tuple[ReliefOut, ...]


class ProofIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payment that the customer has made: of which invoice, how much, when, how."""

    invoice_id: InvoiceId
    amount: AmountIn
    currency: CurrencyIn
    paid_on: Day
    method: Method = PayMethod.BANK_TRANSFER
    reference: Annotated[
        str,
        msgspec.Meta(
            description="What the bank wrote on it.", examples=["CRO 0123456"], max_length=200
        ),
    ] = ""
    contact_id: Contact = None


class ProofOut(msgspec.Struct, frozen=True):
    """A payment said to be on its way; we wait in silence, and not for ever."""

    id: ProofId
    invoice_id: InvoiceId
    currency: Currency
    amount: Amount
    came: Amount
    paid_on: Day
    last_on: Day
    method: Method
    reference: Annotated[str, word("What the bank wrote on it.", "CRO 0123456")]
    contact_id: Contact
    announced_at: Instant
    announced_by: By
    state: ProofState
    closed_at: Instant | None


class Proofs(msgspec.Struct, frozen=True):
    """The payments a customer said were on their way, newest first."""

    items: tuple[ProofOut, ...]


@get(
    "/customers/{customer_id:uuid}/reliefs", operation_id="list_reliefs", tags=TAGS,
    summary="List reliefs in hardship", sync_to_thread=True, opt=CARE,
)  # fmt: skip
def list_reliefs(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Reliefs:
    """List what eases a customer's burden; who may see it has the right to see care needs."""
    found = visit.of_customer(client, customer_id, queries.reliefs_of)
    return Reliefs(tuple(map(_relief, found)))


@post(
    "/customers/{customer_id:uuid}/reliefs", operation_id="grant_relief", tags=TAGS,
    summary="Grant a relief in hardship", sync_to_thread=True, status_code=200, opt=CARE,
)  # fmt: skip
def grant_relief(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[ReliefIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ReliefOut]:
    """Grant a pause, smaller instalments, or note a public help that was told of; never why."""
    new = NewRelief(
        customer_id=customer_id,
        kind=data.kind,
        until=checked_day(data.until, field="until"),
        proof_seen=data.proof_seen,
        review_on=data.review_on and checked_day(data.review_on, field="review_on"),
        plan_id=data.plan_id,
        plan=None if data.plan is None else new_plan(data.plan, customer_id),
        version=data.version,
        bonus=data.bonus,
    )

    def act(session: Session, found: Client) -> ReliefOut:
        sure_of(session, found, customer_id, data.plan.contact_id if data.plan else None)
        made = operations.grant_relief(session, client_id=found.id, relief=new, now=visit.now)
        return _relief(made)

    return visit.act(client, idempotency_key, act)


@post(
    "/customers/{customer_id:uuid}/reliefs/{relief_id:uuid}/end", operation_id="end_relief",
    tags=TAGS, summary="End a relief in hardship", sync_to_thread=True, status_code=200, opt=CARE,
)  # fmt: skip
def end_relief(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    relief_id: FromPath[ReliefId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ReliefOut]:
    """End a relief before its day; a pause frees at once."""

    def act(session: Session, found: Client) -> ReliefOut:
        whose: dict[str, Any] = {"client_id": found.id, "customer_id": customer_id}
        return _relief(operations.end_relief(session, relief_id=relief_id, now=visit.now, **whose))

    return visit.act(client, idempotency_key, act)


@get(
    "/customers/{customer_id:uuid}/proofs", operation_id="list_proofs", tags=TAGS,
    summary="List payments on their way", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_proofs(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Proofs:
    """List the payments that a customer said were on their way, newest first."""
    found = visit.of_customer(client, customer_id, queries.proofs_of)
    return Proofs(tuple(map(_proof, found)))


@post(
    "/customers/{customer_id:uuid}/proofs", operation_id="announce_proof", tags=TAGS,
    summary="Note a payment on its way", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def announce_proof(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[ProofIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ProofOut]:
    """Note that a payment of an invoice is on its way; nothing is asked of it meanwhile."""
    new = NewProof(
        customer_id=customer_id,
        invoice_id=data.invoice_id,
        amount=money(data.amount, data.currency, field="amount"),
        paid_on=checked_day(data.paid_on, field="paid_on"),
        method=data.method,
        reference=data.reference,
        contact_id=data.contact_id,
    )

    def act(session: Session, found: Client) -> ProofOut:
        sure_of(session, found, customer_id, data.contact_id)
        made = operations.announce_proof(session, client_id=found.id, proof=new, now=visit.now)
        return _proof(made)

    return visit.act(client, idempotency_key, act)


@post(
    "/customers/{customer_id:uuid}/proofs/{proof_id:uuid}/withdraw", operation_id="withdraw_proof",
    tags=TAGS, summary="Take back a payment on its way", sync_to_thread=True, status_code=200,
    opt=WORK,
)  # fmt: skip
def withdraw_proof(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    proof_id: FromPath[ProofId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ProofOut]:
    """Take back a payment that was announced by mistake; its silence ends."""

    def act(session: Session, found: Client) -> ProofOut:
        whose: dict[str, Any] = {"client_id": found.id, "customer_id": customer_id}
        return _proof(operations.withdraw_proof(session, proof_id=proof_id, now=visit.now, **whose))

    return visit.act(client, idempotency_key, act)


def _relief(it: views.Relief) -> ReliefOut:
    return ReliefOut(
        id=it.id,
        kind=ReliefKind(it.kind),
        proof_seen=it.proof_seen,
        until=it.until,
        review_on=it.review_on,
        plan_id=it.plan_id,
        bonus=it.bonus,
        state=ReliefState(it.state),
        granted_at=it.granted_at,
        granted_by=it.granted_by,
        ended_at=it.ended_at,
        ended_by=it.ended_by,
    )


def _proof(it: views.Proof) -> ProofOut:
    return ProofOut(
        id=it.id,
        invoice_id=it.invoice_id,
        currency=it.currency,
        amount=amount(it.amount_minor, it.currency),
        came=amount(it.came_minor, it.currency),
        paid_on=it.paid_on,
        last_on=it.last_on,
        method=PayMethod(it.method),
        reference=it.reference,
        contact_id=it.contact_id,
        announced_at=it.announced_at,
        announced_by=it.announced_by,
        state=ProofState(it.state),
        closed_at=it.closed_at,
    )


HANDLERS = (
    list_reliefs,
    grant_relief,
    end_relief,
    list_proofs,
    announce_proof,
    withdraw_proof,
)
