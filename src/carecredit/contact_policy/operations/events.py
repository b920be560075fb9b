"""Events of a person: reserved by a claim, settled by what they proved to be, or inbound."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.contact_policy import model, rules
from carecredit.contact_policy.operations import counters as cap_counters
from carecredit.customers import operations as customers
from carecredit.kernel.errors import Invalid, NotFound, Refused
from carecredit.kernel.ids import ClientId, CustomerId, EventId, InvoiceId, PersonId, new_id
from carecredit.store import audit
from carecredit.store.session import permitted_clients


class EventUnknown(NotFound):
    """No such contact event, or none that you may see."""

    code: ClassVar[str] = "event_unknown"


class EventSettled(Refused):
    """The event is settled or released already, and otherwise."""

    code: ClassVar[str] = "event_settled"


class _Found(msgspec.Struct, frozen=True):
    id: EventId
    person_id: PersonId
    client_id: ClientId
    kind: str
    state: str
    counters: str


class Kept(msgspec.Struct, frozen=True):
    """What is kept of the decision that allowed a contact, so that it can be replayed."""

    inputs: str
    inputs_hash: str
    versions: str


def insert_event(
    session: Session,
    *,
    client_id: ClientId,
    person_id: PersonId,
    event: rules.Event,
    purpose: str,
    counters: Iterable[rules.Counter] = (),
    decided: Kept | None = None,
) -> EventId:
    """Write an event: an outward one is reserved and counts for all it may become."""
    event_id = EventId(new_id())
    reserved = event.direction == "out"
    row = {
        "id": event_id,
        "person_id": person_id,
        "client_id": client_id,
        "at": event.at,
        "channel": event.channel,
        "direction": event.direction,
        "purpose": purpose,
        "kind": event.kind,
        "state": "reserved" if reserved else "settled",
        "debts": msgspec.json.encode(event.debts).decode(),
        "counters": cap_counters.written(counters),
        "inputs": decided.inputs if decided else None,
        "inputs_hash": decided.inputs_hash if decided else None,
        "versions": decided.versions if decided else None,
    }
    session.execute(insert(model.ContactEvent), [row])
    told = {"channel": event.channel, "purpose": purpose, "kind": event.kind}
    action = "contact.reserved" if reserved else "contact.inbound"
    _record(session, client_id, action, event_id, told, event.at)
    return event_id


def settle_event(session: Session, *, event_id: EventId, kind: str, now: datetime) -> None:
    """Say what a reserved contact proved to be; caps that do not count it get their unit back."""
    if kind not in rules.KINDS:
        raise Invalid(f"{kind!r} is none of {', '.join(rules.KINDS)}", field="kind")
    event = _locked(session, event_id)
    if event.state == "settled" and event.kind == kind:
        return
    if event.state != "reserved":
        raise EventSettled(f"the event is {event.state} already", field="event_id")
    taken = cap_counters.read(event.counters)
    kept = rules.kept_counters(taken, kind)
    _close(session, event, "settled", kind, kept)
    _record(session, event.client_id, "contact.settled", event_id, {"kind": kind}, now)


def release_event(session: Session, *, event_id: EventId, now: datetime) -> None:
    """Undo a reserved contact that never connected: it counts for nothing."""
    event = _locked(session, event_id)
    if event.state == "released":
        return
    if event.state != "reserved":
        raise EventSettled(f"the event is {event.state} already", field="event_id")
    _close(session, event, "released", event.kind, ())
    _record(session, event.client_id, "contact.released", event_id, {}, now)


def record_inbound(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    channel: str,
    purpose: str,
    kind: str,
    debts: Sequence[InvoiceId],
    now: datetime,
) -> EventId:
    """Record that the person came to us: it uses up no cap and starts silences, as a stop does."""
    if kind not in rules.KINDS:
        raise Invalid(f"{kind!r} is none of {', '.join(rules.KINDS)}", field="kind")
    if channel not in rules.CHANNELS:
        raise Invalid(
            f"{channel!r} is none of {', '.join(sorted(rules.CHANNELS))}", field="channel"
        )
    person_id = customers.lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    named = tuple(str(debt) for debt in debts)
    event = rules.Event(kind, now, channel, "in", named)
    return insert_event(
        session, client_id=client_id, person_id=person_id, event=event, purpose=purpose
    )


def forget_inputs(session: Session, *, client_id: ClientId, person_id: PersonId) -> int:
    """Empty what decisions about a person were taken on; their hashes stay. Say how many."""
    table = model.ContactEvent
    done = session.execute(
        update(table)
        .where(
            table.client_id == client_id,
            table.person_id == person_id,
            table.inputs.is_not(None),
        )
        .values(inputs=None)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it


def _locked(session: Session, event_id: EventId) -> _Found:
    """Read an event under its person's gate; another client company's does not exist."""
    table = model.ContactEvent
    permitted = permitted_clients(session)
    columns = (
        table.id,
        table.person_id,
        table.client_id,
        table.kind,
        table.state,
        table.counters,
    )
    query = select(*columns).where(table.id == event_id)
    if permitted is not None:
        query = query.where(table.client_id.in_(permitted))
    found = session.execute(query).first()
    if found is None:
        raise EventUnknown("no such contact event", field="event_id")
    customers.lock_gate(session, person_id=found.person_id)
    # Read again under the lock: another may have settled it while we waited, or merged its person.
    again = session.execute(query).one()
    if again.person_id != found.person_id:
        customers.lock_gate(session, person_id=again.person_id)
        again = session.execute(query).one()
    return _Found(*again)


def _close(
    session: Session, event: _Found, state: str, kind: str, kept: Sequence[rules.Counter]
) -> None:
    taken = cap_counters.read(event.counters)
    given = [counter for counter in taken if counter not in kept]
    cap_counters.give_back(session, person_id=event.person_id, counters=given)
    session.execute(
        update(model.ContactEvent)
        .where(model.ContactEvent.id == event.id)
        .values(state=state, kind=kind, counters=cap_counters.written(kept))
        .execution_options(synchronize_session=False)
    )


def _record(
    session: Session,
    client_id: ClientId,
    action: str,
    event_id: EventId,
    data: dict[str, str],
    now: datetime,
) -> None:
    audit.record(
        session,
        client_id=client_id,
        action=action,
        subject="contact_event",
        subject_id=event_id,
        now=now,
        data=data,
    )
