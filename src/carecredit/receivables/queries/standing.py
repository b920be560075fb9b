"""Reading invoices as the business has them at the end of a day, with due dates and disputes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId
from carecredit.receivables import model, rules, views
from carecredit.receivables.queries.against import (
    CLIENT,
    DAY,
    KNOWN,
    Rows,
    Seen,
    applied_to,
    contested_by,
    due_dates,
    words,
)

_INVOICE = (
    "id", "customer_id", "number", "invoiced_on", "due_on", "currency", "gross_minor", "segment",
    "kind", "tax_minor", "split_payment",
)  # fmt: skip


class UnknownInvoice(NotFound):
    """No such invoice, or none that you may see."""

    code = "invoice_unknown"


def invoice(
    session: Session,
    *,
    client_id: ClientId,
    invoice_id: InvoiceId,
    today: date,
    known_at: datetime | None = None,
) -> views.OpenInvoice:
    """Read one invoice as it stands at the end of a day, settled or not."""
    found = _read(session, client_id, today, model.Invoice.id == invoice_id, known_at)
    if not found:
        raise UnknownInvoice("no such invoice", field="invoice_id")
    return found[0]


def invoices_by_id(
    session: Session,
    *,
    client_id: ClientId,
    invoice_ids: Collection[InvoiceId],
    today: date,
    known_at: datetime | None = None,
) -> dict[InvoiceId, views.OpenInvoice]:
    """Read some invoices as they stand at the end of a day; unknown ones are left out."""
    found = _read(session, client_id, today, model.Invoice.id.in_(list(invoice_ids)), known_at)
    return {item.id: item for item in found}


def invoices_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, today: date, limit: int = 50
) -> list[views.OpenInvoice]:
    """List a customer's invoices as they stand at the end of a day, newest first."""
    newest = (
        select(model.Invoice.id)
        .where(model.Invoice.client_id == client_id, model.Invoice.customer_id == customer_id)
        .order_by(model.Invoice.invoiced_on.desc(), model.Invoice.number.desc())
        .limit(limit)
    )
    ids = list(session.execute(newest).scalars())
    found = _read(session, client_id, today, model.Invoice.id.in_(ids))
    return sorted(found, key=lambda item: (item.invoiced_on, item.number), reverse=True)


def open_invoices(
    session: Session, *, client_id: ClientId, customer_ids: Sequence[CustomerId], today: date
) -> dict[CustomerId, list[views.OpenInvoice]]:
    """List by customer what is open at the end of a day, the oldest due first."""
    told = words(client_id, today, None) | {"customers": customer_ids}
    found: dict[CustomerId, list[views.OpenInvoice]] = {}
    for item in _stand(session, _open_of_customers(), told):
        if item.open_minor > 0:
            found.setdefault(item.customer_id, []).append(item)
    for items in found.values():
        items.sort(key=lambda item: (item.due_on, item.invoiced_on, item.number))
    return found


def standing_of(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    today: date,
    known_at: datetime | None = None,
) -> list[views.OpenInvoice]:
    """List a customer's invoices with something open, or below zero, at the end of a day."""
    seen = may_be_open(today) if known_at is None else model.Invoice.invoiced_on <= today
    condition = and_(model.Invoice.customer_id == customer_id, seen)
    found = _read(session, client_id, today, condition, known_at)
    return [item for item in found if item.open_minor]


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


def may_be_open(today: date | BindParameter[Any]) -> ColumnElement[bool]:
    """Narrow invoices to those issued by a day and not settled for good before its end."""
    return and_(
        model.Invoice.invoiced_on <= today,
        exists().where(
            model.Standing.client_id == model.Invoice.client_id,
            model.Standing.invoice_id == model.Invoice.id,
            _not_settled(today),
        ),
    )


def _read(
    session: Session,
    client_id: ClientId,
    today: date,
    condition: ColumnElement[bool],
    known_at: datetime | None = None,
) -> list[views.OpenInvoice]:
    query = _invoices(known_at is not None).where(condition)
    return _stand(session, query, words(client_id, today, known_at))


def _stand(session: Session, query: Rows, told: dict[str, Any]) -> list[views.OpenInvoice]:
    rows = session.execute(query, told).mappings().all()
    if not rows:
        return []
    seen = Seen(told["client_id"], [row["id"] for row in rows], told["day"], told["known_at"])
    due = due_dates(session, seen)
    contested = contested_by(session, seen)
    return [
        _standing(dict(row), due.get(row["id"], []), contested.get(row["id"], []), seen.day)
        for row in rows
    ]


@cache
def _invoices(known: bool) -> Rows:  # noqa: FBT001 - one of two statements
    table = model.Invoice
    applied = applied_to(table, known=known).label("applied_minor")
    query: Rows = select(*(getattr(table, name) for name in _INVOICE), applied)
    query = query.where(table.client_id == CLIENT)
    return query.where(table.recorded_at <= KNOWN) if known else query


@cache
def _open_of_customers() -> Rows:
    table = model.Invoice
    theirs = table.customer_id.in_(bindparam("customers", expanding=True))
    return _invoices(False).where(theirs, table.gross_minor > 0, may_be_open(DAY))


def _standing(
    row: dict[str, Any],
    due: list[tuple[date, int]],
    contested: Iterable[int | None],
    today: date,
) -> views.OpenInvoice:
    gross, only_on = row["gross_minor"], row["due_on"] or row["invoiced_on"]
    open_minor = rules.open_amount(gross, row.pop("applied_minor"))
    parts: tuple[rules.OpenPart, ...] = (rules.OpenPart(only_on, gross, open_minor),)
    if due and gross > 0:
        parts = rules.fill(due, gross - open_minor)
    return views.OpenInvoice(
        **row | {"due_on": rules.next_due(parts)},
        open_minor=open_minor,
        instalments=parts,
        past_due_minor=rules.past_due(parts, today),
        disputed_minor=rules.disputed_amount(contested, open_minor),
    )


def _not_settled(today: date | BindParameter[Any]) -> ColumnElement[bool]:
    return or_(model.Standing.settled_on.is_(None), model.Standing.settled_on > today)
