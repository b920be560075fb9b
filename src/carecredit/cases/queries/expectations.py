"""Reading our own word: what we gave customers to expect, and what of it is due."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.cases import model, views
from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import CaseId, ClientId, CustomerId, ExpectationId

PAGE_MAX = 200
_ALL = tuple(getattr(model.Expectation, name) for name in views.Expectation.__struct_fields__)


class UnknownExpectation(NotFound):
    """We gave nobody such a word, or none that you may see."""

    code = "expectation_unknown"


def expectation(
    session: Session, *, client_id: ClientId, expectation_id: ExpectationId
) -> views.Expectation:
    """Read one word that we gave."""
    table = model.Expectation
    row = session.execute(
        select(*_ALL).where(table.client_id == client_id, table.id == expectation_id)
    ).first()
    if row is None:
        raise UnknownExpectation("no such expectation", field="expectation_id")
    return views.Expectation(*row)


def expectations(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId | None = None,
    case_id: CaseId | None = None,
    state: str | None = None,
    due_by: datetime | None = None,
    after: ExpectationId | None = None,
    limit: int = PAGE_MAX,
) -> list[views.Expectation]:
    """List what we gave to expect in the order it was given, a page at a time."""
    table = model.Expectation
    query = select(*_ALL).where(table.client_id == client_id)
    for column, told in (
        (table.customer_id, customer_id),
        (table.case_id, case_id),
        (table.state, state),
    ):
        if told is not None:
            query = query.where(column == told)
    if due_by is not None:
        query = query.where(table.due_at <= due_by)
    if after is not None:
        query = query.where(table.id > after)
    rows = session.execute(query.order_by(table.id).limit(min(limit, PAGE_MAX)))
    return [views.Expectation(*row) for row in rows]


def due_expectations(
    session: Session, *, client_ids: Collection[ClientId], by: datetime, limit: int = PAGE_MAX
) -> list[tuple[ClientId, views.Expectation]]:
    """List what is still open and due by an instant, what is due first before the rest."""
    table = model.Expectation
    rows = session.execute(
        select(table.client_id, *_ALL)
        .where(table.client_id.in_(list(client_ids)), table.state == "open", table.due_at <= by)
        .order_by(table.due_at, table.id)
        .limit(min(limit, PAGE_MAX))
    )
    return [(client_id, views.Expectation(*facts)) for client_id, *facts in rows]


def unfulfilled(
    session: Session, *, client_ids: Collection[ClientId], limit: int = PAGE_MAX
) -> list[tuple[ClientId, views.Expectation]]:
    """List the word that we broke and have not made good since, the oldest first."""
    table = model.Expectation
    rows = session.execute(
        select(table.client_id, *_ALL)
        .where(
            table.client_id.in_(list(client_ids)),
            table.state == "broken",
            table.fulfilled_at.is_(None),
        )
        .order_by(table.due_at, table.id)
        .limit(min(limit, PAGE_MAX))
    )
    return [(client_id, views.Expectation(*facts)) for client_id, *facts in rows]
