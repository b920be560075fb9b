"""Reading what is stored under which number, to see whether a document is new."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, EntryId, InvoiceId
from carecredit.receivables import model
from carecredit.receivables.rules import EntryKind

Facts = dict[str, Any]
_INVOICE = (
    "id", "number", "customer_id", "invoiced_on", "due_on", "currency", "gross_minor",
    "tax_minor", "segment", "recorded_at",
)  # fmt: skip
_ENTRY = (
    "id", "number", "customer_id", "effective_on", "currency", "amount_minor", "tax_minor",
    "segment", "recorded_at",
)  # fmt: skip


def invoices_by_number(
    session: Session, *, client_id: ClientId, numbers: Collection[str]
) -> dict[str, Facts]:
    """Find the facts of invoices by number; unknown ones are left out."""
    columns = [getattr(model.Invoice, name) for name in _INVOICE]
    rows = session.execute(
        select(*columns).where(
            model.Invoice.client_id == client_id, model.Invoice.number.in_(list(numbers))
        )
    ).mappings()
    return {row["number"]: dict(row) for row in rows}


def entries_by_number(
    session: Session, *, client_id: ClientId, kind: EntryKind, numbers: Collection[str]
) -> dict[str, Facts]:
    """Find the facts of payments, credit notes or write-offs by number."""
    columns = [getattr(model.LedgerEntry, name) for name in _ENTRY]
    rows = session.execute(
        select(*columns).where(
            model.LedgerEntry.client_id == client_id,
            model.LedgerEntry.kind == kind.value,
            model.LedgerEntry.number.in_(list(numbers)),
        )
    ).mappings()
    return {row["number"]: dict(row) for row in rows}


def shares_of_entries(
    session: Session, *, client_id: ClientId, entry_ids: Collection[EntryId]
) -> dict[EntryId, list[tuple[InvoiceId, date, int]]]:
    """List what was applied of some entries: invoice, day, minor units."""
    share = model.Allocation
    rows = session.execute(
        select(share.entry_id, share.invoice_id, share.applied_on, share.amount_minor).where(
            share.client_id == client_id, share.entry_id.in_(list(entry_ids))
        )
    )
    found: dict[EntryId, list[tuple[InvoiceId, date, int]]] = {}
    for entry_id, invoice_id, applied_on, minor in rows:
        found.setdefault(entry_id, []).append((invoice_id, applied_on, minor))
    return found
