"""Opening and ending the interval in which an invoice is contested."""

from datetime import date, datetime

from sqlalchemy import exists, insert, select, update
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid, NotFound, Refused
from carecredit.kernel.ids import BookId, ClientId, CustomerId, DisputeId, InvoiceId, new_id
from carecredit.receivables import model, queries, views
from carecredit.receivables.operations import books
from carecredit.receivables.operations.pen import check_reason
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
    amount_minor: int | None = None,
    reason: str,
    now: datetime,
) -> DisputeId:
    """Record that an invoice, or an amount of it, is contested from a day on.

    Several disputes may stand at once, but none beside one over all of it. The hold is written by
    the caller. Raises `AlreadyDisputed`.
    """
    check_reason(reason)
    if disputed_to is not None and disputed_to < disputed_from:
        raise Invalid("a dispute ends on the day it began, or later", field="disputed_to")
    if amount_minor is not None:
        _check_amount(session, client_id, invoice_id, amount_minor, disputed_from)
    known = queries.disputes_of(session, client_id=client_id, invoice_ids=[invoice_id])
    if any(_bars(one, disputed_from, amount_minor) for one in known):
        raise AlreadyDisputed("this invoice is contested already", field="invoice_id")
    dispute_id = DisputeId(new_id())
    book_id = books.open_book(session, client_id=client_id, now=now)
    row = {
        "client_id": client_id,
        "id": dispute_id,
        "invoice_id": invoice_id,
        "book_id": book_id,
        "disputed_from": disputed_from,
        "amount_minor": amount_minor,
        "reason": reason,
        "recorded_at": now,
    }
    session.execute(insert(model.Dispute), [row])
    if disputed_to:
        _end(session, client_id, book_id, dispute_id, disputed_to, now)
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


def _bars(standing: views.Dispute, disputed_from: date, amount_minor: int | None) -> bool:
    """Say whether a dispute leaves nothing that another could contest on that day."""
    if standing.amount_minor is not None or standing.disputed_from > disputed_from:
        return False
    same_day = amount_minor is None and standing.disputed_from == disputed_from
    ended = standing.disputed_to is not None and standing.disputed_to <= disputed_from
    return same_day or not ended


def _check_amount(
    session: Session, client_id: ClientId, invoice_id: InvoiceId, minor: int, today: date
) -> None:
    it = queries.invoice(session, client_id=client_id, invoice_id=invoice_id, today=today)
    if not 0 < minor <= it.gross_minor:
        raise Invalid(
            "a contested amount is above zero and no more than the invoice; leave it out to "
            "contest all that is open",
            field="amount",
        )


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


def forget_dispute_reasons(
    session: Session, *, client_id: ClientId, customer_id: CustomerId
) -> int:
    """Empty what a customer said of the invoices it contested; say how many there were."""
    invoices = select(model.Invoice.id).where(
        model.Invoice.client_id == client_id, model.Invoice.customer_id == customer_id
    )
    done = session.execute(
        update(model.Dispute)
        .where(
            model.Dispute.client_id == client_id,
            model.Dispute.invoice_id.in_(invoices),
            model.Dispute.reason != "",
        )
        .values(reason="")
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it
