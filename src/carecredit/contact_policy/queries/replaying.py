"""Taking a claimed contact's decision once more, from the very inputs that it was taken on."""

from typing import ClassVar

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.contact_policy import model, rules, views
from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, EventId


class InputsNotKept(NotFound):
    """No such claimed contact, none that you may see, or its inputs were erased with the person."""

    code: ClassVar[str] = "decision_not_kept"


def replayed(session: Session, *, client_id: ClientId, event_id: EventId) -> views.Replay:
    """Decide again on the inputs kept with a contact; say whether hash and data are those of then.

    Raises `ProfileChanged` where a profile is no longer the one it was taken by.
    """
    event = model.ContactEvent
    row = session.execute(
        select(event.at, event.inputs, event.inputs_hash, event.versions).where(
            event.id == event_id, event.client_id == client_id, event.inputs.is_not(None)
        )
    ).first()
    if row is None:
        raise InputsNotKept("no decision is kept of it", field="event_id")
    verdict = rules.replay(row.inputs, profiles=rules.load_profiles(), calendars=rules.PublicDays())
    then = msgspec.json.decode(row.versions.encode(), type=rules.Versions)
    return views.Replay(
        event_id=event_id,
        at=row.at,
        hash_then=row.inputs_hash,
        versions_then=then,
        verdict=verdict,
        same=verdict.inputs_hash == row.inputs_hash and verdict.allowed,
        changed=rules.changed_data(then, verdict.versions),
    )
