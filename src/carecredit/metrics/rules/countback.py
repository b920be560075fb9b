"""DSO by count-back: the balance is taken off the newest sales first, by month or by day."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from functools import lru_cache

from carecredit.kernel.calendars import DAY, DayRange, add_months
from carecredit.metrics.rules.measure import Exact, Measure, Status, Unit

MONTHS_MAX = 36


def dso_countback_month(*, balance_minor: Exact, months: Iterable[tuple[Exact, int]]) -> Measure:
    """Take months of sales off the balance, newest first; each gives its days.

    `months` are (sales, days). In the month that covers what is left: left / sales × its days. A
    month without positive sales gives its days and takes nothing off. History used up: no value,
    and the days so far as a lower bound. Nothing owed is 0. (Mesha and Benji Pays.)
    """
    if balance_minor <= 0:
        return _reached(balance_minor, Fraction(0), 0)
    left, days = balance_minor, 0
    for sales_minor, month_days in months:
        if 0 < left <= sales_minor:
            return _reached(balance_minor, days + Fraction(left * month_days, sales_minor), days)
        left -= max(sales_minor, 0)
        days += month_days
    return _used_up(balance_minor, days)


def dso_countback_day(
    *,
    balance_minor: Exact,
    sales: Iterable[tuple[date, Exact]],
    as_of: date,
    first_invoiced_on: date | None,
) -> Measure:
    """Count back by day: the same, without assuming even sales within a month.

    `sales` are the days up to `as_of` that have any, newest first.
    """
    if balance_minor <= 0:
        return _reached(balance_minor, Fraction(0), 0)
    if first_invoiced_on is None:
        return _used_up(balance_minor, 0)
    left = balance_minor
    for day, sales_minor in sales:
        if left <= sales_minor:
            days = (as_of - day).days
            return _reached(balance_minor, days + Fraction(left, sales_minor), days)
        left -= max(sales_minor, 0)
    return _used_up(balance_minor, (as_of - first_invoiced_on).days + 1)


@lru_cache(maxsize=4_096)
def months_back(as_of: date, first_invoiced_on: date | None) -> tuple[DayRange, ...]:
    """List the months to count back through, newest first.

    The month of the day itself has the days so far; the month of the first invoice is the last,
    and there are 36 at most.
    """
    months: list[DayRange] = []
    month = DayRange(as_of.replace(day=1), as_of)
    while first_invoiced_on is not None and len(months) < MONTHS_MAX:
        if month.last < first_invoiced_on:
            break
        months.append(month)
        month = DayRange(add_months(month.first, -1), month.first - DAY)
    return tuple(months)


def _reached(balance_minor: Exact, value: Fraction, days: int) -> Measure:
    return Measure(unit=Unit.DAYS, value=value, numerator=Fraction(balance_minor), days=days)


def _used_up(balance_minor: Exact, days: int) -> Measure:
    return Measure(
        unit=Unit.DAYS,
        value=None,
        status=Status.INSUFFICIENT_HISTORY,
        numerator=Fraction(balance_minor),
        days=days,
        at_least=Fraction(days),
    )
