"""Promises kept, of those whose day and grace have passed; pending, cancelled ones left out."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date
from itertools import accumulate

from msgspec import Struct

from carecredit.metrics.rules.facts import PromiseFact
from carecredit.metrics.rules.measure import Exact, Measure, Status, Unit, quotient


class PromiseSums(Struct, frozen=True):
    """Judged promises: how many, how many kept, what was promised and what came in for them."""

    judged: int = 0
    kept: int = 0
    promised_minor: Exact = 0
    kept_minor: Exact = 0


class Promises:
    """Judged promises of one currency, in order of the day their grace has passed."""

    def __init__(self, promises: Iterable[PromiseFact] = ()) -> None:
        self.rows = rows = sorted(promises, key=lambda each: each.counts_on)
        self._days = [each.counts_on for each in rows]
        self._kept = [0, *accumulate(int(each.kept) for each in rows)]
        self._promised = [0, *accumulate(each.amount_minor for each in rows)]
        # What came in beyond a promise is not of it.
        self._came = [0, *accumulate(min(each.kept_minor, each.amount_minor) for each in rows)]

    def sums(self, day: date) -> PromiseSums:
        """Sum the promises whose day and grace have passed by the end of a day."""
        judged = bisect_right(self._days, day)
        return PromiseSums(judged, self._kept[judged], self._promised[judged], self._came[judged])


def promise_kept_count(promises: PromiseSums) -> Measure:
    """Promises kept in full / promises judged, as a fraction."""
    return quotient(
        promises.kept,
        promises.judged,
        unit=Unit.FRACTION,
        otherwise=Status.NO_DATA,
        parts_are_money=False,
    )


def promise_kept_amount(promises: PromiseSums) -> Measure:
    """What came in for judged promises, up to what was promised / what was promised."""
    return quotient(
        promises.kept_minor,
        promises.promised_minor,
        unit=Unit.FRACTION,
        otherwise=Status.NO_DATA,
    )
