"""Recovery: balances placed by day, by month, by first touch, and the cash that came on them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from carecredit.cadence.model import Touch
from carecredit.kernel.calendars import DAY, DayRange, add_months, local_date, month_end
from carecredit.kernel.ids import ClientId
from carecredit.metrics.movements import Recovered, Recovery, RecoveryCohort
from carecredit.metrics.queries.asking import Scope, money, question, ratio, scope_of
from carecredit.metrics.queries.days import days_between
from carecredit.metrics.queries.items import (
    IN_ONE,
    PAYMENT,
    by,
    due,
    entries_seen,
    items,
    parts_of,
    raw,
    shares_seen,
    whole,
    within,
)
from carecredit.metrics.rules import recovery as rules
from carecredit.metrics.rules.care import PlacedDay, Placements
from carecredit.metrics.rules.items import Item, first_day_past_due
from carecredit.metrics.rules.measure import Status, Unit, nothing
from carecredit.metrics.rules.recovery import WITHIN_DAYS, Placement
from carecredit.receivables.model import Allocation, Invoice, LedgerEntry

MONTHS = 12
_FORWARDS = due >= Invoice.invoiced_on
_ANCHOR = case((_FORWARDS, due), else_=Invoice.invoiced_on)
_LAST_ON = case(
    (Allocation.applied_on > Allocation.effective_on, Allocation.applied_on),
    else_=Allocation.effective_on,
)


class PlacedBy(StrEnum):
    """What places a balance: the ledger alone, or our first touch about the invoice."""

    PAST_DUE = "past_due"
    FIRST_TOUCH = "first_touch"


def recovery(
    session: Session,
    *,
    client_id: ClientId,
    as_of: date,
    now: datetime,
    placed_by: PlacedBy = PlacedBy.PAST_DUE,
    known_at: date | datetime | None = None,
    segment: str | None = None,
    currency: str | None = None,
) -> Recovery:
    """Answer recovery at 30, 60 and 90 days for the twelve months of placement up to a day."""
    scope, company, notes = scope_of(
        session, client_id=client_id, known_at=known_at, currency=currency, segment=segment
    )
    cohorts = _months(as_of)
    span = DayRange(cohorts[0].first, as_of)
    if placed_by is PlacedBy.PAST_DUE:
        days = [day for _, day in placed_days(session, scope, span, as_of=as_of)]
    else:
        days = list(_by_touch(session, scope, span, as_of))
    placements = Placements(days)
    asked = question(scope, company, as_of=as_of, now=now, notes=notes)
    rows = (_cohort(placements, cohort, as_of, scope.currency) for cohort in cohorts)
    return Recovery(asked, placed_by, tuple(rows))


def placed_days(
    session: Session, scope: Scope, span: DayRange, *, as_of: date
) -> Iterator[tuple[str | None, PlacedDay]]:
    """Add up by segment and day the balances that became past due in a span, and their cash."""
    for segment, anchor, forwards, *sums in session.execute(_placed(scope, span, as_of)):
        placed_minor, placed, *received = sums
        day = anchor + DAY if forwards else anchor
        yield segment, PlacedDay(day, placed_minor, placed, tuple(received))
    for _, segment, item in items(session, scope, until=as_of):
        placed_on = first_day_past_due(item.invoiced_on, item.due_on)
        if placed_on in span and item.amount_minor > 0:
            yield segment, _day(_until(item, as_of), placed_on)


def _placed(scope: Scope, span: DayRange, as_of: date) -> Select[Any]:
    each = _each_placed(scope, span, as_of).subquery()
    placed = case((each.c.left > 0, each.c.left), else_=0)
    return select(
        each.c.segment,
        each.c.anchor,
        each.c.forwards,
        _sum(placed),
        _sum(case((placed > 0, 1), else_=0)),
        *(_sum(_between_nothing_and(placed, each.c[f"cash_{days}"])) for days in WITHIN_DAYS),
    ).group_by(each.c.segment, each.c.anchor, each.c.forwards)


def _each_placed(scope: Scope, span: DayRange, as_of: date) -> Select[Any]:
    """Say of each invoice what was open before the day it was placed, and the cash since."""
    minor, stands = Allocation.amount_minor, by(as_of)
    before = and_(_FORWARDS, stands, due >= _LAST_ON)
    lateness = days_between(_LAST_ON, _ANCHOR) - case((_FORWARDS, 1), else_=0)
    cash = and_(LedgerEntry.kind == PAYMENT, stands, ~before)
    return (
        select(
            Invoice.segment.label("segment"),
            _ANCHOR.label("anchor"),
            case((_FORWARDS, 1), else_=0).label("forwards"),
            (Invoice.gross_minor - whole(case((before, minor)))).label("left"),
            *(
                whole(case((and_(cash, lateness <= days), minor))).label(f"cash_{days}")
                for days in WITHIN_DAYS
            ),
        )
        .select_from(Invoice)
        .outerjoin(Allocation, shares_seen(scope))
        .outerjoin(LedgerEntry, entries_seen(scope))
        .where(*within(scope), Invoice.gross_minor > 0, IN_ONE, _placed_in(span))
        .group_by(Invoice.client_id, Invoice.id)
    )


def _placed_in(span: DayRange) -> ColumnElement[bool]:
    return or_(
        and_(_FORWARDS, due.between(span.first - DAY, span.last - DAY)),
        and_(~_FORWARDS, Invoice.invoiced_on.between(span.first, span.last)),
    )


def _between_nothing_and(most: Any, minor: Any) -> ColumnElement[int]:
    return case((minor <= 0, 0), (minor > most, most), else_=minor)


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(func.sum(column), BigInteger)


def _by_touch(session: Session, scope: Scope, span: DayRange, as_of: date) -> Iterator[PlacedDay]:
    """Place each invoice on the day of the first touch made about it; what was open then counts."""
    touched = _first_touches(session, scope)
    of_touched = Invoice.id.in_(
        select(Touch.invoice_id).where(
            Touch.client_id == scope.client_id,
            Touch.status == "done",
            Touch.invoice_id.is_not(None),
        )
    )
    parts = parts_of(session, scope, of_touched)
    query = select(raw(Invoice.id), Invoice.invoiced_on, due, Invoice.gross_minor)
    for key, invoiced_on, due_on, minor in session.execute(query.where(*within(scope), of_touched)):
        if touched[key] in span and minor > 0:
            item = Item(invoiced_on, due_on, minor, tuple(parts.get(key, ())))
            yield _day(_until(item, as_of), touched[key])


def _first_touches(session: Session, scope: Scope) -> dict[Any, date]:
    query = (
        select(raw(Touch.invoice_id), func.min(Touch.changed_at))
        .where(Touch.client_id == scope.client_id, Touch.status == "done")
        .group_by(Touch.invoice_id)
    )
    return {key: local_date(at, scope.zone) for key, at in session.execute(query)}


def _until(item: Item, as_of: date) -> Item:
    seen = tuple(part for part in item.parts if part.counts_on <= as_of)
    return Item(item.invoiced_on, item.due_on, item.amount_minor, seen)


def _day(item: Item, placed_on: date) -> PlacedDay:
    found: Placement = rules.placement(item, placed_on=placed_on)
    return PlacedDay(
        placed_on, found.placed_minor, int(found.placed_minor > 0), found.received_minor
    )


def _months(as_of: date) -> tuple[DayRange, ...]:
    newest = as_of.replace(day=1)
    firsts = (add_months(newest, -back) for back in range(MONTHS - 1, -1, -1))
    return tuple(DayRange(first, month_end(first.year, first.month)) for first in firsts)


def _cohort(placements: Placements, cohort: DayRange, as_of: date, currency: str) -> RecoveryCohort:
    placed = placements.sums(cohort, WITHIN_DAYS[0])
    return RecoveryCohort(
        first_on=cohort.first,
        last_on=cohort.last,
        placed=money(placed.placed_minor, currency),
        count=placed.placed,
        within=tuple(_within(placements, cohort, as_of, currency)),
    )


def _within(
    placements: Placements, cohort: DayRange, as_of: date, currency: str
) -> Iterable[Recovered]:
    for days in WITHIN_DAYS:
        sums = placements.sums(cohort, days)
        rate = rules.recovery_rate(sums)
        if not rules.elapsed(cohort, days, as_of):
            rate = nothing(Unit.FRACTION, Status.INSUFFICIENT_HISTORY)
        yield Recovered(days, money(sums.received_minor, currency), ratio(rate, currency))
