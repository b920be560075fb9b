"""The sums of a client company as they are asked for: stored, with the tail, as known then."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import DayRange
from carecredit.kernel.ids import BookId, ClientId, CustomerId
from carecredit.metrics.model import CashDay, DayChange, Summing
from carecredit.metrics.queries.differences import (
    Customers,
    add_difference,
    by_books,
    by_instant,
    of_customer,
    of_everything,
)
from carecredit.metrics.rules.changes import Cell, Changes
from carecredit.metrics.rules.columns import (
    DAY_COLUMNS,
    ISSUED,
    RECEIVED,
    RECOVERED,
    SALES,
    WRITTEN_OFF,
)
from carecredit.metrics.rules.payment import CASH_FIELDS
from carecredit.metrics.rules.sums import Layers, Sums, read_changes
from carecredit.receivables.model import Allocation, Book, Invoice, LedgerEntry
from carecredit.store.keeping import recall


class Sheets(Struct, frozen=True):
    """Sums that add up to a book, or to a part of it, and the names they use."""

    layers: tuple[Sums, ...]
    through: date | None
    """The newest day anything in the book is dated."""

    def cell(self, segment: str | None, currency: str) -> Layers:
        """Read a segment (None: all of them) and currency."""
        return Layers(self.layers, segment, currency)

    def cells(self) -> set[Cell]:
        """Name every cell there is a row for."""
        return {cell for sums in self.layers for cell in sums.named}


class _Stored(Struct, frozen=True):
    sums: Sums
    through: date | None


def sheets(
    session: Session, *, client_id: ClientId, known: datetime | None = None, last: date
) -> Sheets:
    """Give the sums of a book up to a day, as known until an instant (none: all of it).

    They are exact: what is stored, and what came in since, added up now.
    """
    position, through = _head(session, client_id)
    stored = recall(session, ("sums", client_id, position), lambda: _read(session, client_id))
    layers, books = [stored], unsummed(session, client_id=client_id)
    if books:
        tail = recall(
            session,
            ("tail", client_id, position, tuple(books)),
            lambda: _tail(session, client_id, books),
        )
        layers.append(tail.sums)
        through = max((day for day in (through, tail.through) if day), default=None)
    if known is not None:
        asked = ("unknown", client_id, position, tuple(books), known, last)
        layers.append(recall(session, asked, lambda: _unknown(session, client_id, known, last)))
        through = _newest_flow(layers, last)
    return Sheets(tuple(layers), through)


def sheets_of_customer(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    known: datetime | None = None,
) -> Sheets:
    """Give the sums of one customer's book, added up now from the entries."""
    changes = Changes()
    touched = of_customer(client_id, customer_id)
    add_difference(session, changes, client_id=client_id, touched=touched)
    if known is not None:
        touched = of_customer(client_id, customer_id, known)
        add_difference(session, changes, client_id=client_id, touched=touched, sign=-1)
    mine = (lambda table: table.customer_id == customer_id), (Invoice, LedgerEntry)
    return Sheets((read_changes(changes),), _through(session, client_id, *mine))


def recomputed(
    session: Session, *, client_id: ClientId, customers: Customers | None = None
) -> Sheets:
    """Give the sums of a book worked out anew from every entry, whatever is stored."""
    changes, touched = Changes(), of_everything(client_id)
    add_difference(session, changes, client_id=client_id, touched=touched, customers=customers)
    return Sheets((read_changes(changes),), _through(session, client_id))


def unsummed(session: Session, *, client_id: ClientId) -> list[BookId]:
    """List the books that came in since the sums were last stored, in order."""
    query = select(Book.id).where(Book.client_id == client_id, Book.summed_in.is_(None))
    return list(session.execute(query.order_by(Book.id)).scalars())


def newest_day(session: Session, *, client_id: ClientId, books: Collection[BookId]) -> date | None:
    """Find the newest day that anything in some books is dated."""
    ids = list(books)
    return _through(session, client_id, lambda table: table.book_id.in_(ids))


def _head(session: Session, client_id: ClientId) -> tuple[int, date | None]:
    query = select(Summing.position, Summing.through_on).where(Summing.client_id == client_id)
    row = session.execute(query).first()
    return (row[0], row[1]) if row else (0, None)


def _read(session: Session, client_id: ClientId) -> Sums:
    days = select(
        DayChange.segment,
        DayChange.currency,
        DayChange.day,
        *(getattr(DayChange, name) for name in DAY_COLUMNS),
    ).where(DayChange.client_id == client_id)
    cash = select(
        CashDay.segment,
        CashDay.currency,
        CashDay.received_on,
        CashDay.counts_on,
        *(getattr(CashDay, name) for name in CASH_FIELDS),
    ).where(CashDay.client_id == client_id)
    return Sums(
        (
            ((segment or None, currency), day.toordinal(), row)
            for segment, currency, day, *row in session.execute(days)
        ),
        (
            ((segment or None, currency), came.toordinal(), counts.toordinal(), row)
            for segment, currency, came, counts, *row in session.execute(cash)
        ),
    )


def _tail(session: Session, client_id: ClientId, books: list[BookId]) -> _Stored:
    changes = Changes()
    add_difference(session, changes, client_id=client_id, touched=by_books(client_id, books))
    through = newest_day(session, client_id=client_id, books=books)
    return _Stored(read_changes(changes), through)


def _unknown(session: Session, client_id: ClientId, known: datetime, last: date) -> Sums:
    changes = Changes()
    touched = by_instant(session, client_id, known, last)
    add_difference(session, changes, client_id=client_id, touched=touched, sign=-1)
    return read_changes(changes)


def _newest_flow(layers: list[Sums], last: date) -> date | None:
    """Find the newest day, up to the last, on which anything known was issued or came in."""
    found = date.min
    for currency in {currency for sums in layers for _, currency in sums.named}:
        whole = Layers(layers, None, currency)
        for column in (ISSUED, RECEIVED, SALES, WRITTEN_OFF, RECOVERED):
            day, _ = next(whole.backwards(column, DayRange(found, last)), (found, 0))
            found = max(found, day)
    return found if found > date.min else None


def _through(
    session: Session,
    client_id: ClientId,
    condition: Any = None,
    tables: tuple[Any, ...] = (),
) -> date | None:
    newest: list[date] = []
    for column in (Invoice.invoiced_on, LedgerEntry.effective_on, Allocation.applied_on):
        table = column.class_
        if tables and table not in tables:
            continue
        wanted: ColumnElement[bool] = table.client_id == client_id
        if condition is not None:
            wanted = and_(wanted, condition(table))
        query = select(func.max(column)).where(wanted)
        day = session.execute(query).scalar()
        newest += [day] if day else []
    return max(newest, default=None)
