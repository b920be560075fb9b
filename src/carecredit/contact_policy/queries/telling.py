"""The decision for a customer told to a person: what, since when, until when, what to respect."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from carecredit.contact_policy import rules, views
from carecredit.contact_policy.queries.deciding import grounds_for
from carecredit.contact_policy.queries.subject import purpose_of
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId
from carecredit.mandates import queries as mandates


def explanation(  # noqa: PLR0913 - a question names who, how, why, about what and when
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    channel: str,
    purpose: str | None,
    debts: Sequence[InvoiceId] = (),
    now: datetime,
    requested: bool = False,
    promotion: bool = False,
) -> views.Explanation:
    """Tell whether a customer may be contacted, when first, and what to respect at that moment.

    Without a purpose it is what the customer owes that decides (`purpose_of`). What to respect is
    worked out for the first allowed moment: a contact deferred to the evening has the duties of
    the evening.
    """
    rules.check_moment(now, field="at")
    asked = purpose or purpose_of(
        session, client_id=client_id, customer_id=customer_id, debts=debts, now=now
    )
    found = grounds_for(
        session,
        client_id=client_id,
        customer_id=customer_id,
        channel=channel,
        purpose=asked,
        debts=debts,
        now=now,
        requested=requested,
        promotion=promotion,
    )
    client = mandates.client(session, client_id=client_id)
    verdict = found.decide(now)
    return views.Explanation(
        channel=channel,
        purpose=asked,
        zones=found.facts.zones,
        verdict=verdict,
        summary=rules.summary(verdict, found.facts.zones),
        first_allowed=rules.first_allowed(verdict, found.facts.zones),
        respect=rules.opened_with(verdict.obligations, client=client.name, person=found.name),
        place=found.facts.notes,
    )
