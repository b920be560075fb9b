"""A dispute and its hold are one act; a corrected invoice hands on what stood on it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from carecredit.holds import model
from carecredit.holds.operations.placing import NewHold, end_of_source, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.calendars import start_of_day, zone
from carecredit.kernel.ids import ClientId, CustomerId, DisputeId, InvoiceId
from carecredit.mandates import queries as mandates
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries as receivable_queries
from carecredit.receivables import views


def contest(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    invoice_id: InvoiceId,
    reason: str,
    amount_minor: int | None = None,
    review_on: date | None = None,
    now: datetime,
) -> DisputeId:
    """Open a dispute about a customer's invoice and silence it, in one act, from today on.

    Where an amount of it is contested the whole invoice is silent all the same; where there are
    several disputes it is silent until the last one ends.
    """
    client = mandates.client(session, client_id=client_id)
    at = zone(client.zone)
    today = now.astimezone(at).date()
    invoice = receivable_queries.invoice(
        session, client_id=client_id, invoice_id=invoice_id, today=today
    )
    if invoice.customer_id != customer_id:
        raise receivable_queries.UnknownInvoice("no such invoice", field="invoice_id")
    dispute_id = receivables.open_dispute(
        session,
        client_id=client_id,
        invoice_id=invoice_id,
        disputed_from=today,
        amount_minor=amount_minor,
        reason=reason,
        now=now,
    )
    hold = NewHold(
        customer_id=customer_id,
        reason=HoldReason.DISPUTE,
        source_id=dispute_id,
        starts_at=start_of_day(today, at),
        invoice_id=invoice_id,
        evidence=reason,
        review_on=review_on,
    )
    place(session, client_id=client_id, hold=hold, now=now)
    return dispute_id


def resolve_dispute(
    session: Session,
    *,
    client_id: ClientId,
    dispute_id: DisputeId,
    disputed_to: date,
    now: datetime,
) -> None:
    """End a dispute and its silence in one act: from `disputed_to` on the invoice is free."""
    client = mandates.client(session, client_id=client_id)
    receivables.end_dispute(
        session, client_id=client_id, dispute_id=dispute_id, disputed_to=disputed_to, now=now
    )
    ends_at = start_of_day(disputed_to, zone(client.zone))
    end_of_source(session, client_id=client_id, source_id=dispute_id, ends_at=ends_at, now=now)


def correct_invoice(
    session: Session,
    *,
    client_id: ClientId,
    invoice_id: InvoiceId,
    corrected_on: date,
    now: datetime,
    **facts: Any,
) -> views.Corrected:
    """Put a mistaken invoice right (facts as in `receivables`), and be silent of the new one too.

    What the customer contests it contests still, and what else stays our asking stays it: putting
    an invoice right is no answer to either. No more is contested than the new one asks for.
    """
    whom: dict[str, Any] = {"client_id": client_id, "now": now}
    done = receivables.correct_invoice(
        session, invoice_id=invoice_id, corrected_on=corrected_on, **facts, **whom
    )
    holds = _standing_on(session, client_id, invoice_id, now)
    moved: dict[UUID, DisputeId | None] = {}
    for it in receivable_queries.disputes_of(
        session, client_id=client_id, invoice_ids=[invoice_id]
    ):
        if it.disputed_to is None or it.disputed_to > corrected_on:
            day = max(corrected_on, it.disputed_from)
            moved[it.id] = _contest_still(session, it, done, day=day, **whom)
            if it.disputed_to is None:
                resolve_dispute(session, dispute_id=it.id, disputed_to=day, **whom)
    for hold in holds:
        source_id = moved.get(hold.source_id, hold.source_id)
        if source_id is not None:
            on_new = msgspec.structs.replace(hold, source_id=source_id, invoice_id=done.invoice_id)
            place(session, hold=on_new, **whom)
    return done


def _contest_still(
    session: Session,
    it: views.Dispute,
    done: views.Corrected,
    *,
    client_id: ClientId,
    day: date,
    now: datetime,
) -> DisputeId | None:
    """Open a dispute anew on what took its invoice's place, where that asks for anything."""
    on_new: dict[str, Any] = {"client_id": client_id, "invoice_id": done.invoice_id}
    new = receivable_queries.invoice(session, today=day, **on_new)
    if new.gross_minor <= 0:
        return None
    return receivables.open_dispute(
        session,
        **on_new,
        disputed_from=day,
        disputed_to=it.disputed_to,
        amount_minor=it.amount_minor and min(it.amount_minor, new.gross_minor),
        reason=it.reason or "as before",
        now=now,
    )


def _standing_on(
    session: Session, client_id: ClientId, invoice_id: InvoiceId, now: datetime
) -> list[NewHold]:
    """List the holds on an invoice that stand, or are to come."""
    table = model.Hold
    columns = [getattr(table, name) for name in NewHold.__struct_fields__]
    rows = session.execute(
        select(*columns).where(
            table.client_id == client_id,
            table.invoice_id == invoice_id,
            or_(table.ends_at.is_(None), table.ends_at > now),
        )
    )
    return [msgspec.convert(row._asdict(), NewHold) for row in rows]
