"""Recognising the person behind a card, across client companies, by keyed hashes alone."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from carecredit.customers import model
from carecredit.customers.operations.cards import Card
from carecredit.customers.operations.points import hash_point
from carecredit.customers.queries import merged_behind
from carecredit.customers.rules import fold_name, same_name
from carecredit.kernel.ids import PersonId, new_id
from carecredit.store import bulk
from carecredit.store.paging import among
from carecredit.store.session import keyed_hash


def recognise(session: Session, *, cards: Sequence[Card], now: datetime) -> dict[str, PersonId]:
    """Give each card its person: one known by a shared contact point and no other name, or new.

    A person without a name takes the first one told, so that a later card under another name is
    somebody else.
    """
    hashes = {
        card.number: [hash_point(session, point=point) for point in card.points] for card in cards
    }
    known, names = _known(session, {value for values in hashes.values() for value in values})
    others = _other_names(session, names.keys())
    fresh: list[PersonId] = []
    persons: dict[str, PersonId] = {}
    for card in cards:
        mine, name = hashes[card.number], _name_hash(session, card.name)
        around = (person_id for value in mine for person_id in known.get(value, ()))
        fits = (one for one in around if same_name(name, names[one]) or name in others.get(one, ()))
        match = next(fits, None)
        if match is None:
            match = PersonId(new_id())
            fresh.append(match)
        names[match] = names.get(match) or name
        persons[card.number] = match
        for value in mine:
            known.setdefault(value, {})[match] = None
    _store(session, fresh, {one: names[one] for one in persons.values()}, now)
    link(session, links={(value, persons[n]) for n, values in hashes.items() for value in values})
    return persons


def link(session: Session, *, links: Iterable[tuple[bytes, PersonId]]) -> None:
    """Tie hashes of contact points to persons; those tied already stay as they are."""
    wanted = set(links)
    if not wanted:
        return
    table = model.PersonPoint
    known = session.execute(
        select(table.point_hash, table.person_id).where(
            table.point_hash.in_({value for value, _ in wanted})
        )
    )
    missing = wanted - {(value, person_id) for value, person_id in known}
    if missing:
        ordered = sorted(missing, key=lambda link: (link[0], link[1].bytes))
        rows = [{"point_hash": value, "person_id": person_id} for value, person_id in ordered]
        bulk.store(session, table, rows)


def unlinked(session: Session, *, person_id: PersonId) -> bool:
    """Say whether nothing is known by which a person could have been recognised so far."""
    table = model.PersonPoint
    found = session.execute(select(table.person_id).where(table.person_id == person_id).limit(1))
    return found.first() is None


def _known(
    session: Session, hashes: set[bytes]
) -> tuple[dict[bytes, dict[PersonId, None]], dict[PersonId, bytes | None]]:
    """Give the persons behind contact points, in the order they became known, and their names."""
    known: dict[bytes, dict[PersonId, None]] = {}
    names: dict[PersonId, bytes | None] = {}
    if hashes:
        rows = session.execute(
            select(model.PersonPoint.point_hash, model.Person.id, model.Person.name_hash)
            .join(model.Person, model.Person.id == model.PersonPoint.person_id)
            .where(model.PersonPoint.point_hash.in_(hashes), model.Person.merged_into.is_(None))
            .order_by(model.Person.id)
        )
        for value, person_id, name_hash in rows:
            known.setdefault(value, {})[person_id] = None
            names[person_id] = name_hash
    return known, names


def _other_names(
    session: Session, person_ids: Collection[PersonId]
) -> dict[PersonId, set[bytes | None]]:
    """Give the names of those who were merged into persons: they are names of theirs now."""
    behind = merged_behind(session, person_ids=person_ids)
    table = model.Person
    found: dict[PersonId, set[bytes | None]] = {}
    if behind:
        rows = session.execute(
            select(table.id, table.name_hash).where(among(session, table.id, list(behind)))
        )
        for gone_id, name_hash in rows:
            found.setdefault(behind[gone_id], set()).add(name_hash)
    return found


def _store(
    session: Session,
    fresh: Sequence[PersonId],
    names: dict[PersonId, bytes | None],
    now: datetime,
) -> None:
    table = model.Person
    if fresh:
        rows = [{"id": one, "name_hash": names[one], "created_at": now} for one in fresh]
        bulk.store(session, table, rows)
    for person_id in names.keys() - set(fresh):
        session.execute(
            update(table)
            .where(table.id == person_id, table.name_hash.is_(None))
            .values(name_hash=names[person_id])
            .execution_options(synchronize_session=False)
        )


def _name_hash(session: Session, name: str) -> bytes | None:
    folded = fold_name(name)
    return keyed_hash(session, "person-name", folded) if folded else None
