"""Storing the sums: what books brought is added, and they are marked as summed."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import delete, literal_column, select, update
from sqlalchemy.orm import Session

from carecredit.kernel.ids import BookId, ClientId
from carecredit.mandates import queries as mandates
from carecredit.metrics.model import CashDay, CustomerCash, DayChange, OpenSpan, Summing
from carecredit.metrics.queries.differences import Customers, add_difference, by_books
from carecredit.metrics.queries.layers import newest_day, unsummed
from carecredit.metrics.rules.changes import Changes
from carecredit.metrics.rules.columns import DAY_COLUMNS
from carecredit.metrics.rules.payment import CASH_FIELDS
from carecredit.metrics.rules.spans import CustomerRows
from carecredit.receivables.model import Book
from carecredit.store.base import Base
from carecredit.store.bulk import add_columns
from carecredit.store.engine import insert_into

_DAY_KEY = ("client_id", "segment", "currency", "day")
_CASH_KEY = ("client_id", "segment", "currency", "received_on", "counts_on")
_SPAN = ("currency", "through_on", "from_on", "customer_id", "segment", "due_on", "open_minor")
_CUSTOMER_CASH = (
    "currency", "received_on", "counts_on", "customer_id", "segment", "minor", "minor_late_days",
)  # fmt: skip
TABLES: tuple[type[Any], ...] = (DayChange, CashDay, OpenSpan, CustomerCash)
"""Where sums are stored."""
ROWS = 1_000


def sum_up(session: Session, *, client_id: ClientId, now: datetime) -> int:
    """Add what came in since the last time to the stored sums; gives the number of books.

    The transaction must be a steady one: what it does not see now is left for the next time.
    """
    mandates.client(session, client_id=client_id)
    position = _lock(session, client_id, now)
    books = unsummed(session, client_id=client_id)
    if not books:
        return 0
    changes, touched = Changes(), by_books(client_id, books)
    customers = Customers(CustomerRows(), partial(_store_customers, session, client_id))
    add_difference(session, changes, client_id=client_id, touched=touched, customers=customers)
    _store(session, client_id, changes)
    _drop_ended(session, client_id)
    _mark(session, client_id, books, position + 1)
    through = newest_day(session, client_id=client_id, books=books)
    _advance(session, client_id, position, through, now)
    return len(books)


def forget_sums(session: Session, *, client_id: ClientId, now: datetime) -> None:
    """Drop the stored sums, so that they are worked out anew from the entries."""
    mandates.client(session, client_id=client_id)
    position = _lock(session, client_id, now)
    for table in TABLES:
        _run(session, delete(table).where(table.client_id == client_id))
    _run(session, update(Book).where(Book.client_id == client_id).values(summed_in=None))
    _run(
        session,
        update(Summing)
        .where(Summing.client_id == client_id)
        .values(position=position + 1, begun_in=position + 1, summed_at=now, through_on=None),
    )


def _lock(session: Session, client_id: ClientId, now: datetime) -> int:
    """Take the row that lets one process at a time store sums."""
    first = {"client_id": client_id, "position": 0, "begun_in": 0, "through_on": None}
    fresh = insert_into(session, Summing).values(**first, summed_at=now)
    session.execute(fresh.on_conflict_do_nothing())
    query = select(Summing.position).where(Summing.client_id == client_id).with_for_update()
    return session.execute(query).scalar_one()


def _store(session: Session, client_id: ClientId, changes: Changes) -> None:
    days: list[dict[str, Any]] = [
        {
            "client_id": client_id,
            "segment": segment or "",
            "currency": currency,
            "day": date.fromordinal(day),
            **dict(zip(DAY_COLUMNS, row, strict=True)),
        }
        for (segment, currency), day, row in changes.day_rows()
    ]
    cash: list[dict[str, Any]] = [
        {
            "client_id": client_id,
            "segment": segment or "",
            "currency": currency,
            "received_on": date.fromordinal(received_on),
            "counts_on": date.fromordinal(counts_on),
            **dict(zip(CASH_FIELDS, row, strict=True)),
        }
        for (segment, currency), received_on, counts_on, row in changes.cash_rows()
    ]
    _add(session, DayChange, _DAY_KEY, DAY_COLUMNS, days)
    _add(session, CashDay, _CASH_KEY, CASH_FIELDS, cash)
    _name(session, client_id, changes)


def _add(
    session: Session,
    table: Any,
    key: tuple[str, ...],
    columns: tuple[str, ...],
    rows: list[dict[str, Any]],
) -> None:
    # The table itself, not what is mapped to it: the rows are in the form that is stored.
    fresh = insert_into(session, table.__table__)
    statement = fresh.on_conflict_do_update(
        index_elements=list(key),
        set_={name: getattr(table, name) + fresh.excluded[name] for name in columns},
    )
    for start in range(0, len(rows), ROWS):
        session.connection().execute(statement, rows[start : start + ROWS])


def _store_customers(session: Session, client_id: ClientId, customers: CustomerRows) -> None:
    """Add up rows of customers, in the order of their key: neighbours are written together."""
    spans, cash = sorted(customers.span_rows()), sorted(customers.cash_rows())
    for table, names, rows in ((OpenSpan, _SPAN, spans), (CustomerCash, _CUSTOMER_CASH, cash)):
        columns = zip(*((*key, *row) for key, row in rows), strict=True)
        if rows:
            told = {
                name: _stored(name, column) for name, column in zip(names, columns, strict=True)
            }
            mine = {"client_id": [client_id] * len(rows)}
            add_columns(
                session, table=Base.metadata.tables[table.__tablename__], columns=mine | told
            )


def _stored(name: str, values: Iterable[Any]) -> list[Any]:
    """Give the values of a column as they are stored: of its numbers, which are days."""
    if not name.endswith("_on"):
        return list(values)
    listed = list(values)
    known = {value: date.fromordinal(value) for value in set(listed)}
    return [known[value] for value in listed]


def _drop_ended(session: Session, client_id: ClientId) -> None:
    """Drop the spans of which nothing is left: something ended them, or they began otherwise."""
    none = OpenSpan.open_minor == literal_column("0")  # as the index says it
    _run(session, delete(OpenSpan).where(OpenSpan.client_id == client_id, none))


def _name(session: Session, client_id: ClientId, changes: Changes) -> None:
    """Leave a row of zeros for a cell that has a name and no amount: reports have a row for it."""
    held = {cell for cell, _, _ in changes.day_rows()}
    zeros = dict.fromkeys(DAY_COLUMNS, 0)
    rows = [
        {"client_id": client_id, "segment": segment or "", "currency": currency, "day": date.min}
        for segment, currency in sorted(changes.cells() - held, key=str)
    ]
    if rows:
        fresh = insert_into(session, DayChange).on_conflict_do_nothing()
        session.execute(fresh, [row | zeros for row in rows])


def _mark(session: Session, client_id: ClientId, books: list[BookId], position: int) -> None:
    for start in range(0, len(books), ROWS):
        page = books[start : start + ROWS]
        mine = update(Book).where(Book.client_id == client_id, Book.id.in_(page))
        _run(session, mine.values(summed_in=position))


def _advance(
    session: Session, client_id: ClientId, position: int, through: date | None, now: datetime
) -> None:
    query = select(Summing.through_on).where(Summing.client_id == client_id)
    days = [day for day in (session.execute(query).scalar(), through) if day]
    mine = update(Summing).where(Summing.client_id == client_id)
    _run(
        session,
        mine.values(position=position + 1, summed_at=now, through_on=max(days, default=None)),
    )


def _run(session: Session, statement: Any) -> None:
    session.execute(statement.execution_options(synchronize_session=False))
