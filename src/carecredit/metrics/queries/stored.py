"""Reading what customers have open, and how late they paid, from the sums stored by customer."""

from collections.abc import Collection, Hashable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, case, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId
from carecredit.metrics.model import CustomerCash, OpenSpan
from carecredit.metrics.queries.differences import MANY, Customers, add_difference, by_books
from carecredit.metrics.queries.habits import Habits, habits_of
from carecredit.metrics.queries.layers import unsummed
from carecredit.metrics.queries.scope import Scope
from carecredit.metrics.rules.changes import Changes
from carecredit.metrics.rules.forecast import HISTORY
from carecredit.metrics.rules.spans import CustomerRows, Marks
from carecredit.store.paging import integer_sum, key_bytes, ordinal, raw, rows

OpenAtBoth = tuple[Hashable, date, int, int]
"""A customer, a due date, what is open of it at the earlier day and at the later."""


def stored_open(
    session: Session, scope: Scope, origin: date, as_of: date, apart: Collection[Hashable]
) -> Sequence[OpenAtBoth]:
    """List what is stored as open at the end of two days, but of the customers that are apart."""
    span = OpenSpan
    query = select(
        key_bytes(span.customer_id),
        span.due_on,
        case((span.from_on <= origin, span.open_minor), else_=0),
        case((span.through_on >= as_of, span.open_minor), else_=0),
    ).where(*_of(span, scope), span.through_on >= origin, span.from_on <= as_of)
    found = rows(session, query)
    if not apart:
        return found
    left_out = _bytes_of(apart)
    return [row for row in found if row[0] not in left_out]


def stored_habits(
    session: Session, scope: Scope, origin: date, as_of: date, apart: Collection[Hashable]
) -> Habits:
    """Give what is stored of each customer's cash up to two days, but of those that are apart."""
    found, left_out = rows(session, _cash(scope, origin, as_of)), _bytes_of(apart)
    return habits_of((who, sums) for who, *sums in found if who not in left_out)


def stored_marks(session: Session, client_id: ClientId) -> Marks:
    """Mark all that is stored by customer, and what books that are not in it yet add to it."""
    marks, rows_of = Marks(), CustomerRows()
    mine = Customers(rows_of, marks.add)
    for key, amounts in _stored(session, OpenSpan, client_id):
        rows_of.spans[key] += amounts[0]
        mine.empty(when=MANY)
    for key, amounts in _stored(session, CustomerCash, client_id):
        rows_of.cash[key][:] = amounts
        mine.empty(when=MANY)
    books = unsummed(session, client_id=client_id)
    touched = by_books(client_id, books)
    add_difference(session, Changes(), client_id=client_id, touched=touched, customers=mine)
    return marks


def _stored(session: Session, table: Any, client_id: ClientId) -> Iterator[tuple[Any, Any]]:
    columns = [column for column in table.__table__.columns if column.name != "client_id"]
    told = (ordinal(column) if isinstance(column.type, Date) else raw(column) for column in columns)
    query = select(*told).where(table.client_id == client_id)
    keyed = sum(column.primary_key for column in columns)
    found = session.connection().execute(query.execution_options(yield_per=MANY))
    return ((tuple(row[:keyed]), row[keyed:]) for row in found)


def _cash(scope: Scope, origin: date, as_of: date) -> Select[Any]:
    # What all rows have in common is asked once for all, not once for each of the sums.
    table, first, own = CustomerCash, HISTORY.ending(origin).first, HISTORY.ending(as_of).first
    early = and_(table.received_on <= origin, table.counts_on <= origin)
    sums: list[Any] = [
        integer_sum(case((counts, amount)))
        for counts in (early, table.received_on >= own)
        for amount in (table.minor, table.minor_late_days)
    ]
    return (
        select(key_bytes(table.customer_id), *sums)
        .where(
            *_of(table, scope),
            table.received_on.between(first, as_of),
            table.counts_on <= as_of,
        )
        .group_by(table.customer_id)
    )


def _bytes_of(customers: Collection[Any]) -> set[bytes]:
    return {key if isinstance(key, bytes) else key.bytes for key in customers}


def _of(table: Any, scope: Scope) -> Iterator[ColumnElement[bool]]:
    yield table.client_id == scope.client_id
    yield table.currency == scope.currency
    if scope.segment is not None:
        yield table.segment == scope.segment
