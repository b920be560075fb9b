"""Moving the rows of a person to another: every table that names one, found by its column."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Table, and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from carecredit.customers import model
from carecredit.kernel.ids import ClientId, MergeId, PersonId
from carecredit.store import bulk
from carecredit.store.base import Base, Identifier, Instant
from carecredit.store.session import beyond

COLUMN = "person_id"
UNITED = frozenset({"person_points", "cap_counters"})
"""What a person has once: where both have it, the two are put together and not moved."""
MOVED, DROPPED, SUMMED, ADDED, NAMED = "moved", "dropped", "summed", "added", "named"

Key = tuple[Any, ...]


def person_tables() -> list[Table]:
    """Find every table whose rows are of a person, in the order of their names."""
    tables = Base.metadata.tables.values()
    return sorted((it for it in tables if COLUMN in it.c), key=lambda table: table.name)


def moved_tables() -> list[Table]:
    """Find the tables whose rows move as they are."""
    return [table for table in person_tables() if table.name not in UNITED]


def concerned(session: Session, *, person_ids: Iterable[PersonId]) -> frozenset[ClientId]:
    """Find every client company that has to do with persons, those beyond the caller's as well."""
    ids = list(person_ids)
    found: set[ClientId] = set()
    with beyond(session):
        for table in person_tables():
            if "client_id" in table.c:
                query = select(table.c.client_id).where(table.c[COLUMN].in_(ids)).distinct()
                found.update(session.execute(query).scalars())
    return frozenset(found)


def move(session: Session, *, before: PersonId, after: PersonId, merge_id: MergeId) -> None:
    """Move every row of a person to another, and write down which they were."""
    for table in moved_tables():
        keys = keys_of(session, table, before)
        if not keys:
            continue
        keep(session, merge_id, table.name, MOVED, ((key, None) for key in keys))
        session.execute(update(table).where(table.c[COLUMN] == before).values({COLUMN: after}))


def move_back(session: Session, table: Table, keys: Sequence[Key], after: PersonId) -> None:
    """Give rows back to the person they were of."""
    if not keys:
        return
    columns = key_columns(table)
    named = and_(*(column == bindparam(f"key_{column.name}") for column in columns))
    rows = [
        {f"key_{column.name}": value for column, value in zip(columns, key, strict=True)}
        for key in keys
    ]
    session.execute(update(table).where(named).values({COLUMN: after}), rows)


def keys_of(session: Session, table: Table, person_id: PersonId) -> list[Key]:
    """List the keys of a person's rows."""
    rows = session.execute(select(*key_columns(table)).where(table.c[COLUMN] == person_id))
    return [tuple(row) for row in rows]


def owner_by_key(session: Session, table: Table, key: Key) -> PersonId | None:
    """Say whose a row is now (none: there is no such row any more)."""
    pairs = zip(key_columns(table), key, strict=True)
    found: PersonId | None = session.execute(
        select(table.c[COLUMN]).where(*(column == value for column, value in pairs))
    ).scalar()
    return found


def come_since(session: Session, *, person_id: PersonId, merge_id: MergeId) -> dict[str, int]:
    """Count by table what has come to a person since a merge: identifiers sort by their making."""
    found = {}
    for table in moved_tables():
        mine = (table.c[COLUMN] == person_id, table.c["id"] > merge_id)
        rows = session.execute(select(func.count()).select_from(table).where(*mine)).scalar_one()
        if rows:
            found[table.name] = rows
    return found


def key_columns(table: Table) -> list[Any]:
    """Give the columns that tell a row of a person from the others."""
    return [column for column in table.primary_key.columns if column.name != COLUMN]


def keep(
    session: Session,
    merge_id: MergeId,
    place: str,
    change: str,
    rows: Iterable[tuple[Key, Any]],
) -> None:
    """Write down what a merge changes, so that it can be undone exactly."""
    kept = [
        {
            "merge_id": merge_id,
            "place": place,
            "row_key": msgspec.json.encode(key).decode(),
            "change": change,
            "before": None if before is None else msgspec.json.encode(before).decode(),
        }
        for key, before in rows
    ]
    bulk.store(session, model.MergeRow, kept)


def kept_rows(
    session: Session, merge_id: MergeId, place: str, change: str
) -> list[tuple[Key, Any]]:
    """Read back what a merge changed in a table."""
    row = model.MergeRow
    rows = session.execute(
        select(row.row_key, row.before)
        .where(row.merge_id == merge_id, row.place == place, row.change == change)
        .order_by(row.row_key)
    )
    table = Base.metadata.tables[place]
    kinds = [_kind(column) for column in key_columns(table)]
    return [
        (
            tuple(
                msgspec.convert(value, kind, builtin_types=())
                for value, kind in zip(msgspec.json.decode(key), kinds, strict=True)
            ),
            None if before is None else msgspec.json.decode(before),
        )
        for key, before in rows
    ]


def _kind(column: Any) -> type:
    ours = {Identifier: UUID, Instant: datetime}
    found: type = ours.get(type(column.type)) or column.type.python_type
    if found in (UUID, bytes, date, datetime, str, int):
        return found
    raise TypeError(f"{column} cannot stand in the key of a person's row")
