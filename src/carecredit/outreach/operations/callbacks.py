"""The call that a customer asks for in a contact: at an hour at which it may be made."""

from datetime import datetime

from carecredit.cadence.operations import ask_callback
from carecredit.contact_policy.queries import contactability, purpose_of
from carecredit.kernel.calendars import zone
from carecredit.kernel.ids import InvoiceId, TouchId
from carecredit.mandates import queries as mandates
from carecredit.outreach.operations.agreeing import Work
from carecredit.outreach.rules import WrapUp
from carecredit.outreach.rules.wrap_up import WrapUpInvalid

_HOURS = frozenset({"outside_window", "holiday", "operator_closed", "no_common_window"})


def call_back(work: Work, wrap_up: WrapUp, about: InvoiceId | None) -> TouchId | None:
    """Plan the call-back; one that stands is moved, and the customer is asked at no odd hour."""
    when = wrap_up.callback_at
    if when is None:
        return None
    _check_hours(work, when, about)
    return ask_callback(
        work.session,
        invoice_id=about,
        due_at=when,
        owner_id=work.contact.operator_id,
        now=work.now,
        **work.whom,
    )


def _check_hours(work: Work, when: datetime, about: InvoiceId | None) -> None:
    """Refuse an hour at which nobody may call, even asked to; caps and silences may still pass."""
    debts = [about] if about else []
    purpose = purpose_of(work.session, debts=debts, now=work.now, **work.whom)
    verdict = contactability(
        work.session,
        channel="voice",
        purpose=purpose,
        debts=debts,
        now=when,
        requested=True,
        **work.whom,
    )
    closed = [reason for reason in verdict.reasons if reason.code in _HOURS]
    if not closed:
        return
    opens = verdict.not_before or closed[0].not_before
    at = zone(mandates.client(work.session, client_id=work.client_id).zone)
    out = f"it may be made from {opens.astimezone(at).isoformat()} on" if opens else "ask another"
    raise WrapUpInvalid(
        f"at that hour no call may be made ({closed[0].sentence.en}); {out}",
        field="callback_at",
    )
