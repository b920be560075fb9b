"""Reading the union of holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from carecredit.holds import model, views
from carecredit.kernel.ids import ClientId, CustomerId


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
