"""Looking again before acting: is this touch still wanted, at which point, for which purpose."""

from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from carecredit.cadence import queries as cadence
from carecredit.cadence.queries.facts import CHANNELS
from carecredit.cadence.rules import CustomerFacts, Owed, Proposal, Silence, next_step
from carecredit.cadence.views import Touch
from carecredit.customers import queries as customers
from carecredit.customers.views import Point, Reach
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import InvoiceId
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client


class Subject(msgspec.Struct, frozen=True):
    """What a touch is about now: whom, at which point, for which purpose, which invoices."""

    client: Client
    reach: Reach
    point: Point
    purpose: str
    debts: tuple[InvoiceId, ...]
    carrier: Owed | None


def look_again(session: Session, *, touch: Touch, now: datetime) -> Subject | str:
    """Work out anew whether a touch is wanted; a word (the reason) where it is not.

    The decision is the planner's own, so that a payment, a hold or a wish that came meanwhile
    stops the touch here.
    """
    client = mandates.client(session, client_id=touch.client_id)
    at = zone(client.zone)
    today = local_date(now, at)
    mandate = mandates.mandate(session, client_id=client.id, today=today)
    facts = cadence.facts_of(
        session, client=client, mandate=mandate, customer_ids=[touch.customer_id], now=now
    )[touch.customer_id]
    if not touch.requested:
        wanted = next_step(facts, policy=cadence.policy(mandate.follow_up_policy), at=at, now=now)
        if isinstance(wanted, Silence):
            return wanted.code
        if not _same(touch, wanted):
            return "superseded"
    reach = _reach(session, touch, now)
    point = _point(reach, touch.channel)
    if point is None:
        return "no_contact_point"
    carrier = _carrier(facts, touch)
    late = carrier is not None and carrier.due_on < today
    return Subject(
        client=client,
        reach=reach,
        point=point,
        purpose="debt_collection" if late else "service",
        debts=(carrier.invoice_id,) if carrier else (),
        carrier=carrier,
    )


def _reach(session: Session, touch: Touch, now: datetime) -> Reach:
    """Read how the customer is reached; the language it asked for stands before its card's."""
    client_id, customer_id = touch.client_id, touch.customer_id
    reach = customers.reach(session, client_id=client_id, customer_id=customer_id)
    wished = customers.preference(session, client_id=client_id, customer_id=customer_id, at=now)
    if wished is None or wished.language is None:
        return reach
    return msgspec.structs.replace(reach, language=wished.language)


def _same(touch: Touch, wanted: Proposal) -> bool:
    return (touch.invoice_id, touch.step_key, touch.channel) == (
        wanted.invoice.invoice_id,
        wanted.step.key,
        wanted.channel,
    )


def _point(reach: Reach, channel: str) -> Point | None:
    fitting = (point for point in reach.points if CHANNELS[point.kind] == channel and not point.bad)
    return next(fitting, None)


def _carrier(facts: CustomerFacts, touch: Touch) -> Owed | None:
    """Give the invoice a touch is about; a call-back is about the oldest that is not held."""
    if touch.invoice_id is not None:
        return next((one for one in facts.owed if one.invoice_id == touch.invoice_id), None)
    return next((one for one in facts.owed if not one.held), None)
