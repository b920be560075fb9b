"""Recovery: balances placed by day, by month, by first touch, and the cash that came on them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from carecredit.cadence.model import Touch
from carecredit.kernel.calendars import DayRange, add_months, local_date, month_end
from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.items import due, parts_of, within
from carecredit.metrics.queries.scope import Scope, money, question, ratio, settle
from carecredit.metrics.rules import recovery as rules
from carecredit.metrics.rules.items import Item
from carecredit.metrics.rules.measure import Status, Unit, nothing
from carecredit.metrics.rules.recovery import WITHIN_DAYS, Placement, RecoverySums
from carecredit.metrics.views import Recovered, Recovery, RecoveryCohort
from carecredit.receivables.model import Invoice
from carecredit.store.paging import raw

MONTHS = 12
Sums = Callable[[DayRange, int], RecoverySums]
_TOO_YOUNG = nothing(Unit.FRACTION, Status.INSUFFICIENT_HISTORY)


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
    asked = settle(
        session,
        client_id=client_id,
        as_of=as_of,
        known_at=known_at,
        segment=segment,
        currency=currency,
    )
    sums: Sums = asked.position.recovery
    if placed_by is PlacedBy.FIRST_TOUCH:
        sums = _adder(list(_by_touch(session, asked.scope, as_of)))
    rows = (_cohort(sums, cohort, as_of, asked.scope.currency) for cohort in _months(as_of))
    return Recovery(question(asked, as_of=as_of, now=now), placed_by.value, tuple(rows))


def _adder(placements: Sequence[Placement]) -> Sums:
    def sums(span: DayRange, within: int) -> RecoverySums:
        place = WITHIN_DAYS.index(within)
        mine = [each for each in placements if each.placed_minor and each.placed_on in span]
        return RecoverySums(
            sum(each.placed_minor for each in mine),
            len(mine),
            sum(each.received_minor[place] for each in mine),
        )

    return sums


def _by_touch(session: Session, scope: Scope, as_of: date) -> Iterator[Placement]:
    """Place each invoice on the day of the first touch made about it; what was open then counts."""
    touched = _first_touches(session, scope)
    made = (Touch.client_id == scope.client_id, Touch.status == "done")
    named = Touch.invoice_id.is_not(None)
    of_touched = Invoice.id.in_(select(Touch.invoice_id).where(*made, named))
    parts = parts_of(session, scope, of_touched)
    query = select(raw(Invoice.id), Invoice.invoiced_on, due, Invoice.gross_minor)
    for key, invoiced_on, due_on, minor in session.execute(query.where(*within(scope), of_touched)):
        if touched[key] <= as_of and minor > 0:
            item = Item(invoiced_on, due_on, minor, tuple(parts.get(key, ())))
            yield rules.placement(item, placed_on=touched[key])


def _first_touches(session: Session, scope: Scope) -> dict[Any, date]:
    query = (
        select(raw(Touch.invoice_id), func.min(Touch.changed_at))
        .where(Touch.client_id == scope.client_id, Touch.status == "done")
        .group_by(Touch.invoice_id)
    )
    return {key: local_date(at, scope.zone) for key, at in session.execute(query)}


def _months(as_of: date) -> tuple[DayRange, ...]:
    newest = as_of.replace(day=1)
    firsts = (add_months(newest, -back) for back in range(MONTHS - 1, -1, -1))
    return tuple(DayRange(first, month_end(first.year, first.month)) for first in firsts)


def _cohort(sums: Sums, cohort: DayRange, as_of: date, currency: str) -> RecoveryCohort:
    span = DayRange(cohort.first, min(cohort.last, as_of))
    placed = sums(span, WITHIN_DAYS[0])
    return RecoveryCohort(
        first_on=cohort.first,
        last_on=cohort.last,
        placed=money(placed.placed_minor, currency),
        count=placed.placed,
        within=tuple(
            _within(sums(span, days), days, currency)
            if rules.elapsed(cohort, days, as_of)
            else Recovered(days, None, ratio(_TOO_YOUNG, currency))
            for days in WITHIN_DAYS
        ),
    )


def _within(sums: RecoverySums, days: int, currency: str) -> Recovered:
    rate = ratio(rules.recovery_rate(sums), currency)
    return Recovered(days, money(sums.received_minor, currency), rate)
