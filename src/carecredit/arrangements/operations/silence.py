"""The silence that a plan buys: it is broken by a missed instalment until somebody spoke of it."""

from typing import Any

from sqlalchemy.orm import Session

from carecredit.arrangements import queries, views
from carecredit.arrangements.operations.scene import Scene
from carecredit.arrangements.rules import InstalmentState, PlanState
from carecredit.holds import queries as holds
from carecredit.holds.operations import NewHold, end_of_source, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.ids import ClientId, PlanId
from carecredit.kernel.money import Money


def keep_silence(session: Session, *, client_id: ClientId, plan_id: PlanId, scene: Scene) -> None:
    """Be silent about the invoices of a plan, unless an instalment waits for a call to understand.

    Done again, it changes nothing.
    """
    plan = queries.plan(session, client_id=client_id, plan_id=plan_id)
    stands = holds.stands_for(session, client_id=client_id, source_id=plan_id, at=scene.now)
    if _silent(plan) and not stands:
        _place(session, client_id, plan, scene)
    elif stands and not _silent(plan):
        end_of_source(
            session, client_id=client_id, source_id=plan_id, ends_at=scene.now, now=scene.now
        )


def wait_on(session: Session, *, client_id: ClientId, promise: views.Promise, scene: Scene) -> None:
    """Be silent on about a promise that has longer, its invoices contested, until it is judged.

    Done again, it changes nothing.
    """
    if holds.stands_for(session, client_id=client_id, source_id=promise.id, at=scene.now):
        return
    for invoice_id in promise.invoices or (None,):
        hold = NewHold(
            customer_id=promise.customer_id,
            reason=HoldReason.PROMISE,
            source_id=promise.id,
            starts_at=scene.now,
            invoice_id=invoice_id,
            evidence=f"{Money(promise.amount_minor, promise.currency)}, contested meanwhile",
        )
        place(session, client_id=client_id, hold=hold, now=scene.now)


def _silent(plan: views.PaymentPlan) -> bool:
    runs = plan.card.state in {PlanState.PROPOSED, PlanState.ACTIVE}
    return runs and not any(
        part.state == InstalmentState.MISSED and part.answered_at is None
        for part in plan.instalments
    )


def _place(session: Session, client_id: ClientId, plan: views.PaymentPlan, scene: Scene) -> None:
    card = plan.card
    waiting = [part for part in plan.instalments if part.state == InstalmentState.WAITING]
    review_on = scene.grace(waiting[0].due_on) if waiting else None
    common: dict[str, Any] = {
        "customer_id": card.customer_id,
        "reason": HoldReason.PLAN,
        "source_id": card.id,
        "starts_at": scene.now,
        "evidence": f"{Money(card.amount_minor, card.currency)} in {len(plan.instalments)}",
        "review_on": review_on,
    }
    for invoice_id in plan.invoices:
        hold = NewHold(invoice_id=invoice_id, **common)
        place(session, client_id=client_id, hold=hold, now=scene.now)
