"""Claiming a rung touch: the first of the two transactions around the talk.

The claim looks at everything again under the person's gate: is it still wanted, may we, now. The
intent is committed before anything leaves the house.
"""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.cadence import queries as cadence
from carecredit.cadence.operations import cancel, move
from carecredit.cadence.views import Touch
from carecredit.cases.operations import open_overdue
from carecredit.contact_policy import operations as policy
from carecredit.contact_policy import queries as policy_queries
from carecredit.contact_policy.rules import Verdict
from carecredit.contact_policy.views import Claim
from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.ids import (
    AttemptId,
    ClientId,
    EventId,
    OperatorId,
    TouchId,
    new_id,
)
from carecredit.outreach import model, views
from carecredit.outreach.operations.looking import Subject, look_again
from carecredit.outreach.operations.writing import write_message
from carecredit.outreach.rules import Message
from carecredit.store.engine import database_now


def claim(
    session: Session,
    *,
    client_id: ClientId,
    touch_id: TouchId,
    fence: int,
    sender: str,
    lease: timedelta,
    now: datetime,
) -> views.Claimed | views.Passed:
    """Claim a rung touch: a message to send, or where the touch went instead.

    A call is offered on the worklist; a touch no longer wanted is cancelled with its reason; one
    that may not be made now waits for the first instant at which it may.
    """
    touch = cadence.touch(session, client_id=client_id, touch_id=touch_id)
    lock_gate_of(session, client_id=client_id, customer_id=touch.customer_id)
    # Locked: a sweep that gave the ring up now would let another claim send the same again.
    touch = cadence.touch(session, client_id=client_id, touch_id=touch_id, lock=True)
    if touch.status != "rung" or touch.fence != fence:
        return views.Passed(touch.status, "stale")
    subject = look_again(session, touch=touch, now=now)
    if isinstance(subject, str):
        cancel(
            session,
            client_id=client_id,
            touch_id=touch_id,
            reason=subject,
            expected=("rung",),
            now=now,
        )
        return views.Passed("cancelled", subject)
    if touch.channel == "voice":
        return _offer(session, touch, subject, now)
    return _claim_message(session, touch, subject, sender, lease, now)


def _offer(session: Session, touch: Touch, subject: Subject, now: datetime) -> views.Passed:
    verdict = policy_queries.contactability(
        session,
        client_id=touch.client_id,
        customer_id=touch.customer_id,
        channel="voice",
        purpose=subject.purpose,
        debts=subject.debts,
        requested=touch.requested,
        now=now,
    )
    if not verdict.allowed:
        return put_off(session, touch, verdict, now)
    move(
        session,
        client_id=touch.client_id,
        touch_id=touch.id,
        status="offered",
        expected=("rung",),
        under=touch.fence,
        now=now,
        status_reason=None,
        lease_until=None,
        tries=0,
    )
    if subject.purpose == "debt_collection":
        # The first follow-up that needs a person opens the matter; a dispute's own is kept.
        open_overdue(
            session,
            client_id=touch.client_id,
            customer_id=touch.customer_id,
            invoice_ids=subject.debts,
            now=now,
        )
    return views.Passed("offered", "worklist")


def _claim_message(
    session: Session,
    touch: Touch,
    subject: Subject,
    sender: str,
    lease: timedelta,
    now: datetime,
) -> views.Claimed | views.Passed:
    taken = reserve(session, touch, subject, now)
    if taken.event_id is None:
        return put_off(session, touch, taken.verdict, now)
    message, template = write_message(touch=touch, subject=subject, sender=sender, now=now)
    attempt_id = start_attempt(
        session,
        touch=touch,
        subject=subject,
        event_id=taken.event_id,
        verdict=taken.verdict,
        lease=lease,
        now=now,
        message=message,
        template=template,
    )
    return views.Claimed(touch.client_id, touch.id, attempt_id, touch.fence, message)


def reserve(session: Session, touch: Touch, subject: Subject, now: datetime) -> Claim:
    """Ask the contact policy under the person's gate; where it allows, the budget is taken."""
    return policy.claim_contact(
        session,
        client_id=touch.client_id,
        customer_id=touch.customer_id,
        point=subject.point,
        channel=touch.channel,
        purpose=subject.purpose,
        debts=subject.debts,
        requested=touch.requested,
        now=now,
    )


def start_attempt(  # noqa: PLR0913 - the row's parts
    session: Session,
    *,
    touch: Touch,
    subject: Subject,
    event_id: EventId,
    verdict: Verdict,
    lease: timedelta,
    now: datetime,
    message: Message | None = None,
    template: str | None = None,
    operator_id: OperatorId | None = None,
) -> AttemptId:
    """Write down the intent of an attempt, and hold the touch for it.

    A call gets a fence of its own: taken, given back and taken again, it is another try.
    """
    attempt_id = AttemptId(new_id())
    calling = touch.channel == "voice"
    fence = touch.fence + 1 if calling else touch.fence
    lease_until = database_now(session) + lease
    row = {
        "client_id": touch.client_id,
        "id": attempt_id,
        "touch_id": touch.id,
        "customer_id": touch.customer_id,
        "point_id": subject.point.id,
        "event_id": event_id,
        "channel": touch.channel,
        "purpose": subject.purpose,
        "fence": fence,
        "state": "dispatching",
        "intent_at": now,
        "lease_until": lease_until,
        "ended_at": None,
        "detail": None,
        "message_id": message.message_id if message else None,
        "template": template,
        "message_subject": message.subject if message else None,
        "message_text": message.text if message else None,
        "policy": msgspec.json.encode(verdict).decode(),
    }
    session.execute(insert(model.Attempt), [row])
    move(
        session,
        client_id=touch.client_id,
        touch_id=touch.id,
        status="taken" if calling else "dispatching",
        expected=(touch.status,),
        under=touch.fence,
        now=now,
        status_reason=None,
        lease_until=lease_until,
        fence=fence,
        operator_id=operator_id,
    )
    return attempt_id


def put_off(session: Session, touch: Touch, verdict: Verdict, now: datetime) -> views.Passed:
    """Let a touch wait for the first allowed instant, or leave it to a person where none comes."""
    code = verdict.reasons[0].code if verdict.reasons else "refused"
    if verdict.decision == "defer" and verdict.not_before is not None:
        move(
            session,
            client_id=touch.client_id,
            touch_id=touch.id,
            status="planned",
            expected=(touch.status,),
            under=touch.fence,
            now=now,
            due_at=verdict.not_before,
            status_reason=f"deferred:{code}"[:64],
            lease_until=None,
            tries=0,
        )
        return views.Passed("planned", code)
    move(
        session,
        client_id=touch.client_id,
        touch_id=touch.id,
        status="parked",
        expected=(touch.status,),
        under=touch.fence,
        now=now,
        status_reason="policy_denied",
        status_detail=code,
        lease_until=None,
    )
    return views.Passed("parked", code)
