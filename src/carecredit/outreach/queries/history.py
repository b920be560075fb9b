"""What happened between us and a customer."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, ContactId, CustomerId, OperatorId
from carecredit.outreach import model, views
from carecredit.outreach.rules.contact import RightParty, RightPartyUnclear
from carecredit.store.paging import among
from carecredit.store.session import caller_of


class UnknownContact(NotFound):
    """No such contact, or none that you may see."""

    code = "contact_unknown"


_CONTACT = tuple(getattr(model.Contact, name) for name in views.Contact.__struct_fields__)


def contacts_of(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, limit: int = 20
) -> list[views.Contact]:
    """List a customer's contacts that have ended, newest first."""
    rows = session.execute(
        select(*_CONTACT)
        .where(
            model.Contact.client_id == client_id,
            model.Contact.customer_id == customer_id,
            model.Contact.ended_at.is_not(None),
        )
        .order_by(model.Contact.started_at.desc(), model.Contact.id.desc())
        .limit(limit)
    )
    return [views.Contact(*row) for row in rows]


def contact(session: Session, *, client_id: ClientId, contact_id: ContactId) -> views.Contact:
    """Read one contact; raises `UnknownContact`."""
    row = session.execute(
        select(*_CONTACT).where(
            model.Contact.client_id == client_id, model.Contact.id == contact_id
        )
    ).first()
    if row is None:
        raise UnknownContact(f"no contact {contact_id}", field="contact_id")
    return views.Contact(*row)


def in_hands(
    session: Session,
    *,
    client_ids: Collection[ClientId],
    operator_id: OperatorId | None,
    customer_id: CustomerId | None = None,
) -> list[views.InHands]:
    """List the contacts in the caller's hands that have not ended, oldest first."""
    table, attempt = model.Contact, model.Attempt
    columns = {
        name: getattr(table, name)
        for name in views.InHands.__struct_fields__
        if hasattr(table, name)
    }
    columns["point_id"] = attempt.point_id
    mine = (
        table.operator == caller_of(session).name
        if operator_id is None
        else table.operator_id == operator_id
    )
    query = (
        select(*(columns[name] for name in views.InHands.__struct_fields__))
        .outerjoin(
            attempt,
            and_(attempt.client_id == table.client_id, attempt.id == table.attempt_id),
        )
        .where(among(session, table.client_id, client_ids), table.ended_at.is_(None), mine)
        .order_by(table.started_at, table.id)
    )
    if operator_id is None:
        query = query.where(table.operator_id.is_(None))
    if customer_id is not None:
        query = query.where(table.customer_id == customer_id)
    return [views.InHands(*row) for row in session.execute(query)]


def confirm_contact(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, contact_id: UUID | None
) -> None:
    """Accept the contact in which something was agreed: this customer's, the right person sure.

    None named is accepted: what comes by itself, or from files, was said in none.
    """
    if contact_id is None:
        return
    found = contact(session, client_id=client_id, contact_id=ContactId(contact_id))
    if found.customer_id != customer_id:
        raise UnknownContact(f"no contact {contact_id}", field="contact_id")
    if found.right_party != RightParty.CONFIRMED:
        raise RightPartyUnclear(
            "in this contact it was not made sure who is speaking: confirm the right person in it "
            "first, or name the contact in which that was done",
            field="contact_id",
        )


def links_of(
    session: Session, *, client_id: ClientId, contact_ids: Collection[ContactId]
) -> list[views.Linked]:
    """List what hangs on some contacts."""
    table = model.ContactLink
    rows = session.execute(
        select(table.contact_id, table.kind, table.linked_id)
        .where(table.client_id == client_id, among(session, table.contact_id, contact_ids))
        .order_by(table.contact_id, table.kind, table.linked_at, table.linked_id)
    )
    return [views.Linked(*row) for row in rows]


def contacts_about(
    session: Session, *, client_id: ClientId, kind: str, linked_id: UUID
) -> list[views.Contact]:
    """List the contacts that something hangs on, oldest first."""
    table = model.ContactLink
    rows = session.execute(
        select(*_CONTACT)
        .join(
            table,
            and_(table.client_id == model.Contact.client_id, table.contact_id == model.Contact.id),
        )
        .where(table.client_id == client_id, table.kind == kind, table.linked_id == linked_id)
        .order_by(model.Contact.started_at, model.Contact.id)
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
