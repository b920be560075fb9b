"""Agreeing calendars and service levels; cases whose clocks change are worked out anew."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from carecredit.cases import model, queries, views
from carecredit.cases.operations.clocks import store_deadlines
from carecredit.cases.operations.pen import Told, check_code, write
from carecredit.cases.rules import (
    Hours,
    LevelInvalid,
    Party,
    ServiceLevel,
    level_at,
    parse_level,
    read_hours,
)
from carecredit.customers.operations import lock_gates_free
from carecredit.kernel.ids import ClientId
from carecredit.kernel.working_time import CalendarVersion, Timetable, add_working, check_opens
from carecredit.mandates import queries as mandates
from carecredit.store import audit
from carecredit.store.session import caller_of

RECKON_MAX = 500
"""So many cases are worked out anew in one transaction."""
LEVEL = "level"


def save_calendar(
    session: Session,
    *,
    client_id: ClientId,
    key: str,
    hours: Hours,
    since: datetime,
    now: datetime,
) -> views.Saved:
    """Save a version of a working calendar, which counts from an instant on.

    One that never opens, or not often enough for what was agreed, is refused.
    """
    mandates.client(session, client_id=client_id)
    calendar = read_hours(hours)
    key = check_code(key, field="key")
    known = queries.timetables(session, client_id=client_id, known_at=now).get(key)
    stated = CalendarVersion("new", since, calendar)
    timetable = Timetable((*(known.versions if known else ()), stated))
    check_opens(timetable, since=max(since, now))
    agreed = level_at(queries.levels(session, client_id=client_id, known_at=now), now).level
    if agreed.calendar == key:
        add_working(timetable, max(since, now), agreed.longest())
    table = model.ServiceCalendar
    version = _next(session, table, table.client_id == client_id, table.key == key)
    row = _version(session, client_id, version, since, now)
    row |= {"key": key, "hours": msgspec.json.encode(hours).decode()}
    session.execute(insert(table), [row])
    return _saved(session, client_id, "service_calendar", key, str(version), since, now)


def save_level(
    session: Session,
    *,
    client_id: ClientId,
    level: ServiceLevel,
    since: datetime,
    now: datetime,
) -> views.Saved:
    """Save a version of the service level, which counts from an instant on.

    Pauses that have been stay pauses: each time is judged by the level that counted then.
    """
    mandates.client(session, client_id=client_id)
    level = parse_level(msgspec.to_builtins(level), source=LEVEL)
    known = queries.timetables(session, client_id=client_id, known_at=now)
    if level.calendar not in known:
        listed = ", ".join(sorted(known))
        raise LevelInvalid(f"no calendar {level.calendar!r}; known: {listed}", field="calendar")
    add_working(known[level.calendar], max(since, now), level.longest())
    table = model.ServiceLevelVersion
    version = _next(session, table, table.client_id == client_id)
    row = _version(session, client_id, version, since, now)
    row |= {"agreed": msgspec.json.encode(level).decode()}
    session.execute(insert(table), [row])
    return _saved(session, client_id, "service_level", LEVEL, str(version), since, now)


def reckon_anew(
    session: Session, *, client_id: ClientId, now: datetime, limit: int = RECKON_MAX
) -> views.Reckoned:
    """Work the deadlines of unresolved cases out anew where calendar or level changed since.

    A case whose deadlines change gets an event that tells from what to what. One whose customer's
    gate is taken is left for the next time.
    """
    mark = queries.mark(session, client_id=client_id, now=now)
    waiting = queries.waiting_for_reckoning(session, client_id=client_id, mark=mark, limit=limit)
    whose = {one.customer_id for one in waiting}
    free = set(lock_gates_free(session, client_id=client_id, customer_ids=whose))
    mine = [one for one in waiting if one.customer_id in free]
    changed = 0
    for seen in mine:
        case = queries.case(session, client_id=client_id, case_id=seen.id)
        changes = store_deadlines(session, client_id=client_id, case_id=case.id, now=now)
        if changes:
            changed += 1
            told = Told("reckoned_anew", Party.SYSTEM, data={"changes": changes})
            write(session, client_id=client_id, case=case, told=told, now=now)
    left = queries.count_waiting(session, client_id=client_id, mark=mark)
    return views.Reckoned(len(mine), changed, left)


def _next(session: Session, table: Any, *of: Any) -> int:
    last: int | None = session.execute(select(func.max(table.version)).where(*of)).scalar()
    return (last or 0) + 1


def _version(
    session: Session, client_id: ClientId, version: int, since: datetime, now: datetime
) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "version": version,
        "since": since,
        "saved_at": now,
        "saved_by": caller_of(session).name,
    }


def _saved(
    session: Session,
    client_id: ClientId,
    subject: str,
    key: str,
    version: str,
    since: datetime,
    now: datetime,
) -> views.Saved:
    audit.record(
        session,
        client_id=client_id,
        action=f"{subject}.saved",
        subject=subject,
        subject_id=f"{key}:{version}",
        now=now,
        data={"since": since.isoformat()},
    )
    reckoned = reckon_anew(session, client_id=client_id, now=now)
    return views.Saved(key, version, since, reckoned)
