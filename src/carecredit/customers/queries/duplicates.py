"""Proposing persons that may be one, out of the cards that the caller may see."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from itertools import combinations
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, func, select
from sqlalchemy.orm import Session, aliased

from carecredit.customers import model, views
from carecredit.customers.queries.merges import cards_of_persons
from carecredit.customers.queries.persons import merged_behind
from carecredit.customers.rules import (
    SHARED_MAX,
    TAIL,
    DuplicateReason,
    PersonFacts,
    duplicate_reasons,
)
from carecredit.kernel.ids import ClientId, PersonId
from carecredit.store.paging import among

Pair = tuple[PersonId, PersonId]


def duplicates(
    session: Session,
    *,
    client_id: ClientId,
    person_id: PersonId | None = None,
    after: Pair | None = None,
    limit: int | None = None,
) -> list[views.Duplicate]:
    """Propose pairs of persons of whom one is a client company's, in the order of their ids.

    One person's where it is named (those who share a whole contact point alone: a number read with
    another prefix is found by looking at all). What was rejected is not proposed again, and nothing
    here changes anything: somebody decides.
    """
    groups = _groups(session, client_id) if person_id is None else _around(session, person_id)
    pairs = {
        pair
        for group in groups
        for pair in combinations(sorted(group), 2)
        if (after is None or pair > after) and (person_id is None or person_id in pair)
    }
    persons = {one for pair in pairs for one in pair}
    rejected = _rejected(session, persons)
    facts, ours = _facts(session, persons), _ours(session, client_id, persons)
    found: list[tuple[Pair, tuple[DuplicateReason, ...]]] = []
    for pair in sorted(pairs - rejected):
        reasons = duplicate_reasons(facts[pair[0]], facts[pair[1]])
        if reasons and ours.intersection(pair):
            found.append((pair, reasons))
        if len(found) == limit:
            break
    cards = cards_of_persons(session, person_ids={one for pair, _ in found for one in pair})
    return [
        views.Duplicate(first, second, reasons, cards[first], cards[second])
        for (first, second), reasons in found
    ]


def _around(session: Session, person_id: PersonId) -> Iterator[set[PersonId]]:
    """Give those who share a contact point with a person, by its hash."""
    mine, other = model.PersonPoint, aliased(model.PersonPoint)
    rows = session.execute(
        select(other.point_hash, other.person_id)
        .join(mine, mine.point_hash == other.point_hash)
        .where(mine.person_id == person_id)
    )
    groups: dict[bytes, set[PersonId]] = defaultdict(set)
    for value, behind in rows:
        groups[value].add(behind)
    yield from (group for group in groups.values() if len(group) <= SHARED_MAX)


def _groups(session: Session, client_id: ClientId) -> Iterator[set[PersonId]]:
    """Give those who share a mailbox, or the last digits of a number, and are not too many."""
    customer = model.Customer
    for wanted, key in _hints():
        shared = (
            select(key.label("shared"))
            .join(customer, _card_of_point())
            .where(wanted)
            .group_by(key)
            .having(
                func.count(distinct(customer.person_id)).between(2, SHARED_MAX),
                func.max(case((customer.client_id == client_id, 1), else_=0)) == 1,
            )
        )
        rows = session.execute(
            select(key, customer.person_id)
            .join(customer, _card_of_point())
            .where(wanted, key.in_(shared))
            .distinct()
        )
        groups: dict[Any, set[PersonId]] = defaultdict(set)
        for value, behind in rows:
            groups[value].add(behind)
        yield from groups.values()


def _hints() -> tuple[tuple[ColumnElement[bool], Any], ...]:
    point = model.ContactPoint
    works = point.bad_since.is_(None)
    long = and_(point.kind == "phone", func.length(point.value) > TAIL)
    tail = func.substr(point.value, func.length(point.value) - (TAIL - 1))
    return ((and_(point.kind == "email", works), point.point_hash), (and_(long, works), tail))


def _card_of_point() -> ColumnElement[bool]:
    customer, point = model.Customer, model.ContactPoint
    return and_(customer.client_id == point.client_id, customer.id == point.customer_id)


def _facts(session: Session, persons: Collection[PersonId]) -> dict[PersonId, PersonFacts]:
    customer, point = model.Customer, model.ContactPoint
    names: dict[PersonId, set[str]] = defaultdict(set)
    values: dict[tuple[PersonId, str], set[str]] = defaultdict(set)
    wanted = among(session, customer.person_id, persons)
    for person_id, name in session.execute(select(customer.person_id, customer.name).where(wanted)):
        names[person_id].add(name)
    rows = session.execute(
        select(customer.person_id, point.kind, point.value)
        .join(customer, _card_of_point())
        .where(wanted, point.bad_since.is_(None))
    )
    for person_id, kind, value in rows:
        values[person_id, kind].add(value)
    return {
        one: PersonFacts(
            frozenset(names[one]),
            frozenset(values[one, "phone"]),
            frozenset(values[one, "email"]),
        )
        for one in persons
    }


def _ours(session: Session, client_id: ClientId, persons: Collection[PersonId]) -> set[PersonId]:
    table = model.Customer
    return set(
        session.execute(
            select(table.person_id).where(
                table.client_id == client_id, among(session, table.person_id, persons)
            )
        ).scalars()
    )


def _rejected(session: Session, persons: Collection[PersonId]) -> set[Pair]:
    """Give the pairs said not to be one; what was said of somebody merged holds for who it is."""
    behind = {one: one for one in persons} | merged_behind(session, person_ids=persons)
    table = model.DuplicateRejection
    rows = session.execute(
        select(table.first_id, table.second_id).where(among(session, table.first_id, list(behind)))
    )
    found: set[Pair] = set()
    for first, second in rows:
        if second in behind:
            low, high = sorted((behind[first], behind[second]))
            found.add((low, high))
    return found
