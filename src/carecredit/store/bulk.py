"""Many rows at a time, in and out, by each database's own quickest way; no row is handed back.

PostgreSQL copies into a table of the transaction's own and inserts from there: a row-level rule
forbids COPY into the table itself, and this way the rule checks every row. SQLite runs one prepared
statement over the rows.
"""

import select
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import repeat
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Table,
    insert,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from carecredit.kernel.clock import EPOCH, MICROSECOND
from carecredit.store.base import Base, Identifier, Instant

Row = Sequence[Any]
Columns = Mapping[str, Sequence[Any]]
MANY = 200
"""From so many rows on, a table to stage them in is worth its making."""


def store(session: Session, kind: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns: few by a statement, many as `load` does."""
    if len(rows) < MANY:
        if rows:
            session.execute(insert(kind), list(rows))
        return
    table: Any = kind.__table__
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    load_columns(session, table=table, columns=columns)


def load(session: Session, *, table: Table, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows whose values stand in the order of `columns`; the rest of a row is null."""
    if rows:
        by_column = zip(columns, zip(*rows, strict=True), strict=True)
        load_columns(session, table=table, columns=dict(by_column))


def load_columns(session: Session, *, table: Table, columns: Columns) -> None:
    """Insert rows given by column, each as long as the others; identifiers may be their bytes."""
    begin_columns(session, tables={table: columns})()


def add_columns(session: Session, *, table: Table, columns: Columns) -> None:
    """Do the same, and where a key stands already, add to what is no part of it.

    No key may be in the columns twice.
    """
    begin_columns(session, tables={table: columns}, adding=True)()


def begin_columns(
    session: Session, *, tables: Mapping[Table, Columns], adding: bool = False
) -> Callable[[], None]:
    """Begin to insert rows of several tables; what comes back waits for them, and may be refused.

    PostgreSQL works on while the caller reads on; until the wait, nothing else may be asked of the
    session.
    """
    connection = session.connection()
    filled = {table: columns for table, columns in tables.items() if next(iter(columns.values()))}
    if connection.dialect.name != "postgresql":
        return partial(_insert, connection, filled, adding=adding)
    statements = [
        _copy(connection, table, columns, _conflict(table, adding=adding))
        for table, columns in filled.items()
    ]
    driver: Any = connection.connection.driver_connection
    return _sent(driver.pgconn, "; ".join(statements)) if statements else lambda: None


def _conflict(table: Table, *, adding: bool) -> str:
    """Word what becomes of a row whose key stands already: it is added, or refused."""
    if not adding:
        return ""
    keys = [column.name for column in table.primary_key]
    added = (
        f'"{name}" = {table.name}."{name}" + excluded."{name}"'
        for name in table.columns.keys()  # noqa: SIM118 - its names, in order
        if name not in keys
    )
    return f"ON CONFLICT ({_listed(keys)}) DO UPDATE SET {', '.join(added)}"


def _copy(connection: Connection, table: Table, columns: Columns, conflict: str) -> str:
    """Copy rows into the table that stages them, and word what takes them on from there."""
    staged, names = f"incoming_{table.name}", _listed(columns)
    if connection.exec_driver_sql(f"SELECT to_regclass('pg_temp.{staged}')").scalar() is None:
        connection.exec_driver_sql(
            f"CREATE TEMPORARY TABLE {staged} (LIKE {table.name}) ON COMMIT DROP"
        )
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {staged} ({names}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types([_wire_type(table.c[name].type) for name in columns])
        for row in _packed(table, columns, _on_the_wire):
            copy.write_row(row)
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {staged} {conflict}; "  # noqa: S608 - our own names
        f"TRUNCATE {staged}"
    )


def _sent(connection: Any, statement: str) -> Callable[[], None]:
    """Send a statement by the driver's own door to libpq, which does not wait for the answer."""
    connection.send_query(statement.encode())
    while connection.flush():
        select.select([], [connection.socket], [])
    return partial(_wait, connection, statement)


def _wait(connection: Any, statement: str) -> None:
    from psycopg import errors, pq  # noqa: PLC0415 - takes 80 ms to load

    refused = None
    while True:
        while connection.is_busy():
            select.select([connection.socket], [], [])
            connection.consume_input()
        result = connection.get_result()
        if result is None:
            break
        if result.status == pq.ExecStatus.FATAL_ERROR:
            refused = errors.error_from_result(result)
    if isinstance(refused, errors.IntegrityError):
        raise IntegrityError(statement, None, refused)
    if refused is not None:
        raise refused


def _wire_type(kind: TypeEngine[Any]) -> str:
    """Name a type whose bytes are those of the column's own, and that the driver packs in C."""
    if isinstance(kind, Identifier):
        return "bytea"
    if isinstance(kind, Instant):
        return "int8"
    return {int: "int8", bool: "bool", bytes: "bytea", str: "text"}.get(kind.python_type, "int4")


def _on_the_wire(kind: TypeEngine[Any], value: Any) -> int:
    """Count a day, or the microseconds of an instant, from the year 2000, as PostgreSQL does."""
    if isinstance(kind, Instant):
        microseconds: int = (value - EPOCH) // MICROSECOND
        return microseconds
    days: int = value.toordinal() - EPOCH.toordinal()
    return days


def _insert(connection: Connection, tables: Mapping[Table, Columns], *, adding: bool) -> None:
    def stored(kind: TypeEngine[Any], value: Any) -> Any:
        pack = kind.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        return value if pack is None else pack(value)

    for table, columns in tables.items():
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(
            f"INSERT INTO {table.name} ({_listed(columns)}) VALUES ({marks}) "  # noqa: S608 - our own names
            + _conflict(table, adding=adding),
            list(_packed(table, columns, stored)),
        )


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _packed(table: Table, columns: Columns, pack: Callable[..., Any]) -> Iterable[Row]:
    """Turn rows into what the driver takes, column by column: most values are there many times."""
    packed = (_column(table.c[name].type, values, pack) for name, values in columns.items())
    return zip(*packed, strict=True)


def _column(
    kind: TypeEngine[Any], values: Sequence[Any], pack: Callable[..., Any]
) -> Iterable[Any]:
    if isinstance(kind, Identifier):
        first = values[0]
        if isinstance(first, bytes):
            return values
        if all(value is first for value in values):  # such as the client company's
            return repeat(first and first.bytes, len(values))
        return [value and value.bytes for value in values]
    if not isinstance(kind, Instant | Date):
        return values
    known = {value: value and pack(kind, value) for value in set(values)}
    return [known[value] for value in values]
