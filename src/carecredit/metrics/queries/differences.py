"""What late rows change: of everything they touch, all that is known less what was known before.

It is how the sums by day stay exact. A book that came in is a difference to what is stored; what
was not yet known at an instant is a difference that is taken off.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, Select, and_, literal, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from carecredit.kernel.ids import BookId, ClientId, CustomerId
from carecredit.metrics.queries.facts import Late, entry_facts, invoice_facts
from carecredit.metrics.rules.cash_lines import add_cash_lines
from carecredit.metrics.rules.changes import Changes
from carecredit.metrics.rules.lives import add_invoice
from carecredit.metrics.rules.movements import add_entry
from carecredit.metrics.rules.placing import add_placements
from carecredit.receivables.model import (
    Allocation,
    Dispute,
    DisputeEnd,
    Instalment,
    Invoice,
    LedgerEntry,
)
from carecredit.store.paging import pages, raw

_SHARE_OF_ENTRY = and_(
    LedgerEntry.client_id == Allocation.client_id, LedgerEntry.id == Allocation.entry_id
)
_SHARE_OF_INVOICE = and_(
    Invoice.client_id == Allocation.client_id, Invoice.id == Allocation.invoice_id
)
_END_OF_DISPUTE = and_(
    DisputeEnd.client_id == Dispute.client_id, DisputeEnd.dispute_id == Dispute.id
)


class Touched(Struct, frozen=True):
    """Which rows are late, and the keys of the invoices and entries that they touch."""

    late: Late
    invoices: Select[Any]
    entries: Select[Any]


def add_difference(
    session: Session, changes: Changes, *, client_id: ClientId, touched: Touched, sign: int = 1
) -> None:
    """Add (or take off) what the late rows change."""
    late = touched.late
    for ids in pages(session, touched.invoices):
        for invoice, known in invoice_facts(session, client_id=client_id, ids=ids, late=late):
            add_invoice(changes, invoice, sign)
            add_cash_lines(changes, invoice, sign)
            add_placements(changes, invoice, sign)
            if known is not None:
                add_invoice(changes, known, -sign)
                add_cash_lines(changes, known, -sign)
                add_placements(changes, known, -sign)
    for ids in pages(session, touched.entries):
        for entry, before in entry_facts(session, client_id=client_id, ids=ids, late=late):
            add_entry(changes, entry, sign)
            if before is not None:
                add_entry(changes, before, -sign)


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


def by_instant(client_id: ClientId, known: datetime, last: date) -> Touched:
    """Find what was recorded after an instant and has a say in the days up to the last."""

    def late(table: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = table.recorded_at > known
        return found

    issued = and_(late(Invoice), Invoice.invoiced_on <= last)
    came = and_(late(LedgerEntry), LedgerEntry.effective_on <= last)
    applied = and_(late(Allocation), Allocation.effective_on <= last)
    return Touched(
        late,
        _all(
            _keys(Invoice.id, client_id, issued),
            _keys(Allocation.invoice_id, client_id, applied),
            _keys(Allocation.invoice_id, client_id, came).join(LedgerEntry, _SHARE_OF_ENTRY),
            _keys(Instalment.invoice_id, client_id, late(Instalment)),
            _keys(Dispute.invoice_id, client_id, late(Dispute), Dispute.disputed_from <= last),
            _keys(
                Dispute.invoice_id, client_id, late(DisputeEnd), DisputeEnd.disputed_to <= last
            ).join(DisputeEnd, _END_OF_DISPUTE),
        ),
        _all(
            _keys(LedgerEntry.id, client_id, came),
            _keys(Allocation.entry_id, client_id, applied),
            _keys(Allocation.entry_id, client_id, issued).join(Invoice, _SHARE_OF_INVOICE),
        ),
    )


def of_everything(client_id: ClientId) -> Touched:
    """Find all there is; every row of it is late, so that nothing is taken off."""
    return Touched(_always, _keys(Invoice.id, client_id), _keys(LedgerEntry.id, client_id))


def of_customer(
    client_id: ClientId, customer_id: CustomerId, known: datetime | None = None
) -> Touched:
    """Find all that is one customer's; late is what was recorded after an instant, or all of it."""

    def late(table: Any) -> ColumnElement[bool]:
        found: ColumnElement[bool] = table.recorded_at > known
        return found

    return Touched(
        _always if known is None else late,
        _keys(Invoice.id, client_id, Invoice.customer_id == customer_id),
        _keys(LedgerEntry.id, client_id, LedgerEntry.customer_id == customer_id),
    )


def _always(_table: Any) -> ColumnElement[bool]:
    return literal(value=True)


def _keys(
    column: InstrumentedAttribute[Any], client_id: ClientId, *conditions: ColumnElement[bool]
) -> Select[Any]:
    return select(raw(column)).where(column.class_.client_id == client_id, *conditions)


def _all(*parts: Select[Any]) -> Select[Any]:
    return select(union(*parts).subquery())
