"""What facts change, collected by cell and day: plain sums, so that any of it can be taken back.

Adding a fact with +1 and again with -1 leaves nothing. That is what keeps stored sums exact: where
an old fact is known better, what it said before is taken out and what it says now is put in.
"""

from collections import defaultdict
from collections.abc import Iterator

from msgspec import structs

from carecredit.metrics.rules.columns import DAY_COLUMNS
from carecredit.metrics.rules.payment import CASH_FIELDS, CashSums

Cell = tuple[str | None, str]
"""A segment (None: of no segment) and a currency."""
Days = defaultdict[int, list[int]]
"""By day, an amount for each column."""
CashDays = defaultdict[tuple[int, int], list[int]]
"""By the day cash came and the day it counts from, an amount for each field of cash."""


class Changes:
    """Sums by cell: by day, and of cash lines."""

    def __init__(self) -> None:
        self.days: defaultdict[Cell, Days] = defaultdict(_days)
        self.cash: defaultdict[Cell, CashDays] = defaultdict(_cash_days)
        self.named: set[Cell] = set()
        """Cells that reports have a row for, also where all of it is zero."""

    def add_cash(self, cell: Cell, days: tuple[int, int], line: CashSums, sign: int) -> None:
        """Add a cash line from the day it counts."""
        row = self.cash[cell][days]
        for place, amount in enumerate(structs.astuple(line)):
            row[place] += sign * amount

    def cells(self) -> set[Cell]:
        """Name every cell that has a row."""
        return {*self.days, *self.cash, *self.named}

    def day_rows(self) -> Iterator[tuple[Cell, int, list[int]]]:
        """Give the rows by day that change something."""
        for cell, days in self.days.items():
            for day, row in days.items():
                if any(row):
                    yield cell, day, row

    def cash_rows(self) -> Iterator[tuple[Cell, int, int, list[int]]]:
        """Give the rows of cash lines that change something."""
        for cell, pairs in self.cash.items():
            for (received_on, counts_on), row in pairs.items():
                if any(row):
                    yield cell, received_on, counts_on, row


def _days() -> Days:
    return defaultdict(_day_row)


def _day_row() -> list[int]:
    return [0] * len(DAY_COLUMNS)


def _cash_days() -> CashDays:
    return defaultdict(_cash_row)


def _cash_row() -> list[int]:
    return [0] * len(CASH_FIELDS)
