"""Writing receivables: documents one at a time or by the book, disputes, derived amounts."""

from carecredit.receivables.operations.books import (
    ENTRY_COLUMNS,
    INVOICE_COLUMNS,
    close_book,
    drop_instalments,
    load_allocations,
    load_entries,
    load_instalments,
    load_invoices,
    open_book,
    refresh_standings,
    refresh_standings_of_book,
    store_allocations,
    store_disputes,
    store_entries,
    store_instalments,
    store_invoices,
    store_rates,
    take_statistics,
)
from carecredit.receivables.operations.disputes import end_dispute, open_dispute
from carecredit.receivables.operations.documents import record_invoice, record_payment

__all__ = [
    "ENTRY_COLUMNS",
    "INVOICE_COLUMNS",
    "close_book",
    "drop_instalments",
    "end_dispute",
    "load_allocations",
    "load_entries",
    "load_instalments",
    "load_invoices",
    "open_book",
    "open_dispute",
    "record_invoice",
    "record_payment",
    "refresh_standings",
    "refresh_standings_of_book",
    "store_allocations",
    "store_disputes",
    "store_entries",
    "store_instalments",
    "store_invoices",
    "store_rates",
    "take_statistics",
]
