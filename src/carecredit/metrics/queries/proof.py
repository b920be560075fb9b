"""The proof that stored sums are what the entries say: worked out anew, and compared."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.differences import Customers
from carecredit.metrics.queries.layers import Sheets, recomputed, sheets
from carecredit.metrics.queries.stored import stored_marks
from carecredit.metrics.rules.changes import Cell
from carecredit.metrics.rules.columns import DAY_COLUMNS
from carecredit.metrics.rules.spans import CustomerRows, Marks

TOLD_MAX = 20


def differing(session: Session, *, client_id: ClientId) -> list[str]:
    """Name the sums that differ from what every entry together says (none is right)."""
    stored, marks = sheets(session, client_id=client_id, last=date.max), Marks()
    customers = Customers(CustomerRows(), marks.add)
    anew = recomputed(session, client_id=client_id, customers=customers)
    told = [*unlike(stored, anew), *stored_marks(session, client_id).unlike(marks)]
    return told[:TOLD_MAX]


def unlike(stored: Sheets, anew: Sheets) -> list[str]:
    """Name the first sums in which two readings of a book are not the same."""
    found = [
        told
        for cell in sorted(stored.cells() | anew.cells(), key=str)
        for told in _compare(cell, _rows(stored, cell), _rows(anew, cell))
    ]
    return found[:TOLD_MAX]


def _compare(cell: Cell, stored: dict[str, int], anew: dict[str, int]) -> Iterator[str]:
    for name in sorted(stored.keys() | anew.keys()):
        if stored.get(name, 0) != anew.get(name, 0):
            segment, currency = cell
            yield (
                f"{segment or '(no segment)'} {currency} {name}: stored {stored.get(name, 0)}, "
                f"the entries say {anew.get(name, 0)}"
            )


def _rows(sheets: Sheets, cell: Cell) -> dict[str, int]:
    """Give every amount by its day and column; layers are added."""
    found: dict[str, int] = {}
    for sums in sheets.layers:
        of_cell = sums.only(cell)
        for day, row in zip(of_cell.days, of_cell.rows, strict=True):
            for name, amount in zip(DAY_COLUMNS, row, strict=True):
                if amount:
                    key = f"{date.fromordinal(day)} {name}"
                    found[key] = found.get(key, 0) + amount
        for came, counts, row in of_cell.cash_rows:
            for place, amount in enumerate(row):
                if amount:
                    key = f"{date.fromordinal(came)} cash from {date.fromordinal(counts)} {place}"
                    found[key] = found.get(key, 0) + amount
    return {name: amount for name, amount in found.items() if amount}
