"""Taking and closing promises; a promise and the silence it buys are one act."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from carecredit.arrangements import model, queries, rules, views
from carecredit.arrangements.operations.answering import answer_broken
from carecredit.arrangements.operations.room import room_for
from carecredit.arrangements.operations.scene import (
    NO_SYNC,
    Scene,
    checked_invoices,
    checked_name,
    keep_shares,
    scene_of,
    tell,
)
from carecredit.arrangements.rules import PayMethod, PromiseState
from carecredit.customers.operations import lock_gate_of
from carecredit.holds.operations import NewHold, end_of_source, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.calendars import DAY
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, PromiseId, new_id
from carecredit.kernel.money import Money


class NewPromise(msgspec.Struct, frozen=True):
    """A promise as somebody gave it: how much, for when, how, for which invoices."""

    customer_id: CustomerId
    amount: Money
    promised_on: date
    given_to: str
    given_by: str = ""
    """Who gave it, where it was not the customer."""
    method: PayMethod = PayMethod.OTHER
    invoices: tuple[InvoiceId, ...] = ()
    """None named: all that is open, the oldest first."""
    contact_id: UUID | None = None
    remind: bool = False
    """A reminder the day before is wanted."""


def record_promise(
    session: Session, *, client_id: ClientId, promise: NewPromise, now: datetime
) -> PromiseId:
    """Take a promise and be silent until its day and the bank's grace have passed.

    One still active in the same currency is superseded: the new one stands for it. Raises
    `PromiseRefused` where it is not for a day the mandate allows, or is more than is open; what a
    running plan is about is left to the plan.
    """
    lock_gate_of(session, client_id=client_id, customer_id=promise.customer_id)
    scene = scene_of(session, client_id=client_id, now=now)
    whose: dict[str, Any] = {"client_id": client_id, "customer_id": promise.customer_id}
    currency = promise.amount.currency
    plans = queries.live_plans(session, currency=currency, **whose)
    running = plans.get(rules.PlanState.ACTIVE)
    invoices = _named(session, client_id, promise, running, scene.today)
    free, contested = room_for(
        session, scene=scene, customer_id=promise.customer_id, currency=currency, named=invoices,
        never=running.invoices if running else (),
    )  # fmt: skip
    rules.check_promise(
        promise.amount,
        promised_on=promise.promised_on,
        open_minor=sum(free.values()),
        today=scene.today,
        days_max=scene.mandate.promise_days_max,
        contested=contested,
    )
    promise_id = PromiseId(new_id())
    superseded = supersede_promises(
        session, client_id=client_id, customer_id=promise.customer_id, currency=currency,
        running=running, scene=scene,
    )  # fmt: skip
    answer_broken(session, contact_id=promise.contact_id, now=now, **whose)
    _write(session, client_id, promise_id, promise, invoices, scene)
    for other in superseded:
        _set(session, client_id, other, superseded_by=promise_id)
    return promise_id


def cancel_promise(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    promise_id: PromiseId,
    now: datetime,
) -> None:
    """Take back a promise that is not judged yet; its silence ends with it."""
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    found = queries.promise(session, client_id=client_id, promise_id=promise_id)
    if found.customer_id != customer_id:
        raise rules.UnknownPromise("no such promise", field="promise_id")
    if found.state != PromiseState.ACTIVE:
        raise rules.PromiseClosed(f"this promise is {found.state} already")
    cancelled = rules.Judgement(PromiseState.CANCELLED, 0)
    close_promise(session, client_id=client_id, promise=found, judgement=cancelled, now=now)


def judge_promise(
    session: Session,
    *,
    client_id: ClientId,
    promise: views.Promise,
    came_minor: int,
    plan: views.PaymentPlan | None,
    today: date,
) -> rules.Judgement:
    """Judge a promise by the euros that serve it, and what its grace left open."""
    due = rules.due_to_judge(promise.promised_on, promise.grace_days)
    open_minor: int | None = None
    if today >= due and came_minor < promise.amount_minor:
        found = queries.open_of(
            session,
            client_id=client_id,
            customer_id=promise.customer_id,
            currency=promise.currency,
            today=due - DAY,
            only=promise.invoices or None,
            never=plan.invoices if plan else (),
        )
        open_minor = sum(found.values())
    return rules.judge(
        amount_minor=promise.amount_minor,
        came_minor=came_minor,
        due_to_judge_on=due,
        open_minor=open_minor,
        today=today,
    )


def close_promise(
    session: Session,
    *,
    client_id: ClientId,
    promise: views.Promise,
    judgement: rules.Judgement,
    now: datetime,
    shares: Sequence[rules.Share] = (),
) -> None:
    """Write down how a promise ended and which euros served it; its silence ends with it."""
    state, kept = judgement.state, judgement.kept_minor
    _set(session, client_id, promise.id, state=state.value, kept_minor=kept, judged_at=now)
    keep_shares(
        session,
        client_id=client_id,
        customer_id=promise.customer_id,
        shares=[one for one in shares if one.key == (promise.id, 0)],
        is_proof=False,
        now=now,
    )
    tell(session, client_id, f"promise.{state}", promise.id, now)
    end_of_source(session, client_id=client_id, source_id=promise.id, ends_at=now, now=now)


def supersede_promises(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    currency: str,
    running: views.PaymentPlan | None,
    scene: Scene,
    unless_outside: tuple[InvoiceId, ...] | None = None,
) -> list[PromiseId]:
    """Close the active promise that something new stands for: kept where its money is there.

    One that names only invoices outside of a new plan (`unless_outside`) stays as it is. Gives
    those that were superseded.
    """
    waiting = queries.active_promises(
        session, client_id=client_id, given_before=scene.now, customer_ids=[customer_id]
    )
    waiting = queries.patient_promises(
        session,
        moment=scene.moment,
        promises=[one for one in waiting if one.currency == currency],
    )
    look = scene.look(customer_id, currency)
    shares = queries.word_shares(session, look=look, promises=waiting, plan=running)
    came = rules.served(shares)
    superseded: list[PromiseId] = []
    for one in waiting:
        outside = unless_outside is not None and set(one.invoices).isdisjoint(unless_outside)
        if one.invoices and outside:
            continue
        judgement = judge_promise(
            session, client_id=client_id, promise=one, came_minor=came.get((one.id, 0), 0),
            plan=running, today=scene.today,
        )  # fmt: skip
        if judgement.state is PromiseState.ACTIVE:
            # What came for it serves it: the new word is about the rest, and needs its own money.
            judgement = rules.Judgement(PromiseState.SUPERSEDED, came.get((one.id, 0), 0))
            superseded.append(one.id)
        kept = shares if judgement.kept_minor else ()
        close_promise(
            session, client_id=client_id, promise=one, judgement=judgement, now=scene.now,
            shares=kept,
        )  # fmt: skip
    return superseded


def _named(
    session: Session,
    client_id: ClientId,
    promise: NewPromise,
    running: views.PaymentPlan | None,
    today: date,
) -> tuple[InvoiceId, ...]:
    """Check the invoices that a promise names; beside a running plan it names its own."""
    invoices = checked_invoices(
        session,
        client_id=client_id,
        customer_id=promise.customer_id,
        invoice_ids=promise.invoices,
        today=today,
    )
    if running is None:
        return invoices
    if not set(invoices).isdisjoint(running.invoices):
        raise rules.PromiseRefused(
            "a payment plan runs for these invoices; change the plan instead", field="invoices"
        )
    if not invoices:
        raise rules.PromiseRefused(
            "a payment plan runs in this currency: name the invoices outside of it, or change the "
            "plan instead",
            field="invoices",
        )
    return invoices


def _write(
    session: Session,
    client_id: ClientId,
    promise_id: PromiseId,
    promise: NewPromise,
    invoices: tuple[InvoiceId, ...],
    scene: Scene,
) -> None:
    last = scene.grace(promise.promised_on)
    row: dict[str, Any] = {
        "client_id": client_id,
        "id": promise_id,
        "customer_id": promise.customer_id,
        "currency": promise.amount.currency,
        "amount_minor": promise.amount.minor,
        "promised_on": promise.promised_on,
        "grace_days": (last - promise.promised_on).days,
        "given_at": scene.now,
        "given_to": checked_name(promise.given_to, field="given_to", needed=True),
        "given_by": checked_name(promise.given_by, field="given_by"),
        "method": promise.method.value,
        "contact_id": promise.contact_id,
        "remind": promise.remind,
        "reminded_at": None,
        "state": PromiseState.ACTIVE.value,
        "kept_minor": None,
        "judged_at": None,
        "superseded_by": None,
        "answered_at": None,
    }
    session.execute(insert(model.PromiseToPay), [row])
    of_promise = {"client_id": client_id, "promise_id": promise_id}
    rows = [of_promise | {"invoice_id": invoice_id} for invoice_id in invoices]
    if rows:
        session.execute(insert(model.PromiseInvoice), rows)
    tell(session, client_id, "promise.taken", promise_id, scene.now)
    for invoice_id in invoices or (None,):
        hold = NewHold(
            customer_id=promise.customer_id,
            reason=HoldReason.PROMISE,
            source_id=promise_id,
            starts_at=scene.now,
            ends_at=scene.after(last),
            invoice_id=invoice_id,
            evidence=f"{promise.amount} by {promise.promised_on}",
        )
        place(session, client_id=client_id, hold=hold, now=scene.now)


def _set(session: Session, client_id: ClientId, promise_id: PromiseId, **values: Any) -> None:
    table = model.PromiseToPay
    session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == promise_id)
        .values(**values)
        .execution_options(**NO_SYNC)
    )
