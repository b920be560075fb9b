"""The sums by day, ready to be read: added up along the days once, then any day is a look-up."""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from heapq import merge
from itertools import accumulate, groupby
from typing import Protocol

from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules.changes import Cell, Changes
from carecredit.metrics.rules.columns import DAY_COLUMNS, ISSUED
from carecredit.metrics.rules.measure import Exact
from carecredit.metrics.rules.payment import CASH_FIELDS, CashSums

DayRow = tuple[int, Sequence[int]]
CashRow = tuple[int, int, Sequence[int]]
CashOfDay = tuple[int, Sequence[int]]
"""The day cash was received, and the fields of cash that count."""


class CellSums:
    """The sums of one cell; days are ordinals."""

    def __init__(self, days: Iterable[DayRow] = (), cash: Iterable[CashRow] = ()) -> None:
        rows = sorted(days, key=lambda row: row[0])
        self.days = array("q", (day for day, _ in rows))
        self.rows = [row for _, row in rows]
        self._sums = [
            array("q", (0, *accumulate(row[place] for row in self.rows)))
            for place in range(len(DAY_COLUMNS))
        ]
        self.cash_rows = sorted(cash, key=lambda row: row[0])
        self._received = array("q", (row[0] for row in self.cash_rows))
        self._cash = [
            array("q", (0, *accumulate(row[2][place] for row in self.cash_rows)))
            for place in range(len(CASH_FIELDS))
        ]
        self._lag_max = max((counts - came for came, counts, _ in self.cash_rows), default=0)

    def through(self, column: int, day: int) -> int:
        """Add up a column to the end of a day."""
        return self._sums[column][bisect_right(self.days, day)]

    def between(self, column: int, first: int, last: int) -> int:
        """Add up a column over days, both ends in."""
        sums = self._sums[column]
        return sums[bisect_right(self.days, last)] - sums[bisect_left(self.days, first)]

    def first_issued_on(self) -> Iterator[int]:
        """Give the days on which invoices were issued, or taken out again, oldest first."""
        return (day for day, row in zip(self.days, self.rows, strict=True) if row[ISSUED])

    def cash(self, first: int, last: int) -> list[int]:
        """Add up the cash lines received in these days that count at the end of them."""
        start, stop = bisect_left(self._received, first), bisect_right(self._received, last)
        found = [sums[stop] - sums[start] for sums in self._cash]
        # All of them, less the few that count from a later day only.
        recent = bisect_left(self._received, last - self._lag_max, start, stop)
        for _, counts_on, row in self.cash_rows[recent:stop]:
            if counts_on > last:
                for place, amount in enumerate(row):
                    found[place] -= amount
        return found

    def cash_of_days(self, first: int, last: int) -> Iterator[CashOfDay]:
        """Walk the same lines by the day they were received."""
        start, stop = bisect_left(self._received, first), bisect_right(self._received, last)
        rows = self.cash_rows[start:stop]
        return ((came, row) for came, counts_on, row in rows if counts_on <= last)


class Sums:
    """The sums of every cell, and of the whole of each currency."""

    def __init__(
        self,
        days: Iterable[tuple[Cell, int, Sequence[int]]],
        cash: Iterable[tuple[Cell, int, int, Sequence[int]]],
        named: Iterable[Cell] = (),
    ) -> None:
        by_day: defaultdict[Cell, list[DayRow]] = defaultdict(list)
        lines: defaultdict[Cell, list[CashRow]] = defaultdict(list)
        for cell, day, row in days:
            by_day[cell].append((day, row))
        for cell, received_on, counts_on, row in cash:
            lines[cell].append((received_on, counts_on, row))
        self.named = {*by_day, *lines, *named}
        self._cells = {cell: CellSums(by_day[cell], lines[cell]) for cell in self.named}
        self._wholes = {
            currency: _whole([self._cells[cell] for cell in self.named if cell[1] == currency])
            for currency in {currency for _, currency in self.named}
        }

    def cell(self, segment: str | None, currency: str) -> CellSums:
        """Give the sums of a segment, or (None) of all segments together."""
        if segment is None:
            return self._wholes.get(currency, _NOTHING)
        return self._cells.get((segment, currency), _NOTHING)

    def only(self, cell: Cell) -> CellSums:
        """Give the sums of one cell, of no segment too."""
        return self._cells.get(cell, _NOTHING)


def read_changes(changes: Changes) -> Sums:
    """Make the sums of what was just collected."""
    return Sums(changes.day_rows(), changes.cash_rows(), changes.cells())


def _whole(cells: list[CellSums]) -> CellSums:
    if len(cells) == 1:
        return cells[0]
    days: dict[int, list[int]] = {}
    for cell in cells:
        for day, row in zip(cell.days, cell.rows, strict=True):
            whole = days.setdefault(day, [0] * len(DAY_COLUMNS))
            for place, amount in enumerate(row):
                whole[place] += amount
    lines = [row for cell in cells for row in cell.cash_rows]
    return CellSums(days.items(), _merged(lines))


def _merged(lines: Iterable[CashRow]) -> Iterator[CashRow]:
    found: dict[tuple[int, int], list[int]] = {}
    for received_on, counts_on, row in lines:
        whole = found.setdefault((received_on, counts_on), [0] * len(CASH_FIELDS))
        for place, amount in enumerate(row):
            whole[place] += amount
    return ((*days, row) for days, row in found.items())


_NOTHING = CellSums()


class Amounts(Protocol):
    """What a position is read from."""

    def through(self, column: int, day: date) -> Exact:
        """Add up a column to the end of a day."""

    def between(self, column: int, span: DayRange) -> Exact:
        """Add up a column over days, both ends in."""

    def backwards(self, column: int, span: DayRange) -> Iterator[tuple[date, Exact]]:
        """Walk the days that have an amount in a column, newest first."""

    def cash(self, span: DayRange) -> CashSums:
        """Add up the cash lines received in a span that count at its end."""

    def first_issued_on(self) -> date | None:
        """Give the day of the first invoice."""


class Apart(Amounts, Protocol):
    """Amounts of one currency, which can be put together with those of others."""

    def cash_rows(self, span: DayRange) -> Iterator[CashOfDay]:
        """Walk the same cash lines by the day they were received."""


class Layers:
    """A cell over several sums, added: what is stored, what came since, what was not yet known.

    What was asked once is kept: many measures are made of the same few amounts.
    """

    def __init__(self, layers: Sequence[Sums], segment: str | None, currency: str) -> None:
        cells = [sums.cell(segment, currency) for sums in layers]
        self._cells = [cell for cell in cells if cell is not _NOTHING] or [_NOTHING]
        self._through: dict[tuple[int, date], int] = {}
        self._between: dict[tuple[int, date, date], int] = {}

    def through(self, column: int, day: date) -> int:
        """Add up a column to the end of a day."""
        key = column, day
        found = self._through.get(key)
        if found is None:
            number = day.toordinal()
            found = sum([cell.through(column, number) for cell in self._cells])
            self._through[key] = found
        return found

    def between(self, column: int, span: DayRange) -> int:
        """Add up a column over days, both ends in."""
        key = column, span.first, span.last
        found = self._between.get(key)
        if found is None:
            first, last = span.first.toordinal(), span.last.toordinal()
            found = sum([cell.between(column, first, last) for cell in self._cells])
            self._between[key] = found
        return found

    def backwards(self, column: int, span: DayRange) -> Iterator[tuple[date, int]]:
        """Walk the days that have an amount in a column, newest first."""
        walk = _walk(self._cells[0], column, span)
        for cell in self._cells[1:]:
            walk = _walk_beside(walk, _walk(cell, column, span))
        return ((date.fromordinal(day), amount) for day, amount in walk)

    def cash(self, span: DayRange) -> CashSums:
        """Add up the cash lines received in a span that count at its end."""
        first, last = span.first.toordinal(), span.last.toordinal()
        found = [cell.cash(first, last) for cell in self._cells]
        if len(found) == 1:
            return CashSums(*found[0])
        return CashSums(*(sum(amounts) for amounts in zip(*found, strict=True)))

    def cash_rows(self, span: DayRange) -> Iterator[CashOfDay]:
        """Walk the same cash lines by the day they were received."""
        first, last = span.first.toordinal(), span.last.toordinal()
        return (row for cell in self._cells for row in cell.cash_of_days(first, last))

    def first_issued_on(self) -> date | None:
        """Give the day of the first invoice."""
        counts: defaultdict[int, int] = defaultdict(int)
        if len(self._cells) == 1:
            first = next(self._cells[0].first_issued_on(), None)
            return None if first is None else date.fromordinal(first)
        for cell in self._cells:
            for day in cell.first_issued_on():
                counts[day] += cell.between(ISSUED, day, day)
        number = min((day for day, count in counts.items() if count), default=None)
        return None if number is None else date.fromordinal(number)


def _walk(cell: CellSums, column: int, span: DayRange) -> Iterator[tuple[int, int]]:
    first, last = span.first.toordinal(), span.last.toordinal()
    for place in range(bisect_right(cell.days, last) - 1, bisect_left(cell.days, first) - 1, -1):
        amount = cell.rows[place][column]
        if amount:
            yield cell.days[place], amount


def _walk_beside(
    one: Iterator[tuple[int, int]], other: Iterator[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Walk two at once, newest first, and add what falls on the same day."""
    both = merge(one, other, key=lambda row: -row[0])
    for day, rows in groupby(both, key=lambda row: row[0]):
        amount = sum(amount for _, amount in rows)
        if amount:
            yield day, amount
