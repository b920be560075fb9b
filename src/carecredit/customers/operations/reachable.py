"""Contact points by hand: added as somebody gives them, verified, marked as not working."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from carecredit.customers import model, queries, views
from carecredit.customers.operations.cards import CardPoint
from carecredit.customers.operations.gate import lock_gate, lock_gate_of
from carecredit.customers.operations.persons import link
from carecredit.customers.operations.points import store_points
from carecredit.customers.operations.wishes import suppress
from carecredit.customers.rules import Consent, Scope, Stance, check_email
from carecredit.kernel import phones
from carecredit.kernel.errors import Invalid, NotFound
from carecredit.kernel.ids import ClientId, ContactPointId, CustomerId, PersonId
from carecredit.store import audit

HOW_MAX = 64


class UnknownPoint(NotFound):
    """No such contact point, or none that you may see."""

    code = "contact_point_unknown"


def add_points(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    kind: str,
    text: str,
    now: datetime,
) -> list[views.ContactPoint]:
    """Add every number (or the address) that a field holds; one known already works again.

    What a customer refused holds at the new points as well.
    """
    person_id = lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    reach = queries.reach(session, client_id=client_id, customer_id=customer_id)
    given = read_points(kind=kind, text=text, country=reach.country)
    known = queries.contact_points(session, client_id=client_id, customer_id=customer_id)
    stored = {(point.kind, point.value): point for point in known}
    fresh = [point for point in given if (point.kind, point.value) not in stored]
    hashes = _store(session, client_id, customer_id, fresh, first=len(known))
    link(session, links={(value, person_id) for value in hashes})
    _keep_silence(session, client_id, reach, hashes, now)
    back = [stored[one.kind, one.value].id for one in given if one not in fresh]
    if back:
        table = model.ContactPoint
        _set(session, client_id, table.id.in_(back), bad_since=None, bad_reason=None)
    told = {"kind": kind, "added": len(fresh), "known": len(back)}
    _record(session, client_id, "contact_point.added", customer_id, told, now)
    found = queries.contact_points(session, client_id=client_id, customer_id=customer_id)
    wanted = {(point.kind, point.value) for point in given}
    return [point for point in found if (point.kind, point.value) in wanted]


def read_points(*, kind: str, text: str, country: str) -> tuple[CardPoint, ...]:
    """Read what a field holds into contact points, the field itself kept beside each."""
    if kind == "email":
        return (CardPoint("email", check_email(text), text),)
    if kind != "phone":
        raise Invalid(f"{kind!r} is neither phone nor email", field="kind")
    found = phones.split(text, country)
    return tuple(
        {one.e164: CardPoint("phone", one.e164, text, one.extension) for one in found}.values()
    )


def verify_point(
    session: Session, *, client_id: ClientId, point_id: ContactPointId, how: str, now: datetime
) -> None:
    """Note that a contact point was found to be the customer's own, and how."""
    person_id = _person_of(session, client_id, point_id)
    lock_gate(session, person_id=person_id)
    code = how.strip()
    if not 0 < len(code) <= HOW_MAX:
        raise Invalid(f"say how it was verified, in 1 to {HOW_MAX} characters", field="how")
    values = {"verified_at": now, "verified_how": code, "bad_since": None, "bad_reason": None}
    _set(session, client_id, model.ContactPoint.id == point_id, **values)
    _record(session, client_id, "contact_point.verified", point_id, {"how": code}, now)


def mark_point_bad(
    session: Session, *, client_id: ClientId, point_id: ContactPointId, reason: str, now: datetime
) -> None:
    """Mark a contact point as not working or not theirs; it is not used again."""
    lock_gate(session, person_id=_person_of(session, client_id, point_id))
    if not 0 < len(reason.strip()) <= HOW_MAX:
        raise Invalid(f"say what is wrong with it, in 1 to {HOW_MAX} characters", field="reason")
    values = {"bad_since": now, "bad_reason": reason.strip(), "verified_at": None}
    values |= {"verified_how": None}
    _set(session, client_id, model.ContactPoint.id == point_id, **values)
    _record(session, client_id, "contact_point.marked_bad", point_id, {"reason": reason}, now)


def mark_point_good(
    session: Session, *, client_id: ClientId, point_id: ContactPointId, now: datetime
) -> None:
    """Note that a contact point works after all."""
    lock_gate(session, person_id=_person_of(session, client_id, point_id))
    found = model.ContactPoint.id == point_id
    _set(session, client_id, found, bad_since=None, bad_reason=None)
    _record(session, client_id, "contact_point.marked_good", point_id, {}, now)


def owner_of(session: Session, *, client_id: ClientId, point_id: ContactPointId) -> CustomerId:
    """Say whose a contact point is; raises `UnknownPoint`."""
    found = session.execute(
        select(model.ContactPoint.customer_id).where(
            model.ContactPoint.client_id == client_id, model.ContactPoint.id == point_id
        )
    ).scalar()
    if found is None:
        raise UnknownPoint("no such contact point", field="point_id")
    return found


def _person_of(session: Session, client_id: ClientId, point_id: ContactPointId) -> PersonId:
    customer_id = owner_of(session, client_id=client_id, point_id=point_id)
    return queries.reach(session, client_id=client_id, customer_id=customer_id).person_id


def _store(
    session: Session,
    client_id: ClientId,
    customer_id: CustomerId,
    points: Sequence[CardPoint],
    *,
    first: int,
) -> list[bytes]:
    hashes = store_points(session, client_id=client_id, points=[(customer_id, points)])
    if hashes and first:
        table = model.ContactPoint
        last = select(func.max(table.position)).where(
            table.client_id == client_id,
            table.customer_id == customer_id,
            table.point_hash.not_in(hashes),
        )
        after = session.execute(last).scalar() or 0
        values = {"position": table.position + after + 1}
        owned = table.customer_id == customer_id
        _set(session, client_id, owned & table.point_hash.in_(hashes), **values)
    return hashes


def _keep_silence(
    session: Session,
    client_id: ClientId,
    reach: views.Reach,
    hashes: Sequence[bytes],
    now: datetime,
) -> None:
    kept = queries.wishes_of(session, client_id=client_id, reaches=[reach], at=now)
    wishes = kept[reach.customer_id].suppressions if hashes else ()
    for scope in dict.fromkeys(Scope(wish.channel, wish.purpose) for wish in wishes):
        refused = Consent(scope, Stance.REFUSED, now, None)
        proof = "refused at another contact point"
        suppress(session, client_id=client_id, hashes=hashes, consent=refused, proof=proof)


def _set(session: Session, client_id: ClientId, which: Any, **values: Any) -> None:
    session.execute(
        update(model.ContactPoint)
        .where(model.ContactPoint.client_id == client_id, which)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _record(
    session: Session,
    client_id: ClientId,
    action: str,
    subject_id: CustomerId | ContactPointId,
    told: dict[str, Any],
    now: datetime,
) -> None:
    audit.record(
        session,
        client_id=client_id,
        action=action,
        subject="contact_point",
        subject_id=subject_id,
        now=now,
        data=told,
    )
