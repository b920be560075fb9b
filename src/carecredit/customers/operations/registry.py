"""The register: cards of customers come in many at a time; persons are recognised by keyed hash."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.customers import model
from carecredit.customers.rules import fold_name, same_name
from carecredit.kernel.ids import ClientId, ContactPointId, CustomerId, PersonId, new_id
from carecredit.store.session import keyed_hash


class CardPoint(msgspec.Struct, frozen=True):
    """A contact point as given (`raw`) and as compared (`value`)."""

    kind: str
    value: str
    raw: str
    extension: str | None = None


class Card(msgspec.Struct, frozen=True):
    """What a client company says of a customer; a bare card (number only) says nothing else."""

    number: str
    name: str = ""
    language: str | None = None
    country: str | None = None
    region: str | None = None
    segment: str | None = None
    started_on: date | None = None
    ended_on: date | None = None
    ended_reason: str | None = None
    monthly_value_minor: int | None = None
    points: tuple[CardPoint, ...] = ()
    bare: bool = False


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
    "started_on",
    "ended_on",
    "ended_reason",
    "monthly_value_minor",
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
    wanted = {card.number: card for card in cards}
    found = _existing(session, client_id, wanted)
    defaults = {"language": language, "country": country}
    fresh = [card for number, card in wanted.items() if number not in found]
    ids = _add(session, client_id, fresh, defaults, now)
    changed = 0
    for number, row in found.items():
        card = wanted[number]
        if not card.bare:
            changed += _update(session, client_id, row, _values(card, defaults))
            changed += _renew_points(session, client_id, row["id"], row["person_id"], card, now)
        ids[number] = row["id"]
    return Registered(ids, len(fresh), changed)


def _values(card: Card, defaults: dict[str, str]) -> dict[str, Any]:
    values = {name: getattr(card, name) for name in _FACTS}
    return values | {name: values[name] or default for name, default in defaults.items()}


def _existing(
    session: Session, client_id: ClientId, numbers: Iterable[str]
) -> dict[str, dict[str, Any]]:
    columns = [getattr(model.Customer, name) for name in ("number", "id", "person_id", *_FACTS)]
    rows = session.execute(
        select(*columns).where(
            model.Customer.client_id == client_id, model.Customer.number.in_(list(numbers))
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
    persons = _recognise(session, cards, now)
    ids = {card.number: CustomerId(new_id()) for card in cards}
    session.execute(
        insert(model.Customer),
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
    points = [
        _point_row(session, client_id, ids[card.number], point, position)
        for card in cards
        for position, point in enumerate(card.points)
    ]
    if points:
        session.execute(insert(model.ContactPoint), points)
    return ids


def _recognise(session: Session, cards: Sequence[Card], now: datetime) -> dict[str, PersonId]:
    """Give each card its person: one known by a shared contact point and no other name, or new."""
    hashes = {card.number: [_hash(session, point) for point in card.points] for card in cards}
    known: dict[bytes, list[tuple[PersonId, bytes | None]]] = {}
    every = list({value for values in hashes.values() for value in values})
    if every:
        rows = session.execute(
            select(model.PersonPoint.point_hash, model.Person.id, model.Person.name_hash)
            .join(model.Person, model.Person.id == model.PersonPoint.person_id)
            .where(model.PersonPoint.point_hash.in_(every))
            .order_by(model.Person.id)
        )
        for value, person_id, name_hash in rows:
            known.setdefault(value, []).append((person_id, name_hash))
    persons: dict[str, PersonId] = {}
    fresh: list[dict[str, Any]] = []
    links: set[tuple[bytes, PersonId]] = set()
    for card in cards:
        name = _name_hash(session, card.name)
        match = next(
            (
                person_id
                for value in hashes[card.number]
                for person_id, other in known.get(value, ())
                if same_name(name, other)
            ),
            None,
        )
        if match is None:
            match = PersonId(new_id())
            fresh.append({"id": match, "name_hash": name, "created_at": now})
        persons[card.number] = match
        for value in hashes[card.number]:
            if (match, name) not in known.setdefault(value, []):
                known[value].append((match, name))
            links.add((value, match))
    if fresh:
        session.execute(insert(model.Person), fresh)
    _link(session, links)
    return persons


def _link(session: Session, links: set[tuple[bytes, PersonId]]) -> None:
    if not links:
        return
    stored = {
        (value, person_id)
        for value, person_id in session.execute(
            select(model.PersonPoint.point_hash, model.PersonPoint.person_id).where(
                model.PersonPoint.point_hash.in_([value for value, _ in links])
            )
        )
    }
    rows = [
        {"point_hash": value, "person_id": person_id}
        for value, person_id in sorted(links - stored, key=lambda link: (link[0], link[1].bytes))
    ]
    if rows:
        session.execute(insert(model.PersonPoint), rows)


def _update(
    session: Session, client_id: ClientId, row: dict[str, Any], values: dict[str, Any]
) -> int:
    if all(row[name] == value for name, value in values.items()):
        return 0
    session.execute(
        update(model.Customer)
        .where(model.Customer.client_id == client_id, model.Customer.id == row["id"])
        .values(**values, version=model.Customer.version + 1)
        .execution_options(synchronize_session=False)
    )
    return 1


def _renew_points(
    session: Session,
    client_id: ClientId,
    customer_id: CustomerId,
    person_id: PersonId,
    card: Card,
    now: datetime,
) -> int:
    """Take over the contact points of a card; those it no longer names are kept as superseded."""
    table = model.ContactPoint
    mine = (table.client_id == client_id, table.customer_id == customer_id)
    stored = {
        (row.kind, row.value): row
        for row in session.execute(
            select(table.id, table.kind, table.value, table.bad_reason).where(*mine)
        )
    }
    given = {(point.kind, point.value): point for point in card.points}
    fresh = [point for key, point in given.items() if key not in stored]
    gone = [row.id for key, row in stored.items() if key not in given and row.bad_reason is None]
    if fresh:
        rows = [
            _point_row(session, client_id, customer_id, point, position)
            for position, point in enumerate(fresh)
        ]
        session.execute(insert(table), rows)
        _link(session, {(row["point_hash"], person_id) for row in rows})
    if gone:
        session.execute(
            update(table)
            .where(table.client_id == client_id, table.id.in_(gone))
            .values(bad_since=now, bad_reason="superseded")
            .execution_options(synchronize_session=False)
        )
    return int(bool(fresh or gone))


def _point_row(
    session: Session,
    client_id: ClientId,
    customer_id: CustomerId,
    point: CardPoint,
    position: int,
) -> dict[str, Any]:
    return msgspec.structs.asdict(point) | {
        "client_id": client_id,
        "id": ContactPointId(new_id()),
        "customer_id": customer_id,
        "point_hash": _hash(session, point),
        "position": position,
        "bad_since": None,
        "bad_reason": None,
    }


def _hash(session: Session, point: CardPoint) -> bytes:
    return keyed_hash(session, "contact-point", f"{point.kind}:{point.value}")


def _name_hash(session: Session, name: str) -> bytes | None:
    folded = fold_name(name)
    return keyed_hash(session, "person-name", folded) if folded else None
