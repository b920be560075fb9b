"""Granting and ending relief in hardship; the audit says that, and not which."""

from datetime import date, datetime

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.arrangements import model, queries, rules, views
from carecredit.arrangements.operations.easing import close_relief
from carecredit.arrangements.operations.plans import NewPlan, renegotiate_plan
from carecredit.arrangements.operations.scene import Scene, named, scene_of, tell
from carecredit.arrangements.rules import PlanState, ReliefKind, ReliefState
from carecredit.customers.operations import lock_gate_of
from carecredit.holds.operations import NewHold, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.ids import ClientId, CustomerId, PlanId, ReliefId, new_id


class NewRelief(msgspec.Struct, frozen=True):
    """A relief to be granted: what we do and until when; there is no place for why."""

    customer_id: CustomerId
    kind: ReliefKind
    until: date
    proof_seen: bool = False
    review_on: date | None = None
    plan_id: PlanId | None = None
    """The plan whose instalments are made smaller, and how it is then."""
    plan: NewPlan | None = None
    version: int | None = None
    bonus: str | None = None


def grant_relief(
    session: Session,
    *,
    client_id: ClientId,
    relief: NewRelief,
    now: datetime,
    by: str | None = None,
) -> views.Relief:
    """Grant a relief: a pause silences, smaller instalments change the plan, a help is told of.

    It ends by itself after its last day, and waits as long as its plan does; a pause is looked at
    again on its review date.
    """
    lock_gate_of(session, client_id=client_id, customer_id=relief.customer_id)
    scene = scene_of(session, client_id=client_id, now=now)
    rules.check_relief(
        relief.kind,
        until=relief.until,
        review_on=relief.review_on,
        bonus=relief.bonus,
        today=scene.today,
        days_max=scene.mandate.relief_days_max,
    )
    name = named(session, by)
    if relief.bonus is not None:
        rules.bonus(relief.bonus)
    plan = _smaller(session, client_id, relief, name, now)
    relief_id = _write(session, client_id, relief, plan, name, scene)
    if relief.kind is ReliefKind.PAUSE:
        hold = NewHold(
            customer_id=relief.customer_id,
            reason=HoldReason.HARDSHIP,
            source_id=relief_id,
            starts_at=now,
            ends_at=scene.after(relief.until),
            review_on=relief.review_on or relief.until,
        )
        place(session, client_id=client_id, hold=hold, now=now)
    return queries.relief(session, client_id=client_id, relief_id=relief_id)


def end_relief(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    relief_id: ReliefId,
    now: datetime,
    by: str | None = None,
) -> views.Relief:
    """End a relief before its day; a pause frees at once, a changed plan stays as it is."""
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    found = queries.relief(session, client_id=client_id, relief_id=relief_id)
    if found.customer_id != customer_id:
        raise rules.UnknownRelief("no such relief", field="relief_id")
    if found.state not in rules.RELIEF_LIVE:
        raise rules.ReliefOver("this relief has ended already")
    close_relief(session, client_id=client_id, relief=found, by=named(session, by), now=now)
    return queries.relief(session, client_id=client_id, relief_id=relief_id)


def _smaller(
    session: Session, client_id: ClientId, relief: NewRelief, by: str, now: datetime
) -> views.PlanCard | None:
    """Make the instalments of a running plan smaller, as a plan in its place."""
    if relief.kind is not ReliefKind.SMALLER_INSTALMENTS:
        if relief.plan is not None or relief.plan_id is not None:
            raise rules.ReliefRefused("only smaller instalments change a plan", field="plan_id")
        return None
    if relief.plan is None or relief.plan_id is None:
        raise rules.ReliefRefused("name the plan that runs, and how it is to be", field="plan_id")
    old = queries.plan(session, client_id=client_id, plan_id=relief.plan_id)
    if old.card.customer_id != relief.customer_id:
        raise rules.UnknownPlan("no such payment plan", field="plan_id")
    wished = msgspec.structs.replace(relief.plan, reason=relief.plan.reason or "relief")
    new = renegotiate_plan(
        session,
        client_id=client_id,
        plan_id=relief.plan_id,
        plan=wished,
        version=relief.version,
        by=by,
        now=now,
    )
    if _highest(new) >= _highest(old):
        raise rules.ReliefRefused(
            "these instalments are not smaller; make them more, or further apart",
            field="instalments",
        )
    return new.card


def _highest(plan: views.PaymentPlan) -> int:
    return max(part.amount_minor for part in plan.instalments)


def _write(
    session: Session,
    client_id: ClientId,
    relief: NewRelief,
    plan: views.PlanCard | None,
    by: str,
    scene: Scene,
) -> ReliefId:
    relief_id = ReliefId(new_id())
    waits = plan is not None and plan.state == PlanState.PROPOSED
    state = ReliefState.WAITING if waits else ReliefState.ACTIVE
    row = {
        "client_id": client_id,
        "id": relief_id,
        "customer_id": relief.customer_id,
        "kind": relief.kind.value,
        "proof_seen": relief.proof_seen,
        "until": relief.until,
        "review_on": relief.review_on,
        "plan_id": plan.id if plan else None,
        "bonus": relief.bonus,
        "catalogue_version": rules.bonuses().version if relief.bonus else None,
        "state": state.value,
        "granted_at": scene.now,
        "granted_by": by,
        "ended_at": None,
        "ended_by": None,
    }
    session.execute(insert(model.HardshipRelief), [row])
    tell(session, client_id, "relief.granted", relief_id, scene.now)
    return relief_id
