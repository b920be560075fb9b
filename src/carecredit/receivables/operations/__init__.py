"""Writing receivables: documents one at a time or by the book, disputes, derived amounts."""

from carecredit.receivables.operations.applying import (
    allocate,
    allocate_all,
    undo_allocation,
    undo_entry,
)
from carecredit.receivables.operations.books import (
    ENTRY_COLUMNS,
    INVOICE_COLUMNS,
    begin_columns,
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
from carecredit.receivables.operations.charges import Charge, set_credit_limit, waive
from carecredit.receivables.operations.correcting import correct_invoice
from carecredit.receivables.operations.disputes import (
    end_dispute,
    forget_dispute_reasons,
    open_dispute,
)
from carecredit.receivables.operations.documents import (
    NewInstalment,
    NewInvoice,
    record_invoice,
)
from carecredit.receivables.operations.giving_back import record_chargeback, record_refund
from carecredit.receivables.operations.giving_up import (
    record_recovery,
    write_off,
    write_off_small_balances,
)
from carecredit.receivables.operations.receipts import (
    NewCredit,
    record_credit_note,
    record_opening_credit,
    record_payment,
)

__all__ = [
    "ENTRY_COLUMNS",
    "INVOICE_COLUMNS",
    "Charge",
    "NewCredit",
    "NewInstalment",
    "NewInvoice",
    "allocate",
    "allocate_all",
    "begin_columns",
    "close_book",
    "correct_invoice",
    "drop_instalments",
    "end_dispute",
    "forget_dispute_reasons",
    "load_allocations",
    "load_entries",
    "load_instalments",
    "load_invoices",
    "open_book",
    "open_dispute",
    "record_chargeback",
    "record_credit_note",
    "record_invoice",
    "record_opening_credit",
    "record_payment",
    "record_recovery",
    "record_refund",
    "refresh_standings",
    "refresh_standings_of_book",
    "set_credit_limit",
    "store_allocations",
    "store_disputes",
    "store_entries",
    "store_instalments",
    "store_invoices",
    "store_rates",
    "take_statistics",
    "undo_allocation",
    "undo_entry",
    "waive",
    "write_off",
    "write_off_small_balances",
]
