"""What the month's page is made of: two years of month-ends, the month's money, its people."""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from itertools import pairwise

import msgspec
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import DAY, DayRange, add_months, local_date, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.mandates.queries import client as client_card
from carecredit.mandates.views import Client
from carecredit.metrics import queries as metrics
from carecredit.metrics.definitions import version
from carecredit.metrics.rules.knowledge import known_until
from carecredit.metrics.rules.measure import Measure, Status, Unit, nothing
from carecredit.metrics.views import MetricAnswer
from carecredit.receivables.queries import received_by_day

MONTHS = 24
"""How far the lines reach back."""
PEOPLE = (
    "churn.customer.p1m",
    "churn.revenue.p1m",
    "retention.gross.p12m",
    "retention.net.p12m",
)


class MonthFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows, in one currency, at the last day of the month that is over."""

    client: Client
    currency: str
    other_currencies: tuple[str, ...]
    days: tuple[date, ...]
    """The month-ends, oldest first; the last one is the day the page is of."""
    measures: Mapping[date, Mapping[str, Measure]]
    received: Mapping[date, int]
    """The money of the month that ends on each day (minor units)."""
    people: tuple[MetricAnswer, ...]
    known_at: datetime
    version: str
    data_through: date | None

    def at(self, metric_id: str, *, months_ago: int = 0) -> Measure:
        """Give a measure at the page's day, or some month-ends before it."""
        day = self.days[-1 - months_ago]
        return self.measures.get(day, {}).get(metric_id) or nothing(Unit.MONEY)

    def line(self, metric_id: str, *, last: int = MONTHS) -> list[Measure]:
        """Give a measure at each of the last month-ends."""
        none = nothing(Unit.MONEY)
        return [self.measures.get(day, {}).get(metric_id) or none for day in self.days[-last:]]

    def money(self, *, months_ago: int = 0) -> Measure:
        """Give the money received in a month; before the first record there is no data."""
        minor = self.received.get(self.days[-1 - months_ago])
        if minor is None:
            return nothing(Unit.MONEY)
        return Measure(unit=Unit.MONEY, value=Fraction(minor), status=Status.OK)


def month_facts(
    session: Session,
    *,
    client_id: ClientId,
    month: DayRange,
    known_at: date | datetime | None = None,
    currency: str | None = None,
    now: datetime,
) -> MonthFacts:
    """Read what the month's page shows; of a month that is not over, its days so far."""
    client = client_card(session, client_id=client_id)
    at = zone(client.zone)
    last = min(month.last, local_date(now, at))
    if last < month.first:
        raise Invalid(f"{month.first:%Y-%m} has not begun yet", field="month")
    days = (*(add_months(month.first, -back) - DAY for back in range(MONTHS - 1, -1, -1)), last)
    series = metrics.series(session, client_id=client_id, dates=days, known_at=known_at)
    found = tuple(dict.fromkeys(row.currency for row in series.rows))
    chosen = _currency(currency, client.currency, found)
    known = known_until(known_at, at)
    return MonthFacts(
        client=client,
        currency=chosen,
        other_currencies=tuple(each for each in found if each != chosen),
        days=days,
        measures={
            row.as_of: dict(zip(series.ids, row.measures, strict=True))
            for row in series.rows
            if row.currency == chosen and row.segment == metrics.WHOLE
        },
        received=_received(session, client_id, chosen, days, known),
        people=metrics.summary(
            session,
            client_id=client_id,
            metric_ids=PEOPLE,
            as_of=last,
            now=now,
            known_at=known_at,
            currency=chosen,
        ),
        known_at=known or now,
        version=version(),
        data_through=series.data_through,
    )


def _currency(asked: str | None, own: str, found: tuple[str, ...]) -> str:
    """Choose the page's currency: the one asked for, the client company's own, or the only one."""
    if asked is not None:
        return asked
    return found[0] if len(found) == 1 else own


def _received(
    session: Session,
    client_id: ClientId,
    currency: str,
    days: tuple[date, ...],
    known: datetime | None,
) -> dict[date, int]:
    """Sum the money of each month from the first that has any."""
    by_day = received_by_day(
        session,
        client_id=client_id,
        currency=currency,
        first=days[0] + DAY,
        last=days[-1],
        known_at=known,
    )
    first = min(by_day, default=None)
    return {
        last: sum(minor for day, minor in by_day.items() if before < day <= last)
        for before, last in pairwise(days)
        if first is not None and first <= last
    }
