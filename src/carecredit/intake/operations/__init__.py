"""Taking in a book of files: all of it, or nothing and the reasons why."""

from carecredit.intake.operations.ledger import ImportRefused, import_ledger

__all__ = ["ImportRefused", "import_ledger"]
