"""The canonical CSV ledger: its files, their columns, and how a row of text becomes a value."""

from carecredit.intake.rules.files import FILES, FileKind
from carecredit.intake.rules.rows import (
    Cells,
    CustomerRow,
    EntryRow,
    InvoiceRow,
    Place,
    parse_credit_note,
    parse_customer,
    parse_day,
    parse_invoice,
    parse_payment,
    parse_recorded,
    parse_write_off,
)

__all__ = [
    "FILES",
    "Cells",
    "CustomerRow",
    "EntryRow",
    "FileKind",
    "InvoiceRow",
    "Place",
    "parse_credit_note",
    "parse_customer",
    "parse_day",
    "parse_invoice",
    "parse_payment",
    "parse_recorded",
    "parse_write_off",
]
