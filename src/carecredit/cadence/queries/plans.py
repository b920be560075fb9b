"""What comes next for one customer, told in words: the same decision that planning makes."""

from datetime import datetime

from sqlalchemy.orm import Session

from carecredit.cadence import views
from carecredit.cadence.queries.facts import facts_of
from carecredit.cadence.queries.policies import policy
from carecredit.cadence.queries.touches import live_touches
from carecredit.cadence.rules import Proposal, explain, next_step
from carecredit.customers.queries import UnknownCustomer
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.mandates import queries as mandates

_LANGUAGES = ("it", "en")


def plan_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, now: datetime
) -> views.Plan:
    """Say what comes next for a customer and why, or why there is nothing."""
    live = live_touches(session, client_id=client_id, customer_ids=[customer_id]).get(customer_id)
    if live is not None:
        code = str(live.reason["code"])
        return views.Plan(
            customer_id=customer_id,
            code=code,
            sentence=_told(code, live.reason),
            touch_id=live.id,
            channel=live.channel,
            step=live.step_key,
            invoice=live.reason.get("invoice"),
            due_at=live.due_at,
        )
    return _foreseen(session, client_id, customer_id, now)


def _foreseen(
    session: Session, client_id: ClientId, customer_id: CustomerId, now: datetime
) -> views.Plan:
    client = mandates.client(session, client_id=client_id)
    at = zone(client.zone)
    mandate = mandates.mandate(session, client_id=client_id, today=local_date(now, at))
    facts = facts_of(
        session, client=client, mandate=mandate, customer_ids=[customer_id], now=now
    ).get(customer_id)
    if facts is None:
        raise UnknownCustomer("no such customer")
    found = next_step(facts, policy=policy(mandate.follow_up_policy), at=at, now=now)
    if isinstance(found, Proposal):
        return views.Plan(
            customer_id=customer_id,
            code=str(found.reason["code"]),
            sentence=_told(str(found.reason["code"]), found.reason),
            channel=found.channel,
            step=found.step.key,
            invoice=found.invoice.number,
            due_at=found.due_at,
        )
    return views.Plan(
        customer_id=customer_id,
        code=found.code,
        sentence=_told(found.code, found.detail),
        step=found.detail.get("step"),
        invoice=found.detail.get("invoice"),
        next_on=found.next_on,
    )


def _told(code: str, detail: dict[str, object]) -> dict[str, str]:
    return {language: explain(code, detail, language=language) for language in _LANGUAGES}
