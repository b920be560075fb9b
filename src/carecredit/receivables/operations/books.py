"""Storing documents many at a time, and keeping the derived amounts of invoices true."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Date, and_, case, cast, delete, func, insert, select, update
from sqlalchemy.orm import Session

from carecredit.kernel.ids import BookId, ClientId, InvoiceId, new_id
from carecredit.receivables import model

Row = Mapping[str, Any]


def open_book(session: Session, *, client_id: ClientId, now: datetime) -> BookId:
    """Open the record of a set of files that is coming in."""
    book_id = BookId(new_id())
    row = {
        "client_id": client_id,
        "id": book_id,
        "imported_at": now,
        "files_hash": b"",
        "rows": 0,
        "rows_written": 0,
    }
    session.execute(insert(model.Book), [row])
    return book_id


def close_book(
    session: Session,
    *,
    client_id: ClientId,
    book_id: BookId,
    files_hash: bytes,
    rows: int,
    rows_written: int,
) -> None:
    """Close the record with its counts; a set that changed nothing leaves none."""
    mine = and_(model.Book.client_id == client_id, model.Book.id == book_id)
    if rows_written == 0:
        session.execute(delete(model.Book).where(mine).execution_options(synchronize_session=False))
        return
    session.execute(
        update(model.Book)
        .where(mine)
        .values(files_hash=files_hash, rows=rows, rows_written=rows_written)
        .execution_options(synchronize_session=False)
    )


def store_invoices(session: Session, *, rows: Sequence[Row]) -> None:
    """Store new invoices, all open."""
    if rows:
        session.execute(
            insert(model.Invoice),
            [{**row, "open_minor": row["gross_minor"], "settled_on": None} for row in rows],
        )


def store_entries(session: Session, *, rows: Sequence[Row]) -> None:
    """Store new payments, credit notes and write-offs."""
    if rows:
        session.execute(insert(model.LedgerEntry), list(rows))


def store_allocations(session: Session, *, rows: Sequence[Row]) -> None:
    """Store applications as stated; call `refresh_open` for their invoices afterwards."""
    if rows:
        session.execute(insert(model.Allocation), list(rows))


def store_disputes(session: Session, *, rows: Sequence[Row]) -> None:
    """Store new disputes; their holds are written by the caller in the same transaction."""
    if rows:
        session.execute(insert(model.Dispute), list(rows))


def refresh_open(
    session: Session, *, client_id: ClientId, invoice_ids: Collection[InvoiceId]
) -> None:
    """Work out anew what is open on some invoices and since when nothing is."""
    if not invoice_ids:
        return
    share, entry, invoice = model.Allocation, model.LedgerEntry, model.Invoice
    effect = case(
        (share.applied_on >= entry.effective_on, share.applied_on), else_=entry.effective_on
    )
    sums = (
        select(
            share.invoice_id,
            cast(func.sum(share.amount_minor), BigInteger).label("applied"),
            func.max(effect, type_=Date).label("last_on"),
        )
        .join(entry, and_(entry.client_id == share.client_id, entry.id == share.entry_id))
        .where(share.client_id == client_id, share.invoice_id.in_(list(invoice_ids)))
        .group_by(share.invoice_id)
        .subquery()
    )
    left = invoice.gross_minor - sums.c.applied
    settled = and_(invoice.gross_minor >= 0, left <= 0)
    session.execute(
        update(invoice)
        .where(invoice.client_id == client_id, invoice.id == sums.c.invoice_id)
        .values(
            open_minor=case((settled, 0), else_=left),
            settled_on=case((settled, sums.c.last_on), else_=None),
        )
        .execution_options(synchronize_session=False)
    )
