"""Storing documents many at a time, each in its book, and keeping the derived standings true."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from carecredit.kernel.ids import BookId, ClientId, InvoiceId, new_id
from carecredit.receivables import model
from carecredit.store import bulk
from carecredit.store.base import Base
from carecredit.store.engine import insert_into
from carecredit.store.paging import among

Row = Mapping[str, Any]
_PIECE, _LISTED = 50_000, 10_000
"""So many standings are worked out by one statement; so many invoices are listed in one."""
Values = Sequence[Any]
"""A row by position, as the columns below have it: many rows need no names each."""
Ids = Select[Any] | Collection[InvoiceId]

INVOICE_COLUMNS = (
    "client_id", "id", "customer_id", "book_id", "kind", "number", "invoiced_on", "due_on",
    "currency", "gross_minor", "tax_minor", "split_payment", "segment", "recorded_at",
)  # fmt: skip
INSTALMENT_COLUMNS = (
    "client_id", "invoice_id", "position", "book_id", "due_on", "amount_minor", "recorded_at",
)  # fmt: skip
ENTRY_COLUMNS = (
    "client_id", "id", "kind", "customer_id", "book_id", "related_id", "number", "effective_on",
    "currency", "amount_minor", "tax_minor", "segment", "reason", "recorded_at",
)  # fmt: skip
ALLOCATION_COLUMNS = (
    "client_id", "id", "entry_id", "invoice_id", "book_id", "undoes_id", "effective_on",
    "applied_on", "amount_minor", "recorded_at",
)  # fmt: skip
_COLUMNS = {
    model.Invoice: INVOICE_COLUMNS,
    model.Instalment: INSTALMENT_COLUMNS,
    model.LedgerEntry: ENTRY_COLUMNS,
    model.Allocation: ALLOCATION_COLUMNS,
}


def open_book(session: Session, *, client_id: ClientId, now: datetime) -> BookId:
    """Open the record of a set of rows that is coming in."""
    book_id = BookId(new_id())
    row = {
        "client_id": client_id,
        "id": book_id,
        "imported_at": now,
        "files_hash": b"",
        "rows": 0,
        "rows_written": 0,
        "summed_in": None,
    }
    session.execute(insert(model.Book), [row])
    return book_id


def close_book(
    session: Session,
    *,
    client_id: ClientId,
    book_id: BookId,
    files_hash: bytes = b"",
    rows: int = 1,
    rows_written: int = 1,
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
    """Store new invoices; call `refresh_standings` for them afterwards."""
    if rows:
        session.execute(insert(model.Invoice), list(rows))


def store_instalments(session: Session, *, rows: Sequence[Row]) -> None:
    """Store the due dates of invoices that have several."""
    if rows:
        session.execute(insert(model.Instalment), list(rows))


def store_entries(session: Session, *, rows: Sequence[Row]) -> None:
    """Store new movements."""
    if rows:
        session.execute(insert(model.LedgerEntry), list(rows))


def store_allocations(session: Session, *, rows: Sequence[Row]) -> None:
    """Store applications as stated; call `refresh_standings` for their invoices afterwards."""
    if rows:
        session.execute(insert(model.Allocation), list(rows))


def store_disputes(session: Session, *, rows: Sequence[Row], ends: Sequence[Row] = ()) -> None:
    """Store new disputes and ends; their holds are written by the caller in this transaction."""
    if rows:
        session.execute(insert(model.Dispute), list(rows))
    if ends:
        session.execute(insert(model.DisputeEnd), list(ends))


def load_invoices(session: Session, *, rows: Sequence[Values]) -> None:
    """Store very many new invoices, by position; refresh their standings by the book."""
    _load(session, model.Invoice, rows)


def load_instalments(session: Session, *, rows: Sequence[Values]) -> None:
    """Store very many due dates, by position."""
    _load(session, model.Instalment, rows)


def load_entries(session: Session, *, rows: Sequence[Values]) -> None:
    """Store very many movements, by position."""
    _load(session, model.LedgerEntry, rows)


def load_allocations(session: Session, *, rows: Sequence[Values]) -> None:
    """Store very many applications, by position; refresh standings by the book."""
    _load(session, model.Allocation, rows)


def begin_columns(
    session: Session, *, tables: Mapping[str, Mapping[str, Sequence[Any]]]
) -> Callable[[], None]:
    """Begin to store very many rows of several tables by column; nothing else before the wait.

    Refresh standings by the book.
    """
    named = {Base.metadata.tables[name]: columns for name, columns in tables.items()}
    return bulk.begin_columns(session, tables=named)


def store_rates(session: Session, *, rows: Sequence[Row]) -> None:
    """Store new rates of exchange."""
    if rows:
        session.execute(insert(model.Rate), list(rows))


def drop_instalments(
    session: Session, *, client_id: ClientId, book_id: BookId, invoice_ids: Collection[InvoiceId]
) -> int:
    """Take out due dates that a book is bringing and that do not add up; say how many."""
    table = model.Instalment
    # Nothing is edited away: the book is not closed yet, so nobody has seen them.
    gone = session.execute(
        delete(table)
        .where(
            table.client_id == client_id,
            table.book_id == book_id,
            among(session, table.invoice_id, invoice_ids),
        )
        .returning(table.position)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())


def refresh_standings(
    session: Session, *, client_id: ClientId, invoice_ids: Collection[InvoiceId]
) -> None:
    """Work out anew what is open on some invoices and since when nothing is."""
    if invoice_ids:
        _refresh(session, client_id, list(invoice_ids))


def refresh_standings_of_book(session: Session, *, client_id: ClientId, book_id: BookId) -> None:
    """Do the same for every invoice that a book brought, or applied something to."""
    last: InvoiceId | None = None
    # Piece by piece: no statement outlasts its limit, and memory does not grow with the book.
    for up_to in _pieces(session, client_id, book_id):
        _refresh(session, client_id, _brought_by(client_id, book_id, last, up_to))
        last = up_to
    touched: list[InvoiceId] = list(session.execute(_touched_by(client_id, book_id)).scalars())
    for start in range(0, len(touched), _LISTED):
        _refresh(session, client_id, touched[start : start + _LISTED])


def take_statistics(session: Session, *, tables: Iterable[str]) -> None:
    """Let PostgreSQL count what a book brought, so that it plans well before its own round."""
    if session.get_bind().dialect.name == "postgresql":
        for table in tables:
            session.execute(text(f"ANALYZE {table}"))


def _load(session: Session, kind: type[Base], rows: Sequence[Values]) -> None:
    table: Any = kind.__table__
    bulk.load(session, table=table, columns=_COLUMNS[kind], rows=rows)


def _refresh(session: Session, client_id: ClientId, ids: Ids) -> None:
    table = model.Standing
    columns = ["client_id", "invoice_id", "customer_id", "open_minor", "settled_on"]
    fresh = insert_into(session, table).from_select(columns, _standings(client_id, ids))
    session.execute(
        fresh.on_conflict_do_update(
            index_elements=["client_id", "invoice_id"],
            set_={name: fresh.excluded[name] for name in ("open_minor", "settled_on")},
        )
    )


def _pieces(session: Session, client_id: ClientId, book_id: BookId) -> Iterator[InvoiceId]:
    """Give the last invoice of each piece of a book, in the order of their ids."""
    invoice = model.Invoice
    mine = and_(invoice.client_id == client_id, invoice.book_id == book_id)
    end = session.execute(
        select(invoice.id).where(mine).order_by(invoice.id.desc()).limit(1)
    ).scalar()
    last: InvoiceId | None = None
    while end is not None and last != end:
        after = mine if last is None else and_(mine, invoice.id > last)
        found = session.execute(
            select(invoice.id).where(after).order_by(invoice.id).offset(_PIECE - 1).limit(1)
        ).scalar()
        last = found or end
        yield last


def _brought_by(
    client_id: ClientId, book_id: BookId, after: InvoiceId | None, up_to: InvoiceId
) -> Select[Any]:
    invoice = model.Invoice
    query = select(invoice.id).where(
        invoice.client_id == client_id, invoice.book_id == book_id, invoice.id <= up_to
    )
    return query if after is None else query.where(invoice.id > after)


def _touched_by(client_id: ClientId, book_id: BookId) -> Select[Any]:
    """Find the invoices of other books that a book applied something to."""
    invoice, share = model.Invoice, model.Allocation
    return (
        select(share.invoice_id)
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(share.client_id == client_id, share.book_id == book_id, invoice.book_id != book_id)
        .distinct()
    )


def _standings(client_id: ClientId, ids: Any) -> Select[Any]:
    invoice, share = model.Invoice, model.Allocation
    counts_on = case(
        (share.applied_on > share.effective_on, share.applied_on), else_=share.effective_on
    )
    applied = (
        select(
            share.invoice_id,
            func.sum(share.amount_minor).label("minor"),
            func.max(counts_on).label("last_on"),
        )
        .where(share.client_id == client_id, share.invoice_id.in_(ids))
        .group_by(share.invoice_id)
        .subquery()
    )
    minor = func.coalesce(applied.c.minor, 0)
    left = invoice.gross_minor - minor
    settled = and_(invoice.gross_minor >= 0, left <= 0)
    # Nothing is taken off again after the last share: from its day on nothing is open.
    since = func.coalesce(applied.c.last_on, invoice.invoiced_on)
    return (
        select(
            invoice.client_id,
            invoice.id,
            invoice.customer_id,
            case((settled, 0), else_=left),
            case((settled, since)),
        )
        .outerjoin(applied, applied.c.invoice_id == invoice.id)
        .where(invoice.client_id == client_id, invoice.id.in_(ids))
    )
