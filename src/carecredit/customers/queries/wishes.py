"""Reading what customers said of being contacted: consents, preferences, needs, suppressions."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from carecredit.customers import model, views
from carecredit.customers.queries.reaching import reach, suppressed
from carecredit.customers.rules import (
    CareNeed,
    Consent,
    Preference,
    Scope,
    hours_of,
    latest_preference,
    standing_needs,
)
from carecredit.kernel.ids import ClientId, CustomerId, PersonId
from carecredit.store.paging import among

_CONSENT = tuple(getattr(model.Consent, name) for name in views.ConsentSaid.__struct_fields__)
_PREFERENCE = tuple(
    getattr(model.Preference, name) for name in views.PreferenceSaid.__struct_fields__
)
_NEED = tuple(getattr(model.CareNeed, name) for name in views.NeedSaid.__struct_fields__)


def consents(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    known_at: datetime | None = None,
) -> list[views.ConsentSaid]:
    """List what a customer said of consent, oldest known first (or as known until an instant)."""
    table = model.Consent
    query = _of(select(*_CONSENT), table, client_id, customer_id, known_at)
    return [views.ConsentSaid(*row) for row in session.execute(query)]


def preferences(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    known_at: datetime | None = None,
) -> list[views.PreferenceSaid]:
    """List what a customer asked for, oldest known first; the last that has begun counts."""
    table = model.Preference
    query = _of(select(*_PREFERENCE), table, client_id, customer_id, known_at)
    return [
        views.PreferenceSaid(said_id, hours_of(hours), _listed(hours_for), _listed(channels), *rest)
        for said_id, hours, hours_for, channels, *rest in session.execute(query)
    ]


def preference(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, at: datetime
) -> Preference | None:
    """Give what a customer asked for as it stands at an instant (none: nothing)."""
    found = _preferences(session, client_id, [customer_id])
    return latest_preference(found.get(customer_id, ()), at)


def needs(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    known_at: datetime | None = None,
) -> list[views.NeedSaid]:
    """List a customer's care needs as they were stated; asking for the right is the door's."""
    query = _of(select(*_NEED), model.CareNeed, client_id, customer_id, known_at)
    return [views.NeedSaid(*row) for row in session.execute(query)]


def suppressions_kept(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, at: datetime
) -> list[views.SuppressionKept]:
    """List the scopes in which nothing is sent to a customer, and where each is kept."""
    table = model.Suppression
    found = reach(session, client_id=client_id, customer_id=customer_id)
    everywhere = table.asked_of.is_(None)
    scope = (table.channel, table.purpose, table.starts_at, table.ends_at)
    rows = session.execute(
        select(*scope, func.count(table.point_hash.distinct()), everywhere)
        .where(
            table.point_hash.in_(found.hashes),
            or_(everywhere, table.asked_of == client_id),
            table.starts_at <= at,
            or_(table.ends_at.is_(None), table.ends_at > at),
        )
        .group_by(*scope, table.asked_of)
        .order_by(table.starts_at, table.channel, table.purpose)
    )
    return [views.SuppressionKept(*row) for row in rows]


def wishes_of(
    session: Session,
    *,
    client_id: ClientId,
    reaches: Sequence[views.Reach],
    at: datetime,
    ahead: timedelta = timedelta(0),
    known_at: datetime | None = None,
) -> dict[CustomerId, views.Wishes]:
    """Read what some customers said of being contacted, as it stands at an instant.

    A wish is the person's and not a card's or a number's: it holds at every card of theirs with the
    client company, and at every point. What silences counts so much ahead of its beginning; where
    it is asked what was known at an instant, what was recorded later counts for nothing.
    """
    ids = [one.customer_id for one in reaches]
    cards = _cards(session, client_id, {one.person_id for one in reaches})
    all_ids = list({card for known in cards.values() for card in known}.union(ids))
    hashes = {value for one in reaches for value in one.hashes}
    kept = suppressed(session, client_id=client_id, point_hashes=hashes, at=at, ahead=ahead)
    said = _consents(session, client_id, ids, known_at)
    asked = _preferences(session, client_id, all_ids, known_at)
    needed = _needs(session, client_id, all_ids, known_at)
    found = {}
    for one in reaches:
        known = cards.get(one.person_id, [one.customer_id])
        preferences = [latest_preference(asked.get(card, ()), at) for card in known]
        needs = [standing_needs(tuple(needed.get(card, ())), at, ahead) for card in known]
        found[one.customer_id] = views.Wishes(
            tuple(dict.fromkeys(wish for value in one.hashes for wish in kept.get(value, ()))),
            tuple(wish for wish in preferences if wish is not None),
            tuple(said.get(one.customer_id, ())),
            tuple(need for mine in needs for need in mine),
        )
    return found


def _cards(
    session: Session, client_id: ClientId, person_ids: Collection[PersonId]
) -> dict[PersonId, list[CustomerId]]:
    """Give the cards that persons have with a client company."""
    table = model.Customer
    query = select(table.person_id, table.id).where(
        table.client_id == client_id, among(session, table.person_id, person_ids)
    )
    found: dict[PersonId, list[CustomerId]] = {}
    for person_id, customer_id in session.execute(query.order_by(table.id)):
        found.setdefault(person_id, []).append(customer_id)
    return found


def _consents(
    session: Session,
    client_id: ClientId,
    ids: Sequence[CustomerId],
    known_at: datetime | None = None,
) -> dict[CustomerId, list[Consent]]:
    table = model.Consent
    columns = (table.channel, table.purpose, table.stance, table.starts_at, table.ends_at)
    return {
        customer_id: [Consent(Scope(channel, purpose), *rest) for channel, purpose, *rest in rows]
        for customer_id, rows in _by_customer(
            session, table, columns, client_id, ids, known_at
        ).items()
    }


def _preferences(
    session: Session,
    client_id: ClientId,
    ids: Sequence[CustomerId],
    known_at: datetime | None = None,
) -> dict[CustomerId, list[Preference]]:
    table = model.Preference
    columns = (
        table.hours,
        table.hours_for,
        table.channels,
        table.language,
        table.starts_at,
        table.ends_at,
    )
    return {
        customer_id: [
            Preference(hours_of(hours), _listed(hours_for), _listed(channels), *rest)
            for hours, hours_for, channels, *rest in rows
        ]
        for customer_id, rows in _by_customer(
            session, table, columns, client_id, ids, known_at
        ).items()
    }


def _needs(
    session: Session,
    client_id: ClientId,
    ids: Sequence[CustomerId],
    known_at: datetime | None = None,
) -> dict[CustomerId, list[CareNeed]]:
    table = model.CareNeed
    columns = (table.kind, table.needed, table.starts_at, table.ends_at, table.review_on)
    return {
        customer_id: [CareNeed(*row) for row in rows]
        for customer_id, rows in _by_customer(
            session, table, columns, client_id, ids, known_at
        ).items()
    }


def _by_customer(
    session: Session,
    table: Any,
    columns: Iterable[Any],
    client_id: ClientId,
    ids: Sequence[CustomerId],
    known_at: datetime | None,
) -> dict[CustomerId, list[Any]]:
    found: dict[CustomerId, list[Any]] = {}
    query = select(table.customer_id, *columns).where(
        table.client_id == client_id, among(session, table.customer_id, ids)
    )
    if known_at is not None:
        query = query.where(table.recorded_at <= known_at)
    for customer_id, *row in session.execute(query.order_by(table.recorded_at, table.id)):
        found.setdefault(customer_id, []).append(row)
    return found


def _of(
    query: Select[Any],
    table: Any,
    client_id: ClientId,
    customer_id: CustomerId,
    known_at: datetime | None,
) -> Select[Any]:
    query = query.where(table.client_id == client_id, table.customer_id == customer_id)
    if known_at is not None:
        query = query.where(table.recorded_at <= known_at)
    return query.order_by(table.recorded_at, table.id)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()
