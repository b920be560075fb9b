"""Reading how customers may be reached, and what stands against using their contact points."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from carecredit.customers import model, views
from carecredit.customers.queries.registry import UnknownCustomer
from carecredit.kernel.ids import ClientId, CustomerId, PersonId
from carecredit.store.paging import among
from carecredit.store.session import keyed_hash

_POINT = tuple(getattr(model.ContactPoint, name) for name in views.ContactPoint.__struct_fields__)


def reach(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    known_at: datetime | None = None,
) -> views.Reach:
    """Read all that decides how one customer may be reached."""
    found = reaches(session, client_id=client_id, customer_ids=[customer_id], known_at=known_at)
    if not found:
        raise UnknownCustomer("no such customer")
    return found[0]


def reaches(
    session: Session,
    *,
    client_id: ClientId,
    customer_ids: Sequence[CustomerId],
    known_at: datetime | None = None,
) -> list[views.Reach]:
    """Read all that decides how some customers may be reached, in the order of their ids.

    Where it is asked what was known at an instant, a point found bad later still works.
    """
    table, point = model.Customer, model.ContactPoint
    bad = point.bad_since.is_not(None) if known_at is None else point.bad_since <= known_at
    points: dict[CustomerId, list[views.Point]] = {}
    for row in session.execute(
        select(
            point.customer_id,
            point.id,
            point.kind,
            point.value,
            point.extension,
            point.point_hash,
            func.coalesce(bad, false()),
            point.verified_at,
        )
        .where(point.client_id == client_id, among(session, point.customer_id, customer_ids))
        .order_by(point.position, point.id)
    ):
        points.setdefault(row[0], []).append(views.Point(*row[1:]))
    rows = session.execute(
        select(
            table.number,
            table.id,
            table.person_id,
            table.name,
            table.language,
            table.country,
            table.region,
        )
        .where(table.client_id == client_id, among(session, table.id, customer_ids))
        .order_by(table.id)
    ).all()
    hashes = _of_cards(session, client_id, {row.person_id for row in rows})
    return [
        views.Reach(
            row.id,
            row.person_id,
            row.name,
            row.language,
            row.country,
            row.region,
            points=tuple(points.get(row.id, ())),
            own_hash=own_hash(session, client_id=client_id, number=row.number),
            other_hashes=tuple(
                value
                for card, found in hashes.get(row.person_id, {}).items()
                if card != row.id
                for value in found
            ),
        )
        for row in rows
    ]


def _of_cards(
    session: Session, client_id: ClientId, person_ids: Collection[PersonId]
) -> dict[PersonId, dict[CustomerId, list[bytes]]]:
    """Give the hashes of every card of persons that have several here; an erased one is its own."""
    card, point = model.Customer, model.ContactPoint
    several = (
        select(card.person_id)
        .where(card.client_id == client_id, among(session, card.person_id, person_ids))
        .group_by(card.person_id)
        .having(func.count() > 1)
    )
    rows = session.execute(
        select(card.person_id, card.id, card.number, point.point_hash)
        .outerjoin(point, and_(point.client_id == card.client_id, point.customer_id == card.id))
        .where(card.client_id == client_id, card.person_id.in_(several), card.name != "")
        .order_by(card.id, point.position)
    )
    found: dict[PersonId, dict[CustomerId, list[bytes]]] = {}
    for person_id, customer_id, number, value in rows:
        mine = found.setdefault(person_id, {})
        if customer_id not in mine:
            mine[customer_id] = [own_hash(session, client_id=client_id, number=number)]
        if value is not None:
            mine[customer_id].append(value)
    return found


def own_hash(session: Session, *, client_id: ClientId, number: str) -> bytes:
    """Hash a client company's number of a customer, as a contact point is hashed."""
    return keyed_hash(session, "customer-number", f"{client_id}:{number}")


def contact_points(
    session: Session, *, client_id: ClientId, customer_id: CustomerId
) -> list[views.ContactPoint]:
    """List a customer's contact points, the preferred first, those that do not work as well."""
    table = model.ContactPoint
    rows = session.execute(
        select(*_POINT)
        .where(table.client_id == client_id, table.customer_id == customer_id)
        .order_by(table.position, table.id)
    )
    return [views.ContactPoint(*row) for row in rows]


def suppressions(
    session: Session, *, point_hash: bytes, client_id: ClientId, at: datetime
) -> list[views.Suppression]:
    """List the wishes not to be contacted that stand for one contact point at an instant."""
    found = suppressed(session, client_id=client_id, point_hashes=[point_hash], at=at)
    return found.get(point_hash, [])


def suppressed(
    session: Session,
    *,
    client_id: ClientId,
    point_hashes: Collection[bytes],
    at: datetime,
    ahead: timedelta = timedelta(0),
) -> dict[bytes, list[views.Suppression]]:
    """List by hash the wishes not to be contacted that stand (or begin so soon) at an instant."""
    table = model.Suppression
    rows = session.execute(
        select(
            table.point_hash,
            table.channel,
            table.purpose,
            table.starts_at,
            table.recorded_by,
            table.proof,
        )
        .where(
            table.point_hash.in_(list(point_hashes)),
            or_(table.asked_of.is_(None), table.asked_of == client_id),
            table.starts_at <= at + ahead,
            or_(table.ends_at.is_(None), table.ends_at > at),
        )
        .order_by(table.starts_at, table.id)
    )
    found: dict[bytes, list[views.Suppression]] = {}
    for row in rows:
        found.setdefault(row.point_hash, []).append(views.Suppression(*row[1:]))
    return found
