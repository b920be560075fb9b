"""Reading receivables: how they stand on a day, and what is stored under which number."""

from carecredit.receivables.queries.received import received_by_day
from carecredit.receivables.queries.standing import (
    UnknownInvoice,
    customers_with_open,
    disputes_of,
    invoice,
    invoices_of,
    left_open,
    open_invoices,
    payments_since,
    unapplied,
)
from carecredit.receivables.queries.statement import statement
from carecredit.receivables.queries.stored import (
    allocations_of,
    disputes_by_invoice,
    entries_by_number,
    instalments_amiss,
    instalments_of,
    invoices_by_number,
    payable_by_number,
    rates_of,
    returns_touched_by,
    shares_of_entries,
    taken_back,
)

__all__ = [
    "UnknownInvoice",
    "allocations_of",
    "customers_with_open",
    "disputes_by_invoice",
    "disputes_of",
    "entries_by_number",
    "instalments_amiss",
    "instalments_of",
    "invoice",
    "invoices_by_number",
    "invoices_of",
    "left_open",
    "open_invoices",
    "payable_by_number",
    "payments_since",
    "rates_of",
    "received_by_day",
    "returns_touched_by",
    "shares_of_entries",
    "statement",
    "taken_back",
    "unapplied",
]
