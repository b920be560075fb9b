"""Loading customers' contracts as known at an instant, put together customer by customer."""

from collections.abc import Hashable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from carecredit.customers.model import Customer, Relationship
from carecredit.customers.rules import Statement, relation
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.mandates.views import Client
from carecredit.metrics.rules.facts import CustomerFact
from carecredit.metrics.rules.people import Relations
from carecredit.store.keeping import recall

_CHUNK = 5_000
_STATEMENT = tuple(getattr(Relationship, name) for name in Statement.__struct_fields__)


def customer_facts(
    session: Session,
    *,
    client_id: ClientId,
    known: datetime | None,
    customer_id: CustomerId | None = None,
) -> dict[Hashable, CustomerFact]:
    """Load every customer (or one) with a known start, as known until an instant (none: now)."""
    segments = _segments(session, client_id)
    found: dict[Hashable, CustomerFact] = {}
    for key, rows in groupby(_statements(session, client_id, known, customer_id), itemgetter(0)):
        made = relation([Statement(*facts) for _, *facts in rows])
        if made is not None:
            found[key] = CustomerFact(segments[key], made.stays, made.values)
    return found


def relations_of(
    session: Session,
    *,
    company: Client,
    known: datetime | None,
    customer_id: CustomerId | None = None,
) -> Relations:
    """Sort the customers of a client company (or one), ready for any window.

    They are kept as long as no statement and no card is new, by how many statements were known:
    statements are only ever added, so that their number says which they are.
    """

    def read() -> Relations:
        facts = customer_facts(session, client_id=company.id, known=known, customer_id=customer_id)
        return Relations(facts.values(), currency=company.currency)

    if customer_id is not None:
        return read()
    state = relations_state(session, client_id=company.id)
    return recall(
        session, ("relations", company.id, state, _known(session, company.id, known)), read
    )


def relations_state(session: Session, *, client_id: ClientId) -> Hashable:
    """Say how many statements and which customers there are: what is kept goes by it.

    Statements are only ever added, and a customer's version rises with each change of its card.
    """
    said = select(func.count()).where(Relationship.client_id == client_id)
    cards = select(func.count(), func.sum(Customer.version)).where(Customer.client_id == client_id)
    return (session.execute(said).scalar_one(), *session.execute(cards).one())


def _known(session: Session, client_id: ClientId, known: datetime | None) -> int:
    said = select(func.count()).where(Relationship.client_id == client_id)
    if known is not None:
        said = said.where(Relationship.recorded_at <= known)
    return session.execute(said).scalar_one()


def _segments(session: Session, client_id: ClientId) -> dict[Hashable, str | None]:
    query = select(type_coerce(Customer.id, NullType()), Customer.segment).where(
        Customer.client_id == client_id
    )
    return {key: segment for key, segment in session.execute(query)}  # noqa: C416 - rows are not pairs to mypy


def _statements(
    session: Session,
    client_id: ClientId,
    known: datetime | None,
    customer_id: CustomerId | None,
) -> Iterator[Any]:
    table = Relationship
    # A key is only compared here: as the driver gives it, it costs half the time.
    query = select(type_coerce(table.customer_id, NullType()), *_STATEMENT).where(
        table.client_id == client_id
    )
    if known is not None:
        query = query.where(table.recorded_at <= known)
    if customer_id is not None:
        query = query.where(table.customer_id == customer_id)
    query = query.order_by(table.customer_id, table.recorded_at, table.id)
    yield from session.execute(query.execution_options(yield_per=_CHUNK))
