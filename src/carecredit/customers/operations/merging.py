"""Saying that two persons are one, and taking it back; by somebody's word, never by itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.customers import model, queries, views
from carecredit.customers.operations.gate import change_persons, gather_gates
from carecredit.customers.operations.moving import (
    MOVED,
    NAMED,
    come_since,
    concerned,
    keep,
    kept_rows,
    keys_of,
    move,
    move_back,
    moved_tables,
    owner_by_key,
)
from carecredit.customers.operations.uniting import part, relink, unite
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import ClientId, MergeId, PersonId, new_id
from carecredit.store import audit
from carecredit.store.session import permitted_clients

REASON_MAX = 200
_NO_SYNC: dict[str, Any] = {"synchronize_session": False}


class MergeStale(Refused):
    """One of the two was merged meanwhile: look at who they are now, and decide again."""

    code = "merge_stale"


class MergeNotYours(Refused):
    """This takes a key that serves every client company of these people."""

    code = "merge_not_yours"


class MergeKept(Refused):
    """The merge cannot be undone as things stand; the message says why and the way out."""

    code = "merge_not_undoable"


def merge_persons(
    session: Session, *, kept_id: PersonId, gone_id: PersonId, reason: str, by: str, now: datetime
) -> views.Merge:
    """Make one person of two: all that was the second's is the first's, and the stricter holds."""
    _check(kept_id, gone_id, reason)
    change_persons(session)
    gather_gates(session, person_ids=(kept_id, gone_id))
    clients = _permitted(session, kept_id, gone_id)
    _check_standing(session, kept_id=kept_id, gone_id=gone_id)
    merge_id = MergeId(new_id())
    row = {"id": merge_id, "kept_id": kept_id, "gone_id": gone_id, "reason": reason.strip()}
    row |= {"merged_by": by, "merged_at": now, "undone_by": None, "undone_at": None}
    session.execute(insert(model.Merge), [row])
    # Silences are united by the cards that each has before they move.
    unite(session, kept_id=kept_id, gone_id=gone_id, merge_id=merge_id, now=now)
    move(session, before=gone_id, after=kept_id, merge_id=merge_id)
    _take_name(session, kept_id, gone_id, merge_id)
    _set_person(session, gone_id, merged_into=kept_id)
    _record(session, clients, "person.merged", queries.merge(session, merge_id=merge_id), now)
    return queries.merge(session, merge_id=merge_id)


def undo_merge(session: Session, *, merge_id: MergeId, by: str, now: datetime) -> views.Parted:
    """Part two persons again, each row with whom it was; what came since stays with the kept."""
    change_persons(session)
    found = queries.merge(session, merge_id=merge_id)
    gather_gates(session, person_ids=(found.kept_id, found.gone_id))
    clients = _permitted(session, found.kept_id, found.gone_id)
    found = queries.merge(session, merge_id=merge_id)
    _check_undoable(session, found)
    _move_all_back(session, found)
    part(session, kept_id=found.kept_id, gone_id=found.gone_id, merge_id=merge_id)
    if kept_rows(session, merge_id, model.Person.__tablename__, NAMED):
        _set_person(session, found.kept_id, name_hash=None)
    _set_person(session, found.gone_id, merged_into=None)
    relink(session, person_ids=(found.kept_id, found.gone_id))
    session.execute(
        update(model.Merge)
        .where(model.Merge.id == merge_id)
        .values(undone_by=by, undone_at=now)
        .execution_options(**_NO_SYNC)
    )
    _record(session, clients, "person.merge_undone", found, now)
    stayed = come_since(session, person_id=found.kept_id, merge_id=merge_id)
    return views.Parted(queries.merge(session, merge_id=merge_id), stayed)


def reject_duplicate(
    session: Session, *, one_id: PersonId, other_id: PersonId, reason: str, by: str, now: datetime
) -> None:
    """Write down that two persons are not one: they are not proposed again."""
    _check(one_id, other_id, reason)
    gather_gates(session, person_ids=(one_id, other_id))
    cards = _cards(session, one_id, other_id)
    _check_standing(session, one_id=one_id, other_id=other_id)
    first_id, second_id = sorted((one_id, other_id))
    table = model.DuplicateRejection
    if session.get(table, (first_id, second_id)) is not None:
        return
    row = {"first_id": first_id, "second_id": second_id, "reason": reason.strip()}
    session.execute(insert(table), [row | {"rejected_by": by, "rejected_at": now}])
    for client_id in sorted({card.client_id for each in cards.values() for card in each}):
        audit.record(
            session,
            client_id=client_id,
            action="person.duplicate_rejected",
            subject="person",
            subject_id=first_id,
            now=now,
            data={"other": str(second_id)},
        )


def _check(one_id: PersonId, other_id: PersonId, reason: str) -> None:
    if one_id == other_id:
        raise Invalid("these are one person already; name two", field="gone_id")
    if not 0 < len(reason.strip()) <= REASON_MAX:
        raise Invalid(f"say why, in 1 to {REASON_MAX} characters", field="reason")


def _cards(session: Session, *person_ids: PersonId) -> dict[PersonId, tuple[views.PersonCard, ...]]:
    """Give the cards of those not merged away, who have none; raises where none may be seen."""
    asked = [one for one in person_ids if queries.standing_person(session, person_id=one)]
    return queries.cards_of_persons(session, person_ids=asked)


def _permitted(session: Session, *person_ids: PersonId) -> frozenset[ClientId]:
    """Say which client companies are concerned; who sees no card of a person hears of nobody."""
    _cards(session, *person_ids)
    clients = concerned(session, person_ids=person_ids)
    served = permitted_clients(session)
    if served is not None and not clients <= served:
        raise MergeNotYours(
            "ask somebody whose key serves every client company: yours does not suffice for this"
        )
    return clients


def _check_standing(session: Session, **persons: PersonId) -> None:
    for field, person_id in persons.items():
        now_one = queries.present_person(session, person_id=person_id)
        if now_one != person_id:
            raise MergeStale(
                f"this person has been merged into {now_one} meanwhile; "
                "look at the proposals again, or undo that merge first",
                field=field,
            )


def _check_undoable(session: Session, found: views.Merge) -> None:
    if found.undone_at is not None:
        raise MergeKept("this merge has been undone already", field="merge_id")
    later = queries.later_merge(session, merge=found)
    if later is not None:
        raise MergeKept(
            f"the person kept was merged again since; undo merge {later} first", field="merge_id"
        )


def _move_all_back(session: Session, found: views.Merge) -> None:
    for table in moved_tables():
        keys = [key for key, _ in kept_rows(session, found.id, table.name, MOVED)]
        if not keys:
            continue
        here = set(keys_of(session, table, found.kept_id))
        for key in keys:
            if key not in here and owner_by_key(session, table, key) is not None:
                raise MergeKept(
                    f"a row of {table.name} has come to another person since; "
                    "look at that customer first",
                    field="merge_id",
                )
        move_back(session, table, [key for key in keys if key in here], found.gone_id)


def _take_name(session: Session, kept_id: PersonId, gone_id: PersonId, merge_id: MergeId) -> None:
    """Give a person without a name the other's, by which the next card recognises."""
    table = model.Person
    rows = session.execute(
        select(table.id, table.name_hash).where(table.id.in_((kept_id, gone_id)))
    )
    names = {row.id: row.name_hash for row in rows}
    if names[kept_id] is None and names[gone_id] is not None:
        keep(session, merge_id, table.__tablename__, NAMED, [((kept_id,), None)])
        _set_person(session, kept_id, name_hash=names[gone_id])


def _set_person(session: Session, person_id: PersonId, **values: Any) -> None:
    table = model.Person
    session.execute(
        update(table).where(table.id == person_id).values(**values).execution_options(**_NO_SYNC)
    )


def _record(
    session: Session,
    clients: frozenset[ClientId],
    action: str,
    merge: views.Merge,
    now: datetime,
) -> None:
    """Tell the chain of every client company concerned, in one order."""
    for client_id in sorted(clients):
        audit.record(
            session,
            client_id=client_id,
            action=action,
            subject="person",
            subject_id=merge.kept_id,
            now=now,
            data={"merge": str(merge.id), "gone": str(merge.gone_id)},
        )
