"""Shares of people and contacts: exact, with n and how sure that makes them."""

from msgspec import structs

from carecredit.metrics.rules.intervals import wilson
from carecredit.metrics.rules.measure import Measure, Status, Unit, quotient

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
