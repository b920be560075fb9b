"""Calls in an operator's hands: taking one, giving it back."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from carecredit.cadence import queries as cadence
from carecredit.cadence.operations import cancel, move
from carecredit.cadence.views import Touch
from carecredit.contact_policy import operations as policy
from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.ids import (
    AttemptId,
    ClientId,
    ContactPointId,
    EventId,
    OperatorId,
    TouchId,
)
from carecredit.outreach import model, views
from carecredit.outreach.operations.called import begin_call, withdraw
from carecredit.outreach.operations.claiming import put_off, reserve, start_attempt
from carecredit.outreach.operations.contacts import NotYours
from carecredit.outreach.operations.looking import look_again

CALL_LEASE = timedelta(hours=2)
"""After this a call nobody wrapped up goes to a person as unknown."""
NO_SYNC = {"synchronize_session": False}


class Held(msgspec.Struct, frozen=True):
    """A call in somebody's hands: its touch and its open attempt."""

    touch: Touch
    id: AttemptId
    event_id: EventId
    point_id: ContactPointId
    purpose: str
    intent_at: datetime


def take(
    session: Session,
    *,
    client_id: ClientId,
    touch_id: TouchId,
    operator_id: OperatorId | None,
    now: datetime,
) -> views.Call | views.Passed:
    """Take an offered call, if it is still wanted and may be made now; its budget is reserved."""
    touch = cadence.touch(session, client_id=client_id, touch_id=touch_id)
    lock_gate_of(session, client_id=client_id, customer_id=touch.customer_id)
    touch = cadence.touch(session, client_id=client_id, touch_id=touch_id, lock=True)
    if touch.status != "offered":
        return views.Passed(touch.status, "not_offered")
    subject = look_again(session, touch=touch, now=now)
    if isinstance(subject, str):
        cancel(session, client_id=client_id, touch_id=touch_id, reason=subject, now=now)
        return views.Passed("cancelled", subject)
    taken = reserve(session, touch, subject, now)
    if taken.event_id is None:
        return put_off(session, touch, taken.verdict, now)
    attempt_id = start_attempt(
        session,
        touch=touch,
        subject=subject,
        event_id=taken.event_id,
        verdict=taken.verdict,
        lease=CALL_LEASE,
        operator_id=operator_id,
        now=now,
    )
    contact_id = begin_call(
        session,
        client_id=client_id,
        customer_id=touch.customer_id,
        touch_id=touch_id,
        attempt_id=attempt_id,
        operator_id=operator_id,
        purpose=subject.purpose,
        now=now,
    )
    return views.Call(
        client_id=client_id,
        contact_id=contact_id,
        touch_id=touch_id,
        customer_id=touch.customer_id,
        attempt_id=attempt_id,
        fence=touch.fence + 1,
        number=subject.point.value,
        obligations=tuple(
            {"code": duty.code, "it": duty.sentence.it, "en": duty.sentence.en}
            for duty in taken.verdict.obligations
        ),
    )


def give_back(
    session: Session,
    *,
    client_id: ClientId,
    touch_id: TouchId,
    operator_id: OperatorId | None,
    now: datetime,
) -> None:
    """Give a taken call back before it was made: it is offered again and its budget is free."""
    attempt = held_call(session, client_id=client_id, touch_id=touch_id, operator_id=operator_id)
    close_attempt(
        session, client_id=client_id, attempt_id=attempt.id, state="released", detail=None, now=now
    )
    withdraw(session, client_id=client_id, attempt_id=attempt.id)
    policy.release_event(session, event_id=attempt.event_id, now=now)
    move(
        session,
        client_id=client_id,
        touch_id=touch_id,
        status="offered",
        expected=("taken",),
        now=now,
        lease_until=None,
        operator_id=None,
    )


def held_call(
    session: Session, *, client_id: ClientId, touch_id: TouchId, operator_id: OperatorId | None
) -> Held:
    """Find the open attempt of a call and lock its person; raises `NotYours` unless it is held."""
    touch = cadence.touch(session, client_id=client_id, touch_id=touch_id)
    lock_gate_of(session, client_id=client_id, customer_id=touch.customer_id)
    touch = cadence.touch(session, client_id=client_id, touch_id=touch_id, lock=True)
    table = model.Attempt
    row = session.execute(
        select(table.id, table.event_id, table.point_id, table.purpose, table.intent_at).where(
            table.client_id == client_id,
            table.touch_id == touch_id,
            table.fence == touch.fence,
            table.state == "dispatching",
        )
    ).first()
    if touch.status != "taken" or touch.operator_id != operator_id or row is None:
        raise NotYours(
            "this call is not in your hands: take it first (it may have been closed, or given "
            "back when nobody wrapped it up)",
            field="touch_id",
        )
    return Held(touch, *row)


def close_attempt(
    session: Session,
    *,
    client_id: ClientId,
    attempt_id: AttemptId,
    state: str,
    detail: str | None,
    now: datetime,
) -> None:
    """Write down how a call's attempt ended."""
    session.execute(
        update(model.Attempt)
        .where(model.Attempt.client_id == client_id, model.Attempt.id == attempt_id)
        .values(state=state, detail=detail, ended_at=now, lease_until=None)
        .execution_options(**NO_SYNC)
    )
