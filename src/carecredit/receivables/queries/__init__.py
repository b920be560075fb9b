"""Reading receivables: how they stand on a day, what moved them, what lateness would come to."""

from carecredit.receivables.queries.accounts import (
    balance,
    credit_limits,
    disputes_of,
    exposure,
    over_limit,
)
from carecredit.receivables.queries.charges import late_charges, waivers_of
from carecredit.receivables.queries.entries import (
    UnknownAllocation,
    UnknownEntry,
    applied_changes,
    entry,
    entry_of_allocation,
    related_minor,
    settling_entries,
    standing_shares,
    taken_of,
)
from carecredit.receivables.queries.incoming import incoming, placed
from carecredit.receivables.queries.instalments import instalments_amiss, instalments_of
from carecredit.receivables.queries.ledger import UnknownLine, ledger
from carecredit.receivables.queries.loose import payments_since, unapplied, unapplied_signed
from carecredit.receivables.queries.received import received_by_day
from carecredit.receivables.queries.room import check_invoices, payable, room_of
from carecredit.receivables.queries.small import small_balances
from carecredit.receivables.queries.standing import (
    UnknownInvoice,
    customers_with_open,
    invoice,
    invoices_by_id,
    invoices_of,
    left_open,
    open_invoices,
    standing_of,
)
from carecredit.receivables.queries.statement import statement
from carecredit.receivables.queries.stored import (
    allocations_of,
    disputes_by_invoice,
    entries_by_number,
    entry_facts,
    invoice_facts,
    invoices_by_number,
    payable_by_number,
    payable_keys,
    rates_of,
    returns_touched_by,
    share_facts,
    shares_of_entries,
    taken_back,
)

__all__ = [
    "UnknownAllocation",
    "UnknownEntry",
    "UnknownInvoice",
    "UnknownLine",
    "allocations_of",
    "applied_changes",
    "balance",
    "check_invoices",
    "credit_limits",
    "customers_with_open",
    "disputes_by_invoice",
    "disputes_of",
    "entries_by_number",
    "entry",
    "entry_facts",
    "entry_of_allocation",
    "exposure",
    "incoming",
    "instalments_amiss",
    "instalments_of",
    "invoice",
    "invoice_facts",
    "invoices_by_id",
    "invoices_by_number",
    "invoices_of",
    "late_charges",
    "ledger",
    "left_open",
    "open_invoices",
    "over_limit",
    "payable",
    "payable_by_number",
    "payable_keys",
    "payments_since",
    "placed",
    "rates_of",
    "received_by_day",
    "related_minor",
    "returns_touched_by",
    "room_of",
    "settling_entries",
    "share_facts",
    "shares_of_entries",
    "small_balances",
    "standing_of",
    "standing_shares",
    "statement",
    "taken_back",
    "taken_of",
    "unapplied",
    "unapplied_signed",
    "waivers_of",
]
