"""The wrap-up: everything that a call brought is written in one transaction, or none of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.arrangements.operations import NewPromise, record_promise
from carecredit.cadence.operations import ask_callback, move
from carecredit.contact_policy import operations as policy
from carecredit.customers.operations import mark_point_bad, opt_out
from carecredit.holds.operations import contest
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import (
    ClientId,
    ContactId,
    OperatorId,
    PromiseId,
    TouchId,
    new_id,
)
from carecredit.kernel.money import Money, check_currency
from carecredit.outreach import model, views
from carecredit.outreach.operations.calls import Held, close_attempt, held_call
from carecredit.outreach.rules import Disposition, WrapUp, check_wrap_up, event_kind
from carecredit.store import audit
from carecredit.store.session import caller_of

_BAD_NUMBER = {Disposition.WRONG_NUMBER, Disposition.OUT_OF_SERVICE}


def wrap_up(
    session: Session,
    *,
    client_id: ClientId,
    touch_id: TouchId,
    operator_id: OperatorId | None,
    wrap_up: WrapUp,
    now: datetime,
) -> views.Closed:
    """Close a call: outcome, reason, promise, dispute, call-back; what must be silent is silenced.

    Raises `WrapUpInvalid`, `PromiseRefused`, `NotYours`; then nothing has changed.
    """
    check_wrap_up(wrap_up, now=now)
    held = held_call(session, client_id=client_id, touch_id=touch_id, operator_id=operator_id)
    state = "accepted" if event_kind(wrap_up.disposition) != "attempt" else "no_answer"
    close_attempt(
        session,
        client_id=client_id,
        attempt_id=held.id,
        state=state,
        detail=wrap_up.disposition.value,
        now=now,
    )
    policy.settle_event(
        session, event_id=held.event_id, kind=event_kind(wrap_up.disposition), now=now
    )
    if wrap_up.disposition in _BAD_NUMBER:
        mark_point_bad(
            session,
            client_id=client_id,
            point_id=held.point_id,
            reason=wrap_up.disposition.value,
            now=now,
        )
    contact_id = _keep_contact(session, client_id, held, operator_id, wrap_up, now)
    # The touch is closed first: a call-back takes the place of the one live touch.
    move(
        session,
        client_id=client_id,
        touch_id=touch_id,
        status="done",
        expected=("taken",),
        now=now,
        status_reason=None,
        lease_until=None,
    )
    return _carry_out(session, client_id, held, contact_id, wrap_up, now)


def _carry_out(
    session: Session,
    client_id: ClientId,
    held: Held,
    contact_id: ContactId,
    wrap_up: WrapUp,
    now: datetime,
) -> views.Closed:
    customer_id = held.touch.customer_id
    disputes = tuple(
        contest(
            session,
            client_id=client_id,
            customer_id=customer_id,
            invoice_id=invoice_id,
            reason=wrap_up.dispute_reason,
            now=now,
        )
        for invoice_id in dict.fromkeys(wrap_up.disputed_invoices)
    )
    promise_id = _promise(session, client_id, held, wrap_up, now)
    if wrap_up.opt_out:
        opt_out(
            session,
            client_id=client_id,
            customer_id=customer_id,
            channel="voice",
            proof=f"contact {contact_id}",
            now=now,
        )
    callback = None
    if wrap_up.callback_at is not None:
        callback = ask_callback(
            session,
            client_id=client_id,
            customer_id=customer_id,
            invoice_id=held.touch.invoice_id,
            due_at=wrap_up.callback_at,
            now=now,
        )
    return views.Closed(contact_id, held.touch.id, promise_id, disputes, callback)


def _promise(
    session: Session, client_id: ClientId, held: Held, wrap_up: WrapUp, now: datetime
) -> PromiseId | None:
    given = wrap_up.promise
    if given is None:
        return None
    try:
        amount = Money.parse(given.amount, check_currency(given.currency))
    except Invalid as error:
        raise type(error)(error.message, field=f"promise.{error.field or 'amount'}") from error
    promise = NewPromise(
        held.touch.customer_id, amount, given.promised_on, given_to=caller_of(session).name
    )
    return record_promise(session, client_id=client_id, promise=promise, now=now)


def _keep_contact(
    session: Session,
    client_id: ClientId,
    held: Held,
    operator_id: OperatorId | None,
    wrap_up: WrapUp,
    now: datetime,
) -> ContactId:
    contact_id = ContactId(new_id())
    reason = wrap_up.non_payment_reason
    row: dict[str, Any] = {
        "client_id": client_id,
        "id": contact_id,
        "customer_id": held.touch.customer_id,
        "touch_id": held.touch.id,
        "attempt_id": held.id,
        "operator_id": operator_id,
        "channel": held.touch.channel,
        "direction": "out",
        "purpose": held.purpose,
        "started_at": held.intent_at,
        "ended_at": now,
        "disposition": wrap_up.disposition.value,
        "non_payment_reason": reason.value if reason else None,
        "note": wrap_up.note.strip(),
    }
    session.execute(insert(model.Contact), [row])
    audit.record(
        session,
        client_id=client_id,
        action="contact.wrapped_up",
        subject="contact",
        subject_id=contact_id,
        now=now,
        data={
            "touch": str(held.touch.id),
            "disposition": wrap_up.disposition.value,
            "non_payment_reason": row["non_payment_reason"],
        },
    )
    return contact_id
