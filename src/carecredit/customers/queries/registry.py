"""Reading customers' cards, what was said of their contracts, and studies."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.customers import model, views
from carecredit.customers.rules import Statement, relation
from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, CustomerId, StudyId

PAGE_MAX = 200
_CUSTOMER = select(
    model.Customer.id,
    model.Customer.client_id,
    model.Customer.number,
    model.Customer.name,
    model.Customer.language,
    model.Customer.country,
    model.Customer.region,
    model.Customer.segment,
)
_STATEMENT = tuple(getattr(model.Relationship, name) for name in Statement.__struct_fields__)


class Known(Struct, frozen=True, gc=False):
    """A statement and since when it is known."""

    statement: Statement
    recorded_at: datetime


class UnknownCustomer(NotFound):
    """No such customer, or none that you may see."""

    code = "customer_unknown"


def customer(session: Session, *, client_id: ClientId, customer_id: CustomerId) -> views.Customer:
    """Read a customer's card."""
    found = cards(session, client_id=client_id, customer_ids=[customer_id])
    if not found:
        raise UnknownCustomer("no such customer")
    return found[0]


def customer_by_number(session: Session, *, client_id: ClientId, number: str) -> views.Customer:
    """Read the card of a customer by the client company's own number."""
    found = customers(session, client_id=client_id, number=number, limit=1)
    if not found:
        raise UnknownCustomer(f"no customer {number!r}", field="customer")
    return found[0]


def customers(
    session: Session,
    *,
    client_id: ClientId,
    after: CustomerId | None = None,
    number: str | None = None,
    limit: int = 50,
) -> list[views.Customer]:
    """List customers in the order they came, a page at a time; or the one of a number."""
    query = _CUSTOMER.where(model.Customer.client_id == client_id)
    if number is not None:
        query = query.where(model.Customer.number == number)
    if after is not None:
        query = query.where(model.Customer.id > after)
    query = query.order_by(model.Customer.id).limit(min(limit, PAGE_MAX))
    return _cards(session, client_id, session.execute(query).all())


def cards(
    session: Session, *, client_id: ClientId, customer_ids: Sequence[CustomerId]
) -> list[views.Customer]:
    """Read the cards of some customers."""
    rows = session.execute(
        _CUSTOMER.where(model.Customer.client_id == client_id, model.Customer.id.in_(customer_ids))
    )
    return _cards(session, client_id, rows.all())


def statements_of(
    session: Session,
    *,
    client_id: ClientId,
    customer_ids: Collection[CustomerId],
    number: str | None = None,
) -> dict[CustomerId, list[Known]]:
    """Read what was said of some customers' contracts (or the one of a number), oldest first."""
    table = model.Relationship
    query = select(table.customer_id, table.recorded_at, *_STATEMENT).where(
        table.client_id == client_id, table.customer_id.in_(list(customer_ids))
    )
    if number is not None:
        query = query.where(table.number == number)
    found: dict[CustomerId, list[Known]] = {}
    for customer_id, recorded_at, *facts in session.execute(
        query.order_by(table.recorded_at, table.id)
    ):
        found.setdefault(customer_id, []).append(Known(Statement(*facts), recorded_at))
    return found


def _cards(session: Session, client_id: ClientId, rows: Sequence[Any]) -> list[views.Customer]:
    known = statements_of(session, client_id=client_id, customer_ids=[row.id for row in rows])
    return [views.Customer(*row, *_relationship(known.get(row.id, []))) for row in rows]


def _relationship(known: Sequence[Known]) -> Sequence[Any]:
    """Tell when a customer's first contract began, and when and why the last one ended."""
    statements = [one.statement for one in known]
    found = relation(statements)
    if found is not None:
        last = found.stays[-1]
        return found.stays[0].started_on, last.ended_on, last.reason
    if not statements:
        return None, None, None
    return None, statements[-1].ended_on, statements[-1].ended_reason


def ids_by_number(
    session: Session, *, client_id: ClientId, numbers: Iterable[str]
) -> dict[str, CustomerId]:
    """Find the ids of customers by their numbers; unknown ones are left out."""
    rows = session.execute(
        select(model.Customer.number, model.Customer.id).where(
            model.Customer.client_id == client_id, model.Customer.number.in_(list(numbers))
        )
    )
    return {number: customer_id for number, customer_id in rows}  # noqa: C416 - rows are not pairs to mypy


def study(
    session: Session, *, client_id: ClientId, name: str, known: datetime | None
) -> views.Study | None:
    """Find the latest study of a name, as known until an instant (none: by now)."""
    table = model.Study
    query = select(table.id, table.name, table.content_hash, table.subjects, table.recorded_at)
    query = query.where(table.client_id == client_id, table.name == name)
    if known is not None:
        query = query.where(table.recorded_at <= known)
    row = session.execute(query.order_by(table.recorded_at.desc(), table.id.desc())).first()
    return None if row is None else views.Study(*row)


def study_names(session: Session, *, client_id: ClientId) -> list[str]:
    """List the names of a client company's studies."""
    query = select(model.Study.name).where(model.Study.client_id == client_id).distinct()
    return sorted(session.execute(query).scalars())


def study_cells(
    session: Session, *, client_id: ClientId, study_id: StudyId
) -> dict[views.StudyCell, int]:
    """Read a study: how many of each group, duration and end."""
    table = model.StudyCell
    rows = session.execute(
        select(table.grouping, table.duration, table.cause, table.subjects).where(
            table.client_id == client_id, table.study_id == study_id
        )
    )
    return {views.StudyCell(*cell): subjects for *cell, subjects in rows}
