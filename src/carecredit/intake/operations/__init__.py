"""Taking in a book of files: all of it, or nothing and the reasons why."""

from carecredit.intake.operations.ledger import ImportRefused, import_ledger
from carecredit.intake.operations.relationships import RelationshipsRefused, import_relationships
from carecredit.intake.operations.studies import Columns, header_of, import_study

__all__ = [
    "Columns",
    "ImportRefused",
    "RelationshipsRefused",
    "header_of",
    "import_ledger",
    "import_relationships",
    "import_study",
]
