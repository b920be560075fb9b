"""Reading many rows by their keys, a page at a time, at the least cost: no ORM, no conversions.

Whoever reads this way has asked first whether the caller may see the client company; on SQLite
nothing else narrows these statements (on PostgreSQL the row-level rules do).
"""

from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    Uuid,
    any_,
    cast,
    column,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeEngine

from carecredit.store.base import Identifier

PAGE = 2_000
KEY_BYTES = 16


class ordinal(FunctionElement[int]):  # noqa: N801 - reads as a function of SQL
    """The number of a day, as `date.toordinal` counts."""

    type = Integer()
    inherit_cache = True


@compiles(ordinal, "sqlite")
def _ordinal_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"CAST(julianday({compiler.process(element.clauses, **options)}) - 1721424.5 AS INTEGER)"


@compiles(ordinal, "postgresql")
def _ordinal_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} - DATE '0001-01-01' + 1)"


class key_bytes(FunctionElement[Any]):  # noqa: N801 - reads as a function of SQL
    """An identifier as its sixteen bytes, made into no object: for very many rows."""

    type = NullType()
    inherit_cache = True


@compiles(key_bytes)
def _key_bytes(element: Any, compiler: Any, **options: Any) -> str:
    plain = str(compiler.process(element.clauses, **options))
    return plain if compiler.dialect.name == "sqlite" else f"uuid_send({plain})"


class unindexed(FunctionElement[Any]):  # noqa: N801 - reads as a function of SQL
    """A column, and a hint that rows are best read one after the other, not by an index on it."""

    inherit_cache = True

    def __init__(self, indexed: Any) -> None:
        super().__init__(indexed)
        self.type = indexed.type


@compiles(unindexed)
def _unindexed(element: Any, compiler: Any, **options: Any) -> str:
    plain = compiler.process(element.clauses, **options)
    return f"+{plain}" if compiler.dialect.name == "sqlite" else str(plain)


def raw(key: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Read a key as the driver gives it: it is only compared."""
    return type_coerce(key, NullType())


def among(
    session: Session, attribute: InstrumentedAttribute[Any], values: Collection[Any]
) -> ColumnElement[bool]:
    """Say that a text or a key is one of many, by one parameter that holds them all.

    A statement with a parameter for each is made anew each time. Keys may be identifiers, or as
    the driver gives them; all are identifiers, or none is.
    """
    if len(values) == 1:  # of one, by far the most often asked, the plain comparison is cheapest
        (value,) = values
        return attribute == (UUID(bytes=value) if isinstance(value, bytes) else value)
    if session.get_bind().dialect.name == "postgresql":
        return raw(attribute) == any_(literal(list(values), ARRAY(_array_of(attribute))))
    if not isinstance(attribute.type, Identifier):
        listed = literal(msgspec.json.encode(list(values)).decode())
        return attribute.in_(select(column("value")).select_from(func.json_each(listed)))
    keys = (value if isinstance(value, bytes) else value.bytes for value in values)
    packed = literal(b"".join(keys), LargeBinary())
    place = select(literal(1).label("place")).cte("places", recursive=True)
    later = place.c.place + KEY_BYTES
    place = place.union_all(select(later).where(later < func.length(packed)))
    return raw(attribute).in_(select(func.substr(packed, place.c.place, KEY_BYTES)))


def _array_of(attribute: InstrumentedAttribute[Any]) -> TypeEngine[Any]:
    return Uuid() if isinstance(attribute.type, Identifier) else attribute.type


def integer_sum(amount: Any) -> ColumnElement[int]:
    """Add up whole numbers into one: PostgreSQL's sum of bigints is a numeric."""
    return cast(func.coalesce(func.sum(amount), 0), BigInteger)


def rows(session: Session, query: Select[Any]) -> Sequence[Any]:
    """Read the plain rows of a page, all at once: one by one takes twice the time."""
    return session.connection().execute(query).all()


def keys(session: Session, query: Select[Any]) -> set[Hashable]:
    """Read the keys that a statement finds, each once."""
    return set(session.connection().execute(query).scalars())


def pages(session: Session, query: Select[Any]) -> Iterator[list[Hashable]]:
    """Read keys a page at a time, while other statements run beside."""
    # The option is the statement's: on the connection it would stay, and no later statement of the
    # transaction could store many rows at once (PostgreSQL's server-side cursors do not).
    found = session.connection().execute(query.execution_options(yield_per=PAGE)).scalars()
    for page in found.partitions(PAGE):
        yield list(page)


def paged(known: Iterable[Hashable]) -> Iterator[list[Hashable]]:
    """Part keys that are known already, in their order."""
    ordered = sorted(known)  # type: ignore[type-var] # keys are of one kind
    for start in range(0, len(ordered), PAGE):
        yield ordered[start : start + PAGE]
