"""How late each customer pays by cash, over the twelve months up to two days."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, select
from sqlalchemy.orm import Session

from carecredit.metrics.queries.items import (
    ENTRIES,
    IN_ONE,
    PAYMENT,
    SHARES,
    due,
    items,
    seen,
    within,
)
from carecredit.metrics.queries.scope import Scope
from carecredit.metrics.rules.forecast import HISTORY, Habit
from carecredit.metrics.rules.items import CASH, Item
from carecredit.receivables.model import Allocation, Invoice, LedgerEntry
from carecredit.store.paging import integer_sum, ordinal, raw, rows, unindexed

Habits = tuple[dict[Hashable, Habit], dict[Hashable, Habit]]
"""As of the earlier day, and as of the day itself."""


def habits(session: Session, scope: Scope, origin: date, as_of: date) -> Habits:
    """Weigh each customer's days late by cash, over twelve months up to each of the two days."""
    found = _of_invoices_in_one(session, scope, origin, as_of)
    for customer, _, item in items(session, scope, _came(origin, as_of), until=as_of):
        told = (*_cash_of(item, origin), *_cash_of(item, as_of))
        found[customer] = [mine + more for mine, more in zip(found[customer], told, strict=True)]
    return habits_of(found.items())


def habits_of(found: Iterable[tuple[Hashable, Sequence[int]]]) -> Habits:
    """Give the habits of those from whom cash came: of each, its amount and days by either day."""
    earlier, own = {}, {}
    for who, (early_minor, early_days, minor, minor_days) in found:
        if early_minor > 0:
            earlier[who] = Habit(early_minor, early_days)
        if minor > 0:
            own[who] = Habit(minor, minor_days)
    return earlier, own


def _of_invoices_in_one(
    session: Session, scope: Scope, origin: date, as_of: date
) -> defaultdict[Hashable, list[int]]:
    """Sum by customer cash, and cash times days late, up to either day."""
    found: defaultdict[Hashable, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for customer, *sums in rows(session, _cash_by_customer(scope, origin, as_of)):
        found[customer] = sums
    return found


def _cash_by_customer(scope: Scope, origin: date, as_of: date) -> Select[Any]:
    share = _cash(scope, origin, as_of).subquery()
    sums = (
        integer_sum(case((counts, amount)))
        for counts in (share.c.early, share.c.own)
        for amount in (share.c.minor, share.c.minor * share.c.days)
    )
    return select(share.c.customer_id, *sums).group_by(share.c.customer_id)


def _cash(scope: Scope, origin: date, as_of: date) -> Select[Any]:
    """Select shares of cash: customer, amount, days late, and whether they count by each day."""
    # A year of shares is a good part of all: going through them once beats an index on each.
    all_of_them = scope.customers is None
    client = unindexed(Allocation.client_id) if all_of_them else Allocation.client_id
    return (
        select(
            raw(Invoice.customer_id).label("customer_id"),
            Allocation.amount_minor.label("minor"),
            (ordinal(Allocation.effective_on) - ordinal(due)).label("days"),
            _paid_by(origin).label("early"),
            _paid_by(as_of).label("own"),
        )
        .select_from(Allocation)
        .join(Invoice, SHARES)
        .join(LedgerEntry, ENTRIES)
        .where(
            client == scope.client_id,
            *within(scope),
            *seen(scope, Allocation.recorded_at, LedgerEntry.recorded_at),
            IN_ONE,
            LedgerEntry.kind == PAYMENT,
            Allocation.effective_on.between(HISTORY.ending(origin).first, as_of),
        )
    )


def _came(origin: date, as_of: date) -> ColumnElement[bool]:
    """Keep the invoices on which something was put that came in the days that are looked at."""
    in_time = Allocation.effective_on.between(HISTORY.ending(origin).first, as_of)
    return exists().where(SHARES, in_time).correlate(Invoice)


def _paid_by(day: date) -> ColumnElement[bool]:
    return and_(
        Allocation.effective_on.between(HISTORY.ending(day).first, day),
        Allocation.applied_on <= day,
        Invoice.invoiced_on <= day,
    )


def _cash_of(item: Item, day: date) -> tuple[int, int]:
    span = HISTORY.ending(day)
    lines = [
        (part.minor, (part.received_on - item.due_on).days)
        for part in item.parts
        if part.settles_as == CASH
        and part.counts_on <= day
        and part.received_on is not None
        and part.received_on in span
    ]
    return sum(minor for minor, _ in lines), sum(minor * days for minor, days in lines)
