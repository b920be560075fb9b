"""Customers and revenue lost, of those there when the window began; new ones never enter."""

from msgspec import Struct

from carecredit.metrics.rules.measure import Measure, Status, Unit, quotient


class PeopleSums(Struct, frozen=True):
    """Customers with a relationship: ever, at the start of the window, and of these the lost."""

    ever: int = 0
    ever_minor: int = 0
    active: int = 0
    active_minor: int = 0
    lost: int = 0
    lost_minor: int = 0
    contraction_minor: int = 0
    """What those who stayed are worth less at the end than before; never netted with others."""
    expansion_minor: int = 0


def customer_churn(people: PeopleSums) -> Measure:
    """Lost / active at the end of the day before the window, as a fraction."""
    return quotient(
        people.lost,
        people.active,
        unit=Unit.FRACTION,
        otherwise=_empty(people.ever),
        parts_are_money=False,
    )


def revenue_churn(people: PeopleSums) -> Measure:
    """Monthly value lost / monthly value at the start of the window, as a fraction."""
    return _of_value(people.lost_minor, people)


def gross_retention(people: PeopleSums) -> Measure:
    """1 − (churned + contraction) / start; never above 1."""
    return _of_value(people.active_minor - people.lost_minor - people.contraction_minor, people)


def net_retention(people: PeopleSums) -> Measure:
    """(Start − churned − contraction + expansion) / start; may be above 1 (dnoise, ChurnZero)."""
    kept_minor = people.active_minor - people.lost_minor - people.contraction_minor
    return _of_value(kept_minor + people.expansion_minor, people)


def _of_value(part_minor: int, people: PeopleSums) -> Measure:
    return quotient(
        part_minor,
        people.active_minor,
        unit=Unit.FRACTION,
        otherwise=_empty(people.ever_minor),
    )


def _empty(ever: int) -> Status:
    return Status.UNDEFINED if ever else Status.NO_DATA
