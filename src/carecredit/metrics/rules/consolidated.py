"""Several currencies put together by the rates of a named set; counts are added as they are.

What stands at the end of a day is converted at that day's rate (closing); what happened on a day at
the rate of that day. Amounts stay exact fractions; they are rounded once, where they are written.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from heapq import merge
from itertools import accumulate, groupby
from typing import Any

from msgspec import Struct

from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules.columns import COUNTS, LAST_STANDING
from carecredit.metrics.rules.facts import PromiseFact
from carecredit.metrics.rules.measure import Exact
from carecredit.metrics.rules.payment import CASH_COUNTS, CASH_FIELDS, CashSums
from carecredit.metrics.rules.promises import Promises, PromiseSums
from carecredit.metrics.rules.rates import Rates
from carecredit.metrics.rules.sums import Apart

_NOTHING = Fraction()
_EVER = DayRange(date.min, date.max)
_IS_COUNT = tuple(name in CASH_COUNTS for name in CASH_FIELDS)


class _Along(Struct, frozen=True):
    """A flow of one currency along its days, each day at its own rate, added up."""

    days: list[date]
    sums: list[int]
    """In billionths of minor units; up to each day from the first that has a rate."""
    rated: int
    """The place of that first day."""


class Consolidated:
    """One segment over several currencies, as one of them."""

    def __init__(self, apart: Mapping[str, Apart], rates: Rates) -> None:
        self._apart, self._rates = apart, rates
        self._flows: dict[tuple[str, int], _Along] = {}

    def through(self, column: int, day: date) -> Exact:
        """Add up a column to the end of a day, at the rates of that day."""
        if column >= LAST_STANDING:
            return self.between(column, DayRange(date.min, day))
        amounts = ((name, one.through(column, day)) for name, one in self._apart.items())
        if column in COUNTS:
            return sum(number for _, number in amounts)
        return sum((self._rates.convert(minor, name, day) for name, minor in amounts), _NOTHING)

    def between(self, column: int, span: DayRange) -> Exact:
        """Add up a column over days, both ends in, each at its own rate."""
        if column in COUNTS:
            return sum(one.between(column, span) for one in self._apart.values())
        return sum((self._flow(name, column, span) for name in self._apart), _NOTHING)

    def backwards(self, column: int, span: DayRange) -> Iterator[tuple[date, Exact]]:
        """Walk the days that have an amount in a column, newest first."""
        walks = (self._walk(name, column, span) for name in self._apart)
        both = merge(*walks, key=lambda row: -row[0].toordinal())
        for day, rows in groupby(both, key=lambda row: row[0]):
            yield day, sum((minor for _, minor in rows), _NOTHING)

    def cash(self, span: DayRange) -> CashSums:
        """Add up the cash lines received in a span that count at its end."""
        found: list[Any] = [0] * len(CASH_FIELDS)
        for currency, one in self._apart.items():
            for place, minor in enumerate(self._cash_of(currency, one, span)):
                found[place] += minor
        return CashSums(*found)

    def first_issued_on(self) -> date | None:
        """Give the day of the first invoice in any currency."""
        days = (one.first_issued_on() for one in self._apart.values())
        return min((day for day in days if day), default=None)

    def _flow(self, currency: str, column: int, span: DayRange) -> Fraction:
        along = self._along(currency, column)
        start, stop = bisect_left(along.days, span.first), bisect_right(along.days, span.last)
        if start < min(stop, along.rated):
            self._rates.on(currency, along.days[start])  # there is none, and it says so
        sums = along.sums
        found = sums[max(stop - along.rated, 0)] - sums[max(start - along.rated, 0)]
        return self._rates.minor(currency, found)

    def _along(self, currency: str, column: int) -> _Along:
        key = currency, column
        if key not in self._flows:
            rows = list(self._apart[currency].backwards(column, _EVER))[::-1]
            days = [day for day, _ in rows]
            rated = bisect_left(days, self._rates.first_on(currency))
            worth = (int(minor) * self._rates.on(currency, day) for day, minor in rows[rated:])
            self._flows[key] = _Along(days, [0, *accumulate(worth)], rated)
        return self._flows[key]

    def _walk(self, currency: str, column: int, span: DayRange) -> Iterator[tuple[date, Exact]]:
        for day, minor in self._apart[currency].backwards(column, span):
            yield day, self._rates.convert(minor, currency, day)

    def _cash_of(self, currency: str, one: Apart, span: DayRange) -> Sequence[Exact]:
        found = [0] * len(CASH_FIELDS)
        for number, row in one.cash_rows(span):
            rate = self._rates.on(currency, date.fromordinal(number))
            for place, minor in enumerate(row):
                found[place] += minor if _IS_COUNT[place] else minor * rate
        return [each if is_count else self._rates.minor(currency, each)
                for each, is_count in zip(found, _IS_COUNT, strict=True)]  # fmt: skip


class ManyPromises:
    """Judged promises of several currencies, each at the rate of the day its grace has passed."""

    def __init__(self, apart: Mapping[str, Promises], rates: Rates) -> None:
        self._rows = [row for promises in apart.values() for row in promises.rows]
        self._rates = rates

    def sums(self, day: date) -> PromiseSums:
        """Sum the promises whose day and grace have passed by the end of a day."""
        judged = [row for row in self._rows if row.counts_on <= day]
        # What came in beyond a promise is not of it.
        came = (self._at_rate(row, min(row.kept_minor, row.amount_minor)) for row in judged)
        return PromiseSums(
            judged=len(judged),
            kept=sum(row.kept for row in judged),
            promised_minor=sum((self._at_rate(row, row.amount_minor) for row in judged), _NOTHING),
            kept_minor=sum(came, _NOTHING),
        )

    def _at_rate(self, promise: PromiseFact, minor: int) -> Exact:
        return self._rates.convert(minor, promise.currency, promise.counts_on)
