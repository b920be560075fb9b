"""Reading the worklist and the card of a person."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from carecredit.arrangements import queries as arrangements
from carecredit.cadence import queries as cadence
from carecredit.cadence.rules import StepKind, explain
from carecredit.cadence.views import Touch
from carecredit.customers import queries as customers
from carecredit.customers.views import Customer
from carecredit.holds import queries as holds
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import ClientId, CustomerId, TouchId
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client
from carecredit.outreach import queries as outreach
from carecredit.receivables import queries as receivables
from carecredit.worklist import rules, views

READ_MAX = 1_000
_LANGUAGES = ("it", "en")


def items(
    session: Session,
    *,
    client_ids: Sequence[ClientId],
    statuses: Sequence[str] = ("offered",),
    limit: int = 50,
) -> list[views.Item]:
    """List whom to speak with, best first; `parked` adds what waits for a person's look."""
    waiting = cadence.touches_waiting(
        session, client_ids=client_ids, statuses=statuses, limit=READ_MAX
    )
    clients = {client.id: client for client in mandates.clients(session)}
    ordered = sorted(waiting, key=_priority)[:limit]
    names = _names(session, ordered)
    return [
        _item(touch, clients[touch.client_id], names[touch.client_id, touch.customer_id])
        for touch in ordered
    ]


def card(session: Session, *, client_id: ClientId, touch_id: TouchId, now: datetime) -> views.Card:
    """Read all that helps to speak with the person of a touch."""
    touch = cadence.touch(session, client_id=client_id, touch_id=touch_id)
    client = mandates.client(session, client_id=client_id)
    today = local_date(now, zone(client.zone))
    whom = {"client_id": client_id, "customer_id": touch.customer_id}
    customer = customers.customer(session, **whom)  # type: ignore[arg-type] # ids both
    owed = receivables.open_invoices(
        session, client_id=client_id, customer_ids=[touch.customer_id], today=today
    )
    return views.Card(
        item=_item(touch, client, customer),
        customer=customer,
        invoices=tuple(owed.get(touch.customer_id, ())),
        holds=tuple(holds.standing(session, **whom, at=now)),  # type: ignore[arg-type] # the same
        promises=tuple(arrangements.promises_of(session, **whom)),  # type: ignore[arg-type] # the same
        contacts=tuple(outreach.contacts_of(session, **whom)),  # type: ignore[arg-type] # the same
        reason=touch.reason,
    )


def _priority(touch: Touch) -> tuple[int, datetime]:
    return rules.priority(
        rules.Waiting(
            kind=StepKind(touch.step_kind),
            requested=touch.requested,
            days_past_due=int(touch.reason.get("days_past_due", 0)),
            due_at=touch.due_at,
        )
    )


def _names(
    session: Session, touches: Sequence[Touch]
) -> Mapping[tuple[ClientId, CustomerId], Customer]:
    found: dict[tuple[ClientId, CustomerId], Customer] = {}
    for client_id in {touch.client_id for touch in touches}:
        wanted = [touch.customer_id for touch in touches if touch.client_id == client_id]
        for customer in customers.cards(session, client_id=client_id, customer_ids=wanted):
            found[client_id, customer.id] = customer
    return found


def _item(touch: Touch, client: Client, customer: Customer) -> views.Item:
    reason = touch.reason
    code = str(reason["code"])
    return views.Item(
        client_id=client.id,
        client_code=client.code,
        client_name=client.name,
        touch_id=touch.id,
        customer_id=customer.id,
        customer_number=customer.number,
        customer_name=customer.name,
        status=touch.status,
        status_reason=touch.status_reason,
        step_key=touch.step_key,
        step_kind=touch.step_kind,
        sentence={language: explain(code, reason, language=language) for language in _LANGUAGES},
        due_at=touch.due_at,
        invoice=reason.get("invoice"),
        currency=reason.get("currency"),
        open_minor=reason.get("open_minor"),
        days_past_due=int(reason.get("days_past_due", 0)),
        language=customer.language,
        owner_id=touch.owner_id,
    )
