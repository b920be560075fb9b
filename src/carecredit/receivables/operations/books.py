"""Storing documents many at a time, and keeping the derived amounts of invoices true."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, insert, select, text, update
from sqlalchemy.orm import Session

from carecredit.kernel.ids import BookId, ClientId, EntryId, InvoiceId, new_id
from carecredit.receivables import model
from carecredit.receivables.rules import open_amount

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
    """Work out anew what is open on some invoices and since when nothing is.

    Plain reads by key and sums in Python: within a large import the database has no statistics
    yet, and the join that looks natural here was planned as a loop within a loop.
    """
    if not invoice_ids:
        return
    gross = _gross(session, client_id, invoice_ids)
    shares = _shares(session, client_id, invoice_ids)
    days = _effective_days(session, client_id, {share.entry_id for share in shares})
    applied: Counter[InvoiceId] = Counter()
    last_on: dict[InvoiceId, date] = {}
    for share in shares:
        day = max(share.applied_on, days[share.entry_id])
        applied[share.invoice_id] += share.amount_minor
        last_on[share.invoice_id] = max(day, last_on.get(share.invoice_id, day))
    session.execute(
        update(model.Invoice),
        [
            {
                "client_id": client_id,
                "id": invoice_id,
                "open_minor": open_amount(gross[invoice_id], minor),
                "settled_on": last_on[invoice_id] if 0 <= gross[invoice_id] <= minor else None,
            }
            for invoice_id, minor in applied.items()
        ],
    )


def take_statistics(session: Session) -> None:
    """Let PostgreSQL count what a book brought, so that it plans well before its own round."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("customers", "invoices", "ledger_entries", "allocations"):
            session.execute(text(f"ANALYZE {table}"))


def _gross(
    session: Session, client_id: ClientId, invoice_ids: Collection[InvoiceId]
) -> dict[InvoiceId, int]:
    table = model.Invoice
    rows = session.execute(
        select(table.id, table.gross_minor).where(
            table.client_id == client_id, table.id.in_(list(invoice_ids))
        )
    )
    return {row.id: row.gross_minor for row in rows}


def _shares(
    session: Session, client_id: ClientId, invoice_ids: Collection[InvoiceId]
) -> Sequence[Any]:
    table = model.Allocation
    return session.execute(
        select(table.invoice_id, table.entry_id, table.applied_on, table.amount_minor).where(
            table.client_id == client_id, table.invoice_id.in_(list(invoice_ids))
        )
    ).all()


def _effective_days(
    session: Session, client_id: ClientId, entry_ids: Collection[EntryId]
) -> dict[EntryId, date]:
    table = model.LedgerEntry
    rows = session.execute(
        select(table.id, table.effective_on).where(
            table.client_id == client_id, table.id.in_(list(entry_ids))
        )
    )
    return {row.id: row.effective_on for row in rows}
