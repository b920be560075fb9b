"""The attempts made at a customer, and the decisions that allowed them taken once more."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.contact_policy import queries as policy
from carecredit.contact_policy.views import Replay
from carecredit.kernel.ids import AttemptId, ClientId, CustomerId
from carecredit.outreach import model, views

_ATTEMPT = tuple(getattr(model.Attempt, name) for name in views.Attempted.__struct_fields__)


def attempts_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, limit: int = 50
) -> list[views.Attempted]:
    """List the attempts made at a customer, newest first."""
    rows = session.execute(
        select(*_ATTEMPT)
        .where(model.Attempt.client_id == client_id, model.Attempt.customer_id == customer_id)
        .order_by(model.Attempt.intent_at.desc(), model.Attempt.id.desc())
        .limit(limit)
    )
    return [views.Attempted(*row) for row in rows]


def replayed_attempt(session: Session, *, client_id: ClientId, attempt_id: AttemptId) -> Replay:
    """Take the decision that allowed an attempt once more, from the inputs that were kept."""
    event_id = session.execute(
        select(model.Attempt.event_id).where(
            model.Attempt.client_id == client_id, model.Attempt.id == attempt_id
        )
    ).scalar_one_or_none()
    if event_id is None:
        raise policy.InputsNotKept("no such attempt", field="attempt_id")
    return policy.replayed(session, client_id=client_id, event_id=event_id)
