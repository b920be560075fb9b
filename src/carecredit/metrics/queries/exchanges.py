"""Reading contacts: who came in, whom we reached, which calls we dialled, how long they took."""

from collections.abc import Hashable
from datetime import datetime, timedelta, tzinfo
from typing import Any

from msgspec import Struct, field
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from carecredit.customers.model import Customer
from carecredit.kernel.calendars import local_date
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.metrics.rules.after import CallFact, ReachedFact
from carecredit.metrics.rules.care import HandledFact
from carecredit.metrics.rules.contacts import ContactFact, joined
from carecredit.outreach.model import Contact
from carecredit.outreach.rules import Direction, Disposition, event_kind
from carecredit.store.paging import raw, rows

VOICE = "voice"
UNREACHED = {one.value for one in Disposition if event_kind(one) == "attempt"} | {"unknown"}
"""Nobody was reached, or nobody wrote down whether."""
_CUSTOMER = and_(Customer.client_id == Contact.client_id, Customer.id == Contact.customer_id)


class Of(Struct, frozen=True):
    """Whose book, as known until an instant (none: all that is recorded), all or one customer."""

    client_id: ClientId
    known: datetime | None
    zone: tzinfo
    only: CustomerId | None = None


class Exchanges(Struct, frozen=True):
    """What contacts say, each by the segment of its customer."""

    contacts: list[tuple[str | None, ContactFact]] = field(default_factory=list)
    handled: list[tuple[str | None, HandledFact]] = field(default_factory=list)
    reached: list[tuple[str | None, ReachedFact]] = field(default_factory=list)
    calls: list[tuple[str | None, CallFact]] = field(default_factory=list)


class _Row(Struct, frozen=True, gc=False):
    segment: str | None
    key: Hashable
    customer: Hashable
    is_call: bool
    came_in: bool
    issue: str
    started_at: datetime
    ended_at: datetime | None
    disposition: str | None
    cause: str | None
    talk: int | None
    hold: int | None
    wrap_up: int | None

    @property
    def seconds(self) -> int:
        """Add up the parts; where one was not measured it is what lies between the ends."""
        if self.talk is None or self.hold is None or self.wrap_up is None:
            end = self.ended_at or self.started_at
            return int((end - self.started_at).total_seconds())
        return self.talk + self.hold + self.wrap_up

    @property
    def fell_at(self) -> datetime | None:
        """Say when the line fell: after the talk where it was measured, else at the end."""
        if not self.is_call or self.disposition != Disposition.DROPPED:
            return None
        if self.talk is None:
            return self.ended_at
        return self.started_at + timedelta(seconds=self.talk + (self.hold or 0))


def exchanges(session: Session, of: Of) -> Exchanges:
    """Read the contacts known by then; what no person sent or spoke is none."""
    found = Exchanges()
    facts: list[ContactFact] = []
    segments: dict[Hashable, str | None] = {}
    for row in _rows(session, of):
        segments[row.customer] = row.segment
        if row.is_call or row.came_in:
            facts.append(_contact(row))
        if row.is_call and row.ended_at is not None:
            found.handled.append((row.segment, _handled(row, row.ended_at, of.zone)))
        if row.came_in or (row.ended_at is not None and row.disposition not in UNREACHED):
            reached = ReachedFact(row.key, row.customer, row.started_at)
            found.reached.append((row.segment, reached))
        if row.is_call and not row.came_in and row.ended_at is not None:
            spoke = row.disposition == Disposition.RIGHT_PARTY
            found.calls.append((row.segment, CallFact(row.key, row.started_at, spoke)))
    came = (one for one in joined(facts) if one.came_in)
    found.contacts.extend((segments[one.customer], one) for one in came)
    return found


def _contact(row: _Row) -> ContactFact:
    return ContactFact(
        row.customer,
        row.issue,
        row.started_at,
        key=row.key,
        came_in=row.came_in,
        is_call=row.is_call,
        fell_at=row.fell_at,
        seconds=row.seconds,
        cause=row.cause,
    )


def _handled(row: _Row, ended_at: datetime, zone: tzinfo) -> HandledFact:
    parts = (row.talk, row.hold, row.wrap_up)
    return HandledFact(local_date(ended_at, zone), row.seconds, row.key, *parts)


def _rows(session: Session, of: Of) -> list[_Row]:
    conditions: list[Any] = [Contact.client_id == of.client_id, Contact.automatic.is_(False)]
    if of.known is not None:
        conditions.append(func.coalesce(Contact.ended_at, Contact.started_at) <= of.known)
    if of.only is not None:
        conditions.append(Contact.customer_id == of.only)
    query = (
        select(
            Customer.segment,
            raw(Contact.id),
            raw(Contact.customer_id),
            Contact.channel == VOICE,
            Contact.direction == Direction.IN.value,
            func.coalesce(Contact.topic, Contact.purpose),
            Contact.started_at,
            Contact.ended_at,
            Contact.disposition,
            Contact.root_cause,
            Contact.talk_seconds,
            Contact.hold_seconds,
            Contact.wrap_up_seconds,
        )
        .join(Customer, _CUSTOMER)
        .where(*conditions)
    )
    return [_Row(*row) for row in rows(session, query)]
