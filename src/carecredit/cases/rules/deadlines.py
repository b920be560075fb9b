"""Deadlines: goals in working time less the pauses, worked out anew from the events each time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from carecredit.cases.rules.history import History, Round
from carecredit.cases.rules.kinds import CaseState, DeadlineKind, Outcome
from carecredit.cases.rules.levels import Levels, level_at
from carecredit.kernel.working_time import Span, Timetable, spans

OPEN, CLOSED = "open", "closed"


class Pause(msgspec.Struct, frozen=True):
    """A time in which a deadline's clock stands still, and whom we wait for."""

    start: datetime
    end: datetime
    state: CaseState


class Interval(msgspec.Struct, frozen=True):
    """A stretch of time that counts, or does not, and why, by a version of the calendar."""

    start: datetime
    end: datetime
    counted: bool
    why: str
    calendar_version: str


class Deadline(msgspec.Struct, frozen=True):
    """A deadline of a case: as it stands, and by which versions of what it was worked out."""

    kind: DeadlineKind
    number: int
    started_at: datetime
    goal_minutes: int
    due_at: datetime | None
    """None while it is paused: nobody knows yet."""
    outcome: Outcome
    ended_at: datetime | None
    breached_at: datetime | None
    """When it was missed; an answer that came late does not take it away."""
    level_version: str
    calendar: str
    calendar_version: str


class Explained(msgspec.Struct, frozen=True):
    """A deadline and every stretch of time that was counted or left out for it."""

    deadline: Deadline
    intervals: tuple[Interval, ...]
    counted_seconds: int
    left_out_seconds: int
    """Working time that pauses took."""


class Inputs(msgspec.Struct, frozen=True):
    """What deadlines depend on beside the events."""

    kind: str
    levels: Levels
    timetables: Mapping[str, Timetable]


def deadlines(history: History, *, inputs: Inputs, now: datetime) -> list[Explained]:
    """Work out every deadline that a case has had; a kind without a goal has none."""
    found = (explain(each, history, inputs=inputs, now=now) for each in history.rounds)
    return [one for one in found if one is not None]


def explain(each: Round, history: History, *, inputs: Inputs, now: datetime) -> Explained | None:
    """Work out one round, with the list of what counted; a late answer leaves the breach."""
    until = each.ended_at or now
    agreed = level_at(inputs.levels, until)
    goal = agreed.level.goal(each.kind, kind=inputs.kind, priority=each.priority)
    if goal is None:
        return None
    timetable = inputs.timetables[agreed.level.calendar]
    pauses = list(_pauses(each, history, inputs.levels, until))
    paused = each.ended_at is None and history.state in agreed.level.pauses.get(each.kind, ())
    intervals, due_at = reckon(
        timetable, start=each.started_at, goal=goal, pauses=pauses, stop=now if paused else None
    )
    return Explained(
        Deadline(
            each.kind,
            each.number,
            each.started_at,
            int(goal / timedelta(minutes=1)),
            due_at,
            Outcome.PAUSED if paused else each.outcome,
            each.ended_at,
            due_at if due_at is not None and due_at < until else None,
            agreed.version,
            agreed.level.calendar,
            timetable.version_at(due_at or until).version,
        ),
        intervals,
        _seconds(one for one in intervals if one.counted),
        _seconds(one for one in intervals if one.why not in {OPEN, CLOSED}),
    )


def reckon(
    timetable: Timetable,
    *,
    start: datetime,
    goal: timedelta,
    pauses: Sequence[Pause],
    stop: datetime | None,
) -> tuple[tuple[Interval, ...], datetime | None]:
    """Count working time outside pauses until the goal is reached, or until a pause's open end."""
    told: list[Interval] = []
    cursor, left = start, goal
    for span in spans(timetable, start, stop):
        _add(told, Interval(cursor, span.start, False, CLOSED, span.version))
        for piece in _cut(span, pauses):
            if not piece.counted:
                _add(told, piece)
                continue
            end = min(piece.end, piece.start + left)
            _add(told, msgspec.structs.replace(piece, end=end))
            left -= end - piece.start
            if not left:
                return tuple(told), end
        cursor = span.end
    if stop is not None:
        _add(told, Interval(cursor, stop, False, CLOSED, timetable.version_at(stop).version))
    return tuple(told), None


def _pauses(each: Round, history: History, levels: Levels, until: datetime) -> Iterator[Pause]:
    """List a round's pauses: a state pauses by the level that counted then, so none is lost."""
    ends = [at for at, _ in history.states[1:]] + [until]
    for (begun, state), ended in zip(history.states, ends, strict=True):
        start, end = max(begun, each.started_at), min(ended, until)
        changes = sorted({one.since for one in levels if start < one.since < end})
        for first, last in zip([start, *changes], [*changes, end], strict=True):
            if first < last and state in level_at(levels, first).level.pauses.get(each.kind, ()):
                yield Pause(first, last, state)


def _cut(span: Span, pauses: Sequence[Pause]) -> Iterator[Interval]:
    cursor = span.start
    for pause in pauses:
        start, end = max(pause.start, cursor), min(pause.end, span.end)
        if start >= end:
            continue
        if cursor < start:
            yield Interval(cursor, start, True, OPEN, span.version)
        yield Interval(start, end, False, pause.state.value, span.version)
        cursor = end
    if cursor < span.end:
        yield Interval(cursor, span.end, True, OPEN, span.version)


def _add(told: list[Interval], one: Interval) -> None:
    """Add a stretch, joined to the one before where it goes on alike."""
    if one.start >= one.end:
        return
    last = told[-1] if told else None
    same = last is not None and (last.end, last.why, last.calendar_version) == (
        one.start,
        one.why,
        one.calendar_version,
    )
    if last is not None and same:
        told[-1] = msgspec.structs.replace(last, end=one.end)
    else:
        told.append(one)


def _seconds(intervals: Iterator[Interval]) -> int:
    return int(sum((it.end - it.start for it in intervals), timedelta(0)).total_seconds())
