"""What is odd in a row and taken as stated all the same: said in the report, never refused."""

from datetime import date

from carecredit.intake.rules.documents import EntryRow, InvoiceRow

DUE_FIRST = "a due date before the invoice date, taken as stated"
OF_NOTHING = "an amount of zero, taken as stated"
APPLIED_FIRST = "an applied date before the entry's own, counted from the later of the two"


def oddities(row: object) -> tuple[str, ...]:
    """Name what is odd in a row by itself."""
    if isinstance(row, InvoiceRow):
        due_first = row.due_on is not None and row.due_on < row.invoiced_on
        odd = ((due_first, DUE_FIRST), (row.gross_minor == 0, OF_NOTHING))
        return tuple(said for is_so, said in odd if is_so)
    if isinstance(row, EntryRow):
        return applied_first(row.applied_on, row.effective_on)
    return ()


def applied_first(applied_on: date, effective_on: date) -> tuple[str, ...]:
    """Name a share that is put on before there was anything to put on."""
    return (APPLIED_FIRST,) if applied_on < effective_on else ()
