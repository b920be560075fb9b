"""What late rows change: of everything they touch, all that is known less what was known before.

It is how the sums by day stay exact. A book that came in is a difference to what is stored; what
was not yet known at an instant is a difference that is taken off.
"""

from collections.abc import Callable, Collection, Hashable, Iterable
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, literal, select, true, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from carecredit.kernel.ids import BookId, ClientId, CustomerId
from carecredit.metrics.queries.facts import Late, entry_facts, invoice_facts
from carecredit.metrics.rules.changes import Changes
from carecredit.metrics.rules.documents import add_document
from carecredit.metrics.rules.facts import InvoiceFact
from carecredit.metrics.rules.movements import add_entry
from carecredit.metrics.rules.spans import CustomerRows, add_customer_rows
from carecredit.receivables.model import (
    Allocation,
    Dispute,
    DisputeEnd,
    Instalment,
    Invoice,
    LedgerEntry,
)
from carecredit.store.keeping import once
from carecredit.store.paging import among, keys, paged, pages, raw, rows, unindexed

_END_OF_DISPUTE = and_(
    DisputeEnd.client_id == Dispute.client_id, DisputeEnd.dispute_id == Dispute.id
)


Pages = Callable[[Session], Iterable[list[Hashable]]]
"""Keys, a page at a time."""
MANY = 100_000
"""From so many rows of customers on they are handed on."""


class Customers(Struct, frozen=True):
    """Rows of customers, and who takes them on once there are many: memory is not to grow."""

    rows: CustomerRows
    take: Callable[[CustomerRows], None]

    def empty(self, *, when: int = 1) -> None:
        """Hand on what was collected, when it is as many rows."""
        if len(self.rows) >= when:
            self.take(self.rows)
            self.rows.clear()


class Touched(Struct, frozen=True):
    """Which rows are late, and the keys of the invoices and entries that they touch."""

    late: Late
    invoices: Pages
    entries: Pages


def add_difference(
    session: Session,
    changes: Changes,
    *,
    client_id: ClientId,
    touched: Touched,
    sign: int = 1,
    customers: Customers | None = None,
) -> None:
    """Add (or take off) what the late rows change; rows of customers where they are asked for."""
    late = touched.late
    for ids in touched.invoices(session):
        for invoice, known in invoice_facts(session, client_id=client_id, ids=ids, late=late):
            _add_document(changes, customers, invoice, sign)
            if known is not None:
                _add_document(changes, customers, known, -sign)
    if customers is not None:
        customers.empty()
    for ids in touched.entries(session):
        for entry, before in entry_facts(session, client_id=client_id, ids=ids, late=late):
            add_entry(changes, entry, sign)
            if before is not None:
                add_entry(changes, before, -sign)


def _add_document(
    changes: Changes, customers: Customers | None, invoice: InvoiceFact, sign: int
) -> None:
    add_document(changes, invoice, sign)
    if customers is not None:
        add_customer_rows(customers.rows, invoice, sign)
        customers.empty(when=MANY)


def by_books(client_id: ClientId, books: Collection[BookId]) -> Touched:
    """Find what some books touch."""
    ids = list(books)

    def late(table: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = table.book_id.in_(ids)
        return found

    return Touched(
        late,
        _all(
            _keys(Invoice.id, client_id, late(Invoice)),
            _keys(Allocation.invoice_id, client_id, late(Allocation)),
            _keys(Instalment.invoice_id, client_id, late(Instalment)),
            _keys(Dispute.invoice_id, client_id, late(Dispute)),
            _keys(Dispute.invoice_id, client_id, late(DisputeEnd)).join(
                DisputeEnd, _END_OF_DISPUTE
            ),
        ),
        _all(
            _keys(LedgerEntry.id, client_id, late(LedgerEntry)),
            _keys(Allocation.entry_id, client_id, late(Allocation)),
        ),
    )


def by_instant(session: Session, client_id: ClientId, known: datetime, last: date) -> Touched:
    """Find what was recorded after an instant and has a say in the days up to the last."""
    asked = ("by_instant", client_id, known, last)
    return once(session, asked, lambda: _by_instant(session, client_id, known, last))


def _by_instant(session: Session, client_id: ClientId, known: datetime, last: date) -> Touched:
    """Go through each table once, from end to end: what is late is a little of everything."""

    def late(table: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = table.recorded_at > known
        return found

    def scan(condition: ColumnElement[bool], *columns: Any) -> list[set[Hashable]]:
        mine = unindexed(columns[0].class_.client_id) == client_id
        query = select(*map(raw, columns)).where(mine, late(columns[0].class_), condition)
        found = rows(session, query)
        return [set(keys) for keys in zip(*found, strict=True)] or [set() for _ in columns]

    (issued,) = scan(Invoice.invoiced_on <= last, Invoice.id)
    (came,) = scan(LedgerEntry.effective_on <= last, LedgerEntry.id)
    lowered, applied = scan(
        Allocation.effective_on <= last, Allocation.invoice_id, Allocation.entry_id
    )
    (due,) = scan(true(), Instalment.invoice_id)
    (begun,) = scan(Dispute.disputed_from <= last, Dispute.invoice_id)
    (ended,) = scan(DisputeEnd.disputed_to <= last, DisputeEnd.dispute_id)

    def beside(wanted: Any, column: Any, known_keys: set[Hashable]) -> set[Hashable]:
        found: set[Hashable] = set()
        for page in paged(known_keys):
            mine = wanted.class_.client_id == client_id
            found |= keys(session, select(raw(wanted)).where(mine, among(session, column, page)))
        return found

    invoices = issued | lowered | due | begun
    invoices |= beside(Allocation.invoice_id, Allocation.entry_id, came)
    invoices |= beside(Dispute.invoice_id, Dispute.id, ended)
    entries = came | applied | beside(Allocation.entry_id, Allocation.invoice_id, issued)
    return Touched(late, lambda _: paged(invoices), lambda _: paged(entries))


def of_everything(client_id: ClientId) -> Touched:
    """Find all there is; every row of it is late, so that nothing is taken off."""
    return Touched(
        _always, _each(_keys(Invoice.id, client_id)), _each(_keys(LedgerEntry.id, client_id))
    )


def of_customer(
    client_id: ClientId, customer_id: CustomerId, known: datetime | None = None
) -> Touched:
    """Find all that is one customer's; late is what was recorded after an instant, or all of it."""

    def late(table: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = table.recorded_at > known
        return found

    return Touched(
        _always if known is None else late,
        _each(_keys(Invoice.id, client_id, Invoice.customer_id == customer_id)),
        _each(_keys(LedgerEntry.id, client_id, LedgerEntry.customer_id == customer_id)),
    )


def _always(_table: Any) -> ColumnElement[bool]:
    return literal(value=True)


def _keys(
    column: InstrumentedAttribute[Any], client_id: ClientId, *conditions: ColumnElement[bool]
) -> Select[Any]:
    return select(raw(column)).where(column.class_.client_id == client_id, *conditions)


def _each(query: Select[Any]) -> Pages:
    return lambda session: pages(session, query)


def _all(*parts: Select[Any]) -> Pages:
    return _each(select(union(*parts).subquery()))
