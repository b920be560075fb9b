"""The life of a contact: somebody speaks, the right person is confirmed, and what hangs on it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.contact_policy.operations import record_inbound
from carecredit.customers import queries as customers
from carecredit.kernel.errors import Invalid, Refused
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
from carecredit.outreach.queries import UnknownContact
from carecredit.outreach.rules import (
    Direction,
    Identified,
    LinkKind,
    RightParty,
    check_identified,
    check_words,
)
from carecredit.store import audit
from carecredit.store.engine import insert_into
from carecredit.store.session import caller_of

NO_SYNC = {"synchronize_session": False}
SPOKEN = frozenset({"voice", "visit"})


class ContactEnded(Refused):
    """The contact was wrapped up already; what came after it is another contact."""

    code = "contact_ended"


class NotYours(Refused):
    """The contact is not in this operator's hands."""

    code = "call_not_yours"


class NewContact(msgspec.Struct, frozen=True):
    """Somebody comes to us: who, on which channel, what about."""

    customer_id: CustomerId
    channel: str
    purpose: str = "service"
    topic: str | None = None
    language: str | None = None
    """None: the customer's own."""
    automatic: bool = False


class InHand(msgspec.Struct, frozen=True):
    """A contact that has not ended, as its operator holds it."""

    id: ContactId
    customer_id: CustomerId
    touch_id: TouchId | None
    attempt_id: AttemptId | None
    operator_id: OperatorId | None
    channel: str
    direction: str
    purpose: str
    language: str
    started_at: datetime
    right_party: str | None


BLANK: dict[str, Any] = {
    "topic": None,
    "automatic": False,
    "identified_by": "",
    "transferred": False,
    "note": "",
}
_IN_HAND = tuple(getattr(model.Contact, name) for name in InHand.__struct_fields__)


def begin(session: Session, now: datetime, **values: Any) -> ContactId:
    """Begin a contact with what is known of it, in the hands of who acts."""
    contact_id = ContactId(new_id())
    row = {
        "id": contact_id,
        "operator": caller_of(session).name,
        "started_at": now,
    }
    session.execute(insert(model.Contact), [BLANK | row | values])
    audit.record(
        session,
        client_id=values["client_id"],
        action="contact.begun",
        subject="contact",
        subject_id=contact_id,
        now=now,
        data={"channel": values["channel"], "direction": values["direction"]},
    )
    return contact_id


def receive(
    session: Session,
    *,
    client_id: ClientId,
    contact: NewContact,
    operator_id: OperatorId | None,
    now: datetime,
) -> ContactId:
    """Begin a contact that the person began; it starts the silences a conversation brings."""
    customer = customers.customer(session, client_id=client_id, customer_id=contact.customer_id)
    check_words(contact.purpose, contact.language)
    if not contact.automatic:
        record_inbound(
            session,
            client_id=client_id,
            customer_id=customer.id,
            channel=contact.channel,
            purpose=contact.purpose,
            kind="conversation" if contact.channel in SPOKEN else "contact",
            debts=(),
            now=now,
        )
    return begin(
        session,
        now,
        client_id=client_id,
        customer_id=customer.id,
        operator_id=operator_id,
        channel=contact.channel,
        direction=Direction.IN.value,
        purpose=contact.purpose,
        topic=contact.topic,
        language=contact.language or customer.language,
        automatic=contact.automatic,
    )


def confirm_right_party(
    session: Session,
    *,
    client_id: ClientId,
    contact_id: ContactId,
    operator_id: OperatorId | None,
    found: RightParty,
    identified_by: Collection[Identified] = (),
    now: datetime,
) -> None:
    """Write down who is speaking, before any word of money; it lasts for this contact."""
    held = in_hand(session, client_id=client_id, contact_id=contact_id, operator_id=operator_id)
    confirm(session, client_id, held, found, identified_by, now)


def take_over(
    session: Session,
    *,
    client_id: ClientId,
    contact_id: ContactId,
    operator_id: OperatorId | None,
    now: datetime,
) -> None:
    """Take a contact that the person began over from a colleague; what was confirmed stays.

    A call that was dialled stays with who dialled it: it is given back, or wrapped up.
    """
    held = _open(session, client_id, contact_id)
    if held.attempt_id is not None:
        raise NotYours(
            "a call stays with who dialled it: let them give it back", field="contact_id"
        )
    _write(
        session,
        client_id,
        held.id,
        operator_id=operator_id,
        operator=caller_of(session).name,
        transferred=held.operator_id is not None,
    )
    audit.record(
        session,
        client_id=client_id,
        action="contact.taken_over",
        subject="contact",
        subject_id=held.id,
        now=now,
        data={"from": str(held.operator_id) if held.operator_id else None},
    )


def confirm(
    session: Session,
    client_id: ClientId,
    held: InHand,
    found: RightParty,
    identified_by: Collection[Identified],
    now: datetime,
) -> None:
    """Do so for a contact in hand; what was confirmed once stays."""
    if found is RightParty.CONFIRMED:
        check_identified(identified_by)
    elif held.right_party == RightParty.CONFIRMED:
        raise Invalid("the right person was confirmed already in this contact", field="found")
    facts = sorted({fact.value for fact in identified_by})
    _write(
        session,
        client_id,
        held.id,
        right_party=found.value,
        right_party_at=now,
        identified_by=" ".join(facts),
    )
    audit.record(
        session,
        client_id=client_id,
        action="contact.right_party",
        subject="contact",
        subject_id=held.id,
        now=now,
        data={"found": found.value, "identified_by": facts},
    )


def link(
    session: Session,
    *,
    client_id: ClientId,
    contact_id: ContactId,
    kind: LinkKind,
    linked_ids: Iterable[UUID],
    now: datetime,
) -> None:
    """Hang on a contact what it was about or led to; the same once more changes nothing."""
    rows = [
        {
            "client_id": client_id,
            "contact_id": contact_id,
            "kind": kind.value,
            "linked_id": linked_id,
            "linked_at": now,
        }
        for linked_id in dict.fromkeys(linked_ids)
    ]
    if rows:
        fresh = insert_into(session, model.ContactLink)
        session.execute(fresh.on_conflict_do_nothing(), rows)


def in_hand(
    session: Session, *, client_id: ClientId, contact_id: ContactId, operator_id: OperatorId | None
) -> InHand:
    """Find and lock a contact that this operator holds and that has not ended."""
    held = _open(session, client_id, contact_id)
    if held.operator_id != operator_id:
        raise NotYours(
            "this contact is in another operator's hands; take it over first", field="contact_id"
        )
    return held


def _open(session: Session, client_id: ClientId, contact_id: ContactId) -> InHand:
    table = model.Contact
    row = session.execute(
        select(*_IN_HAND, table.ended_at)
        .where(table.client_id == client_id, table.id == contact_id)
        .with_for_update()
    ).first()
    if row is None:
        raise UnknownContact(f"no contact {contact_id}", field="contact_id")
    *values, ended_at = row
    held = InHand(*values)
    if ended_at is not None:
        raise ContactEnded("this contact was wrapped up already", field="contact_id")
    return held


def end(session: Session, client_id: ClientId, contact_id: ContactId, **values: Any) -> None:
    """Write how a contact ended."""
    _write(session, client_id, contact_id, **values)


def _write(session: Session, client_id: ClientId, contact_id: ContactId, **values: Any) -> None:
    table = model.Contact
    session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == contact_id)
        .values(**values)
        .execution_options(**NO_SYNC)
    )
