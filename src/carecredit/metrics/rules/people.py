"""Relationships with customers, ready to be counted over any span; people have no currency."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from itertools import accumulate

from carecredit.kernel.calendars import DAY, DayRange
from carecredit.metrics.rules.churn import PeopleSums
from carecredit.metrics.rules.facts import CustomerFact


class Relations:
    """The relationships of a client company, by segment and all together."""

    def __init__(self, customers: Iterable[CustomerFact] = ()) -> None:
        by_segment: defaultdict[str | None, list[CustomerFact]] = defaultdict(list)
        for customer in customers:
            by_segment[None].append(customer)
            if customer.segment is not None:
                by_segment[customer.segment].append(customer)
        self._groups = {segment: _Group(mine) for segment, mine in by_segment.items()}

    @property
    def segments(self) -> frozenset[str]:
        """Name the segments that customers belong to."""
        return frozenset(segment for segment in self._groups if segment is not None)

    def sums(self, segment: str | None, span: DayRange) -> PeopleSums:
        """Count those active at the end of the day before a span, and of these the lost."""
        group = self._groups.get(segment)
        return group.sums(span) if group else PeopleSums()


class _Group:
    """The relationships of one group, in order of their starts and of their ends."""

    def __init__(self, customers: list[CustomerFact]) -> None:
        started = sorted(customers, key=lambda each: each.started_on)
        ended = sorted((each for each in customers if each.ended_on is not None), key=_end_of)
        self._starts = [each.started_on for each in started]
        self._started_minor = _sums(started)
        self._ends = [_end_of(each) for each in ended]
        self._ended_minor = _sums(ended)
        self._ended = [(each.started_on, each.monthly_value_minor or 0) for each in ended]

    def sums(self, span: DayRange) -> PeopleSums:
        eve = span.first - DAY
        begun, over = bisect_right(self._starts, eve), bisect_right(self._ends, eve)
        stop = bisect_right(self._ends, span.last)
        lost = [minor for start, minor in self._ended[over:stop] if start <= eve]
        return PeopleSums(
            len(self._starts),
            self._started_minor[-1],
            active=begun - over,
            active_minor=self._started_minor[begun] - self._ended_minor[over],
            lost=len(lost),
            lost_minor=sum(lost),
        )


def _end_of(customer: CustomerFact) -> date:
    return customer.ended_on or date.max


def _sums(customers: list[CustomerFact]) -> list[int]:
    return [0, *accumulate(each.monthly_value_minor or 0 for each in customers)]
