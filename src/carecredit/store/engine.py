"""One engine factory for SQLite and PostgreSQL, with the settings that lose no update.

SQLite by default neither begins before a read nor checks foreign keys: of 800 concurrent
increments it lost 600 without an error. Hence BEGIN IMMEDIATE for writing, WAL, full
synchronisation, foreign keys on.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, text
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from carecredit.settings import Settings

READ_ONLY = "carecredit_read_only"
BUSY_SECONDS = 30


def make_engine(settings: Settings) -> Engine:
    """Make the engine of a set-up; nothing is connected yet."""
    url = make_url(settings.database())
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    limit = settings.statement_seconds * 1000
    options = (
        f"-c statement_timeout={limit} -c lock_timeout={limit // 2} "
        f"-c idle_in_transaction_session_timeout={limit * 2} -c timezone=UTC"
    )
    return create_engine(
        url,
        pool_size=settings.pool_size,
        max_overflow=0,
        pool_timeout=settings.statement_seconds,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"options": options, "connect_timeout": 10, "application_name": "carecredit"},
    )


def _sqlite(url: Any) -> Engine:
    arguments: dict[str, Any] = {"connect_args": {"timeout": BUSY_SECONDS}}
    if url.database in {None, "", ":memory:"}:
        arguments = {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    engine = create_engine(url, hide_parameters=True, **arguments)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: `_begin` does
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "temp_store=MEMORY",
        "cache_size=-65536",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READ_ONLY, False)
    # A reader that wrote would do so on a snapshot that may be old; PostgreSQL refuses it as well.
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def database_now(session: Session) -> datetime:
    """Read the database's own clock, in UTC: leases go by it, whatever the processes believe."""
    if session.get_bind().dialect.name == "postgresql":
        value: datetime = session.execute(text("SELECT clock_timestamp()")).scalar_one()
        return value.astimezone(UTC)
    stamp = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC)


def insert_into(session: Session, table: Any) -> Any:
    """Begin an insert that may go on with `on_conflict...`, in the words of its database."""
    postgresql = session.get_bind().dialect.name == "postgresql"
    return (insert_postgresql if postgresql else insert_sqlite)(table)
