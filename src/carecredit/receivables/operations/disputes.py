"""Opening and ending the interval in which an invoice is contested."""

from datetime import date, datetime

from sqlalchemy import exists, insert, or_, select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound, Refused
from carecredit.kernel.ids import BookId, ClientId, DisputeId, InvoiceId, new_id
from carecredit.receivables import model
from carecredit.receivables.operations import books
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
    table, end = model.Dispute, model.DisputeEnd
    standing = session.execute(
        select(table.id)
        .outerjoin(end, (end.client_id == table.client_id) & (end.dispute_id == table.id))
        .where(
            table.client_id == client_id,
            table.invoice_id == invoice_id,
            or_(
                table.disputed_from == disputed_from,
                end.disputed_to.is_(None),
                end.disputed_to > disputed_from,
            ),
            table.disputed_from <= disputed_from,
        )
    ).first()
    if standing is not None:
        raise AlreadyDisputed("this invoice is contested already", field="invoice_id")
    dispute_id = DisputeId(new_id())
    book_id = books.open_book(session, client_id=client_id, now=now)
    row = {
        "client_id": client_id,
        "id": dispute_id,
        "invoice_id": invoice_id,
        "book_id": book_id,
        "disputed_from": disputed_from,
        "amount_minor": None,
        "reason": reason,
        "recorded_at": recorded_at or now,
    }
    session.execute(insert(table), [row])
    if disputed_to:
        _end(session, client_id, book_id, dispute_id, disputed_to, recorded_at or now)
    books.close_book(session, client_id=client_id, book_id=book_id)
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
    table, end = model.Dispute, model.DisputeEnd
    invoice_id = session.execute(
        select(table.invoice_id).where(
            table.client_id == client_id,
            table.id == dispute_id,
            table.disputed_from <= disputed_to,
            ~exists().where(end.client_id == client_id, end.dispute_id == dispute_id),
        )
    ).scalar()
    if invoice_id is None:
        _must_exist(session, client_id, dispute_id)
        raise DisputeEnded(
            "this dispute has ended already, or began after that day", field="dispute_id"
        )
    book_id = books.open_book(session, client_id=client_id, now=now)
    _end(session, client_id, book_id, dispute_id, disputed_to, now)
    books.close_book(session, client_id=client_id, book_id=book_id)
    _tell(session, client_id, "dispute.ended", dispute_id, invoice_id, now)


def _end(
    session: Session,
    client_id: ClientId,
    book_id: BookId,
    dispute_id: DisputeId,
    disputed_to: date,
    recorded_at: datetime,
) -> None:
    row = {
        "client_id": client_id,
        "dispute_id": dispute_id,
        "book_id": book_id,
        "disputed_to": disputed_to,
        "recorded_at": recorded_at,
    }
    session.execute(insert(model.DisputeEnd), [row])


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
