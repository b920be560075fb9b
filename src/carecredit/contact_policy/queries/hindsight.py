"""What the rules would have said of a contact at its own instant, by what had happened by then."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.contact_policy import model, rules
from carecredit.contact_policy.queries.deciding import Grounds, grounds_for
from carecredit.customers import queries as customers
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, PersonId


def would_have_said(  # noqa: PLR0913 - a contact names who, how, why, about what and when
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    channel: str,
    purpose: str,
    debts: Sequence[InvoiceId],
    requested: bool,
    at: datetime,
    profiles: Sequence[rules.Profile] | None = None,
) -> rules.Verdict:
    """Decide a contact of the past on what had happened before it, by approved or given profiles.

    Holds and wishes are those that stood at that instant; what came after counts for nothing.
    """
    found = grounds_for(
        session,
        client_id=client_id,
        customer_id=customer_id,
        channel=channel,
        purpose=purpose,
        debts=debts,
        now=at,
        requested=requested,
        hindsight=True,
    )
    if profiles is not None:
        found = _by(found, profiles)
    history = _before(session, client_id, found.person_id, found.profiles, at)
    return msgspec.structs.replace(found, history=history).decide(at)


def _by(found: Grounds, profiles: Sequence[rules.Profile]) -> Grounds:
    facts = found.facts
    place = rules.Place(
        facts.zones, facts.countries, facts.subdivision, facts.subdivision_known, facts.notes
    )
    picked = rules.picked(profiles, place, found.request)
    known = msgspec.structs.replace(facts, missing_profiles=(), superseded=())
    return msgspec.structs.replace(found, facts=known, profiles=picked)


def _before(
    session: Session,
    client_id: ClientId,
    person_id: PersonId,
    profiles: Sequence[rules.Profile],
    at: datetime,
) -> tuple[rules.Event, ...]:
    """Read what had happened before an instant; the contact made at it is not among it."""
    event = model.ContactEvent
    around = customers.sharing(session, person_ids={person_id})[person_id]
    since = at - timedelta(days=rules.memory_days(profiles))
    whole = any(cap.after_first_conversation for profile in profiles for cap in profile.caps)
    rows = session.execute(
        select(event.kind, event.at, event.channel, event.direction, event.debts, event.client_id)
        .where(
            event.person_id.in_(around),
            event.state.in_(("reserved", "settled")),
            event.at < at,
            *([] if whole else [event.at >= since]),
        )
        .order_by(event.at, event.id)
    )
    return tuple(
        rules.Event(
            row.kind,
            row.at,
            row.channel,
            row.direction,
            msgspec.json.decode(row.debts.encode(), type=tuple[str, ...]),
            row.client_id == client_id,
        )
        for row in rows
    )
