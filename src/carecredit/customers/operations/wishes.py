"""Wishes not to be contacted, and contact points that do not work."""

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from carecredit.customers import model, queries
from carecredit.customers.operations.gate import lock_gate_of
from carecredit.kernel.ids import (
    ClientId,
    ContactPointId,
    CustomerId,
    SuppressionId,
    new_id,
)
from carecredit.store import audit


def opt_out(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    channel: str | None,
    proof: str,
    now: datetime,
) -> int:
    """Record the wish not to be contacted (on a channel, or at all) at every known point."""
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    found = queries.reach(session, client_id=client_id, customer_id=customer_id)
    for point in found.points:
        session.execute(
            insert(model.Suppression),
            [
                {
                    "id": SuppressionId(new_id()),
                    "point_hash": point.point_hash,
                    "asked_of": client_id,
                    "channel": channel,
                    "purpose": None,
                    "proof": proof,
                    "starts_at": now,
                    "ends_at": None,
                }
            ],
        )
    audit.record(
        session,
        client_id=client_id,
        action="customer.opted_out",
        subject="customer",
        subject_id=customer_id,
        now=now,
        data={"channel": channel or "any", "points": len(found.points)},
    )
    return len(found.points)


def mark_point_bad(
    session: Session, *, client_id: ClientId, point_id: ContactPointId, reason: str, now: datetime
) -> None:
    """Mark a contact point as not working or not theirs; it is not used again."""
    session.execute(
        update(model.ContactPoint)
        .where(model.ContactPoint.client_id == client_id, model.ContactPoint.id == point_id)
        .values(bad_since=now, bad_reason=reason)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session,
        client_id=client_id,
        action="contact_point.marked_bad",
        subject="contact_point",
        subject_id=point_id,
        now=now,
        data={"reason": reason},
    )
