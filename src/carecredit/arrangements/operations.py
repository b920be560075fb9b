"""Taking and judging promises; a promise and the silence it buys are one act."""

from collections import Counter
from datetime import date, datetime, timedelta, tzinfo

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from carecredit.arrangements import model, queries, rules, views
from carecredit.arrangements.rules import PromiseState
from carecredit.customers.operations import lock_gate_of, lock_gates_free
from carecredit.holds.operations import NewHold, end_of_source, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.calendars import local_date, start_of_day, zone
from carecredit.kernel.ids import ClientId, CustomerId, PromiseId, new_id
from carecredit.kernel.money import Money
from carecredit.mandates import queries as mandates
from carecredit.receivables import queries as receivables
from carecredit.store import audit


class NewPromise(msgspec.Struct, frozen=True):
    """A promise as the customer gave it."""

    customer_id: CustomerId
    amount: Money
    promised_on: date
    given_to: str


def record_promise(
    session: Session, *, client_id: ClientId, promise: NewPromise, now: datetime
) -> PromiseId:
    """Take a promise and be silent until its day and the bank's grace have passed.

    A promise still active in the same currency is closed: the new one stands for it. Raises
    `PromiseRefused` where it is not for a day the mandate allows, or is more than is open.
    """
    client = mandates.client(session, client_id=client_id)
    at = zone(client.zone)
    today = local_date(now, at)
    mandate = mandates.mandate(session, client_id=client_id, today=today)
    lock_gate_of(session, client_id=client_id, customer_id=promise.customer_id)
    rules.check_promise(
        promise.amount,
        promised_on=promise.promised_on,
        open_minor=_open_minor(session, client_id, promise, today),
        today=today,
        days_max=mandate.promise_days_max,
    )
    _close_active(session, client_id, promise, at, now)
    promise_id = PromiseId(new_id())
    row = {
        "client_id": client_id,
        "id": promise_id,
        "customer_id": promise.customer_id,
        "currency": promise.amount.currency,
        "amount_minor": promise.amount.minor,
        "promised_on": promise.promised_on,
        "grace_days": mandate.promise_grace_days,
        "given_at": now,
        "given_to": promise.given_to,
        "state": PromiseState.ACTIVE.value,
        "kept_minor": None,
        "judged_at": None,
    }
    session.execute(insert(model.PromiseToPay), [row])
    _tell(session, client_id, "promise.taken", promise_id, now)
    last = rules.due_to_judge(promise.promised_on, mandate.promise_grace_days)
    hold = NewHold(
        customer_id=promise.customer_id,
        reason=HoldReason.PROMISE,
        source_id=promise_id,
        starts_at=now,
        ends_at=start_of_day(last, at),
        evidence=f"{promise.amount} by {promise.promised_on}",
    )
    place(session, client_id=client_id, hold=hold, now=now)
    return promise_id


def review_promises(session: Session, *, client_id: ClientId, now: datetime) -> views.Review:
    """Judge the active promises; a judged one ends its hold.

    One whose customer's gate is taken is left for the next time.
    """
    client = mandates.client(session, client_id=client_id)
    at = zone(client.zone)
    counts: Counter[PromiseState] = Counter()
    waiting = queries.active_promises(session, client_id=client_id, given_before=now)
    free = set(
        lock_gates_free(
            session, client_id=client_id, customer_ids={promise.customer_id for promise in waiting}
        )
    )
    # Read again under the gates: another may have closed one while we looked.
    for promise in queries.active_promises(session, client_id=client_id, given_before=now):
        if promise.customer_id not in free:
            continue
        judgement = _judge(session, client_id, promise, at, local_date(now, at))
        counts[judgement.state] += 1
        if judgement.state is not PromiseState.ACTIVE:
            _close(session, client_id, promise.id, judgement, now)
            end_of_source(session, client_id=client_id, source_id=promise.id, ends_at=now, now=now)
    return views.Review(
        kept=counts[PromiseState.KEPT],
        broken=counts[PromiseState.BROKEN],
        waiting=counts[PromiseState.ACTIVE],
    )


def _judge(
    session: Session, client_id: ClientId, promise: views.Promise, at: tzinfo, today: date
) -> rules.Judgement:
    given_on = local_date(promise.given_at, at)
    last = min(today, promise.promised_on + timedelta(days=promise.grace_days))
    payments = receivables.payments_since(
        session, client_id=client_id, customer_id=promise.customer_id, first=given_on, last=last
    )
    earlier = queries.promises_of(session, client_id=client_id, customer_id=promise.customer_id)
    return rules.judge(
        amount_minor=promise.amount_minor,
        promised_on=promise.promised_on,
        grace_days=promise.grace_days,
        received=(
            payment.amount_minor for payment in payments if payment.currency == promise.currency
        ),
        spent_minor=sum(
            other.kept_minor or 0
            for other in earlier
            if other.id != promise.id
            and other.currency == promise.currency
            and other.given_at <= promise.given_at
            and other.judged_at is not None
            and local_date(other.judged_at, at) >= given_on
        ),
        today=today,
    )


def _open_minor(session: Session, client_id: ClientId, promise: NewPromise, today: date) -> int:
    found = receivables.open_invoices(
        session, client_id=client_id, customer_ids=[promise.customer_id], today=today
    )
    return sum(
        item.open_minor
        for item in found.get(promise.customer_id, [])
        if item.currency == promise.amount.currency
    )


def _close_active(
    session: Session, client_id: ClientId, promise: NewPromise, at: tzinfo, now: datetime
) -> None:
    """Close the promise that a new one stands for: kept where the money has come in already."""
    for other in queries.promises_of(session, client_id=client_id, customer_id=promise.customer_id):
        same = other.currency == promise.amount.currency
        if same and other.state == PromiseState.ACTIVE:
            judgement = _judge(session, client_id, other, at, local_date(now, at))
            if judgement.state is not PromiseState.KEPT:
                judgement = rules.Judgement(PromiseState.CANCELLED, 0)
            _close(session, client_id, other.id, judgement, now)
            end_of_source(session, client_id=client_id, source_id=other.id, ends_at=now, now=now)


def _close(
    session: Session,
    client_id: ClientId,
    promise_id: PromiseId,
    judgement: rules.Judgement,
    now: datetime,
) -> None:
    session.execute(
        update(model.PromiseToPay)
        .where(model.PromiseToPay.client_id == client_id, model.PromiseToPay.id == promise_id)
        .values(state=judgement.state.value, kept_minor=judgement.kept_minor, judged_at=now)
        .execution_options(synchronize_session=False)
    )
    _tell(session, client_id, f"promise.{judgement.state}", promise_id, now)


def _tell(
    session: Session, client_id: ClientId, action: str, promise_id: PromiseId, now: datetime
) -> None:
    audit.record(
        session,
        client_id=client_id,
        action=action,
        subject="promise",
        subject_id=promise_id,
        now=now,
    )
