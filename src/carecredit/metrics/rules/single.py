"""One document alone, read as a book: what it has a part in, to the cent.

The numerator of a measure is a sum over documents. What one document adds is therefore the same
measure asked of that document alone, and the parts of a number cannot but add up to it.
"""

from collections.abc import Iterator
from datetime import date

from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules.changes import Cell, Changes
from carecredit.metrics.rules.columns import ISSUED
from carecredit.metrics.rules.payment import CASH_FIELDS, CashSums
from carecredit.metrics.rules.sums import CashOfDay


class Single:
    """The few changes of one document, of one segment (None: of all) and currency."""

    def __init__(self, changes: Changes, segment: str | None, currency: str) -> None:
        def mine(cell: Cell) -> bool:
            return cell[1] == currency and segment in {None, cell[0]}

        self._days = [
            (day, row) for cell, days in changes.days.items() if mine(cell)
            for day, row in days.items()
        ]  # fmt: skip
        self._cash = [
            (days, row) for cell, lines in changes.cash.items() if mine(cell)
            for days, row in lines.items()
        ]  # fmt: skip

    def through(self, column: int, day: date) -> int:
        """Add up a column to the end of a day."""
        last = day.toordinal()
        return sum([row[column] for number, row in self._days if number <= last])

    def between(self, column: int, span: DayRange) -> int:
        """Add up a column over days, both ends in."""
        first, last = span.first.toordinal(), span.last.toordinal()
        return sum([row[column] for number, row in self._days if first <= number <= last])

    def backwards(self, column: int, span: DayRange) -> Iterator[tuple[date, int]]:
        """Walk the days that have an amount in a column, newest first."""
        first, last = span.first.toordinal(), span.last.toordinal()
        for number, row in sorted(self._days, reverse=True, key=lambda day: day[0]):
            if first <= number <= last and row[column]:
                yield date.fromordinal(number), row[column]

    def cash(self, span: DayRange) -> CashSums:
        """Add up the cash lines received in a span that count at its end."""
        rows = [row for _, row in self.cash_rows(span)]
        return CashSums(*map(sum, zip(*rows, strict=True))) if rows else CashSums(*_NONE)

    def cash_rows(self, span: DayRange) -> Iterator[CashOfDay]:
        """Walk the same cash lines by the day they were received."""
        first, last = span.first.toordinal(), span.last.toordinal()
        return (
            (received_on, row)
            for (received_on, counts_on), row in self._cash
            if first <= received_on <= last and counts_on <= last
        )

    def first_issued_on(self) -> date | None:
        """Give the day of the first invoice."""
        days = [number for number, row in self._days if row[ISSUED]]
        return date.fromordinal(min(days)) if days else None


_NONE = (0,) * len(CASH_FIELDS)
