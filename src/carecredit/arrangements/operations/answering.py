"""Noting that somebody spoke about a word not kept, reminded of one, or said thank you."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from carecredit.arrangements import model, queries, rules
from carecredit.arrangements.operations.scene import NO_SYNC, scene_of, tell
from carecredit.arrangements.operations.silence import keep_silence
from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.ids import ClientId, CustomerId, PlanId


def answer_broken(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    now: datetime,
    contact_id: UUID | None = None,
) -> int:
    """Note that the words a customer did not keep were spoken about; say how many.

    From then on they ask for no call any more. A new promise or plan notes it by itself.
    """
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    promise, plan, part = model.PromiseToPay, model.PaymentPlan, model.PlanInstalment
    broken = update(promise).where(
        promise.client_id == client_id,
        promise.customer_id == customer_id,
        promise.state.in_([state.value for state in rules.ASKS_FOR_A_CALL]),
        promise.answered_at.is_(None),
    )
    mine = select(plan.id).where(plan.client_id == client_id, plan.customer_id == customer_id)
    missed = update(part).where(
        part.client_id == client_id,
        part.plan_id.in_(mine),
        part.state == rules.InstalmentState.MISSED.value,
        part.answered_at.is_(None),
    )
    found = 0
    for query in (broken, missed):
        done = session.execute(query.values(answered_at=now).execution_options(**NO_SYNC))
        found += int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it
    if found:
        scene = scene_of(session, client_id=client_id, now=now)
        for one in queries.active_plans(session, client_id=client_id, customer_ids=[customer_id]):
            keep_silence(session, client_id=client_id, plan_id=one.card.id, scene=scene)
        told = {"count": found, "contact": str(contact_id) if contact_id else None}
        tell(session, client_id, "customer.understood", customer_id, now, told)
    return found


def thank(session: Session, *, client_id: ClientId, plan_id: PlanId, now: datetime) -> None:
    """Note that a customer was thanked for a plan paid to the end; once is enough."""
    found = queries.plan(session, client_id=client_id, plan_id=plan_id).card
    if found.state != rules.PlanState.COMPLETED:
        raise rules.PlanNotSo(f"this plan is {found.state}: thanks are for a completed one")
    table = model.PaymentPlan
    done = session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == plan_id, table.thanked_at.is_(None))
        .values(thanked_at=now)
        .returning(table.id)
        .execution_options(**NO_SYNC)
    ).all()
    if done:
        tell(session, client_id, "plan.thanked", plan_id, now)


def note_reminder(session: Session, *, client_id: ClientId, source_id: UUID, now: datetime) -> None:
    """Note that a customer was reminded the day before of a promise or an instalment, as wished.

    Raises `UnknownPromise` where there is none, `NothingToRemind` where none is due, or was given.
    """
    due = queries.reminders_due(session, client_id=client_id, now=now)
    one = next((each for each in due if each.source_id == source_id), None)
    if one is None:
        _must_exist(session, client_id, source_id)
        raise rules.NothingToRemind(
            "no reminder of it is due: given already, its day is not tomorrow, or it is held",
            field="source_id",
        )
    promise, part = model.PromiseToPay, model.PlanInstalment
    which = (
        update(promise).where(promise.client_id == client_id, promise.id == source_id)
        if one.kind == "promise"
        else update(part).where(
            part.client_id == client_id,
            part.plan_id == source_id,
            part.position == one.position,
        )
    )
    session.execute(which.values(reminded_at=now).execution_options(**NO_SYNC))
    told = {"kind": one.kind, "due_on": one.due_on.isoformat()}
    tell(session, client_id, "customer.reminded", one.customer_id, now, told)


def _must_exist(session: Session, client_id: ClientId, source_id: UUID) -> None:
    for table in (model.PromiseToPay, model.PaymentPlan):
        if session.get(table, (client_id, source_id)) is not None:
            return
    raise rules.UnknownPromise("no such promise or plan", field="source_id")
