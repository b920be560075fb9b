"""Working hours and service levels over HTTP: what counts now, and new versions."""

from datetime import date, datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.cases import operations, queries, views
from carecredit.cases.rules import (
    STANDARD,
    Hours,
    ServiceLevel,
    parse_hours,
    parse_level,
    written_hours,
)
from carecredit.kernel.calendars import start_of_day, zone
from carecredit.mandates.views import Client
from carecredit.team.rules import Right
from carecredit_api.cases import READ, TAGS
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Day, Instant, checked_day, word

SET_UP = needs(Right.SET_UP)
CalendarKey = Annotated[
    str, QueryParameter(name="key", description="Which calendar.", max_length=64)
]
Since = Annotated[Day | None, msgspec.Meta(description="From this day on; none: from now.")]
_HOURS = {
    "zone": "Europe/Rome",
    "week": {"mon": ["08:30-13:00", "14:00-18:30"]},
    "country": "IT",
    "yearly": ["12-07"],
}
_LEVEL = {
    "goals": [{"first_answer": 240, "next_answer": 240, "resolution": 4800}],
    "pauses": {"resolution": ["waiting_customer", "waiting_client"]},
    "softening": {"spacing_days": 10, "tone": "listening", "after_days": 14},
}


class CalendarIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of the working calendar."""

    hours: Annotated[
        dict[str, Any],
        msgspec.Meta(
            description="zone, week (mon to sun), country, region, yearly, closed, special.",
            examples=[_HOURS],
        ),
    ]
    key: Annotated[str, word("Which calendar.", STANDARD)] = STANDARD
    since: Since = None


class LevelIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of the service level."""

    level: Annotated[
        dict[str, Any],
        msgspec.Meta(
            description="goals, pauses, softening, calendar, review_working_days, tell_minutes.",
            examples=[_LEVEL],
        ),
    ]
    since: Since = None


class CalendarOut(msgspec.Struct, frozen=True):
    """The working calendar that counts now, and its version."""

    key: Annotated[str, word("Which calendar.", STANDARD)]
    version: Annotated[str, word("Its version.", "2")]
    since: Instant
    hours: Annotated[Hours, msgspec.Meta(examples=[_HOURS])]


class LevelOut(msgspec.Struct, frozen=True):
    """The service level that counts now, and its version."""

    version: Annotated[str, word("Its version.", "2")]
    since: Instant
    level: Annotated[ServiceLevel, msgspec.Meta(examples=[_LEVEL])]


class SavedOut(msgspec.Struct, frozen=True):
    """A version that was saved, and what it changed."""

    key: Annotated[str, word("What was saved.", STANDARD)]
    version: Annotated[str, word("Its version.", "2")]
    since: Instant
    cases: Annotated[int, msgspec.Meta(description="Worked out anew.", examples=[40])]
    changed: Annotated[int, msgspec.Meta(description="With other deadlines.", examples=[3])]
    left: Annotated[int, msgspec.Meta(description="They wait for their turn.", examples=[0])]


@get(
    "/service-calendar", operation_id="read_service_calendar", tags=TAGS, sync_to_thread=True,
    summary="Read the working calendar", opt=READ,
)  # fmt: skip
def read_service_calendar(
    visit: NamedDependency[Visit], client: ClientCode = None, key: CalendarKey = STANDARD
) -> CalendarOut:
    """Read the working calendar that counts now."""
    with visit.reading() as session:
        found = visit.client(session, client)
        known = queries.calendar(session, client_id=found.id, key=key, now=visit.now)
    it = known.version_at(visit.now)
    return CalendarOut(key, it.version, it.since, written_hours(it.calendar))


@post(
    "/service-calendar", operation_id="save_service_calendar", tags=TAGS, sync_to_thread=True,
    summary="Save a working calendar", status_code=200, opt=SET_UP,
)  # fmt: skip
def save_service_calendar(
    visit: NamedDependency[Visit],
    data: JSONBody[CalendarIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[SavedOut]:
    """Save a version of the calendar; deadlines that change are told in their cases."""
    hours = parse_hours(data.hours, source="hours")

    def act(session: Session, found: Client) -> SavedOut:
        return _saved(
            operations.save_calendar(
                session,
                client_id=found.id,
                key=data.key,
                hours=hours,
                since=_since(visit, found, data.since),
                now=visit.now,
            )
        )

    return visit.act(client, idempotency_key, act)


@get(
    "/service-level", operation_id="read_service_level", tags=TAGS, sync_to_thread=True,
    summary="Read the service level", opt=READ,
)  # fmt: skip
def read_service_level(visit: NamedDependency[Visit], client: ClientCode = None) -> LevelOut:
    """Read the service level that counts now."""
    with visit.reading() as session:
        found = visit.client(session, client)
        it = queries.agreed_now(session, client_id=found.id, now=visit.now)
    return LevelOut(it.version, it.since, it.level)


@post(
    "/service-level", operation_id="save_service_level", tags=TAGS, sync_to_thread=True,
    summary="Save a service level", status_code=200, opt=SET_UP,
)  # fmt: skip
def save_service_level(
    visit: NamedDependency[Visit],
    data: JSONBody[LevelIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[SavedOut]:
    """Save a version of the service level; pauses that have been stay pauses."""
    level = parse_level(data.level, source="level")

    def act(session: Session, found: Client) -> SavedOut:
        since = _since(visit, found, data.since)
        return _saved(
            operations.save_level(
                session, client_id=found.id, level=level, since=since, now=visit.now
            )
        )

    return visit.act(client, idempotency_key, act)


HANDLERS = (
    read_service_calendar, save_service_calendar, read_service_level, save_service_level,
)  # fmt: skip


def _since(visit: Visit, client: Client, day: date | None) -> datetime:
    if day is None:
        return visit.now
    return start_of_day(checked_day(day, field="since"), zone(client.zone))


def _saved(it: views.Saved) -> SavedOut:
    done = it.reckoned
    return SavedOut(it.key, it.version, it.since, done.cases, done.changed, done.left)
