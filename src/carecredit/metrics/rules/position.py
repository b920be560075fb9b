"""One segment and currency, added up: what the formulas ask of it at a date of the plan."""

from collections.abc import Sequence
from datetime import date

from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules.care import Care
from carecredit.metrics.rules.churn import PeopleSums
from carecredit.metrics.rules.countback import months_back
from carecredit.metrics.rules.daysums import DaySums
from carecredit.metrics.rules.facts import PromiseFact
from carecredit.metrics.rules.payment import CashSums
from carecredit.metrics.rules.people import People, promise_sums
from carecredit.metrics.rules.plan import Plan
from carecredit.metrics.rules.promises import PromiseSums
from carecredit.metrics.rules.tally import Tally, totals
from carecredit.metrics.rules.windows import Window


class Position:
    """Amounts in minor units at the end of a day, sums over windows that end on it."""

    def __init__(
        self,
        plan: Plan,
        tally: Tally,
        *,
        segment: str | None,
        people: People,
        promises: Sequence[PromiseFact],
        care: Care,
    ) -> None:
        self._plan, self._segment, self._people = plan, segment, people
        self._promises, self._first = promises, tally.first_invoiced_on
        self._open, self._unapplied = totals(tally.open), totals(tally.unapplied)
        self._disputed, self._count = totals(tally.disputed), totals(tally.open_count)
        self._due = [totals(changes) for changes in tally.due]
        self._invoiced = [totals(changes) for changes in tally.invoiced]
        self._cash = {
            window: [CashSums(*row) for row in zip(*map(totals, sums), strict=True)]
            for window, sums in tally.cash.items()
        }
        self.care = care
        self.sales = DaySums(tally.sales)
        self.written_off = DaySums(tally.written_off)

    def _at(self, day: date) -> int:
        return self._plan.point_from(day.toordinal())

    def open_minor(self, day: date) -> int:
        """Sum what invoices have open."""
        return self._open[self._at(day)]

    def unapplied_minor(self, day: date) -> int:
        """Sum cash, credits and write-offs that stand on no invoice."""
        return self._unapplied[self._at(day)]

    def net_minor(self, day: date) -> int:
        """Give the balance: open less unapplied."""
        return self.open_minor(day) - self.unapplied_minor(day)

    def current_minor(self, day: date) -> int:
        """Sum what is open and not past its due date."""
        return self._due[0][self._at(day)]

    def past_due_minor(self, day: date) -> int:
        """Sum what is open and past its due date."""
        return self.open_minor(day) - self.current_minor(day)

    def disputed_minor(self, day: date) -> int:
        """Sum what is open and contested."""
        return self._disputed[self._at(day)]

    def open_count(self, day: date) -> int:
        """Count the invoices that have something open."""
        return self._count[self._at(day)]

    def due_minor(self, bucket: int, day: date) -> int:
        """Sum what is open in a bucket of age by due date."""
        return self._due[bucket][self._at(day)]

    def invoiced_minor(self, bucket: int, day: date) -> int:
        """Sum what is open in a bucket of age by invoice date."""
        return self._invoiced[bucket][self._at(day)]

    def span(self, window: Window, day: date) -> DayRange:
        """Give the days of a window that ends on a date."""
        return self._plan.span(window, day)

    def first_invoiced_on(self, day: date) -> date | None:
        """Give the day of the first invoice seen (none: there is none yet)."""
        return self._first if self._first is not None and self._first <= day else None

    def months(self, day: date) -> list[tuple[int, int]]:
        """List sales and days of the months to count back through, newest first."""
        first = self.first_invoiced_on(day)
        return [(self.sales.total(month), month.days) for month in months_back(day, first)]

    def cash(self, window: Window, day: date) -> CashSums:
        """Sum the cash lines of a window."""
        return self._cash[window][self._plan.date_from(day.toordinal())]

    def people(self, window: Window, day: date) -> PeopleSums:
        """Count the customers of a window."""
        sums = self._people.get((self._segment, window))
        return sums[self._plan.date_from(day.toordinal())] if sums else PeopleSums()

    def promises(self, day: date) -> PromiseSums:
        """Sum the judged promises; they belong to the whole only."""
        return promise_sums(self._promises, day)
