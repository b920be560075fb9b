"""Promises kept, of those whose day and grace have passed; pending, cancelled ones left out."""

from msgspec import Struct

from carecredit.metrics.rules.measure import Measure, Status, Unit, quotient


class PromiseSums(Struct, frozen=True):
    """Judged promises: how many, how many kept, what was promised and what came in for them."""

    judged: int = 0
    kept: int = 0
    promised_minor: int = 0
    kept_minor: int = 0


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
