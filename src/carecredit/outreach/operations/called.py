"""The contact of an attempt: begun when a call is taken, ended with it or not at all."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from carecredit.customers import queries as customers
from carecredit.kernel.ids import (
    AttemptId,
    ClientId,
    ContactId,
    CustomerId,
    OperatorId,
    TouchId,
    new_id,
)
from carecredit.outreach import model
from carecredit.outreach.operations.contacts import BLANK, NO_SYNC, begin
from carecredit.outreach.rules import Direction
from carecredit.store.session import caller_of


def begin_call(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    touch_id: TouchId,
    attempt_id: AttemptId,
    operator_id: OperatorId | None,
    purpose: str,
    now: datetime,
) -> ContactId:
    """Begin the contact of a call that an operator took."""
    customer = customers.customer(session, client_id=client_id, customer_id=customer_id)
    return begin(
        session,
        now,
        client_id=client_id,
        customer_id=customer_id,
        touch_id=touch_id,
        attempt_id=attempt_id,
        operator_id=operator_id,
        channel="voice",
        direction=Direction.OUT.value,
        purpose=purpose,
        language=customer.language,
    )


def keep_message(
    session: Session,
    *,
    client_id: ClientId,
    attempt_id: AttemptId,
    attempt: Any,
    channel: str,
    now: datetime,
) -> None:
    """Keep a message that its provider accepted as a contact: begun, and ended, by us alone."""
    customer = customers.customer(session, client_id=client_id, customer_id=attempt.customer_id)
    row = BLANK | {
        "client_id": client_id,
        "id": ContactId(new_id()),
        "customer_id": attempt.customer_id,
        "touch_id": attempt.touch_id,
        "attempt_id": attempt_id,
        "operator_id": None,
        "operator": caller_of(session).name,
        "channel": channel,
        "direction": Direction.OUT.value,
        "purpose": attempt.purpose,
        "language": customer.language,
        "started_at": attempt.intent_at,
        "ended_at": now,
        "disposition": "sent",
    }
    session.execute(insert(model.Contact), [row])


def end_of_call(
    session: Session,
    *,
    client_id: ClientId,
    attempt_id: AttemptId,
    disposition: str,
    now: datetime,
) -> None:
    """End the contact of a call that nobody wrapped up."""
    table = model.Contact
    session.execute(
        update(table)
        .where(
            table.client_id == client_id,
            table.attempt_id == attempt_id,
            table.ended_at.is_(None),
        )
        .values(ended_at=now, disposition=disposition)
        .execution_options(**NO_SYNC)
    )


def withdraw(session: Session, *, client_id: ClientId, attempt_id: AttemptId) -> None:
    """Take out the contact of a call given back before it was made: nobody spoke."""
    table = model.Contact
    session.execute(
        delete(table)
        .where(
            table.client_id == client_id,
            table.attempt_id == attempt_id,
            table.ended_at.is_(None),
        )
        .execution_options(**NO_SYNC)
    )


def contact_of_attempt(
    session: Session, *, client_id: ClientId, attempt_id: AttemptId
) -> ContactId:
    """Find the contact of a call."""
    table = model.Contact
    found = session.execute(
        select(table.id).where(table.client_id == client_id, table.attempt_id == attempt_id)
    ).scalar_one()
    return ContactId(found)
