"""Amounts by day, with the sum of any run of days at hand."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import accumulate

from carecredit.kernel.calendars import DayRange


class DaySums:
    """Amounts by day; days without one count as zero."""

    def __init__(self, by_day: Mapping[date, int]) -> None:
        self._days = sorted(by_day)
        self._amounts = [by_day[day] for day in self._days]
        self._sums = [0, *accumulate(self._amounts)]

    def total(self, span: DayRange) -> int:
        """Add up the days of a span, both ends in."""
        start, stop = self._cut(span)
        return self._sums[stop] - self._sums[start]

    def backwards(self, span: DayRange) -> Iterator[tuple[date, int]]:
        """Walk the days of a span that have an amount, newest first."""
        start, stop = self._cut(span)
        for index in range(stop - 1, start - 1, -1):
            yield self._days[index], self._amounts[index]

    def _cut(self, span: DayRange) -> tuple[int, int]:
        return bisect_left(self._days, span.first), bisect_right(self._days, span.last)
