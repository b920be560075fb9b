"""Calendars and service levels of a client company, with all their versions."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from carecredit.cases import model
from carecredit.cases.rules import (
    STANDARD,
    Hours,
    Inputs,
    LevelVersion,
    ServiceLevel,
    house_calendar,
    house_level,
    level_at,
    read_hours,
)
from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId
from carecredit.kernel.public_days import knows_country
from carecredit.kernel.working_time import PUBLIC_DAYS, CalendarVersion, Timetable
from carecredit.mandates import queries as mandates


class UnknownCalendar(NotFound):
    """No working calendar of this key."""

    code = "service_calendar_unknown"


def levels(session: Session, *, client_id: ClientId, known_at: datetime) -> list[LevelVersion]:
    """List the service levels as known at an instant: the house's, then the company's own."""
    table = model.ServiceLevelVersion
    rows = session.execute(
        select(table.version, table.since, table.agreed)
        .where(table.client_id == client_id, table.saved_at <= known_at)
        .order_by(table.version)
    )
    own = (
        LevelVersion(str(version), since, msgspec.json.decode(agreed, type=ServiceLevel))
        for version, since, agreed in rows
    )
    return [house_level(), *own]


def timetables(
    session: Session, *, client_id: ClientId, known_at: datetime
) -> dict[str, Timetable]:
    """Read the working calendars as known at an instant, by their keys."""
    table = model.ServiceCalendar
    rows = session.execute(
        select(table.key, table.version, table.since, table.hours)
        .where(table.client_id == client_id, table.saved_at <= known_at)
        .order_by(table.key, table.version)
    )
    found = {STANDARD: [_house(session, client_id)]}
    for key, version, since, hours in rows:
        calendar = read_hours(msgspec.json.decode(hours, type=Hours))
        found.setdefault(key, []).append(CalendarVersion(str(version), since, calendar))
    return {key: Timetable(tuple(versions)) for key, versions in found.items()}


def inputs(session: Session, *, client_id: ClientId, kind: str, known_at: datetime) -> Inputs:
    """Gather what the deadlines of a case depend on beside its events."""
    return Inputs(
        kind,
        levels(session, client_id=client_id, known_at=known_at),
        timetables(session, client_id=client_id, known_at=known_at),
    )


def agreed_now(session: Session, *, client_id: ClientId, now: datetime) -> LevelVersion:
    """Give the service level that counts now."""
    return level_at(levels(session, client_id=client_id, known_at=now), now)


def hours_now(session: Session, *, client_id: ClientId, now: datetime) -> Timetable:
    """Give the working calendar that the service level of now goes by."""
    agreed = agreed_now(session, client_id=client_id, now=now)
    return timetables(session, client_id=client_id, known_at=now)[agreed.level.calendar]


def calendar(session: Session, *, client_id: ClientId, key: str, now: datetime) -> Timetable:
    """Read a working calendar by its key."""
    known = timetables(session, client_id=client_id, known_at=now)
    if key not in known:
        listed = ", ".join(sorted(known))
        raise UnknownCalendar(f"no calendar {key!r}; known: {listed}", field="key")
    return known[key]


def mark(session: Session, *, client_id: ClientId, now: datetime) -> str:
    """Give what changes whenever deadlines have to be worked out anew."""
    calendar, level = model.ServiceCalendar, model.ServiceLevelVersion
    calendars = select(func.count()).where(calendar.client_id == client_id).scalar_subquery()
    agreed = select(func.count()).where(level.client_id == client_id)
    begun = agreed.where(level.since <= now).scalar_subquery()
    counts = session.execute(select(calendars, agreed.scalar_subquery(), begun)).one()
    return ":".join(map(str, (*counts, PUBLIC_DAYS)))


def _house(session: Session, client_id: ClientId) -> CalendarVersion:
    """Give the hours of the house, at the client company's place."""
    client, house = mandates.client(session, client_id=client_id), house_calendar()
    country = client.country if knows_country(client.country) else None
    places: Mapping[str, str | None] = {"zone": client.zone, "country": country}
    calendar = msgspec.structs.replace(house.calendar, **places)
    return msgspec.structs.replace(house, calendar=calendar)
