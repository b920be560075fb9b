"""Reading what the care measures are asked of: contacts that came in, calls that were made."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from msgspec import Struct
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from carecredit.customers.model import Customer
from carecredit.kernel.calendars import local_date
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.metrics.rules.care import Care, HandledFact
from carecredit.metrics.rules.contacts import ContactFact
from carecredit.outreach.model import Contact
from carecredit.store.keeping import recall
from carecredit.store.paging import raw, rows

INWARDS, VOICE = "in", "voice"
_CUSTOMER = and_(Customer.client_id == Contact.client_id, Customer.id == Contact.customer_id)


class _Contacts(Struct, frozen=True):
    """By segment of the customer; none is all of them."""

    came_in: dict[str | None, list[ContactFact]]
    handled: dict[str | None, list[HandledFact]]


def care_reader(
    session: Session,
    *,
    client_id: ClientId,
    known: datetime | None,
    zone: tzinfo,
    only: CustomerId | None = None,
) -> Callable[[str | None], Care]:
    """Give a reader of contacts by segment; nothing is read before it is asked."""
    conditions: list[Any] = [Contact.client_id == client_id]
    if known is not None:
        conditions.append(func.coalesce(Contact.ended_at, Contact.started_at) <= known)
    if only is not None:
        conditions.append(Contact.customer_id == only)

    def read(segment: str | None) -> Care:
        state = session.execute(select(func.count(), func.max(Contact.ended_at)).where(*conditions))
        key = ("contacts", client_id, tuple(state.one()), known, only)
        found = recall(session, key, lambda: _read(session, conditions, zone))
        return Care(
            zone=zone,
            contacts=found.came_in.get(segment, ()),
            handled=found.handled.get(segment, ()),
        )

    return read


def _read(session: Session, conditions: list[Any], zone: tzinfo) -> _Contacts:
    came_in: defaultdict[str | None, list[ContactFact]] = defaultdict(list)
    handled: defaultdict[str | None, list[HandledFact]] = defaultdict(list)
    query = (
        select(
            Customer.segment,
            raw(Contact.customer_id),
            Contact.channel,
            Contact.direction,
            func.coalesce(Contact.topic, Contact.purpose),
            Contact.started_at,
            Contact.ended_at,
            Contact.talk_seconds + Contact.hold_seconds + Contact.wrap_up_seconds,
        )
        .join(Customer, _CUSTOMER)
        .where(*conditions, Contact.automatic.is_(False))
    )
    for segment, customer, channel, direction, issue, started_at, ended_at, measured in rows(
        session, query
    ):
        for cell in {segment, None}:
            if direction == INWARDS:
                came_in[cell].append(ContactFact(customer, issue, started_at))
            if channel == VOICE and ended_at is not None:
                # Where the parts were not measured, the whole is what lies between its ends.
                seconds = int((ended_at - started_at).total_seconds())
                taken = seconds if measured is None else measured
                handled[cell].append(HandledFact(local_date(ended_at, zone), taken))
    return _Contacts(dict(came_in), dict(handled))
