"""Giving up late charges, and saying how much a customer may owe."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, WaiverId, new_id
from carecredit.kernel.money import MINOR_MAX, check_currency
from carecredit.receivables import model, queries
from carecredit.receivables.operations.pen import check_reason
from carecredit.store import audit

WHO_LENGTH_MAX = 200


class Charge(StrEnum):
    """What may be given up of late charges."""

    INTEREST = "interest"
    COMPENSATION = "compensation"
    BOTH = "both"


def waive(
    session: Session,
    *,
    client_id: ClientId,
    invoice_id: InvoiceId,
    charge: Charge,
    through_on: date | None = None,
    waived_by: str,
    reason: str,
    now: datetime,
) -> WaiverId:
    """Record that late interest through a day, or all of it, or the compensation is given up."""
    check_reason(reason)
    _check_who(waived_by, "waived_by")
    if charge is Charge.COMPENSATION and through_on is not None:
        raise Invalid("a compensation is given up whole: leave the day out", field="through_on")
    queries.invoice(session, client_id=client_id, invoice_id=invoice_id, today=date.max)
    waiver_id = WaiverId(new_id())
    row = {
        "client_id": client_id,
        "id": waiver_id,
        "invoice_id": invoice_id,
        "charge": charge.value,
        "through_on": through_on,
        "waived_by": waived_by,
        "reason": reason,
        "recorded_at": now,
    }
    session.execute(insert(model.Waiver), [row])
    audit.record(
        session,
        client_id=client_id,
        action="late_charge.waived",
        subject="invoice",
        subject_id=invoice_id,
        now=now,
        data={"charge": charge.value, "through": through_on.isoformat() if through_on else None},
    )
    return waiver_id


def copy_waivers(
    session: Session, *, client_id: ClientId, from_id: InvoiceId, into_id: InvoiceId, now: datetime
) -> None:
    """Let what was given up on one invoice stand on the one that takes its place."""
    for it in queries.waivers_of(session, client_id=client_id, invoice_ids=[from_id]):
        waive(
            session,
            client_id=client_id,
            invoice_id=into_id,
            charge=Charge(it.charge),
            through_on=it.through_on,
            waived_by=it.waived_by,
            reason=it.reason,
            now=now,
        )


def set_credit_limit(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    currency: str,
    limit_minor: int | None,
    valid_from: date,
    set_by: str,
    now: datetime,
) -> None:
    """Say how much a customer may owe from a day on (none: no limit); it is shown, never acted on.

    What was said before stays in the history.
    """
    check_currency(currency)
    _check_who(set_by, "set_by")
    if limit_minor is not None and not 0 <= limit_minor <= MINOR_MAX:
        raise Invalid("a limit is zero or above", field="limit")
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    row = {
        "client_id": client_id,
        "customer_id": customer_id,
        "currency": currency,
        "recorded_at": _free_instant(session, client_id, customer_id, now),
        "valid_from": valid_from,
        "limit_minor": limit_minor,
        "set_by": set_by,
    }
    session.execute(insert(model.CreditLimit), [row])
    audit.record(
        session,
        client_id=client_id,
        action="credit_limit.set",
        subject="customer",
        subject_id=customer_id,
        now=now,
        data={"currency": currency, "limit_minor": limit_minor, "from": valid_from.isoformat()},
    )


def _free_instant(
    session: Session, client_id: ClientId, customer_id: CustomerId, now: datetime
) -> datetime:
    """Keep two words of one instant apart, in their order."""
    known = queries.credit_limits(session, client_id=client_id, customer_id=customer_id)
    last = max((one.recorded_at for one in known), default=None)
    return now if last is None or last < now else last + last.resolution


def _check_who(name: str, field: str) -> None:
    if not 0 < len(name.strip()) <= WHO_LENGTH_MAX or not name.isprintable():
        raise Invalid(f"say who, in 1 to {WHO_LENGTH_MAX} characters", field=field)
