"""Moving a touch from one state to another; only from where it is believed to be."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from carecredit.cadence import model
from carecredit.kernel.ids import ClientId, CustomerId, TouchId
from carecredit.store import audit


def move(
    session: Session,
    *,
    client_id: ClientId,
    touch_id: TouchId,
    status: str,
    expected: Collection[str],
    under: int | None = None,
    now: datetime,
    **values: Any,
) -> bool:
    """Move a touch to a status if it stands in an expected one (and `under` this fence).

    Says whether it did: false means that somebody else was first, and nothing has changed.
    """
    table = model.Touch
    query = update(table).where(
        table.client_id == client_id, table.id == touch_id, table.status.in_(expected)
    )
    if under is not None:
        query = query.where(table.fence == under)
    moved = session.execute(
        query.values(status=status, changed_at=now, **values)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        return False
    audit.record(
        session,
        client_id=client_id,
        action=f"touch.{status}",
        subject="touch",
        subject_id=touch_id,
        now=now,
        data={"reason": values.get("status_reason")},
    )
    return True


def cancel(
    session: Session,
    *,
    client_id: ClientId,
    touch_id: TouchId,
    reason: str,
    expected: Collection[str] = ("planned", "offered"),
    now: datetime,
) -> bool:
    """Cancel a touch that is no longer wanted, with its reason."""
    return move(
        session,
        client_id=client_id,
        touch_id=touch_id,
        status="cancelled",
        expected=expected,
        now=now,
        status_reason=reason,
        lease_until=None,
    )


def forget_details(session: Session, *, client_id: ClientId, customer_id: CustomerId) -> int:
    """Empty what was written beside a customer's touches; say how many there were."""
    done = session.execute(
        update(model.Touch)
        .where(
            model.Touch.client_id == client_id,
            model.Touch.customer_id == customer_id,
            model.Touch.status_detail.is_not(None),
        )
        .values(status_detail=None)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it
