"""Squads and shifts over HTTP: who works with whom, and when."""

from datetime import timedelta
from typing import Annotated

import msgspec
from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from carecredit.kernel.ids import OperatorId, ShiftId, SquadId
from carecredit.team import operations, queries, views
from carecredit.team.views import Key
from carecredit_api.cursors import Cursors
from carecredit_api.deps import Visit
from carecredit_api.team import (
    PAGE_MAX,
    READ,
    SET_UP,
    TAGS,
    At,
    Cursor,
    NextCursor,
    check_centre,
)
from carecredit_api.wire import Instant, Limit, read_instant, word

AHEAD = timedelta(days=7)


class SquadOut(msgspec.Struct, frozen=True):
    """A squad at an instant; the members are those that the key may see."""

    id: SquadId
    name: Annotated[str, word("Name.", "Blu")]
    captain_id: OperatorId
    members: tuple[OperatorId, ...]


class SquadPage(msgspec.Struct, frozen=True):
    """Some squads, and the cursor of those that follow (none: these were the last)."""

    items: tuple[SquadOut, ...]
    cursor: NextCursor


class SquadIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A squad to be founded; its captain is its first member."""

    name: Annotated[str, word("A name of its own.", "Blu")]
    captain_id: OperatorId


class MemberIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who joins or leaves, or is the captain from now on."""

    operator_id: OperatorId


class ShiftOut(msgspec.Struct, frozen=True):
    """When an operator is planned to be at work, to before its end."""

    id: ShiftId
    operator_id: OperatorId
    starts_at: Instant
    ends_at: Instant
    cancelled_at: Instant | None


class ShiftPage(msgspec.Struct, frozen=True):
    """Some shifts, and the cursor of those that follow (none: these were the last)."""

    items: tuple[ShiftOut, ...]
    cursor: NextCursor


class ShiftIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A shift to be planned, 24 hours at most."""

    operator_id: OperatorId
    starts_at: Instant
    ends_at: Instant


@get(
    "/squads", operation_id="list_squads", tags=TAGS, sync_to_thread=True,
    summary="List squads", opt=READ,
)  # fmt: skip
def list_squads(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    at: At = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> SquadPage:
    """List the squads in which the key may see somebody, a page at a time."""
    cursors: Cursors = request.app.state.cursors
    after = None if cursor is None else SquadId(cursors.read(cursor, of="squads"))
    when, size = visit.now if at is None else read_instant(at, field="at"), min(limit, PAGE_MAX)
    with visit.reading() as session:
        rows = queries.squads(session, at=when, after=after, limit=size + 1)
    shown = rows[:size]
    more = cursors.after(shown[-1].id, of="squads") if len(rows) > size else None
    return SquadPage(tuple(map(_squad, shown)), more)


@get(
    "/squads/{squad_id:uuid}", operation_id="read_squad", tags=TAGS, sync_to_thread=True,
    summary="Read a squad", opt=READ,
)  # fmt: skip
def read_squad(
    visit: NamedDependency[Visit], squad_id: FromPath[SquadId], at: At = None
) -> SquadOut:
    """Read a squad with its members at an instant."""
    when = visit.now if at is None else read_instant(at, field="at")
    with visit.reading() as session:
        return _squad(queries.squad(session, squad_id=squad_id, at=when))


@post(
    "/squads", operation_id="add_squad", tags=TAGS, sync_to_thread=True, status_code=200,
    summary="Found a squad", opt=SET_UP,
)  # fmt: skip
def add_squad(visit: NamedDependency[Visit], data: JSONBody[SquadIn]) -> SquadOut:
    """Found a squad by a name of its own, with its captain."""
    check_centre(visit)
    with visit.writing() as session:
        made = operations.add_squad(
            session, name=data.name, captain_id=data.captain_id, now=visit.now
        )
        return _squad(queries.squad(session, squad_id=made, at=visit.now))


@post(
    "/squads/{squad_id:uuid}/join", operation_id="join_squad", tags=TAGS, sync_to_thread=True,
    status_code=200, summary="Join a squad", opt=SET_UP,
)  # fmt: skip
def join_squad(
    visit: NamedDependency[Visit], squad_id: FromPath[SquadId], data: JSONBody[MemberIn]
) -> SquadOut:
    """Let an operator join a squad; each belongs to one at a time."""
    check_centre(visit)
    with visit.writing() as session:
        operations.join_squad(
            session, squad_id=squad_id, operator_id=data.operator_id, now=visit.now
        )
        return _squad(queries.squad(session, squad_id=squad_id, at=visit.now))


@post(
    "/squads/{squad_id:uuid}/leave", operation_id="leave_squad", tags=TAGS, sync_to_thread=True,
    status_code=200, summary="Leave a squad", opt=SET_UP,
)  # fmt: skip
def leave_squad(
    visit: NamedDependency[Visit], squad_id: FromPath[SquadId], data: JSONBody[MemberIn]
) -> SquadOut:
    """Let an operator leave a squad; a captain only once another is named."""
    check_centre(visit)
    with visit.writing() as session:
        operations.leave_squad(
            session, squad_id=squad_id, operator_id=data.operator_id, now=visit.now
        )
        return _squad(queries.squad(session, squad_id=squad_id, at=visit.now))


@post(
    "/squads/{squad_id:uuid}/captain", operation_id="name_captain", tags=TAGS,
    sync_to_thread=True, status_code=200, summary="Name a squad's captain", opt=SET_UP,
)  # fmt: skip
def name_captain(
    visit: NamedDependency[Visit], squad_id: FromPath[SquadId], data: JSONBody[MemberIn]
) -> SquadOut:
    """Name a member the captain of a squad."""
    check_centre(visit)
    with visit.writing() as session:
        operations.name_captain(
            session, squad_id=squad_id, operator_id=data.operator_id, now=visit.now
        )
        return _squad(queries.squad(session, squad_id=squad_id, at=visit.now))


@get(
    "/shifts", operation_id="list_shifts", tags=TAGS, sync_to_thread=True,
    summary="List shifts", opt=READ,
)  # fmt: skip
def list_shifts(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    start: Annotated[
        str | None,
        QueryParameter(name="from", description="Those that end after it; none: now."),
    ] = None,
    end: Annotated[
        str | None,
        QueryParameter(
            name="to", description="Those that start before it; none: seven days later."
        ),
    ] = None,
    operator_id: Annotated[
        OperatorId | None, QueryParameter(name="operator", description="Of one operator.")
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ShiftPage:
    """List the shifts that touch a span, cancelled ones too, a page at a time."""
    cursors: Cursors = request.app.state.cursors
    after = None if cursor is None else ShiftId(cursors.read(cursor, of="shifts"))
    ends_after = visit.now if start is None else read_instant(start, field="from")
    size = min(limit, PAGE_MAX)
    with visit.reading() as session:
        rows = queries.shifts(
            session,
            starts_before=ends_after + AHEAD if end is None else read_instant(end, field="to"),
            ends_after=ends_after,
            operator_id=operator_id,
            after=after,
            limit=size + 1,
        )
    shown = rows[:size]
    more = cursors.after(shown[-1].id, of="shifts") if len(rows) > size else None
    return ShiftPage(tuple(map(_shift, shown)), more)


@post(
    "/shifts", operation_id="plan_shift", tags=TAGS, sync_to_thread=True, status_code=200,
    summary="Plan a shift", opt=SET_UP,
)  # fmt: skip
def plan_shift(visit: NamedDependency[Visit], data: JSONBody[ShiftIn]) -> ShiftOut:
    """Plan when an operator is at work; two shifts of one person never overlap."""
    check_centre(visit)
    with visit.writing() as session:
        made = operations.plan_shift(
            session,
            operator_id=data.operator_id,
            starts_at=data.starts_at,
            ends_at=data.ends_at,
            now=visit.now,
        )
        return _shift(queries.shift(session, shift_id=made))


@post(
    "/shifts/{shift_id:uuid}/cancel", operation_id="cancel_shift", tags=TAGS,
    sync_to_thread=True, status_code=200, summary="Cancel a shift", opt=SET_UP,
)  # fmt: skip
def cancel_shift(visit: NamedDependency[Visit], shift_id: FromPath[ShiftId]) -> ShiftOut:
    """Cancel a shift from now on; what was worked of it stays."""
    check_centre(visit)
    with visit.writing() as session:
        operations.cancel_shift(session, shift_id=shift_id, now=visit.now)
        return _shift(queries.shift(session, shift_id=shift_id))


def _squad(found: views.Squad) -> SquadOut:
    return SquadOut(*msgspec.structs.astuple(found))


def _shift(found: views.Shift) -> ShiftOut:
    return ShiftOut(*msgspec.structs.astuple(found))


HANDLERS = (
    list_squads,
    read_squad,
    add_squad,
    join_squad,
    leave_squad,
    name_captain,
    list_shifts,
    plan_shift,
    cancel_shift,
)
