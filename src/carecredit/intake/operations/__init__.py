"""Taking in a book of files: all of it, or nothing and the reasons why."""

from carecredit.intake.operations.choosing import import_people
from carecredit.intake.operations.ledger import ImportRefused, import_ledger
from carecredit.intake.operations.relationships import RelationshipsRefused, import_relationships
from carecredit.intake.operations.studies import Columns, import_study
from carecredit.intake.operations.tally import RowsRefused

__all__ = [
    "Columns",
    "ImportRefused",
    "RelationshipsRefused",
    "RowsRefused",
    "import_ledger",
    "import_people",
    "import_relationships",
    "import_study",
]
