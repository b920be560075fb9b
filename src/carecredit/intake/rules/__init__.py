"""The canonical CSV ledger: its files, their columns, and how a row of text becomes a value."""

from carecredit.intake.rules.files import FILES, FileKind
from carecredit.intake.rules.rows import (
    Cells,
    CustomerRow,
    EntryRow,
    InvoiceRow,
    Place,
    parse_day,
    parse_recorded,
)

__all__ = [
    "FILES",
    "Cells",
    "CustomerRow",
    "EntryRow",
    "FileKind",
    "InvoiceRow",
    "Place",
    "parse_day",
    "parse_recorded",
]
