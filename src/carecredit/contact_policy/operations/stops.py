"""Recording a stop that somebody tells us of, with the days that its law counts."""

from datetime import date, datetime
from typing import Any, ClassVar

import msgspec
from sqlalchemy.orm import Session

from carecredit.contact_policy import rules, views
from carecredit.holds import operations as holds
from carecredit.holds.rules import BY_HAND, HoldReason
from carecredit.kernel.calendars import local_date, start_of_day, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, new_id
from carecredit.mandates import queries as mandates
from carecredit.receivables import queries as receivables

BREATHING_SPACE, ITS_ZONE = "uk_breathing_space", "Europe/London"
"""The profile whose days a breathing space has, and the clock of its law (England and Wales)."""


class EndNeeded(Invalid):
    """A moratorium has its days: it cannot be recorded without them."""

    code: ClassVar[str] = "hold_needs_end"


class NewStop(msgspec.Struct, frozen=True):
    """A reason to be silent as it was told: why, with what proof, about what, from when to when.

    A breathing space ends by its law: 60 days from `registered_on`, or 30 days after
    `treatment_ended_on`; while crisis treatment lasts (`in_treatment`) nobody knows the end, and
    `review_on` says when to look again.
    """

    reason: str
    proof: str
    invoice_id: InvoiceId | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    review_on: date | None = None
    registered_on: date | None = None
    treatment_ended_on: date | None = None
    in_treatment: bool = False


def record_stop(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, stop: NewStop, now: datetime
) -> views.StopRecorded:
    """Record a stop under the person's gate: no claim ordered after it passes."""
    reason = _reason(stop)
    start = _start(stop, now)
    end = _end(stop, reason)
    for field, moment in (("starts_at", start), ("ends_at", end)):
        if moment is not None:
            rules.check_moment(moment, field=field)
    if end is not None and end <= start:
        raise Invalid("it ends before it starts; check both instants", field="ends_at")
    if stop.invoice_id is not None:
        _check_invoice(session, client_id, customer_id, stop.invoice_id, now)
    hold = holds.NewHold(
        customer_id=customer_id,
        reason=reason,
        source_id=new_id(),
        starts_at=start,
        ends_at=end,
        invoice_id=stop.invoice_id,
        evidence=stop.proof.strip(),
        review_on=stop.review_on,
    )
    hold_id = holds.place(session, client_id=client_id, hold=hold, now=now)
    return views.StopRecorded(hold_id, start, end)


def _reason(stop: NewStop) -> HoldReason:
    if not stop.proof.strip():
        raise Invalid("say what proves it", field="proof")
    if stop.reason not in list(HoldReason):
        raise Invalid(f"{stop.reason!r} is none of {', '.join(sorted(BY_HAND))}", field="reason")
    reason = HoldReason(stop.reason)
    if reason not in BY_HAND:
        raise Invalid(f"a {reason} is recorded by its own door", field="reason")
    if reason is not HoldReason.BREATHING_SPACE:
        days: dict[str, Any] = {
            "registered_on": stop.registered_on,
            "treatment_ended_on": stop.treatment_ended_on,
            "in_treatment": stop.in_treatment,
        }
        for field, value in days.items():
            if value:
                raise Invalid(f"{field} belongs to a breathing_space", field=field)
    return reason


def _start(stop: NewStop, now: datetime) -> datetime:
    if stop.starts_at is not None or stop.registered_on is None:
        return stop.starts_at or now
    return start_of_day(stop.registered_on, zone(ITS_ZONE))


def _end(stop: NewStop, reason: HoldReason) -> datetime | None:
    if reason is HoldReason.MORATORIUM and stop.ends_at is None:
        raise EndNeeded("a moratorium has its days: say until when", field="ends_at")
    if reason is not HoldReason.BREATHING_SPACE:
        return stop.ends_at
    told = (stop.ends_at, stop.registered_on, stop.treatment_ended_on, stop.in_treatment or None)
    if sum(each is not None for each in told) != 1:
        raise EndNeeded(
            "a breathing space has its days: say one of registered_on (60 days), "
            "treatment_ended_on (30 days after it), in_treatment, or ends_at",
            field="registered_on",
        )
    if stop.in_treatment and stop.review_on is None:
        raise EndNeeded("say on which day to look again: review_on", field="review_on")
    return _by_law(stop)


def _by_law(stop: NewStop) -> datetime | None:
    profile = rules.load_profiles()[BREATHING_SPACE]
    if stop.registered_on is not None:
        return rules.moratorium_end(profile, registered_on=stop.registered_on, zone=ITS_ZONE)
    if stop.treatment_ended_on is not None:
        ended = stop.treatment_ended_on
        return rules.treatment_end(profile, treatment_ended_on=ended, zone=ITS_ZONE)
    return stop.ends_at


def _check_invoice(
    session: Session,
    client_id: ClientId,
    customer_id: CustomerId,
    invoice_id: InvoiceId,
    now: datetime,
) -> None:
    client = mandates.client(session, client_id=client_id)
    today = local_date(now, zone(client.zone))
    invoice = receivables.invoice(session, client_id=client_id, invoice_id=invoice_id, today=today)
    if invoice.customer_id != customer_id:
        raise receivables.UnknownInvoice("no such invoice", field="invoice_id")
