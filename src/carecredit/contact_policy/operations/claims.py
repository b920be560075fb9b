"""Claiming a contact: decided and reserved in one transaction, under the person's gate.

Every stop takes the same gate. A claim ordered after a stop therefore sees it, and two operators
at once cannot both have the last contact that a cap allows.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy.orm import Session

from carecredit.contact_policy import queries, rules, views
from carecredit.contact_policy.operations import counters as cap_counters
from carecredit.contact_policy.operations.events import Kept, insert_event
from carecredit.customers import operations as customers
from carecredit.customers import queries as customer_queries
from carecredit.customers.views import Point
from carecredit.kernel.calendars import DAY, local_date, start_of_day, zone
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId


def claim_contact(  # noqa: PLR0913 - a claim names who, where, how, why and about what
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    point: Point | None,
    channel: str,
    purpose: str,
    debts: Sequence[InvoiceId],
    requested: bool,
    promotion: bool = False,
    now: datetime,
) -> views.Claim:
    """Decide under the person's gate and, where allowed, reserve all it may become."""
    customers.lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    reach = customer_queries.reach(session, client_id=client_id, customer_id=customer_id)
    request = rules.asked(channel, purpose, debts, requested=requested, promotion=promotion)
    grounds = queries.grounds(
        session, client_id=client_id, reach=reach, point=point, request=request, now=now
    )
    verdict = grounds.decide(now)
    if not verdict.allowed:
        return views.Claim(verdict, None)
    day = local_date(now, zone(grounds.facts.zones[0]))
    becomes = rules.may_become(channel)
    counters = rules.taken_counters(grounds.profiles, request, becomes=becomes, day=day)
    full = cap_counters.take(session, person_id=grounds.person_id, counters=counters)
    if full is not None:
        return views.Claim(_refused_by_counter(grounds, full, now), None)
    event_id = insert_event(
        session,
        client_id=client_id,
        person_id=grounds.person_id,
        event=rules.Event(becomes, now, channel, "out", request.debts),
        purpose=purpose,
        counters=counters,
        decided=_kept(grounds, verdict, now),
    )
    return views.Claim(verdict, event_id)


def _kept(grounds: queries.Grounds, verdict: rules.Verdict, now: datetime) -> Kept:
    versions = msgspec.json.encode(verdict.versions, order="deterministic").decode()
    return Kept(grounds.written(now), verdict.inputs_hash, versions)


def _refused_by_counter(
    grounds: queries.Grounds, full: rules.Counter, now: datetime
) -> rules.Verdict:
    """Tell of a counter that is full though the history is not (a day moved with its zone)."""
    tomorrow = start_of_day(full.day_on + DAY, zone(grounds.facts.zones[0]))
    later = grounds.decide(max(tomorrow, now))
    return rules.deferred_by_cap(grounds.decide(now), full.rule_id, later)
