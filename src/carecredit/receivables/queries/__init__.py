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
    entries_by_number,
    invoices_by_number,
    shares_of_entries,
)

__all__ = [
    "UnknownInvoice",
    "customers_with_open",
    "disputes_of",
    "entries_by_number",
    "invoice",
    "invoices_by_number",
    "invoices_of",
    "left_open",
    "open_invoices",
    "payments_since",
    "received_by_day",
    "shares_of_entries",
    "statement",
    "unapplied",
]
