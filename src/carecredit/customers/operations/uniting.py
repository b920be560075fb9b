"""What two persons both have: contact points, counters of caps, silences; united and parted."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.orm import Session

from carecredit.customers import model
from carecredit.customers.operations.moving import (
    ADDED,
    DROPPED,
    MOVED,
    SUMMED,
    keep,
    kept_rows,
)
from carecredit.customers.operations.persons import link
from carecredit.customers.queries import own_hash
from carecredit.kernel.ids import MergeId, PersonId, SuppressionId, new_id
from carecredit.store.session import beyond

_POINTS, _CAPS, _SILENCES = "person_points", "cap_counters", "suppressions"
_NO_SYNC: dict[str, Any] = {"synchronize_session": False}
_Counter = tuple[int, int]


def unite(
    session: Session, *, kept_id: PersonId, gone_id: PersonId, merge_id: MergeId, now: datetime
) -> None:
    """Put together what both have; the stricter of the two holds for the one they are."""
    _unite_silences(session, kept_id, gone_id, merge_id, now)  # by the points each has before
    _unite_points(session, kept_id, gone_id, merge_id)
    _unite_caps(session, kept_id, gone_id, merge_id)


def part(session: Session, *, kept_id: PersonId, gone_id: PersonId, merge_id: MergeId) -> None:
    """Give each back what was theirs; what came since stays with the person kept."""
    _part_points(session, kept_id, gone_id, merge_id)
    _part_caps(session, kept_id, gone_id, merge_id)
    added = [key[0] for key, _ in kept_rows(session, merge_id, _SILENCES, ADDED)]
    table = model.Suppression
    session.execute(delete(table).where(table.id.in_(added)).execution_options(**_NO_SYNC))


def relink(session: Session, *, person_ids: Iterable[PersonId]) -> None:
    """Tie persons to the contact points of their cards, as they stand after a parting."""
    customer, point = model.Customer, model.ContactPoint
    rows = session.execute(
        select(point.point_hash, customer.person_id)
        .join(
            customer,
            (customer.client_id == point.client_id) & (customer.id == point.customer_id),
        )
        .where(customer.person_id.in_(list(person_ids)))
    )
    link(session, links={(value, person_id) for value, person_id in rows})


def _unite_points(
    session: Session, kept_id: PersonId, gone_id: PersonId, merge_id: MergeId
) -> None:
    table = model.PersonPoint
    mine, theirs = _points(session, kept_id), _points(session, gone_id)
    for change, hashes in ((DROPPED, theirs & mine), (MOVED, theirs - mine)):
        keep(session, merge_id, _POINTS, change, (((value,), None) for value in sorted(hashes)))
    ours = (table.person_id == gone_id, table.point_hash.in_(theirs & mine))
    session.execute(delete(table).where(*ours).execution_options(**_NO_SYNC))
    _give_points(session, gone_id, kept_id, theirs - mine)


def _part_points(session: Session, kept_id: PersonId, gone_id: PersonId, merge_id: MergeId) -> None:
    moved = {key[0] for key, _ in kept_rows(session, merge_id, _POINTS, MOVED)}
    dropped = {key[0] for key, _ in kept_rows(session, merge_id, _POINTS, DROPPED)}
    _give_points(session, kept_id, gone_id, moved)
    link(session, links={(value, gone_id) for value in dropped})


def _give_points(
    session: Session, before: PersonId, after: PersonId, hashes: Iterable[bytes]
) -> None:
    table = model.PersonPoint
    session.execute(
        update(table)
        .where(table.person_id == before, table.point_hash.in_(list(hashes)))
        .values(person_id=after)
        .execution_options(**_NO_SYNC)
    )


def _unite_caps(session: Session, kept_id: PersonId, gone_id: PersonId, merge_id: MergeId) -> None:
    mine, theirs = _counters(session, kept_id), _counters(session, gone_id)
    keep(
        session,
        merge_id,
        _CAPS,
        SUMMED,
        ((key, {"gone": gone, "kept": mine.get(key)}) for key, gone in theirs.items()),
    )
    for key, (taken, most) in theirs.items():
        before = mine.get(key, (0, 0))
        both = before[0] + taken
        _drop_counter(session, gone_id, key)
        _set_counter(session, kept_id, key, (both, max(before[1], most, both)))


def _part_caps(session: Session, kept_id: PersonId, gone_id: PersonId, merge_id: MergeId) -> None:
    counted = _counters(session, kept_id)
    for key, before in kept_rows(session, merge_id, _CAPS, SUMMED):
        gone, kept = tuple(before["gone"]), before["kept"] and tuple(before["kept"])
        _set_counter(session, gone_id, key, gone)
        left = _left(counted.get(key), gone, kept)
        if left is None:
            _drop_counter(session, kept_id, key)
        else:
            _set_counter(session, kept_id, key, left)


def _left(now: _Counter | None, gone: _Counter, kept: _Counter | None) -> _Counter | None:
    """Say what stays taken of a cap; where it is not plain whose was given back, the more.

    Whoever had none before and took none since has none again.
    """
    had = kept or (0, 0)
    if now is None:
        return kept
    since = now[0] - gone[0] - had[0]
    if since == 0:
        return kept
    taken = had[0] + since if since > 0 else min(now[0], had[0])
    return (taken, max(now[1], taken)) if taken or kept else None


def _counters(session: Session, person_id: PersonId) -> dict[tuple[Any, ...], _Counter]:
    table = model.CapCounter
    rows = session.execute(
        select(table.rule_id, table.day_on, table.taken, table.count_max)
        .where(table.person_id == person_id)
        .order_by(table.rule_id, table.day_on)
    )
    return {(rule_id, day_on): (taken, most) for rule_id, day_on, taken, most in rows}


def _drop_counter(session: Session, person_id: PersonId, key: tuple[Any, ...]) -> None:
    table = model.CapCounter
    which = (table.person_id == person_id, table.rule_id == key[0], table.day_on == key[1])
    session.execute(delete(table).where(*which).execution_options(**_NO_SYNC))


def _set_counter(
    session: Session, person_id: PersonId, key: tuple[Any, ...], counter: _Counter
) -> None:
    _drop_counter(session, person_id, key)
    row = {"person_id": person_id, "rule_id": key[0], "day_on": key[1]}
    row |= {"taken": counter[0], "count_max": counter[1]}
    session.execute(insert(model.CapCounter), [row])


def _unite_silences(
    session: Session, kept_id: PersonId, gone_id: PersonId, merge_id: MergeId, now: datetime
) -> None:
    """Let what one of them refused hold at every contact point and number of both."""
    hashes = [_hashes(session, person_id) for person_id in (kept_id, gone_id)]
    table = model.Suppression
    standing = session.execute(
        select(table.__table__)
        .where(
            table.point_hash.in_(hashes[0] | hashes[1]),
            or_(table.ends_at.is_(None), table.ends_at > now),
        )
        .order_by(table.starts_at, table.id)
    ).mappings()
    wishes: dict[tuple[Any, ...], dict[str, Any]] = {}
    kept_at: dict[tuple[Any, ...], set[bytes]] = {}
    for row in standing:
        scope = (row["asked_of"], row["channel"], row["purpose"], row["ends_at"])
        wishes.setdefault(scope, dict(row))
        kept_at.setdefault(scope, set()).add(row["point_hash"])
    rows = [
        # The proof stays where it was said: an erasure there finds it.
        wish | {"id": SuppressionId(new_id()), "point_hash": value, "proof": f"merge:{merge_id}"}
        for scope, wish in wishes.items()
        for value in sorted((hashes[0] | hashes[1]) - kept_at[scope])
    ]
    keep(session, merge_id, _SILENCES, ADDED, (((row["id"],), None) for row in rows))
    if rows:
        session.execute(insert(table), rows)


def _hashes(session: Session, person_id: PersonId) -> set[bytes]:
    table = model.Customer
    with beyond(session):
        cards = session.execute(
            select(table.client_id, table.number).where(table.person_id == person_id)
        ).all()
    numbers = {own_hash(session, client_id=one, number=number) for one, number in cards}
    return numbers | _points(session, person_id)


def _points(session: Session, person_id: PersonId) -> set[bytes]:
    table = model.PersonPoint
    rows = session.execute(select(table.point_hash).where(table.person_id == person_id))
    return set(rows.scalars())
