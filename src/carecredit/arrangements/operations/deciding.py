"""Deciding about payment plans: the second person's yes or no, an end, a plan that is broken."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from carecredit.arrangements import queries, rules, views
from carecredit.arrangements.operations.answering import answer_broken
from carecredit.arrangements.operations.easing import end_reliefs_of, start_reliefs_of
from carecredit.arrangements.operations.pen import (
    add_event,
    check_version,
    checked_reason,
    close_plan,
)
from carecredit.arrangements.operations.promises import supersede_promises
from carecredit.arrangements.operations.scene import Scene, named, scene_of
from carecredit.arrangements.rules import PlanState
from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.ids import ClientId, PlanId
from carecredit.store.session import caller_of

STANDS = {
    PlanState.ACTIVE: "a payment plan runs in this currency; change it (renegotiate) instead",
    PlanState.PROPOSED: "a payment plan waits for approval; approve, reject or cancel it first",
}
"""Why another plan is refused, by the state of the one that stands."""


def approve_plan(
    session: Session,
    *,
    client_id: ClientId,
    plan_id: PlanId,
    now: datetime,
    version: int | None = None,
    by: str | None = None,
) -> views.PaymentPlan:
    """Agree to a proposed plan as the second person; it runs from now on."""
    found = locked(session, client_id=client_id, plan_id=plan_id, version=version)
    require(found, PlanState.PROPOSED)
    name = named(session, by)
    rules.check_second_person(
        proposed_by=found.card.proposed_by,
        by=name,
        proposed_caller=found.card.proposed_caller,
        caller=caller_of(session).name,
    )
    scene = scene_of(session, client_id=client_id, now=now)
    activate(session, client_id, found, scene, name, "")
    return queries.plan(session, client_id=client_id, plan_id=plan_id)


def reject_plan(
    session: Session,
    *,
    client_id: ClientId,
    plan_id: PlanId,
    reason: str,
    now: datetime,
    version: int | None = None,
    by: str | None = None,
) -> views.PaymentPlan:
    """Decline a proposed plan, with a reason; a plan it was to replace runs on."""
    found = locked(session, client_id=client_id, plan_id=plan_id, version=version)
    require(found, PlanState.PROPOSED)
    told, name = checked_reason(reason, needed=True), named(session, by)
    _end(session, client_id, found, PlanState.REJECTED, name, told, now)
    return queries.plan(session, client_id=client_id, plan_id=plan_id)


def cancel_plan(
    session: Session,
    *,
    client_id: ClientId,
    plan_id: PlanId,
    reason: str,
    now: datetime,
    version: int | None = None,
    by: str | None = None,
) -> views.PaymentPlan:
    """End a plan that waits or runs, with a reason; what was paid stays paid."""
    found = locked(session, client_id=client_id, plan_id=plan_id, version=version)
    require(found, PlanState.PROPOSED, PlanState.ACTIVE)
    told, name = checked_reason(reason, needed=True), named(session, by)
    _end(session, client_id, found, PlanState.CANCELLED, name, told, now)
    return queries.plan(session, client_id=client_id, plan_id=plan_id)


def break_plan(
    session: Session,
    *,
    client_id: ClientId,
    plan_id: PlanId,
    reason: str,
    now: datetime,
    version: int | None = None,
    by: str | None = None,
) -> views.PaymentPlan:
    """Call a plan broken: only once as many instalments are missed as the mandate says."""
    found = locked(session, client_id=client_id, plan_id=plan_id, version=version)
    require(found, PlanState.ACTIVE)
    told, name = checked_reason(reason, needed=True), named(session, by)
    missed = sum(part.state == rules.InstalmentState.MISSED for part in found.instalments)
    if missed < found.card.missed_max:
        raise rules.PlanNotSo(
            f"{missed} instalments are missed, and {found.card.missed_max} break a plan; offer to "
            "change it instead"
        )
    _end(session, client_id, found, PlanState.BROKEN, name, told, now)
    return queries.plan(session, client_id=client_id, plan_id=plan_id)


def locked(
    session: Session, *, client_id: ClientId, plan_id: PlanId, version: int | None = None
) -> views.PaymentPlan:
    """Take the gate of a plan's person, then read the plan; refuse a write on an older version."""
    found = queries.plan(session, client_id=client_id, plan_id=plan_id)
    lock_gate_of(session, client_id=client_id, customer_id=found.card.customer_id)
    # While we waited, somebody else may have decided.
    found = queries.plan(session, client_id=client_id, plan_id=plan_id)
    check_version(found, version)
    return found


def require(plan: views.PaymentPlan, *states: PlanState) -> None:
    """Refuse what may not be done to a plan as it stands."""
    if plan.card.state not in states:
        wanted = " or ".join(states)
        raise rules.PlanNotSo(f"this plan is {plan.card.state}, and must be {wanted}")


def activate(
    session: Session,
    client_id: ClientId,
    plan: views.PaymentPlan,
    scene: Scene,
    by: str,
    reason: str,
) -> None:
    """Let a plan run: it takes the place of the plan it supersedes, and of a promise it covers."""
    card = plan.card
    whose: dict[str, Any] = {"client_id": client_id, "customer_id": card.customer_id}
    live = queries.live_plans(session, currency=card.currency, **whose)
    old = live.get(PlanState.ACTIVE)
    if old is not None and old.card.id != card.supersedes_id:
        raise rules.PlanRuns(STANDS[PlanState.ACTIVE])
    supersede_promises(
        session, currency=card.currency, running=old, scene=scene,
        unless_outside=plan.invoices, **whose,
    )  # fmt: skip
    if old is not None:
        # What came on the books since the new plan was worked out pays the new one.
        shares = plan_shares(session, client_id, old, scene, known_by=card.proposed_at)
        close_plan(
            session, client_id=client_id, plan=old, state=PlanState.SUPERSEDED, by=by,
            reason=reason, shares=shares, now=scene.now,
        )  # fmt: skip
    answer_broken(session, now=scene.now, contact_id=card.contact_id, **whose)
    add_event(
        session, client_id, card.id, card.version, "agreed", by, reason, scene.now,
        state=PlanState.ACTIVE.value, agreed_at=scene.now, agreed_by=by,
    )  # fmt: skip
    start_reliefs_of(session, client_id=client_id, plan=card, now=scene.now)


def _end(
    session: Session,
    client_id: ClientId,
    plan: views.PaymentPlan,
    state: PlanState,
    by: str,
    reason: str,
    now: datetime,
) -> None:
    shares: tuple[rules.Share, ...] = ()
    if plan.card.state == PlanState.ACTIVE:
        scene = scene_of(session, client_id=client_id, now=now)
        shares = plan_shares(session, client_id, plan, scene)
    close_plan(
        session, client_id=client_id, plan=plan, state=state, by=by, reason=reason,
        shares=shares, now=now,
    )  # fmt: skip
    if state in {PlanState.REJECTED, PlanState.CANCELLED}:
        end_reliefs_of(session, client_id=client_id, plan=plan.card, by=by, now=now)


def plan_shares(
    session: Session,
    client_id: ClientId,
    plan: views.PaymentPlan,
    scene: Scene,
    known_by: datetime | None = None,
) -> tuple[rules.Share, ...]:
    """Say which euros serve a plan that runs, beside a promise that is still to be judged."""
    card = plan.card
    waiting = queries.active_promises(
        session, client_id=client_id, given_before=scene.now, customer_ids=[card.customer_id]
    )
    return queries.word_shares(
        session,
        look=scene.look(card.customer_id, card.currency),
        promises=queries.patient_promises(
            session,
            moment=scene.moment,
            promises=[one for one in waiting if one.currency == card.currency],
        ),
        plan=plan,
        known_by=known_by,
    )
