"""Statements about contracts: one source for what cards and files of contracts tell."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from msgspec import Struct, structs
from sqlalchemy.orm import Session

from carecredit.customers import model
from carecredit.customers.operations.cards import Card
from carecredit.customers.queries import Known, statements_of
from carecredit.customers.rules import Statement, card_facts
from carecredit.kernel.calendars import local_date, start_of_day, zone
from carecredit.kernel.ids import ClientId, CustomerId, RelationshipId, new_ids
from carecredit.mandates.queries import client
from carecredit.store import bulk

CARD_FACTS = ("started_on", "ended_on", "ended_reason", "monthly_value_minor")
"""What a card says of the relationship; the rest of it is the customer's own."""


class _Place(Struct, frozen=True):
    """What of a client company matters to its customers' contracts: its zone and its currency."""

    zone: tzinfo
    currency: str


def store_statements(
    session: Session,
    *,
    client_id: ClientId,
    statements: Sequence[tuple[CustomerId, Statement, datetime]],
) -> None:
    """Append statements, each with the instant it was known; nothing is ever edited."""
    bulk.store(
        session,
        model.Relationship,
        [
            structs.asdict(statement)
            | {
                "client_id": client_id,
                "id": RelationshipId(new),
                "customer_id": customer_id,
                "recorded_at": recorded_at,
            }
            for (customer_id, statement, recorded_at), new in zip(
                statements, new_ids(len(statements)), strict=True
            )
        ],
    )


def tell_cards(
    session: Session,
    *,
    client_id: ClientId,
    cards: Mapping[CustomerId, Card],
    now: datetime,
) -> set[CustomerId]:
    """State what cards say anew of the only contract, and name the customers it is new of.

    A card has no day of recording: what a first one tells was known on the day it happened. What
    a later one changes is known from now on, and a changed value counts from today.
    """
    if not cards:
        return set()
    company = client(session, client_id=client_id)
    place = _Place(zone(company.zone), company.currency)
    told: list[tuple[CustomerId, Statement, datetime]] = []
    known = statements_of(session, client_id=client_id, customer_ids=list(cards), number="")
    for customer_id, card in cards.items():
        mine = known.get(customer_id, [])
        if mine:
            told += [(customer_id, *one) for one in _changes(card, mine, place, now)]
        else:
            told += [(customer_id, *one) for one in _first(card, place, now)]
    store_statements(session, client_id=client_id, statements=told)
    return {customer_id for customer_id, _, _ in told}


def _first(card: Card, place: _Place, now: datetime) -> list[tuple[Statement, datetime]]:
    facts = {name: getattr(card, name) for name in CARD_FACTS}
    if all(value is None for value in facts.values()):
        return []
    whole = Statement(number="", currency=place.currency, value_from=None, **facts)
    if card.started_on is None or card.ended_on is None:
        return [(whole, _known(card.started_on or card.ended_on, place, now))]
    begun = structs.replace(whole, ended_on=None, ended_reason=None)
    return [
        (begun, _known(card.started_on, place, now)),
        (whole, _known(card.ended_on, place, now)),
    ]


def _known(day: date | None, place: _Place, now: datetime) -> datetime:
    # What lies ahead is known now, not on its day.
    return now if day is None else min(now, start_of_day(day, place.zone))


def _changes(
    card: Card, known: Sequence[Known], place: _Place, now: datetime
) -> list[tuple[Statement, datetime]]:
    standing = card_facts([one.statement for one in known])
    if standing is None:
        return []
    said: dict[str, Any] = {
        name: getattr(card, name) for name in CARD_FACTS if name not in card.unsaid
    }
    if said.get("monthly_value_minor") is None:
        said.pop("monthly_value_minor", None)
    changed = structs.replace(standing, **said, value_from=None)
    if changed == structs.replace(standing, value_from=None):
        return []
    value, before = changed.monthly_value_minor, standing.monthly_value_minor
    if value == before:
        changed = structs.replace(changed, monthly_value_minor=None)
    else:
        day = local_date(now, place.zone) if before is not None else None
        changed = structs.replace(changed, value_from=day, currency=place.currency)
    return [(changed, max(now, *(one.recorded_at for one in known)))]
