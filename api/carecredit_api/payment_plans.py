"""Payment plans over HTTP: proposed, approved by a second person, changed, ended."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.arrangements import operations, queries, views
from carecredit.arrangements.rules import PlanState
from carecredit.kernel.ids import CustomerId, PlanId
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit.team.views import Key
from carecredit_api.cursors import Cursors
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.plan_shapes import (
    ChangeIn,
    PaymentPlanOut,
    PaymentPlans,
    PlanPage,
    SeenIn,
    WhyIn,
    WishIn,
    card_out,
    new_plan,
    plan_out,
)
from carecredit_api.promises import READ, TAGS, WORK, sure_of
from carecredit_api.security import needs
from carecredit_api.wire import Limit, PageCursor

APPROVE = needs(Right.APPROVE_PLANS)


@get(
    "/customers/{customer_id:uuid}/plans", operation_id="list_customer_plans", tags=TAGS,
    summary="List a customer's payment plans", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_customer_plans(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> PaymentPlans:
    """List a customer's payment plans with instalments and history, newest first."""
    found = visit.of_customer(client, customer_id, queries.plans_of)
    return PaymentPlans(tuple(map(plan_out, found)))


@post(
    "/customers/{customer_id:uuid}/plans", operation_id="propose_plan", tags=TAGS,
    summary="Propose a payment plan", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def propose_plan(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[WishIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PaymentPlanOut]:
    """Agree a plan within the mandate's powers; beyond them it waits for a second person."""
    wished = new_plan(data, customer_id)

    def act(session: Session, found: Client) -> PaymentPlanOut:
        sure_of(session, found, customer_id, data.contact_id)
        made = operations.propose_plan(session, client_id=found.id, plan=wished, now=visit.now)
        return plan_out(made)

    return visit.act(client, idempotency_key, act)


@get(
    "/plans", operation_id="list_plans", tags=TAGS, sync_to_thread=True,
    summary="List payment plans", opt=READ,
)  # fmt: skip
def list_plans(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    of_state: Annotated[
        PlanState | None,
        QueryParameter(name="state", description="Of this state alone, such as proposed."),
    ] = None,
    cursor: PageCursor = None,
    limit: Limit = 50,
) -> PlanPage:
    """List payment plans in the order they were proposed; those proposed wait for approval."""
    cursors: Cursors = request.app.state.cursors
    with visit.reading() as session:
        found = visit.client(session, client)
        place = f"plans:{found.id}:{of_state}"
        after = PlanId(cursors.read(cursor, of=place)) if cursor is not None else None
        rows = queries.plan_cards(
            session, client_id=found.id, state=of_state, after=after, limit=limit + 1
        )
    shown = rows[:limit]
    more = cursors.after(shown[-1].id, of=place) if len(rows) > limit else None
    return PlanPage(tuple(map(card_out, shown)), more)


@get(
    "/plans/{plan_id:uuid}", operation_id="read_payment_plan", tags=TAGS,
    summary="Read a payment plan", sync_to_thread=True, opt=READ,
)  # fmt: skip
def read_payment_plan(
    visit: NamedDependency[Visit], plan_id: FromPath[PlanId], client: ClientCode = None
) -> PaymentPlanOut:
    """Read a payment plan with its instalments and its history."""
    with visit.reading() as session:
        found = visit.client(session, client)
        return plan_out(queries.plan(session, client_id=found.id, plan_id=plan_id))


@post(
    "/plans/{plan_id:uuid}/approve", operation_id="approve_plan", tags=TAGS,
    summary="Approve a payment plan", sync_to_thread=True, status_code=200, opt=APPROVE,
)  # fmt: skip
def approve_plan(
    visit: NamedDependency[Visit],
    plan_id: FromPath[PlanId],
    data: JSONBody[SeenIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PaymentPlanOut]:
    """Agree to a proposed plan as the second person, never as the one who proposed it."""
    return _decide(visit, client, idempotency_key, operations.approve_plan, plan_id, data)


@post(
    "/plans/{plan_id:uuid}/reject", operation_id="reject_plan", tags=TAGS,
    summary="Decline a payment plan", sync_to_thread=True, status_code=200, opt=APPROVE,
)  # fmt: skip
def reject_plan(
    visit: NamedDependency[Visit],
    plan_id: FromPath[PlanId],
    data: JSONBody[WhyIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PaymentPlanOut]:
    """Decline a proposed plan, with a reason; a plan it was to replace runs on."""
    return _decide(visit, client, idempotency_key, operations.reject_plan, plan_id, data)


@post(
    "/plans/{plan_id:uuid}/renegotiate", operation_id="renegotiate_plan", tags=TAGS,
    summary="Change a payment plan", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def renegotiate_plan(
    visit: NamedDependency[Visit],
    plan_id: FromPath[PlanId],
    data: JSONBody[ChangeIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PaymentPlanOut]:
    """Put another plan in the place of one that runs, with a reason; what was paid stays paid."""

    def act(session: Session, found: Client) -> PaymentPlanOut:
        old = queries.plan(session, client_id=found.id, plan_id=plan_id).card
        sure_of(session, found, old.customer_id, data.plan.contact_id)
        made = operations.renegotiate_plan(
            session,
            client_id=found.id,
            plan_id=plan_id,
            plan=new_plan(data.plan, old.customer_id),
            version=data.version,
            now=visit.now,
        )
        return plan_out(made)

    return visit.act(client, idempotency_key, act)


@post(
    "/plans/{plan_id:uuid}/cancel", operation_id="cancel_plan", tags=TAGS,
    summary="End a payment plan", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def cancel_plan(
    visit: NamedDependency[Visit],
    plan_id: FromPath[PlanId],
    data: JSONBody[WhyIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PaymentPlanOut]:
    """End a plan that waits or runs, with a reason; what was paid stays paid."""
    return _decide(visit, client, idempotency_key, operations.cancel_plan, plan_id, data)


@post(
    "/plans/{plan_id:uuid}/break", operation_id="break_plan", tags=TAGS,
    summary="Call a payment plan broken", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def break_plan(
    visit: NamedDependency[Visit],
    plan_id: FromPath[PlanId],
    data: JSONBody[WhyIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PaymentPlanOut]:
    """Call a plan broken, once as many instalments are missed as the mandate says."""
    return _decide(visit, client, idempotency_key, operations.break_plan, plan_id, data)


@post(
    "/plans/{plan_id:uuid}/thank", operation_id="thank_for_plan", tags=TAGS,
    summary="Note that thanks were said", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def thank_for_plan(
    visit: NamedDependency[Visit],
    plan_id: FromPath[PlanId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PaymentPlanOut]:
    """Note that the customer was thanked for a plan paid to the end."""

    def act(session: Session, found: Client) -> PaymentPlanOut:
        operations.thank(session, client_id=found.id, plan_id=plan_id, now=visit.now)
        return plan_out(queries.plan(session, client_id=found.id, plan_id=plan_id))

    return visit.act(client, idempotency_key, act)


def _decide(
    visit: Visit,
    client: str | None,
    key: str | None,
    act: Callable[..., views.PaymentPlan],
    plan_id: PlanId,
    told: SeenIn | WhyIn,
) -> Response[PaymentPlanOut]:
    words: dict[str, Any] = msgspec.structs.asdict(told)

    def decide(session: Session, found: Client) -> PaymentPlanOut:
        at: dict[str, Any] = {"client_id": found.id, "plan_id": plan_id, "now": visit.now}
        return plan_out(act(session, **at, **words))

    return visit.act(client, key, decide)


HANDLERS = (
    list_customer_plans,
    propose_plan,
    list_plans,
    read_payment_plan,
    approve_plan,
    reject_plan,
    renegotiate_plan,
    cancel_plan,
    break_plan,
    thank_for_plan,
)
