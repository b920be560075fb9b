"""What happened between us and a customer."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.outreach import model, views

_CONTACT = tuple(getattr(model.Contact, name) for name in views.Contact.__struct_fields__)


def contacts_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, limit: int = 20
) -> list[views.Contact]:
    """List a customer's contacts, newest first."""
    rows = session.execute(
        select(*_CONTACT)
        .where(model.Contact.client_id == client_id, model.Contact.customer_id == customer_id)
        .order_by(model.Contact.started_at.desc(), model.Contact.id.desc())
        .limit(limit)
    )
    return [views.Contact(*row) for row in rows]


def outcome_counts(session: Session, *, client_id: ClientId) -> dict[str, int]:
    """Count attempts by channel and state (`email:accepted`)."""
    rows = session.execute(
        select(model.Attempt.channel, model.Attempt.state, func.count())
        .where(model.Attempt.client_id == client_id)
        .group_by(model.Attempt.channel, model.Attempt.state)
        .order_by(model.Attempt.channel, model.Attempt.state)
    )
    return {f"{channel}:{state}": count for channel, state, count in rows}
