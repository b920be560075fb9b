"""Reading what was received and settles no invoice, by customer and currency."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, or_, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.receivables import model, views
from carecredit.receivables.queries.against import (
    CLIENT,
    DAY,
    KNOWN,
    Rows,
    applied_to,
    words,
)
from carecredit.receivables.rules import SETTLING, TAKING_BACK
from carecredit.store.paging import integer_sum

Loose = dict[tuple[CustomerId, str], int]


def unapplied(
    session: Session, *, client_id: ClientId, customer_ids: Sequence[CustomerId], today: date
) -> Loose:
    """Sum by customer and currency what was received and settles no invoice (minor units).

    What was given back, or taken back by the bank, is no longer there. What is applied beyond an
    invoice's gross, or to one not yet issued, is unapplied too.
    """
    loose = unapplied_signed(
        session, client_id=client_id, customer_ids=customer_ids, today=today, known_at=None
    )
    return {key: minor for key, minor in loose.items() if minor > 0}


def unapplied_signed(
    session: Session,
    *,
    client_id: ClientId,
    customer_ids: Sequence[CustomerId],
    today: date,
    known_at: datetime | None,
) -> Loose:
    """Sum the same, below zero too: there more was taken back than ever stood unapplied."""
    told = words(client_id, today, known_at) | {"customers": customer_ids}
    loose: Loose = {}
    for query in (_received(known_at is not None), _settling(known_at is not None)):
        for customer, currency, minor in session.execute(query, told):
            loose[customer, currency] = loose.get((customer, currency), 0) + minor
    return loose


def payments_since(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, first: date, last: date
) -> list[views.Movement]:
    """List the payments a customer made from one day to another, both in, oldest first."""
    entry = model.LedgerEntry
    rows = session.execute(
        select(
            entry.id,
            entry.kind,
            entry.number,
            entry.effective_on,
            entry.currency,
            entry.amount_minor,
        )
        .where(
            entry.client_id == client_id,
            entry.customer_id == customer_id,
            entry.kind == "payment",
            entry.effective_on >= first,
            entry.effective_on <= last,
        )
        .order_by(entry.effective_on, entry.id)
    )
    return [views.Movement(*row) for row in rows]


# Built once: putting a statement together takes longer than the database does to answer it.


@cache
def _received(known: bool) -> Rows:  # noqa: FBT001 - one of two statements
    entry = model.LedgerEntry
    query: Rows = select(entry.customer_id, entry.currency, integer_sum(_weighed(entry)))
    query = query.where(*_theirs(entry, known=known), entry.effective_on <= DAY)
    return query.group_by(entry.customer_id, entry.currency)


@cache
def _settling(known: bool) -> Rows:  # noqa: FBT001 - one of two statements
    """Take off what settles each invoice at the end of a day: no more than its gross."""
    invoice = model.Invoice
    one = (
        select(
            invoice.customer_id,
            invoice.currency,
            invoice.gross_minor,
            applied_to(invoice, known=known).label("applied_minor"),
        )
        .where(*_theirs(invoice, known=known), invoice.invoiced_on <= DAY)
        .subquery()
    )
    gross, minor = one.c.gross_minor, one.c.applied_minor
    settled = case((or_(gross < 0, minor < gross), minor), else_=gross)
    query: Rows = select(one.c.customer_id, one.c.currency, -integer_sum(settled))
    return query.group_by(one.c.customer_id, one.c.currency)


def _theirs(table: Any, *, known: bool) -> list[ColumnElement[bool]]:
    customers = table.customer_id.in_(bindparam("customers", expanding=True))
    mine = [table.client_id == CLIENT, customers]
    return [*mine, table.recorded_at <= KNOWN] if known else mine


def _weighed(entry: type[model.LedgerEntry]) -> ColumnElement[int]:
    """Give an entry's amount with the sign by which it moves what is unapplied."""
    settling = [kind.value for kind in SETTLING]
    taking_back = [kind.value for kind in TAKING_BACK]
    minor = entry.amount_minor
    return case((entry.kind.in_(settling), minor), (entry.kind.in_(taking_back), -minor), else_=0)
