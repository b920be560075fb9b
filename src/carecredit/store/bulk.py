"""Many rows at a time, in and out, by each database's own quickest way; no row is handed back.

PostgreSQL copies into a table of the transaction's own and inserts from there: a row-level rule
forbids COPY into the table itself, and this way the rule checks every row. SQLite runs one prepared
statement over the rows.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    Table,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute, Session

from carecredit.store.base import Identifier, Instant

Row = Sequence[Any]
_REPEATED = 20_000
"""So many days and instants are remembered as written: a book says the same ones many times."""


def load(session: Session, *, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows whose values stand in the order of `columns`; the rest of a row is null."""
    if not rows:
        return
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _copy(connection, table, columns, rows)
    else:
        _insert(connection, table, columns, rows)


def among(
    session: Session, attribute: InstrumentedAttribute[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """Say that a text or an identifier is one of many, without a parameter for each.

    SQLite has no array; identifiers are listed there, so no more than a chunk of them at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        array = bindparam("listed", list(values), ARRAY(attribute.type), unique=True)
        return attribute == func.any(array)
    if isinstance(attribute.type, Identifier):
        return attribute.in_(list(values))
    listed: BindParameter[str] = bindparam(
        "listed", msgspec.json.encode(list(values)).decode(), unique=True
    )
    return attribute.in_(select(column("value")).select_from(func.json_each(listed)))


def _copy(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Row]
) -> None:
    staged, names = f"incoming_{table.name}", ", ".join(f'"{name}"' for name in columns)
    if connection.exec_driver_sql(f"SELECT to_regclass('pg_temp.{staged}')").scalar() is None:
        connection.exec_driver_sql(
            f"CREATE TEMPORARY TABLE {staged} (LIKE {table.name}) ON COMMIT DROP"
        )
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {staged} ({names}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types([_oid_name(table, name) for name in columns])
        for row in rows:
            copy.write_row(row)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {staged}"  # noqa: S608 - our own names
    )
    connection.exec_driver_sql(f"TRUNCATE {staged}")


def _oid_name(table: Table, name: str) -> str:
    """Name the type a column has on the wire; what SQLAlchemy calls VARCHAR goes as text."""
    kind = table.c[name].type
    if isinstance(kind, Identifier):
        return "uuid"
    if isinstance(kind, Instant):
        return "timestamptz"
    return {int: "int8", bool: "bool", bytes: "bytea", str: "text"}.get(kind.python_type, "date")


def _insert(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Row]
) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    packers = [
        (index, packer)
        for index, name in enumerate(columns)
        if (packer := _packer(connection, table, name)) is not None
    ]
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
        [_packed(row, packers) for row in rows],
    )


def _packer(connection: Connection, table: Table, name: str) -> Callable[[Any], Any] | None:
    """Give what turns a value into the one the driver stores, as the column's type has it."""
    kind = table.c[name].type
    pack = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if pack is None or not isinstance(kind, Identifier | Instant | Date):
        return None
    return pack if isinstance(kind, Identifier) else lru_cache(_REPEATED)(pack)


def _packed(row: Row, packers: list[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    values = list(row)
    for index, pack in packers:
        values[index] = pack(values[index])
    return tuple(values)
