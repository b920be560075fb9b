"""The sums of one segment and currency, added up over every point while the ledger goes by once.

A change stands in the list at the point from which it holds, and with minus at the point from
which it no longer does; adding along the list at the end gives the amounts that stand. The work is
therefore one step for each movement, however many dates are asked for.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import accumulate

from msgspec import structs

from carecredit.metrics.rules.aging import DUE_EDGES, INVOICE_EDGES
from carecredit.metrics.rules.facts import InvoiceFact
from carecredit.metrics.rules.payment import CASH_FIELDS, CashSums
from carecredit.metrics.rules.plan import Plan
from carecredit.metrics.rules.windows import Window

Changes = list[int]
"""One place for each point and one after them."""


class Tally:
    """What is being added up; nothing here is read until all of the ledger has gone by."""

    def __init__(self, plan: Plan) -> None:
        size = len(plan.points) + 1
        self.open, self.unapplied, self.disputed, self.open_count = ([0] * size for _ in range(4))
        self.due = [[0] * size for _ in range(len(DUE_EDGES) + 1)]
        self.invoiced = [[0] * size for _ in range(len(INVOICE_EDGES) + 1)]
        self.cash: dict[Window, list[Changes]] = {
            window: [[0] * (len(plan.dates) + 1) for _ in CASH_FIELDS] for window in plan.paid
        }
        self.sales: defaultdict[date, int] = defaultdict(int)
        self.written_off: defaultdict[date, int] = defaultdict(int)
        self.first_invoiced_on: date | None = None

    def add_sale(self, invoice: InvoiceFact) -> None:
        """Count an invoice as a sale of its day."""
        self.sales[invoice.invoiced_on] += invoice.gross_minor
        first = self.first_invoiced_on
        if first is None or invoice.invoiced_on < first:
            self.first_invoiced_on = invoice.invoiced_on

    def add_open(self, plan: Plan, invoice: InvoiceFact, minor: int, start: int, stop: int) -> None:
        """Let an open amount stand over some points, and age meanwhile."""
        stand(self.open, minor, start, stop)
        stand(self.open_count, 1, start, stop)
        due, invoiced = invoice.due_on.toordinal(), invoice.invoiced_on.toordinal()
        _age(plan, self.due, minor, (start, stop), [due + edge for edge in DUE_EDGES])
        _age(plan, self.invoiced, minor, (start, stop), [invoiced + edge for edge in INVOICE_EDGES])

    def add_cash(
        self, plan: Plan, line: CashSums, received_on: date, days: tuple[int, int]
    ) -> None:
        """Let cash lines count from the day they stand on the invoice until they no longer do.

        They are in the windows that reach back to the day the cash was received.
        """
        start, until = plan.date_from(days[0]), plan.date_from(days[1])
        for window, sums in self.cash.items():
            stop = min(plan.date_past(window, received_on.toordinal()), until)
            if start < stop:
                for changes, amount in zip(sums, structs.astuple(line), strict=True):
                    if amount:
                        stand(changes, amount, start, stop)


def stand(changes: Changes, amount: int, start: int, stop: int) -> None:
    """Let an amount stand from one point to before another."""
    changes[start] += amount
    changes[stop] -= amount


def totals(changes: Changes) -> list[int]:
    """Give the amounts that stand at each point."""
    return list(accumulate(changes))[:-1]


def merged(plan: Plan, tallies: Iterable[Tally]) -> Tally:
    """Add tallies of one currency into that of the whole."""
    whole = Tally(plan)
    for tally in tallies:
        for mine, theirs in zip(_lists(whole), _lists(tally), strict=True):
            mine[:] = map(int.__add__, mine, theirs)
        for sums, parts in ((whole.sales, tally.sales), (whole.written_off, tally.written_off)):
            for day, minor in parts.items():
                sums[day] += minor
        firsts = [day for day in (whole.first_invoiced_on, tally.first_invoiced_on) if day]
        whole.first_invoiced_on = min(firsts, default=None)
    return whole


def _lists(tally: Tally) -> list[Changes]:
    cash = [changes for sums in tally.cash.values() for changes in sums]
    single = [tally.open, tally.unapplied, tally.disputed, tally.open_count]
    return [*single, *tally.due, *tally.invoiced, *cash]


def _age(
    plan: Plan, buckets: list[Changes], minor: int, points: tuple[int, int], edges: list[int]
) -> None:
    start, stop = points
    for changes, edge in zip(buckets, edges, strict=False):
        if start < stop:
            until = min(plan.point_from(edge), stop)
            if start < until:
                stand(changes, minor, start, until)
                start = until
    if start < stop:
        stand(buckets[-1], minor, start, stop)
