"""Reading what was received and settles no invoice, by customer and currency."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.receivables import model, views
from carecredit.receivables.queries.against import (
    Seen,
    applied_minor,
    known_by,
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
    entry = model.LedgerEntry
    received = session.execute(
        select(entry.customer_id, entry.currency, integer_sum(_weighed(entry)))
        .where(
            entry.client_id == client_id,
            entry.customer_id.in_(customer_ids),
            entry.effective_on <= today,
            known_by(entry, known_at),
        )
        .group_by(entry.customer_id, entry.currency)
    )
    loose = {(customer, currency): minor for customer, currency, minor in received}
    for customer, currency, minor in _settling(session, client_id, customer_ids, today, known_at):
        loose[customer, currency] = loose.get((customer, currency), 0) - minor
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


def _settling(
    session: Session,
    client_id: ClientId,
    customer_ids: Sequence[CustomerId],
    today: date,
    known_at: datetime | None,
) -> Iterator[tuple[CustomerId, str, int]]:
    """List by invoice what settles it at the end of a day: no more than its gross."""
    invoice = model.Invoice
    query = select(invoice.id, invoice.customer_id, invoice.currency, invoice.gross_minor).where(
        invoice.client_id == client_id,
        invoice.customer_id.in_(customer_ids),
        invoice.invoiced_on <= today,
        known_by(invoice, known_at),
    )
    rows = session.execute(query).all()
    applied = applied_minor(session, Seen(client_id, [row.id for row in rows], today, known_at))
    for invoice_id, customer_id, currency, gross in rows:
        minor = applied.get(invoice_id, 0)
        yield customer_id, currency, minor if gross < 0 else min(minor, gross)


def _weighed(entry: type[model.LedgerEntry]) -> ColumnElement[int]:
    """Give an entry's amount with the sign by which it moves what is unapplied."""
    settling = [kind.value for kind in SETTLING]
    taking_back = [kind.value for kind in TAKING_BACK]
    minor = entry.amount_minor
    return case((entry.kind.in_(settling), minor), (entry.kind.in_(taking_back), -minor), else_=0)
