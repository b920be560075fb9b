"""One segment and currency: what the formulas ask of it at the end of a day."""

from collections.abc import Callable, Iterator
from datetime import UTC, date
from functools import cached_property
from typing import Protocol

from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules.care import Care
from carecredit.metrics.rules.churn import PeopleSums
from carecredit.metrics.rules.columns import (
    DISPUTED,
    DUE,
    INVOICED,
    OPEN,
    OPEN_COUNT,
    PLACED,
    PLACED_CASH,
    PLACED_COUNT,
    RECEIVED,
    RECOVERED,
    SALES,
    UNAPPLIED,
    WRITTEN_OFF,
)
from carecredit.metrics.rules.countback import months_back
from carecredit.metrics.rules.measure import Exact
from carecredit.metrics.rules.payment import CashSums
from carecredit.metrics.rules.people import Relations
from carecredit.metrics.rules.promises import PromiseSums
from carecredit.metrics.rules.recovery import WITHIN_DAYS, RecoverySums
from carecredit.metrics.rules.sums import Amounts
from carecredit.metrics.rules.windows import Window


def _no_care() -> Care:
    return Care(zone=UTC)


class Judged(Protocol):
    """Promises that were judged."""

    def sums(self, day: date) -> PromiseSums:
        """Sum the promises whose day and grace have passed by the end of a day."""


class Flow:
    """An amount of each day, such as sales."""

    def __init__(self, layers: Amounts, column: int) -> None:
        self._layers, self._column = layers, column

    def total(self, span: DayRange) -> Exact:
        """Add up the days of a span, both ends in."""
        return self._layers.between(self._column, span)

    def backwards(self, span: DayRange) -> Iterator[tuple[date, Exact]]:
        """Walk the days of a span that have an amount, newest first."""
        return self._layers.backwards(self._column, span)


class Position:
    """Amounts in minor units at the end of a day, sums over windows that end on it."""

    def __init__(
        self,
        layers: Amounts,
        *,
        segment: str | None,
        relations: Relations,
        promises: Judged,
        care: Callable[[], Care] = _no_care,
        currency: str | None = None,
    ) -> None:
        self._layers, self._segment, self._currency = layers, segment, currency
        self._relations, self._promises = relations, promises
        self._care = care
        self.sales = Flow(layers, SALES)
        self.written_off = Flow(layers, WRITTEN_OFF)
        self.recovered = Flow(layers, RECOVERED)
        self.received = Flow(layers, RECEIVED)

    def open_minor(self, day: date) -> Exact:
        """Sum what invoices have open."""
        return self._layers.through(OPEN, day)

    def unapplied_minor(self, day: date) -> Exact:
        """Sum cash, credits and write-offs that stand on no invoice."""
        return self._layers.through(UNAPPLIED, day)

    def net_minor(self, day: date) -> Exact:
        """Give the balance: open less unapplied."""
        return self.open_minor(day) - self.unapplied_minor(day)

    def current_minor(self, day: date) -> Exact:
        """Sum what is open and not past its due date."""
        return self._layers.through(DUE, day)

    def past_due_minor(self, day: date) -> Exact:
        """Sum what is open and past its due date."""
        return self.open_minor(day) - self.current_minor(day)

    def disputed_minor(self, day: date) -> Exact:
        """Sum what is open and contested."""
        return self._layers.through(DISPUTED, day)

    def open_count(self, day: date) -> int:
        """Count the invoices that have something open."""
        return int(self._layers.through(OPEN_COUNT, day))

    def due_minor(self, bucket: int, day: date) -> Exact:
        """Sum what is open in a bucket of age by due date."""
        return self._layers.through(DUE + bucket, day)

    def invoiced_minor(self, bucket: int, day: date) -> Exact:
        """Sum what is open in a bucket of age by invoice date."""
        return self._layers.through(INVOICED + bucket, day)

    @staticmethod
    def span(window: Window, day: date) -> DayRange:
        """Give the days of a window that ends on a date."""
        return window.ending(day)

    @cached_property
    def _first_invoiced_on(self) -> date | None:
        return self._layers.first_issued_on()

    def first_invoiced_on(self, day: date) -> date | None:
        """Give the day of the first invoice seen (none: there is none yet)."""
        first = self._first_invoiced_on
        return first if first is not None and first <= day else None

    def months(self, day: date) -> Iterator[tuple[Exact, int]]:
        """List sales and days of the months to count back through, newest first."""
        first = self.first_invoiced_on(day)
        return ((self.sales.total(month), month.days) for month in months_back(day, first))

    def cash(self, window: Window, day: date) -> CashSums:
        """Sum the cash lines of a window."""
        return self._layers.cash(window.ending(day))

    def people(self, window: Window, day: date) -> PeopleSums:
        """Count the customers of a window."""
        return self._relations.sums(self._segment, window.ending(day), self._currency)

    def recovery(self, span: DayRange, within: int) -> RecoverySums:
        """Sum the balances placed in a span, and the cash on them within so many days."""
        received = PLACED_CASH + WITHIN_DAYS.index(within)
        placed, cash = (self._layers.between(column, span) for column in (PLACED, received))
        return RecoverySums(placed, int(self._layers.between(PLACED_COUNT, span)), cash)

    @cached_property
    def care(self) -> Care:
        """Give the contacts that the care measures are asked of; read when first wanted."""
        return self._care()

    def promises(self, day: date) -> PromiseSums:
        """Sum the judged promises; they belong to the whole only."""
        return PromiseSums() if self._segment else self._promises.sums(day)
