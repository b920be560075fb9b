"""Settling what came of a sent message: the second of the two transactions around the talk."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from carecredit.cadence import queries as cadence
from carecredit.cadence.operations import move
from carecredit.cadence.views import Touch
from carecredit.contact_policy import operations as policy
from carecredit.customers.operations import lock_gate_of, mark_point_bad
from carecredit.kernel.ids import AttemptId, ClientId
from carecredit.outreach import model
from carecredit.outreach.operations.called import keep_message
from carecredit.outreach.rules import RECIPIENT_REFUSED, Outcome
from carecredit.store import audit

NO_SYNC = {"synchronize_session": False}
RETRY_AFTER = timedelta(minutes=5)
TRIES_MAX = 5


def settle(
    session: Session,
    *,
    client_id: ClientId,
    attempt_id: AttemptId,
    outcome: Outcome,
    detail: str,
    now: datetime,
) -> bool:
    """Record what came of a sent message; false where a sweep had given the attempt up before.

    Accepted is done. A refused address is marked; a refused text goes to a person, since the same
    text would be refused again. Surely not sent tries again later, a few times. Unknown goes to a
    person.
    """
    touch = _locked(session, client_id, attempt_id)
    attempt = session.execute(
        update(model.Attempt)
        .where(
            model.Attempt.client_id == client_id,
            model.Attempt.id == attempt_id,
            model.Attempt.state == "dispatching",
        )
        .values(state=outcome.value, detail=detail, ended_at=now, lease_until=None)
        .returning(
            model.Attempt.touch_id,
            model.Attempt.customer_id,
            model.Attempt.event_id,
            model.Attempt.point_id,
            model.Attempt.fence,
            model.Attempt.purpose,
            model.Attempt.intent_at,
        )
        .execution_options(**NO_SYNC)
    ).first()
    if touch is None or attempt is None:
        _note_late(session, client_id, attempt_id, outcome, now)
        return False
    if outcome in {Outcome.ACCEPTED, Outcome.UNKNOWN}:
        policy.settle_event(session, event_id=attempt.event_id, kind="contact", now=now)
    else:
        policy.release_event(session, event_id=attempt.event_id, now=now)
    if outcome is Outcome.ACCEPTED:
        keep_message(
            session,
            client_id=client_id,
            attempt_id=attempt_id,
            attempt=attempt,
            channel=touch.channel,
            now=now,
        )
    if outcome is Outcome.REFUSED and detail.startswith(RECIPIENT_REFUSED):
        mark_point_bad(
            session, client_id=client_id, point_id=attempt.point_id, reason="refused", now=now
        )
    status, values = _after(outcome, touch, detail, now)
    return move(
        session,
        client_id=client_id,
        touch_id=touch.id,
        status=status,
        expected=("dispatching",),
        under=attempt.fence,
        now=now,
        lease_until=None,
        **values,
    )


def _locked(session: Session, client_id: ClientId, attempt_id: AttemptId) -> Touch | None:
    """Take the person's gate before any other lock, as every claim and sweep does."""
    touch_id = session.execute(
        select(model.Attempt.touch_id).where(
            model.Attempt.client_id == client_id, model.Attempt.id == attempt_id
        )
    ).scalar()
    if touch_id is None:
        return None
    touch = cadence.touch(session, client_id=client_id, touch_id=touch_id)
    lock_gate_of(session, client_id=client_id, customer_id=touch.customer_id)
    return cadence.touch(session, client_id=client_id, touch_id=touch_id, lock=True)


def _after(
    outcome: Outcome, touch: Touch, detail: str, now: datetime
) -> tuple[str, dict[str, object]]:
    if outcome is Outcome.ACCEPTED:
        return "done", {"status_reason": None}
    if outcome is Outcome.UNKNOWN:
        return "parked", {"status_reason": "unknown_outcome", "status_detail": detail}
    if outcome is Outcome.REFUSED and not detail.startswith(RECIPIENT_REFUSED):
        return "parked", {"status_reason": "text_refused", "status_detail": detail}
    if outcome is Outcome.REFUSED:
        return "cancelled", {"status_reason": "refused_by_recipient", "status_detail": detail}
    if touch.tries >= TRIES_MAX:
        return "parked", {"status_reason": "channel_down", "status_detail": detail}
    due_at = now + RETRY_AFTER * 2 ** (touch.tries - 1)
    return "planned", {"status_reason": "not_sent", "status_detail": detail, "due_at": due_at}


def _note_late(
    session: Session, client_id: ClientId, attempt_id: AttemptId, outcome: Outcome, now: datetime
) -> None:
    """A sender that was given up for lost came back: keep its word beside the unknown."""
    found = session.execute(
        select(model.Attempt.state).where(
            model.Attempt.client_id == client_id, model.Attempt.id == attempt_id
        )
    ).scalar()
    if found is not None:
        audit.record(
            session,
            client_id=client_id,
            action="attempt.answered_late",
            subject="attempt",
            subject_id=attempt_id,
            now=now,
            data={"outcome": outcome.value, "state": found},
        )
