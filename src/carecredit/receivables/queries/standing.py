"""Reading what is open, as the business has it at the end of a day."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, cast, exists, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.types import BigInteger

from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId
from carecredit.receivables import model, views
from carecredit.receivables.rules import SETTLING, TAKING_BACK, open_amount

_INVOICE = (
    model.Invoice.id,
    model.Invoice.customer_id,
    model.Invoice.number,
    model.Invoice.invoiced_on,
    func.coalesce(model.Invoice.due_on, model.Invoice.invoiced_on),
    model.Invoice.currency,
    model.Invoice.gross_minor,
    model.Invoice.segment,
)


class UnknownInvoice(NotFound):
    """No such invoice, or none that you may see."""

    code = "invoice_unknown"


def invoice(
    session: Session, *, client_id: ClientId, invoice_id: InvoiceId, today: date
) -> views.OpenInvoice:
    """Read one invoice as it stands at the end of a day, settled or not."""
    found = _read(session, client_id, today, model.Invoice.id == invoice_id)
    if not found:
        raise UnknownInvoice("no such invoice", field="invoice_id")
    return found[0]


def invoices_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, today: date, limit: int = 50
) -> list[views.OpenInvoice]:
    """List a customer's invoices as they stand at the end of a day, newest first."""
    found = _read(session, client_id, today, model.Invoice.customer_id == customer_id)
    return sorted(found, key=lambda item: (item.invoiced_on, item.number), reverse=True)[:limit]


def open_invoices(
    session: Session, *, client_id: ClientId, customer_ids: Sequence[CustomerId], today: date
) -> dict[CustomerId, list[views.OpenInvoice]]:
    """List by customer what is open at the end of a day, the oldest due first."""
    condition = and_(
        model.Invoice.customer_id.in_(customer_ids),
        model.Invoice.invoiced_on <= today,
        model.Invoice.gross_minor > 0,
        exists().where(
            model.Standing.client_id == model.Invoice.client_id,
            model.Standing.invoice_id == model.Invoice.id,
            _not_settled(today),
        ),
    )
    found: dict[CustomerId, list[views.OpenInvoice]] = {}
    for item in _read(session, client_id, today, condition):
        if item.open_minor > 0:
            found.setdefault(item.customer_id, []).append(item)
    for items in found.values():
        items.sort(key=lambda item: (item.due_on, item.invoiced_on, item.number))
    return found


def customers_with_open(
    session: Session,
    *,
    client_id: ClientId,
    today: date,
    after: CustomerId | None = None,
    limit: int = 500,
) -> list[CustomerId]:
    """List customers with an invoice that may be open at the end of a day, a page at a time."""
    table, invoice = model.Standing, model.Invoice
    query = (
        select(table.customer_id)
        .join(invoice, and_(invoice.client_id == table.client_id, invoice.id == table.invoice_id))
        .where(
            table.client_id == client_id,
            _not_settled(today),
            invoice.invoiced_on <= today,
            invoice.gross_minor > 0,
        )
        .distinct()
        .order_by(table.customer_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(table.customer_id > after)
    return list(session.execute(query).scalars())


def unapplied(
    session: Session, *, client_id: ClientId, customer_ids: Sequence[CustomerId], today: date
) -> dict[tuple[CustomerId, str], int]:
    """Sum by customer and currency what was received and settles no invoice (minor units).

    What was given back, or taken back by the bank, is no longer there. What is applied beyond an
    invoice's gross, or to one not yet issued, is unapplied too.
    """
    entry = model.LedgerEntry
    received = session.execute(
        select(entry.customer_id, entry.currency, _sum(_weighed(entry)))
        .where(
            entry.client_id == client_id,
            entry.customer_id.in_(customer_ids),
            entry.effective_on <= today,
        )
        .group_by(entry.customer_id, entry.currency)
    )
    loose = {(customer, currency): minor for customer, currency, minor in received}
    for customer, currency, minor in _settling(session, client_id, customer_ids, today):
        loose[customer, currency] = loose.get((customer, currency), 0) - minor
    return {key: minor for key, minor in loose.items() if minor > 0}


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


def left_open(
    session: Session, *, client_id: ClientId, customer_id: CustomerId
) -> dict[InvoiceId, int]:
    """Give by invoice what all that is recorded leaves open, whatever its day (minor units)."""
    table = model.Standing
    rows = session.execute(
        select(table.invoice_id, table.open_minor).where(
            table.client_id == client_id,
            table.customer_id == customer_id,
            table.settled_on.is_(None),
            table.open_minor > 0,
        )
    )
    return {invoice_id: minor for invoice_id, minor in rows}  # noqa: C416 - rows are not pairs to mypy


def disputes_of(
    session: Session, *, client_id: ClientId, invoice_ids: Sequence[InvoiceId]
) -> list[views.Dispute]:
    """List the disputes about some invoices, oldest first."""
    table, end = model.Dispute, model.DisputeEnd
    rows = session.execute(
        select(table.id, table.invoice_id, table.disputed_from, end.disputed_to, table.reason)
        .outerjoin(end, and_(end.client_id == table.client_id, end.dispute_id == table.id))
        .where(table.client_id == client_id, table.invoice_id.in_(invoice_ids))
        .order_by(table.disputed_from, table.id)
    )
    return [views.Dispute(*row) for row in rows]


def _read(
    session: Session, client_id: ClientId, today: date, condition: ColumnElement[bool]
) -> list[views.OpenInvoice]:
    mine = and_(model.Invoice.client_id == client_id, condition)
    applied = {invoice_id: minor for invoice_id, minor in _applied(session, mine, today)}  # noqa: C416 - rows are not pairs to mypy
    rows = session.execute(select(*_INVOICE).where(mine))
    return [
        views.OpenInvoice(
            *row[:7], open_minor=open_amount(row[6], applied.get(row[0], 0)), segment=row[7]
        )
        for row in rows
    ]


def _settling(
    session: Session, client_id: ClientId, customer_ids: Sequence[CustomerId], today: date
) -> Any:
    """Sum by customer and currency what settles invoices at the end of a day."""
    invoice, share = model.Invoice, model.Allocation
    each = (
        select(
            invoice.customer_id,
            invoice.currency,
            invoice.gross_minor,
            _sum(share.amount_minor).label("applied"),
        )
        .join(share, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(
            invoice.client_id == client_id,
            invoice.customer_id.in_(customer_ids),
            invoice.invoiced_on <= today,
            share.effective_on <= today,
            share.applied_on <= today,
        )
        .group_by(invoice.id, invoice.customer_id, invoice.currency, invoice.gross_minor)
        .subquery()
    )
    within = or_(each.c.gross_minor < 0, each.c.applied < each.c.gross_minor)
    settling = case((within, each.c.applied), else_=each.c.gross_minor)
    return session.execute(
        select(each.c.customer_id, each.c.currency, _sum(settling)).group_by(
            each.c.customer_id, each.c.currency
        )
    )


def _applied(session: Session, mine: ColumnElement[bool], today: date) -> Any:
    share = model.Allocation
    return session.execute(
        select(share.invoice_id, _sum(share.amount_minor))
        .join(
            model.Invoice,
            and_(model.Invoice.client_id == share.client_id, model.Invoice.id == share.invoice_id),
        )
        .where(mine, share.applied_on <= today, share.effective_on <= today)
        .group_by(share.invoice_id)
    )


def _not_settled(today: date) -> ColumnElement[bool]:
    return or_(model.Standing.settled_on.is_(None), model.Standing.settled_on > today)


def _weighed(entry: type[model.LedgerEntry]) -> ColumnElement[int]:
    """Give an entry's amount with the sign by which it moves what is unapplied."""
    settling = [kind.value for kind in SETTLING]
    taking_back = [kind.value for kind in TAKING_BACK]
    minor = entry.amount_minor
    return case((entry.kind.in_(settling), minor), (entry.kind.in_(taking_back), -minor), else_=0)


def _sum(column: Any) -> Any:
    # PostgreSQL's sum of bigints is a numeric: bring it back to an integer.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)
