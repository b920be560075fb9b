"""Rows of the ledger's files beyond invoices and payments, and what became of them."""

from datetime import date
from typing import Any

from sqlalchemy import select

from carecredit.receivables.model import Invoice, Standing
from carecredit.store.session import Store
from worlds import CENTRE_CALLER


def entry_row(kind: str, number: str, **cells: object) -> dict[str, object]:
    """Write a row of entries.csv: 120.00 EUR of 20 May."""
    return {
        "kind": kind,
        "entry_id": number,
        "customer_id": "K-1",
        "date": "2026-05-20",
        "currency": "EUR",
        "amount": "120.00",
        "related_id": "",
        "invoice_id": "",
        "recorded_at": "",
    } | cells


def share_row(entry: str = "P-1", invoice: str = "F-1", **cells: object) -> dict[str, object]:
    """Write a row of allocations.csv: 120.00 of P-1 on F-1 on the day of the entry."""
    return {
        "kind": "",
        "entry_id": entry,
        "invoice_id": invoice,
        "applied_date": "",
        "amount": "120.00",
        "recorded_at": "",
    } | cells


def rows_of(store: Store, *columns: Any) -> list[tuple[Any, ...]]:
    """Read columns of a table, in their own order."""
    with store.read(CENTRE_CALLER) as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(*columns))]


def open_of(store: Store, number: str = "F-1") -> tuple[int, date | None]:
    """Read what an invoice has open, and since when nothing is."""
    with store.read(CENTRE_CALLER) as session:
        query = (
            select(Standing.open_minor, Standing.settled_on)
            .join(Invoice, Invoice.id == Standing.invoice_id)
            .where(Invoice.number == number)
        )
        open_minor, settled_on = session.execute(query).one()
    return open_minor, settled_on
