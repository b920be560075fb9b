"""Reading the union of holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from carecredit.holds import model, views
from carecredit.holds.rules import AGEING
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId


def standing(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, at: datetime
) -> list[views.StandingHold]:
    """List the holds of a customer in force at an instant."""
    found = standing_of(session, client_id=client_id, customer_ids=[customer_id], at=at)
    return found.get(customer_id, [])


def standing_of(
    session: Session,
    *,
    client_id: ClientId,
    customer_ids: Sequence[CustomerId],
    at: datetime,
    ahead: timedelta = timedelta(0),
) -> dict[CustomerId, list[views.StandingHold]]:
    """List the holds in force at an instant (or beginning so soon after it), by customer."""
    rows = session.execute(
        select(
            model.Hold.id,
            model.Hold.customer_id,
            model.Hold.reason,
            model.Hold.invoice_id,
            model.Hold.starts_at,
            model.Hold.ends_at,
            model.Hold.review_on,
        )
        .where(
            model.Hold.client_id == client_id,
            model.Hold.customer_id.in_(customer_ids),
            model.Hold.starts_at <= at + ahead,
            or_(model.Hold.ends_at.is_(None), model.Hold.ends_at > at),
        )
        .order_by(model.Hold.starts_at, model.Hold.id)
    )
    found: dict[CustomerId, list[views.StandingHold]] = {}
    for row in rows:
        hold = views.StandingHold(*row)
        found.setdefault(hold.customer_id, []).append(hold)
    return found


def spans_of(
    session: Session, *, client_id: ClientId, customer_ids: Sequence[CustomerId], until: datetime
) -> dict[CustomerId, list[tuple[InvoiceId | None, datetime, datetime | None]]]:
    """List the holds that spare the courtesy age, over or not: of what, from when, until when."""
    table = model.Hold
    rows = session.execute(
        select(table.customer_id, table.invoice_id, table.starts_at, table.ends_at).where(
            table.client_id == client_id,
            table.customer_id.in_(customer_ids),
            table.starts_at <= until,
            table.reason.not_in([reason.value for reason in AGEING]),
        )
    )
    found: dict[CustomerId, list[tuple[InvoiceId | None, datetime, datetime | None]]] = {}
    for customer_id, invoice_id, starts_at, ends_at in rows:
        found.setdefault(customer_id, []).append((invoice_id, starts_at, ends_at))
    return found
