"""Recovery: what came in cash on balances placed, by the time since they were placed.

A balance is placed on its first day past due, with what is open of it before anything of that day:
the ledger alone says so. The first touch made about the invoice is the named variant.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec import Struct

from carecredit.kernel.calendars import DAY, DayRange, is_month_end
from carecredit.metrics.rules.items import CASH, Item, applied_minor
from carecredit.metrics.rules.measure import Exact, Measure, Status, Unit, quotient

WITHIN_DAYS = (30, 60, 90)


class RecoverySums(Struct, frozen=True):
    """Balances placed, how many, and the cash that came on them in time."""

    placed_minor: Exact = 0
    placed: int = 0
    received_minor: Exact = 0


class Placement(Struct, frozen=True, gc=False):
    """One balance placed: the day, the amount, and the cash within each number of days."""

    placed_on: date
    placed_minor: int
    received_minor: tuple[int, ...]


def placement(item: Item, *, placed_on: date, within: Iterable[int] = WITHIN_DAYS) -> Placement:
    """Place a balance: what is open before the day; cash from that day to `within` days after it.

    Cash that was undone again within that time is not in it; never more than was placed.
    """
    before = placed_on - DAY
    placed = max(item.amount_minor - applied_minor(item, before), 0)
    cash_before = applied_minor(item, before, CASH)
    received = tuple(
        _received(placed, applied_minor(item, placed_on + timedelta(days), CASH) - cash_before)
        for days in within
    )
    return Placement(placed_on, placed, received)


def _received(placed_minor: int, cash_minor: int) -> int:
    return min(placed_minor, max(cash_minor, 0))


def cohort_span(day: date, days: int) -> DayRange:
    """The newest calendar month of placements of which every one has had its days by a day."""
    last = day - timedelta(days)
    month = last if is_month_end(last) else last.replace(day=1) - DAY
    return DayRange(month.replace(day=1), month)


def recovery_rate(sums: RecoverySums) -> Measure:
    """Cash received on balances placed / balances placed, as a fraction (VCC Live, Riverty)."""
    return quotient(
        sums.received_minor, sums.placed_minor, unit=Unit.FRACTION, otherwise=Status.NO_DATA
    )


def elapsed(cohort: DayRange, days: int, as_of: date) -> bool:
    """Say whether every balance of a cohort has had its days."""
    return cohort.last + timedelta(days) <= as_of
