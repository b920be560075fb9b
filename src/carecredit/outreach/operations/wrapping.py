"""The wrap-up: everything that a contact brought is written in one transaction, or none of it."""

from datetime import datetime
from typing import Any

from msgspec import structs
from sqlalchemy.orm import Session

from carecredit.cadence.operations import move
from carecredit.contact_policy import operations as policy
from carecredit.customers.operations import lock_gate_of, mark_point_bad
from carecredit.kernel.ids import (
    ClientId,
    ContactId,
    InvoiceId,
    OperatorId,
    SurveyId,
    TouchId,
)
from carecredit.knowledge.queries import UnknownProcedure, procedure_version
from carecredit.outreach import views
from carecredit.outreach.operations.called import contact_of_attempt
from carecredit.outreach.operations.calls import close_attempt, held_call
from carecredit.outreach.operations.carrying import carry_out
from carecredit.outreach.operations.contacts import (
    InHand,
    confirm,
    end,
    in_hand,
)
from carecredit.outreach.rules import (
    Disposition,
    ProcedureUsed,
    RightParty,
    RightPartyUnclear,
    WrapUp,
    check_wrap_up,
    event_kind,
    speaks_of_money,
)
from carecredit.outreach.rules.wrap_up import WrapUpInvalid
from carecredit.quality.operations import EndedContact, ask_after
from carecredit.store import audit
from carecredit.store.session import caller_of

_BAD_NUMBER = {Disposition.WRONG_NUMBER, Disposition.OUT_OF_SERVICE}


def wrap_up_call(
    session: Session,
    *,
    client_id: ClientId,
    touch_id: TouchId,
    operator_id: OperatorId | None,
    wrap_up: WrapUp,
    now: datetime,
) -> views.Closed:
    """Wrap up the contact of a call that this operator took; raises `NotYours` otherwise."""
    check_wrap_up(wrap_up, now=now)
    call = held_call(session, client_id=client_id, touch_id=touch_id, operator_id=operator_id)
    contact_id = contact_of_attempt(session, client_id=client_id, attempt_id=call.id)
    return _close(session, client_id, contact_id, operator_id, wrap_up, now)


def wrap_up(
    session: Session,
    *,
    client_id: ClientId,
    contact_id: ContactId,
    operator_id: OperatorId | None,
    wrap_up: WrapUp,
    now: datetime,
) -> views.Closed:
    """Close a contact: outcome, reason, promise, dispute, call-back; what must be silent is.

    Raises `WrapUpInvalid`, `RightPartyUnclear`, `PromiseRefused`, `NotYours`, `ContactEnded`; then
    nothing has changed.
    """
    check_wrap_up(wrap_up, now=now)
    return _close(session, client_id, contact_id, operator_id, wrap_up, now)


def _close(
    session: Session,
    client_id: ClientId,
    contact_id: ContactId,
    operator_id: OperatorId | None,
    wrap_up: WrapUp,
    now: datetime,
) -> views.Closed:
    contact = in_hand(session, client_id=client_id, contact_id=contact_id, operator_id=operator_id)
    _check_procedure(session, client_id, wrap_up.procedure)
    about = _end_call(session, client_id, contact, wrap_up, now) if contact.touch_id else None
    if contact.touch_id is None:
        lock_gate_of(session, client_id=client_id, customer_id=contact.customer_id)
    _confirm_who(session, client_id, contact, wrap_up, now)
    _end(session, client_id, contact, wrap_up, now)
    done = carry_out(session, client_id, contact, wrap_up, about, now)
    survey_id = _survey(session, client_id, contact, wrap_up, now)
    return structs.replace(done, survey_id=survey_id)


def _check_procedure(session: Session, client_id: ClientId, used: ProcedureUsed | None) -> None:
    """Accept a version of a procedure that was published."""
    if used is None:
        return
    try:
        procedure_version(session, client_id=client_id, key=used.key, version=used.version)
    except UnknownProcedure as error:
        raise WrapUpInvalid(
            f"no version {used.version} of a procedure {used.key!r} was published: name one that "
            "was (look it up among the procedures), or leave it out",
            field="procedure",
        ) from error


def _end_call(
    session: Session, client_id: ClientId, contact: InHand, wrap_up: WrapUp, now: datetime
) -> InvoiceId | None:
    """Settle the attempt and the touch of a call; give the invoice that carried it."""
    assert contact.touch_id is not None  # noqa: S101 - the caller looked
    held = held_call(
        session,
        client_id=client_id,
        touch_id=contact.touch_id,
        operator_id=contact.operator_id,
    )
    kind = event_kind(wrap_up.disposition)
    close_attempt(
        session,
        client_id=client_id,
        attempt_id=held.id,
        state="accepted" if kind != "attempt" else "no_answer",
        detail=wrap_up.disposition.value,
        now=now,
    )
    policy.settle_event(session, event_id=held.event_id, kind=kind, now=now)
    if wrap_up.disposition in _BAD_NUMBER:
        mark_point_bad(
            session,
            client_id=client_id,
            point_id=held.point_id,
            reason=wrap_up.disposition.value,
            now=now,
        )
    # The touch is closed before the rest: a call-back takes the place of the one live touch.
    move(
        session,
        client_id=client_id,
        touch_id=held.touch.id,
        status="done",
        expected=("taken",),
        now=now,
        status_reason=None,
        lease_until=None,
    )
    return held.touch.invoice_id


def _confirm_who(
    session: Session, client_id: ClientId, contact: InHand, wrap_up: WrapUp, now: datetime
) -> None:
    """Take the confirmation that comes with the wrap-up; money needs one, from then or before."""
    if wrap_up.identified_by:
        confirm(session, client_id, contact, RightParty.CONFIRMED, wrap_up.identified_by, now)
    elif speaks_of_money(wrap_up) and contact.right_party != RightParty.CONFIRMED:
        raise RightPartyUnclear(
            "money was spoken of, and nobody made sure with whom: confirm the right person first, "
            "or name in identified_by what showed it",
            field="identified_by",
        )


def _end(
    session: Session, client_id: ClientId, contact: InHand, wrap_up: WrapUp, now: datetime
) -> None:
    used, seconds, reason = wrap_up.procedure, wrap_up.seconds, wrap_up.non_payment_reason
    values: dict[str, Any] = {
        "ended_at": now,
        "operator": caller_of(session).name,
        "talk_seconds": seconds.talk,
        "hold_seconds": seconds.hold,
        "wrap_up_seconds": seconds.wrap_up,
        "disposition": wrap_up.disposition.value,
        "non_payment_reason": reason and reason.value,
        "root_cause": wrap_up.root_cause,
        "resolved": wrap_up.resolved and wrap_up.resolved.value,
        "understood": wrap_up.understood,
        "mood": wrap_up.mood and wrap_up.mood.value,
        "procedure": used and used.key,
        "procedure_version": used and used.version,
        "procedure_useful": used.useful if used else None,
        "summary": wrap_up.summary and wrap_up.summary.value,
        "note": wrap_up.note.strip(),
    }
    # What was said before the end stays, where the end says nothing of it.
    if wrap_up.topic is not None:
        values["topic"] = wrap_up.topic
    if wrap_up.transferred:
        values["transferred"] = True
    end(session, client_id, contact.id, **values)
    audit.record(
        session,
        client_id=client_id,
        action="contact.wrapped_up",
        subject="contact",
        subject_id=contact.id,
        now=now,
        data={
            "touch": str(contact.touch_id) if contact.touch_id else None,
            "disposition": wrap_up.disposition.value,
            "non_payment_reason": values["non_payment_reason"],
            "root_cause": wrap_up.root_cause,
            "resolved": values["resolved"],
        },
    )


def _survey(
    session: Session, client_id: ClientId, contact: InHand, wrap_up: WrapUp, now: datetime
) -> SurveyId | None:
    ended = EndedContact(
        contact.id,
        contact.customer_id,
        contact.operator_id,
        caller_of(session).name,
        contact.language,
        talked=wrap_up.disposition is Disposition.RIGHT_PARTY,
        complains=bool(wrap_up.disputed_invoices),
    )
    return ask_after(session, client_id=client_id, contact=ended, now=now)
