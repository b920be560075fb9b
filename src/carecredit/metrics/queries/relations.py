"""Loading customers' contracts as known at an instant, put together customer by customer."""

from collections.abc import Hashable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from carecredit.customers.model import Customer, Relationship
from carecredit.customers.rules import Statement, relation
from carecredit.kernel.ids import ClientId
from carecredit.metrics.rules.facts import CustomerFact

_CHUNK = 5_000
_STATEMENT = tuple(getattr(Relationship, name) for name in Statement.__struct_fields__)


def customer_facts(
    session: Session, *, client_id: ClientId, known: datetime | None
) -> dict[Hashable, CustomerFact]:
    """Load every customer with a known start, as known until an instant (none: by now)."""
    segments = _segments(session, client_id)
    found: dict[Hashable, CustomerFact] = {}
    for key, rows in groupby(_statements(session, client_id, known), itemgetter(0)):
        made = relation([Statement(*facts) for _, *facts in rows])
        if made is not None:
            found[key] = CustomerFact(segments[key], made.stays, made.values)
    return found


def _segments(session: Session, client_id: ClientId) -> dict[Hashable, str | None]:
    query = select(type_coerce(Customer.id, NullType()), Customer.segment).where(
        Customer.client_id == client_id
    )
    return {key: segment for key, segment in session.execute(query)}  # noqa: C416 - rows are not pairs to mypy


def _statements(session: Session, client_id: ClientId, known: datetime | None) -> Iterator[Any]:
    table = Relationship
    # A key is only compared here: as the driver gives it, it costs half the time.
    query = select(type_coerce(table.customer_id, NullType()), *_STATEMENT).where(
        table.client_id == client_id
    )
    if known is not None:
        query = query.where(table.recorded_at <= known)
    query = query.order_by(table.customer_id, table.recorded_at, table.id)
    yield from session.execute(query.execution_options(yield_per=_CHUNK))
