"""Opening and ending the interval in which an invoice is contested."""

from datetime import date, datetime

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound, Refused
from carecredit.kernel.ids import ClientId, DisputeId, InvoiceId, new_id
from carecredit.receivables import model
from carecredit.store import audit


class AlreadyDisputed(Refused):
    """The invoice is contested already."""

    code = "invoice_already_disputed"


class DisputeEnded(Refused):
    """The dispute has ended, or had not begun by that day."""

    code = "dispute_ended"


class UnknownDispute(NotFound):
    """No such dispute, or none that you may see."""

    code = "dispute_unknown"


def open_dispute(
    session: Session,
    *,
    client_id: ClientId,
    invoice_id: InvoiceId,
    disputed_from: date,
    disputed_to: date | None = None,
    reason: str,
    recorded_at: datetime | None = None,
    now: datetime,
) -> DisputeId:
    """Record that an invoice is contested from a day on; its hold is written by the caller.

    `recorded_at` is when it was known, where that was before now. Raises `AlreadyDisputed`.
    """
    table = model.Dispute
    standing = session.execute(
        select(table.id).where(
            table.client_id == client_id,
            table.invoice_id == invoice_id,
            or_(
                table.disputed_from == disputed_from,
                table.disputed_to.is_(None),
                table.disputed_to > disputed_from,
            ),
            table.disputed_from <= disputed_from,
        )
    ).first()
    if standing is not None:
        raise AlreadyDisputed("this invoice is contested already", field="invoice_id")
    dispute_id = DisputeId(new_id())
    row = {
        "client_id": client_id,
        "id": dispute_id,
        "invoice_id": invoice_id,
        "disputed_from": disputed_from,
        "disputed_to": disputed_to,
        "reason": reason,
        "recorded_at": recorded_at or now,
        "ended_recorded_at": (recorded_at or now) if disputed_to else None,
    }
    session.execute(insert(table), [row])
    _tell(session, client_id, "dispute.opened", dispute_id, invoice_id, now)
    return dispute_id


def end_dispute(
    session: Session,
    *,
    client_id: ClientId,
    dispute_id: DisputeId,
    disputed_to: date,
    now: datetime,
) -> None:
    """Record that a dispute ended: from `disputed_to` on the invoice is contested no more."""
    table = model.Dispute
    found = session.execute(
        update(table)
        .where(
            table.client_id == client_id,
            table.id == dispute_id,
            table.disputed_to.is_(None),
            table.disputed_from <= disputed_to,
        )
        .values(disputed_to=disputed_to, ended_recorded_at=now)
        .returning(table.invoice_id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if found is None:
        _must_exist(session, client_id, dispute_id)
        raise DisputeEnded(
            "this dispute has ended already, or began after that day", field="dispute_id"
        )
    _tell(session, client_id, "dispute.ended", dispute_id, found, now)


def _must_exist(session: Session, client_id: ClientId, dispute_id: DisputeId) -> None:
    table = model.Dispute
    known = select(table.id).where(table.client_id == client_id, table.id == dispute_id)
    if session.execute(known).first() is None:
        raise UnknownDispute("no such dispute", field="dispute_id")


def _tell(
    session: Session,
    client_id: ClientId,
    action: str,
    dispute_id: DisputeId,
    invoice_id: InvoiceId,
    now: datetime,
) -> None:
    audit.record(
        session,
        client_id=client_id,
        action=action,
        subject="dispute",
        subject_id=dispute_id,
        now=now,
        data={"invoice": str(invoice_id)},
    )
