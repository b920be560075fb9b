"""Reading a customer's ledger a page at a time: every document and movement, both dates, shares."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, Subquery, and_, literal, null, or_, select, union_all
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.receivables import model, rules, views
from carecredit.receivables.queries.against import known_by


class UnknownLine(NotFound):
    """No such line in this customer's ledger."""

    code = "ledger_line_unknown"


def ledger(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    as_of: date,
    known_at: datetime | None = None,
    after: UUID | None = None,
    limit: int = 100,
) -> views.LedgerPage:
    """Tell everything that moved a customer's account by a day, as known at an instant.

    Nothing is left out because it was undone: an undoing is a line of its own.
    """
    told = _told(client_id, customer_id, as_of, known_at)
    query = select(told).order_by(told.c.effective_on, told.c.id).limit(limit + 1)
    if after is not None:
        day = session.execute(select(told.c.effective_on).where(told.c.id == after)).scalar()
        if day is None:
            raise UnknownLine("no such line in this ledger", field="cursor")
        later = and_(told.c.effective_on == day, told.c.id > after)
        query = query.where(or_(told.c.effective_on > day, later))
    rows = session.execute(query).mappings().all()
    page = rows[:limit]
    shares = _shares(session, client_id, [row["id"] for row in page], as_of, known_at)
    lines = tuple(_line(row, shares.get(row["id"], [])) for row in page)
    return views.LedgerPage(lines, lines[-1].id if len(rows) > limit else None)


def _told(
    client_id: ClientId, customer_id: CustomerId, as_of: date, known_at: datetime | None
) -> Subquery:
    invoice, entry = model.Invoice, model.LedgerEntry
    documents = select(
        invoice.id,
        invoice.kind,
        invoice.number,
        invoice.invoiced_on.label("effective_on"),
        invoice.due_on,
        invoice.recorded_at,
        invoice.currency,
        invoice.gross_minor.label("amount_minor"),
        null().label("reason"),
        null().label("related_id"),
        literal(1).label("asks"),
    ).where(
        invoice.client_id == client_id,
        invoice.customer_id == customer_id,
        invoice.invoiced_on <= as_of,
        known_by(invoice, known_at),
    )
    movements = select(
        entry.id,
        entry.kind,
        entry.number,
        entry.effective_on,
        null().label("due_on"),
        entry.recorded_at,
        entry.currency,
        entry.amount_minor,
        entry.reason,
        entry.related_id,
        literal(0).label("asks"),
    ).where(
        entry.client_id == client_id,
        entry.customer_id == customer_id,
        entry.effective_on <= as_of,
        known_by(entry, known_at),
    )
    both: CompoundSelect[Any] = union_all(movements, documents)
    return both.subquery()


def _line(row: Any, applied: Sequence[views.Applied]) -> views.LedgerLine:
    facts = dict(row)
    asks = facts.pop("asks")
    sign = 1 if asks else -rules.weight(facts["kind"])
    return views.LedgerLine(
        **facts, change_minor=sign * facts["amount_minor"], applied=tuple(applied)
    )


def _shares(
    session: Session,
    client_id: ClientId,
    ids: Sequence[UUID],
    as_of: date,
    known_at: datetime | None,
) -> dict[UUID, list[views.Applied]]:
    share, invoice, entry = model.Allocation, model.Invoice, model.LedgerEntry
    query = (
        select(
            share.id,
            share.entry_id,
            share.invoice_id,
            entry.number.label("entry_number"),
            invoice.number.label("invoice_number"),
            share.applied_on,
            share.recorded_at,
            share.amount_minor,
            share.undoes_id,
        )
        .join(entry, and_(entry.client_id == share.client_id, entry.id == share.entry_id))
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(
            share.client_id == client_id,
            share.applied_on <= as_of,
            share.effective_on <= as_of,
            known_by(share, known_at),
        )
        .order_by(share.applied_on, share.id)
    )
    found: dict[UUID, list[views.Applied]] = {}
    # One after the other, each by its own index: a planner meets "or" with a walk through all.
    for row in session.execute(query.where(share.invoice_id.in_(ids))):
        it = views.Applied(row.id, row.entry_id, row.entry_number, *_rest(row))
        found.setdefault(row.invoice_id, []).append(it)
    for row in session.execute(query.where(share.entry_id.in_(ids))):
        it = views.Applied(row.id, row.invoice_id, row.invoice_number, *_rest(row))
        found.setdefault(row.entry_id, []).append(it)
    return found


def _rest(row: Any) -> tuple[Any, ...]:
    return row.applied_on, row.recorded_at, row.amount_minor, row.undoes_id
