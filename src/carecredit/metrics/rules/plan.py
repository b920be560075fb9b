"""Which days a report has to look at, worked out before the ledger is read once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date

from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules.windows import Window, average_points, day_before


class Plan:
    """The dates asked for, their windows, and every day whose balance is needed for them."""

    def __init__(
        self,
        dates: Iterable[date],
        windows: Iterable[Window],
        *,
        averaged: Iterable[Window] = (),
        paid: Iterable[Window] = (),
    ) -> None:
        self.dates = sorted(set(dates))
        self.windows = tuple(dict.fromkeys(windows))
        """The windows that opening balances and people are wanted for."""
        self.paid = tuple(dict.fromkeys(paid))
        """Those that cash lines are wanted for."""
        self._spans = {
            window: [window.ending(day) for day in self.dates] for window in self.windows
        }
        points = set(self.dates)
        for spans in self._spans.values():
            points.update(day_before(span) for span in spans)
        for window in averaged:
            points.update(*(average_points(window.ending(day)) for day in self.dates))
        self.points = sorted(points)
        self._point_numbers = [day.toordinal() for day in self.points]
        self._date_numbers = [day.toordinal() for day in self.dates]
        self._first_numbers = {
            window: [span.first.toordinal() for span in spans]
            for window, spans in self._spans.items()
        }

    def point_from(self, day: int) -> int:
        """Find the first point at or after a day (as its ordinal)."""
        return bisect_left(self._point_numbers, day)

    def date_from(self, day: int) -> int:
        """Find the first date asked for at or after a day (as its ordinal)."""
        return bisect_left(self._date_numbers, day)

    def date_past(self, window: Window, day: int) -> int:
        """Find the first date whose window begins after a day (as its ordinal)."""
        return bisect_right(self._first_numbers[window], day)

    def span(self, window: Window, day: date) -> DayRange:
        """Give the days of a window that ends on one of the dates."""
        return self._spans[window][self.date_from(day.toordinal())]
