"""Shares of people and contacts: exact, with n and how sure that makes them."""

from collections.abc import Sequence
from fractions import Fraction

from msgspec import structs

from carecredit.metrics.rules.intervals import wilson
from carecredit.metrics.rules.measure import Measure, Status, Unit, nothing, quotient

_SCALE = {Unit.FRACTION: 1, Unit.PERCENT: 100}


def share_of(hits: int, total: int, *, unit: Unit = Unit.FRACTION) -> Measure:
    """Hits / total with Wilson's interval (Newcombe 1998, method 3); of nobody there is no data."""
    times = _SCALE[unit]
    found = quotient(
        hits, total, unit=unit, times=times, otherwise=Status.NO_DATA, parts_are_money=False
    )
    if found.value is None:
        return structs.replace(found, n=total)
    low, high = wilson(hits, total)
    return structs.replace(found, n=total, interval=(low * times, high * times))


def mean_seconds(seconds: Sequence[int]) -> Measure:
    """The mean of lengths of time, with how many they are; of none there is no data."""
    if not seconds:
        return structs.replace(nothing(Unit.SECONDS), n=0)
    total = sum(seconds)
    return Measure(
        unit=Unit.SECONDS,
        value=Fraction(total, len(seconds)),
        numerator=Fraction(total),
        denominator=Fraction(len(seconds)),
        parts_are_money=False,
        n=len(seconds),
    )
