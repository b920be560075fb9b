"""The mapped base, the naming of constraints and the column types; no table of any capability.

What belongs to a client company carries `client_id` in its primary, foreign and unique keys; the
schema lint of the tests holds every table to it.
"""

from datetime import UTC, date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    String,
    Text,
    Uuid,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from carecredit.kernel import ids

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware instant in UTC; a naive one is refused, since nobody can say what it means."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store as UTC (SQLite keeps it without the offset, in a form that sorts)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its offset")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant back in UTC."""
        if value is None:
            return None
        return value.astimezone(UTC) if dialect.name == "postgresql" else value.replace(tzinfo=UTC)


class Identifier(TypeDecorator[UUID]):
    """A UUID: native on PostgreSQL, sixteen bytes on SQLite (half the size of its text)."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Choose the column type of the database at hand."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Uuid())
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> UUID | bytes | None:
        """Pack the identifier."""
        return value if value is None or dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """Unpack the identifier."""
        return value if value is None or dialect.name == "postgresql" else UUID(bytes=value)


class Base(DeclarativeBase):
    """The one mapped base."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        date: Date,
        int: BigInteger,
        bytes: LargeBinary,
        str: Text,
        UUID: Identifier,
    } | {
        kind: Identifier
        for kind in vars(ids).values()
        if getattr(kind, "__supertype__", None) is UUID
    }


Code = String(64)
"""A stored word of ours: a state, a reason, a kind."""
Name = String(200)
"""What people outside gave: a number of an invoice, a name."""


def client_key() -> ForeignKeyConstraint:
    """Tie a row to its client company."""
    return ForeignKeyConstraint(["client_id"], ["clients.id"])


def within_client(
    columns: list[str], table: str, columns_there: list[str] | None = None
) -> ForeignKeyConstraint:
    """Tie a row to another of the same client company: the key always carries `client_id`."""
    return ForeignKeyConstraint(
        ["client_id", *columns],
        [f"{table}.client_id", *(f"{table}.{name}" for name in (columns_there or ["id"]))],
    )


def owned_by_client(table: Any) -> bool:
    """Say whether a table's rows belong to one client company each (row-level rule applies)."""
    return "client_id" in table.c and not table.info.get("centre", False)
