"""What open cases mean for the rest of a relation: what is contested, and who is spared."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from carecredit.cases import model, views
from carecredit.cases.queries.levels import agreed_now
from carecredit.cases.queries.reading import CASE
from carecredit.cases.rules import CaseKind, CaseState, case_policy
from carecredit.kernel.ids import CaseId, ClientId, CustomerId, InvoiceId


def softened(
    session: Session, *, client_id: ClientId, customer_ids: Collection[CustomerId], now: datetime
) -> dict[CustomerId, views.Softened]:
    """Say towards whom we soften: a matter is open, or was resolved a few days ago."""
    soft = agreed_now(session, client_id=client_id, now=now).level.softening
    table = model.CareCase
    rows = session.execute(
        select(table.customer_id, table.id, table.opened_at, table.resolved_at)
        .where(
            table.client_id == client_id,
            table.customer_id.in_(list(customer_ids)),
            table.kind.in_([kind.value for kind in case_policy().softening]),
            table.opened_at <= now,
            or_(
                table.state != CaseState.RESOLVED.value,
                table.resolved_at > now - timedelta(days=soft.after_days),
            ),
        )
        .order_by(table.opened_at, table.id)
    )
    found: dict[CustomerId, list[tuple[CaseId, datetime, datetime | None]]] = {}
    for customer_id, case_id, opened_at, resolved_at in rows:
        found.setdefault(customer_id, []).append((case_id, opened_at, resolved_at))
    after = timedelta(days=soft.after_days)
    return {
        customer_id: views.Softened(
            since=min(opened_at for _, opened_at, _ in matters),
            until=_last([ended for _, _, ended in matters], after),
            case_ids=tuple(case_id for case_id, _, _ in matters),
            spacing_days=soft.spacing_days,
            tone=soft.tone,
        )
        for customer_id, matters in found.items()
    }


def contesting(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    invoice_ids: Collection[InvoiceId] | None = None,
) -> dict[InvoiceId, CaseId]:
    """Name the open complaint or dispute (the oldest) of each invoice that one is about."""
    table, link = model.CareCase, model.CaseInvoice
    query = (
        select(link.invoice_id, link.case_id)
        .join(table, (table.client_id == link.client_id) & (table.id == link.case_id))
        .where(
            link.client_id == client_id,
            table.customer_id == customer_id,
            table.kind.in_([kind.value for kind in case_policy().holding]),
            table.state != CaseState.RESOLVED.value,
        )
    )
    if invoice_ids is not None:
        query = query.where(link.invoice_id.in_(list(invoice_ids)))
    found: dict[InvoiceId, CaseId] = {}
    for invoice_id, case_id in session.execute(query.order_by(table.id)):
        found.setdefault(invoice_id, case_id)
    return found


def disputing(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    invoice_ids: Collection[InvoiceId],
) -> dict[InvoiceId, list[views.Disputing]]:
    """Name the open disputes (the oldest first) of each invoice, with what each contests of it."""
    table, link = model.CareCase, model.CaseInvoice
    rows = session.execute(
        select(link.invoice_id, link.case_id, link.amount_minor)
        .join(table, (table.client_id == link.client_id) & (table.id == link.case_id))
        .where(
            link.client_id == client_id,
            link.invoice_id.in_(list(invoice_ids)),
            table.customer_id == customer_id,
            table.kind == CaseKind.DISPUTE.value,
            table.state != CaseState.RESOLVED.value,
        )
        .order_by(table.id)
    )
    found: dict[InvoiceId, list[views.Disputing]] = {}
    for invoice_id, case_id, amount_minor in rows:
        found.setdefault(invoice_id, []).append(views.Disputing(case_id, amount_minor))
    return found


def overdue_case(
    session: Session, *, client_id: ClientId, customer_id: CustomerId
) -> views.Case | None:
    """Give the customer's open overdue case; there is one at most."""
    table = model.CareCase
    row = session.execute(
        select(*CASE).where(
            table.client_id == client_id,
            table.customer_id == customer_id,
            table.kind == CaseKind.OVERDUE.value,
            table.state != CaseState.RESOLVED.value,
        )
    ).first()
    return None if row is None else views.Case(*row)


def with_overdue_case(
    session: Session,
    *,
    client_id: ClientId,
    customer_ids: Collection[CustomerId] | None = None,
    after: CustomerId | None = None,
    limit: int = 500,
) -> list[CustomerId]:
    """List the customers who have an open overdue case, a page at a time."""
    table = model.CareCase
    query = select(table.customer_id).where(
        table.client_id == client_id,
        table.kind == CaseKind.OVERDUE.value,
        table.state != CaseState.RESOLVED.value,
    )
    if customer_ids is not None:
        query = query.where(table.customer_id.in_(list(customer_ids)))
    if after is not None:
        query = query.where(table.customer_id > after)
    return list(session.execute(query.order_by(table.customer_id).limit(limit)).scalars())


def _last(ends: list[datetime | None], after: timedelta) -> datetime | None:
    told = [ended for ended in ends if ended is not None]
    return max(told) + after if len(told) == len(ends) else None
