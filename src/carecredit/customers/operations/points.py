"""Contact points of customers: written, renewed from a card, hashed so that they are recognised."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from carecredit.customers import model
from carecredit.customers.operations.cards import Card, CardPoint
from carecredit.customers.rules import known_as
from carecredit.kernel.ids import ClientId, ContactPointId, CustomerId, new_ids
from carecredit.store import bulk
from carecredit.store.session import keyed_hash

SUPERSEDED = "superseded"


def store_points(
    session: Session,
    *,
    client_id: ClientId,
    points: Iterable[tuple[CustomerId, Sequence[CardPoint]]],
) -> list[bytes]:
    """Store new contact points of customers, the preferred first; give their hashes."""
    stated = [
        (customer_id, point, position)
        for customer_id, mine in points
        for position, point in enumerate(mine)
    ]
    rows = [
        _row(session, client_id, ContactPointId(new), *one)
        for one, new in zip(stated, new_ids(len(stated)), strict=True)
    ]
    bulk.store(session, model.ContactPoint, rows)
    return [row["point_hash"] for row in rows]


def renew_points(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, card: Card, now: datetime
) -> tuple[bool, list[bytes]]:
    """Take over the contact points of a card; those it no longer names are kept as superseded.

    One that was superseded and is named again works again. Says whether anything changed, and
    gives the hashes of the new ones.
    """
    table = model.ContactPoint
    rows = session.execute(
        select(table.id, table.kind, table.value, table.bad_reason).where(
            table.client_id == client_id, table.customer_id == customer_id
        )
    )
    stored = {(row.kind, row.value): row for row in rows}
    given = {(point.kind, point.value): point for point in card.points}
    fresh = [point for key, point in given.items() if key not in stored]
    gone = [
        row.id
        for key, row in stored.items()
        if key not in given and row.bad_reason is None and row.kind not in card.unsaid
    ]
    back = [row.id for key, row in stored.items() if key in given and row.bad_reason == SUPERSEDED]
    hashes = store_points(session, client_id=client_id, points=[(customer_id, fresh)])
    _mark(session, client_id, gone, bad_since=now, bad_reason=SUPERSEDED)
    _mark(session, client_id, back, bad_since=None, bad_reason=None)
    return bool(fresh or gone or back), hashes


def hash_point(session: Session, *, point: CardPoint) -> bytes:
    """Hash a contact point under a key outside the database: it recognises, and tells nothing."""
    value = known_as(point.kind, point.value)
    return keyed_hash(session, "contact-point", f"{point.kind}:{value}")


def _mark(
    session: Session, client_id: ClientId, ids: list[ContactPointId], **values: object
) -> None:
    if not ids:
        return
    session.execute(
        update(model.ContactPoint)
        .where(model.ContactPoint.client_id == client_id, model.ContactPoint.id.in_(ids))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _row(
    session: Session,
    client_id: ClientId,
    point_id: ContactPointId,
    customer_id: CustomerId,
    point: CardPoint,
    position: int,
) -> dict[str, Any]:
    return msgspec.structs.asdict(point) | {
        "client_id": client_id,
        "id": point_id,
        "customer_id": customer_id,
        "point_hash": hash_point(session, point=point),
        "position": position,
        "bad_since": None,
        "bad_reason": None,
    }
