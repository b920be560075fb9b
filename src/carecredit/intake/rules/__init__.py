"""The canonical CSV ledger: its files, their columns, and how a row of text becomes a value."""

from carecredit.intake.rules.cells import (
    Cells,
    Place,
    begins_at,
    latest,
    parse_day,
    parse_recorded,
)
from carecredit.intake.rules.columns import EntryColumns, InvoiceColumns, Plain
from carecredit.intake.rules.customers import CustomerRow, parse_customer
from carecredit.intake.rules.documents import (
    DOCUMENTS,
    MOVEMENTS,
    EntryRow,
    InvoiceRow,
    parse_credit_note,
    parse_entry,
    parse_invoice,
    parse_payment,
    parse_write_off,
)
from carecredit.intake.rules.files import FILES, FileKind
from carecredit.intake.rules.oddities import applied_first, oddities
from carecredit.intake.rules.particulars import (
    DisputeRow,
    InstalmentRow,
    RateRow,
    ShareRow,
    parse_dispute,
    parse_instalment,
    parse_rate,
    parse_share,
)
from carecredit.intake.rules.undoing import Standing, taken_off

__all__ = [
    "DOCUMENTS",
    "FILES",
    "MOVEMENTS",
    "Cells",
    "CustomerRow",
    "DisputeRow",
    "EntryColumns",
    "EntryRow",
    "FileKind",
    "InstalmentRow",
    "InvoiceColumns",
    "InvoiceRow",
    "Place",
    "Plain",
    "RateRow",
    "ShareRow",
    "Standing",
    "applied_first",
    "begins_at",
    "latest",
    "oddities",
    "parse_credit_note",
    "parse_customer",
    "parse_day",
    "parse_dispute",
    "parse_entry",
    "parse_instalment",
    "parse_invoice",
    "parse_payment",
    "parse_rate",
    "parse_recorded",
    "parse_share",
    "parse_write_off",
    "taken_off",
]
