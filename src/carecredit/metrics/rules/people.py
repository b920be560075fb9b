"""Customers and promises at the dates of a plan; people have no currency, promises no segment."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from carecredit.metrics.rules.churn import PeopleSums
from carecredit.metrics.rules.facts import CustomerFact, PromiseFact
from carecredit.metrics.rules.plan import Plan
from carecredit.metrics.rules.promises import PromiseSums
from carecredit.metrics.rules.tally import stand, totals
from carecredit.metrics.rules.windows import Window

People = dict[tuple[str | None, Window], list[PeopleSums]]
"""By segment (none: all customers) and window, one for each date."""

_ACTIVE, _ACTIVE_MINOR, _LOST, _LOST_MINOR = range(4)


def people_sums(plan: Plan, customers: Iterable[CustomerFact]) -> People:
    """Count customers active at the end of the day before each window, and those it lost."""
    by_segment: defaultdict[str | None, list[CustomerFact]] = defaultdict(list)
    for customer in customers:
        by_segment[None].append(customer)
        if customer.segment is not None:
            by_segment[customer.segment].append(customer)
    return {
        (segment, window): _sums(plan, window, mine)
        for segment, mine in by_segment.items()
        for window in plan.windows
    }


def _sums(plan: Plan, window: Window, customers: list[CustomerFact]) -> list[PeopleSums]:
    changes = [[0] * (len(plan.dates) + 1) for _ in range(4)]
    for customer in customers:
        _count(plan, window, customer, changes)
    ever_minor = sum(customer.monthly_value_minor or 0 for customer in customers)
    return [
        PeopleSums(
            len(customers),
            ever_minor,
            active=row[_ACTIVE],
            active_minor=row[_ACTIVE_MINOR],
            lost=row[_LOST],
            lost_minor=row[_LOST_MINOR],
        )
        for row in zip(*map(totals, changes), strict=True)
    ]


def _count(plan: Plan, window: Window, customer: CustomerFact, changes: list[list[int]]) -> None:
    value_minor = customer.monthly_value_minor or 0
    start = plan.date_past(window, customer.started_on.toordinal())
    stop = lost = len(plan.dates)
    if customer.ended_on is not None:
        ended = customer.ended_on.toordinal()
        stop = plan.date_past(window, ended)
        lost = max(start, plan.date_from(ended))
    if start < stop:
        stand(changes[_ACTIVE], 1, start, stop)
        stand(changes[_ACTIVE_MINOR], value_minor, start, stop)
        if lost < stop:
            stand(changes[_LOST], 1, lost, stop)
            stand(changes[_LOST_MINOR], value_minor, lost, stop)


def promise_sums(promises: Iterable[PromiseFact], day: date) -> PromiseSums:
    """Sum the promises whose day and grace have passed."""
    judged = [promise for promise in promises if promise.counts_on <= day]
    return PromiseSums(
        judged=len(judged),
        kept=sum(promise.kept for promise in judged),
        promised_minor=sum(promise.amount_minor for promise in judged),
        kept_minor=sum(min(promise.kept_minor, promise.amount_minor) for promise in judged),
    )
