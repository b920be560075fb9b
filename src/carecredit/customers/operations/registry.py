"""The register: cards of customers come in many at a time; persons are recognised by keyed hash."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from carecredit.customers import model
from carecredit.customers.operations.cards import Card
from carecredit.customers.operations.gate import hold_persons_still
from carecredit.customers.operations.persons import link, recognise, unlinked
from carecredit.customers.operations.points import renew_points, store_points
from carecredit.customers.operations.relationships import CARD_FACTS, tell_cards
from carecredit.customers.operations.stopping import move_stops
from carecredit.kernel.ids import ClientId, CustomerId, PersonId, new_ids
from carecredit.store import bulk
from carecredit.store.paging import among


class Registered(msgspec.Struct, frozen=True):
    """What a batch of cards did to the register."""

    ids: dict[str, CustomerId]
    added: int
    changed: int


_FACTS = (
    "name",
    "language",
    "country",
    "region",
    "segment",
)


def register(
    session: Session,
    *,
    client_id: ClientId,
    cards: Sequence[Card],
    language: str,
    country: str,
    now: datetime,
) -> Registered:
    """Add or update customers by number; bare cards add what is missing and change nothing.

    `language` and `country` are the client company's, for cards that name none.
    """
    hold_persons_still(session)
    wanted = {card.number: card for card in cards}
    found = _existing(session, client_id, wanted)
    defaults = {"language": language, "country": country}
    fresh = [card for number, card in wanted.items() if number not in found]
    ids = _add(session, client_id, fresh, defaults, now)
    ids |= {number: row["id"] for number, row in found.items()}
    spoken = {ids[card.number]: card for card in wanted.values() if _speaks(card)}
    restated = tell_cards(session, client_id=client_id, cards=spoken, now=now)
    changed = 0
    for number, row in found.items():
        card = wanted[number]
        if not card.bare:
            news = row["id"] in restated
            changed += _renew(session, client_id, row, card, defaults, now, news=news)
    return Registered(ids, len(fresh), changed)


def _speaks(card: Card) -> bool:
    return not card.bare and not card.unsaid.issuperset(CARD_FACTS)


def _values(card: Card, defaults: dict[str, str]) -> dict[str, Any]:
    values = {name: getattr(card, name) for name in _FACTS}
    return values | {name: values[name] or default for name, default in defaults.items()}


def _existing(
    session: Session, client_id: ClientId, numbers: Iterable[str]
) -> dict[str, dict[str, Any]]:
    columns = [getattr(model.Customer, name) for name in ("number", "id", "person_id", *_FACTS)]
    rows = session.execute(
        select(*columns).where(
            model.Customer.client_id == client_id,
            among(session, model.Customer.number, list(numbers)),
        )
    ).mappings()
    return {row["number"]: dict(row) for row in rows}


def _add(
    session: Session,
    client_id: ClientId,
    cards: Sequence[Card],
    defaults: dict[str, str],
    now: datetime,
) -> dict[str, CustomerId]:
    if not cards:
        return {}
    persons = recognise(session, cards=cards, now=now)
    made = zip(cards, new_ids(len(cards)), strict=True)
    ids = {card.number: CustomerId(new) for card, new in made}
    bulk.store(
        session,
        model.Customer,
        [
            _values(card, defaults)
            | {
                "client_id": client_id,
                "id": ids[card.number],
                "person_id": persons[card.number],
                "number": card.number,
                "version": 1,
                "created_at": now,
            }
            for card in cards
        ],
    )
    store_points(
        session, client_id=client_id, points=((ids[card.number], card.points) for card in cards)
    )
    return ids


def _renew(
    session: Session,
    client_id: ClientId,
    row: dict[str, Any],
    card: Card,
    defaults: dict[str, str],
    now: datetime,
    *,
    news: bool,
) -> int:
    """Take over a card; a customer known by number only is recognised by its first points."""
    told = {
        name: value for name, value in _values(card, defaults).items() if name not in card.unsaid
    }
    person_id: PersonId = row["person_id"]
    if card.points and unlinked(session, person_id=person_id):
        person_id = recognise(session, cards=[card], now=now)[card.number]
        move_stops(session, before=row["person_id"], after=person_id)
        told["person_id"] = person_id
    facts = _update(session, client_id, row, told, news=news)
    points, hashes = renew_points(
        session, client_id=client_id, customer_id=row["id"], card=card, now=now
    )
    link(session, links={(value, person_id) for value in hashes})
    return int(facts or points)


def _update(
    session: Session,
    client_id: ClientId,
    row: dict[str, Any],
    values: dict[str, Any],
    *,
    news: bool,
) -> bool:
    if not news and all(row[name] == value for name, value in values.items()):
        return False
    session.execute(
        update(model.Customer)
        .where(model.Customer.client_id == client_id, model.Customer.id == row["id"])
        .values(**values, version=model.Customer.version + 1)
        .execution_options(synchronize_session=False)
    )
    return True
