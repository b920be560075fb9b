"""Many rows at a time, in and out, by each database's own quickest way; no row is handed back.

PostgreSQL copies into a table of the transaction's own and inserts from there: a row-level rule
forbids COPY into the table itself, and this way the rule checks every row. SQLite runs one prepared
statement over the rows.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import repeat
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
from sqlalchemy.types import TypeEngine

from carecredit.store.base import Identifier, Instant

Row = Sequence[Any]


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
    packed = (
        _packed(connection, table.c[name].type, values)
        for name, values in zip(columns, zip(*rows, strict=True), strict=True)
    )
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({names}) VALUES ({marks})",  # noqa: S608 - our own names
        list(zip(*packed, strict=True)),
    )


def _packed(connection: Connection, kind: TypeEngine[Any], values: Sequence[Any]) -> Iterable[Any]:
    """Turn the values of a column into those the driver stores, each different one only once."""
    if isinstance(kind, Identifier):
        if all(value is values[0] for value in values):  # such as the client company's
            return repeat(values[0] and values[0].bytes, len(values))
        return [value and value.bytes for value in values]
    if not isinstance(kind, Instant | Date):
        return values
    pack = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    known = {value: value if pack is None else pack(value) for value in set(values)}
    return [known[value] for value in values]
