"""Reading what stands beside the ledger's sums: balances placed, contacts in, calls made."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from carecredit.customers.model import Customer
from carecredit.kernel.calendars import DAY, DayRange, local_date
from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.asking import Scope
from carecredit.metrics.queries.items import raw
from carecredit.metrics.queries.recovery import placed_days
from carecredit.metrics.rules.care import (
    MONTH,
    Care,
    HandledFact,
    PlacedDay,
    Placements,
    by_segment,
)
from carecredit.metrics.rules.contacts import ContactFact
from carecredit.metrics.rules.recovery import WITHIN_DAYS, cohort_span
from carecredit.outreach.model import Contact

INWARDS, OUTWARDS, VOICE = "in", "out", "voice"
_BACK = timedelta(62)
"""A month, a window of thirty days and the silence before it."""


class Beside(Struct, frozen=True):
    """Care measures by segment (none: the whole) and currency."""

    zone: tzinfo
    placements: dict[tuple[str | None, str], Placements]
    contacts: dict[str | None, list[ContactFact]]
    handled: dict[str | None, list[HandledFact]]

    def care(self, segment: str | None, currency: str) -> Care:
        """Give what the care measures of one row are asked of."""
        return Care(
            zone=self.zone,
            placements=self.placements.get((segment, currency)),
            contacts=self.contacts.get(segment, ()),
            handled=self.handled.get(segment, ()),
        )


def beside(
    session: Session,
    *,
    client_id: ClientId,
    dates: Collection[date],
    known: datetime | None,
    zone: tzinfo,
    currencies: Sequence[str],
) -> Beside:
    """Read what the care measures need for some dates, as known until an instant."""
    placements: dict[tuple[str | None, str], Placements] = {}
    spans = [cohort_span(day, days) for day in dates for days in WITHIN_DAYS]
    span = DayRange(min(each.first for each in spans), max(each.last for each in spans))
    for currency in currencies:
        scope = Scope(client_id, known, currency, None, zone)
        found: list[tuple[str | None, PlacedDay]] = list(
            placed_days(session, scope, span, as_of=max(dates))
        )
        for segment, days in by_segment(found).items():
            placements[segment, currency] = Placements(days)
    contacts, handled = _contacts(session, client_id, dates, known, zone)
    return Beside(zone, placements, contacts, handled)


def _contacts(
    session: Session,
    client_id: ClientId,
    dates: Collection[date],
    known: datetime | None,
    zone: tzinfo,
) -> tuple[dict[str | None, list[ContactFact]], dict[str | None, list[HandledFact]]]:
    contacts: defaultdict[str | None, list[ContactFact]] = defaultdict(list)
    handled: defaultdict[str | None, list[HandledFact]] = defaultdict(list)
    first = MONTH.ending(min(dates)).first - _BACK - DAY
    for row in session.execute(_contacts_since(client_id, first, known)):
        segment, customer, channel, direction, purpose, started_at, ended_at = row
        for cell in {segment, None}:
            if direction == INWARDS:
                contacts[cell].append(ContactFact(customer, purpose, started_at))
            if channel == VOICE and ended_at is not None:
                seconds = int((ended_at - started_at).total_seconds())
                handled[cell].append(HandledFact(local_date(ended_at, zone), seconds))
    return contacts, handled


def _contacts_since(client_id: ClientId, first: date, known: datetime | None) -> Select[Any]:
    floor = datetime.combine(first, time.min, UTC)
    query = (
        select(
            Customer.segment,
            raw(Contact.customer_id),
            Contact.channel,
            Contact.direction,
            Contact.purpose,
            Contact.started_at,
            Contact.ended_at,
        )
        .join(
            Customer,
            and_(Customer.client_id == Contact.client_id, Customer.id == Contact.customer_id),
        )
        .where(Contact.client_id == client_id, Contact.started_at >= floor)
    )
    return query if known is None else query.where(Contact.started_at <= known)
