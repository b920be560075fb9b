"""Who may be who: persons that share a contact point are counted as one, whatever their names."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from carecredit.customers import model
from carecredit.kernel.ids import PersonId
from carecredit.store.paging import among


def sharing(
    session: Session, *, person_ids: Collection[PersonId]
) -> dict[PersonId, frozenset[PersonId]]:
    """Give each person with everybody that shares a contact point with them.

    A name written otherwise makes another person of the same human being, who must not for that be
    contacted twice as often.
    """
    mine, other = model.PersonPoint, aliased(model.PersonPoint)
    wanted = among(session, mine.person_id, person_ids)
    hashes = select(mine.point_hash).where(wanted)
    behind: dict[bytes, list[PersonId]] = {}
    rows = session.execute(
        select(other.point_hash, other.person_id).where(other.point_hash.in_(hashes))
    )
    for value, person_id in rows:
        behind.setdefault(value, []).append(person_id)
    found: dict[PersonId, set[PersonId]] = {one: {one} for one in person_ids}
    for around in behind.values():
        if len(around) > 1:
            for person_id in around:
                if person_id in found:
                    found[person_id].update(around)
    return {one: frozenset(around) for one, around in found.items()}


def merged_behind(
    session: Session, *, person_ids: Collection[PersonId]
) -> dict[PersonId, PersonId]:
    """Give all who were merged into persons, at whatever remove, each with whom they are now."""
    table = model.Person
    found: dict[PersonId, PersonId] = {}
    layer = {one: one for one in person_ids}
    while layer:
        rows = session.execute(
            select(table.id, table.merged_into).where(
                among(session, table.merged_into, list(layer))
            )
        )
        layer = {gone: layer[into] for gone, into in rows if into is not None}
        found |= layer
    return found
