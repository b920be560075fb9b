"""Reading promises."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.arrangements import model, views
from carecredit.kernel.ids import ClientId, CustomerId

_PROMISE = tuple(getattr(model.PromiseToPay, name) for name in views.Promise.__struct_fields__)


def promises_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId
) -> list[views.Promise]:
    """List a customer's promises, newest first."""
    rows = session.execute(
        select(*_PROMISE)
        .where(
            model.PromiseToPay.client_id == client_id,
            model.PromiseToPay.customer_id == customer_id,
        )
        .order_by(model.PromiseToPay.given_at.desc(), model.PromiseToPay.id.desc())
    )
    return [views.Promise(*row) for row in rows]


def active_promises(
    session: Session, *, client_id: ClientId, given_before: datetime
) -> list[views.Promise]:
    """List the promises of a client company's customers still to be judged, oldest first."""
    rows = session.execute(
        select(*_PROMISE)
        .where(
            model.PromiseToPay.client_id == client_id,
            model.PromiseToPay.state == "active",
            model.PromiseToPay.given_at <= given_before,
        )
        .order_by(model.PromiseToPay.given_at, model.PromiseToPay.id)
    )
    return [views.Promise(*row) for row in rows]
