"""Reading all that is seen of one customer's ledger at a day and an instant."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, CustomerId, EntryId, InvoiceId
from carecredit.receivables import model, rules
from carecredit.receivables.queries.against import Seen, contested_by, due_dates, known_by

Rows = Select[*tuple[Any, ...]]


class Asked(msgspec.Struct, frozen=True):
    """Whose account, at the end of which day, as known when."""

    client_id: ClientId
    customer_id: CustomerId
    as_of: date
    known_at: datetime | None

    def seen(self, table: Any) -> ColumnElement[bool]:
        """Keep to the client company, and to what was known by then."""
        return and_(table.client_id == self.client_id, known_by(table, self.known_at))


class SeenInvoice(msgspec.Struct, frozen=True):
    """A document that asks for payment, issued by that day."""

    id: InvoiceId
    kind: str
    number: str
    invoiced_on: date
    due_on: date
    currency: str
    gross_minor: int


class SeenEntry(msgspec.Struct, frozen=True):
    """A movement of that day or before."""

    id: EntryId
    kind: str
    number: str
    effective_on: date
    currency: str
    amount_minor: int
    related_id: EntryId | None


class SeenLedger(msgspec.Struct, frozen=True):
    """What is seen of one customer's ledger; shares are summed by movement and invoice."""

    as_of: date
    invoices: list[SeenInvoice]
    parts: dict[InvoiceId, list[rules.Part]]
    entries: list[SeenEntry]
    shares: dict[EntryId, dict[InvoiceId, int]]
    applied: dict[InvoiceId, int]
    taken_back: dict[EntryId, int]
    contested: dict[InvoiceId, list[int | None]]


def seen_ledger(session: Session, *, asked: Asked) -> SeenLedger:
    """Read a customer's documents, movements, shares and disputes as they are seen."""
    invoices = _invoices(session, asked)
    known = {invoice.id for invoice in invoices}
    shares: dict[EntryId, dict[InvoiceId, int]] = defaultdict(lambda: defaultdict(int))
    applied: dict[InvoiceId, int] = defaultdict(int)
    for entry_id, invoice_id, minor in _rows(session, _shares(asked)):
        if invoice_id in known:
            shares[entry_id][invoice_id] += minor
            applied[invoice_id] += minor
    these = Seen(asked.client_id, sorted(known), asked.as_of, asked.known_at)
    parts = {
        invoice_id: [rules.Part(due_on, minor) for due_on, minor in due]
        for invoice_id, due in due_dates(session, these).items()
    }
    contested = contested_by(session, these)
    entries = [SeenEntry(*row) for row in _rows(session, _entries(asked))]
    taken_back: dict[EntryId, int] = defaultdict(int)
    for entry in entries:
        if entry.related_id and entry.kind in rules.TAKING_BACK:
            taken_back[entry.related_id] += entry.amount_minor
    return SeenLedger(asked.as_of, invoices, parts, entries, shares, applied, taken_back, contested)


def _invoices(session: Session, asked: Asked) -> list[SeenInvoice]:
    table = model.Invoice
    query: Rows = (
        select(
            table.id, table.kind, table.number, table.invoiced_on,
            func.coalesce(table.due_on, table.invoiced_on),
            table.currency, table.gross_minor,
        )
        .where(
            asked.seen(table),
            table.customer_id == asked.customer_id,
            table.invoiced_on <= asked.as_of,
        )
        .order_by(table.invoiced_on, table.number)
    )  # fmt: skip
    return [SeenInvoice(*row) for row in _rows(session, query)]


def _entries(asked: Asked) -> Rows:
    table = model.LedgerEntry
    return (
        select(
            table.id, table.kind, table.number, table.effective_on, table.currency,
            table.amount_minor, table.related_id,
        )
        .where(
            asked.seen(table),
            table.customer_id == asked.customer_id,
            table.effective_on <= asked.as_of,
        )
        .order_by(table.effective_on, table.number, table.id)
    )  # fmt: skip


def _shares(asked: Asked) -> Rows:
    """Shares count from the later of their own day and their movement's."""
    share = model.Allocation
    return (
        select(share.entry_id, share.invoice_id, share.amount_minor)
        .where(
            asked.seen(share),
            _of(share, asked),
            share.applied_on <= asked.as_of,
            share.effective_on <= asked.as_of,
        )
        .order_by(share.applied_on, share.id)
    )


def _of(table: Any, asked: Asked) -> ColumnElement[bool]:
    """Keep to the invoices of the customer; by their ids, which both databases look up."""
    invoice = model.Invoice
    ids = select(invoice.id).where(
        invoice.client_id == asked.client_id, invoice.customer_id == asked.customer_id
    )
    return cast("ColumnElement[bool]", table.invoice_id.in_(ids))


def _rows(session: Session, query: Rows) -> Iterable[Any]:
    return session.execute(query)
