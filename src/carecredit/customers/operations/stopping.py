"""Stops of everything about money for a person, kept above the client companies."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from carecredit.customers import model
from carecredit.kernel.ids import ClientId, CustomerId, HoldId, PersonId
from carecredit.store import bulk
from carecredit.store.paging import among


class NewStop(msgspec.Struct, frozen=True):
    """A hold that stops everything about money for the person behind a customer."""

    id: HoldId
    customer_id: CustomerId
    reason: str
    starts_at: datetime
    ends_at: datetime | None
    recorded_at: datetime


def stop_persons(session: Session, *, client_id: ClientId, stops: Sequence[NewStop]) -> None:
    """Let stops bind the persons at every client company; their gates were taken before."""
    if not stops:
        return
    persons = _persons(session, client_id, {stop.customer_id for stop in stops})
    rows = [msgspec.structs.asdict(stop) | {"client_id": client_id} for stop in stops]
    for row in rows:
        row["person_id"] = persons[row.pop("customer_id")]
    bulk.store(session, model.PersonStop, rows)


def end_stops(
    session: Session, *, client_id: ClientId, hold_ids: Sequence[HoldId], ends_at: datetime
) -> None:
    """End the shadows of holds with them; those that ended before stay as they are."""
    table = model.PersonStop
    session.execute(
        update(table)
        .where(
            table.client_id == client_id,
            table.id.in_(hold_ids),
            or_(table.ends_at.is_(None), table.ends_at > ends_at),
        )
        .values(ends_at=ends_at)
        .execution_options(synchronize_session=False)
    )


def move_stops(session: Session, *, before: PersonId, after: PersonId) -> None:
    """Let stops follow a customer who proves to be a person that is known already."""
    session.execute(
        update(model.PersonStop)
        .where(model.PersonStop.person_id == before)
        .values(person_id=after)
        .execution_options(synchronize_session=False)
    )


def _persons(
    session: Session, client_id: ClientId, customer_ids: set[CustomerId]
) -> Mapping[CustomerId, PersonId]:
    table = model.Customer
    rows = session.execute(
        select(table.id, table.person_id).where(
            table.client_id == client_id, among(session, table.id, customer_ids)
        )
    )
    return {row.id: row.person_id for row in rows}
