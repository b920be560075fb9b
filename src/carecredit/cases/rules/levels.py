"""Service levels: how soon we answer and solve, when the clock stands still, how we soften."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any, ClassVar

import msgspec

from carecredit.cases.rules.kinds import CaseKind, CaseState, DeadlineKind, Priority
from carecredit.kernel.errors import Invalid
from carecredit.kernel.working_time import EVER
from carecredit.mandates.rules import TONES

STANDARD = "standard"
GOAL_MINUTES_MAX = 60 * 24 * 60
"""Sixty days around the clock."""
_DAYS_MAX = 366


class LevelInvalid(Invalid):
    """The service level does not say what it must."""

    code: ClassVar[str] = "service_level_invalid"


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Working minutes for cases of these kinds and priorities (none named: for every one)."""

    kinds: tuple[CaseKind, ...] = ()
    priorities: tuple[Priority, ...] = ()
    first_answer: int | None = None
    next_answer: int | None = None
    resolution: int | None = None

    def fits(self, kind: str, priority: str) -> bool:
        """Say whether it is meant for such a case."""
        return (not self.kinds or kind in self.kinds) and (
            not self.priorities or priority in self.priorities
        )


class Softening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the rest of a relation softens while a matter is open, and for how long after."""

    spacing_days: int
    tone: str
    after_days: int = 0


class ServiceLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client company and we agreed about answers."""

    goals: tuple[Goal, ...]
    pauses: dict[DeadlineKind, tuple[CaseState, ...]]
    softening: Softening
    calendar: str = STANDARD
    review_working_days: int = 14
    tell_minutes: int = 480

    def goal(self, deadline: DeadlineKind, *, kind: str, priority: str) -> timedelta | None:
        """Give the working time for a deadline of a case (none: no deadline)."""
        fitting = next((one for one in self.goals if one.fits(kind, priority)), None)
        minutes: int | None = None if fitting is None else getattr(fitting, deadline.value)
        return None if minutes is None else timedelta(minutes=minutes)

    def longest(self) -> timedelta:
        """Give the longest working time that it names."""
        told = [
            minutes
            for goal in self.goals
            for minutes in (goal.first_answer, goal.next_answer, goal.resolution)
            if minutes is not None
        ]
        return timedelta(minutes=max([self.tell_minutes, *told]))


class LevelVersion(msgspec.Struct, frozen=True):
    """A service level and since when it counts."""

    version: str
    since: datetime
    level: ServiceLevel


Levels = Sequence[LevelVersion]
"""Versions in the order they were stated: the newest that has begun counts."""


def level_at(levels: Levels, instant: datetime) -> LevelVersion:
    """Give the version that counts at an instant; before any has begun the first."""
    begun = [one for one in levels if one.since <= instant]
    return begun[-1] if begun else levels[0]


def parse_level(data: Mapping[str, Any], *, source: str) -> ServiceLevel:
    """Read a service level; a fault raises `LevelInvalid` naming the place."""
    try:
        level = msgspec.convert(data, ServiceLevel)
    except msgspec.ValidationError as error:
        raise LevelInvalid(f"{source}: {error}", field="level") from error
    for goal in level.goals:
        for minutes in (goal.first_answer, goal.next_answer, goal.resolution):
            if minutes is not None and not 0 < minutes <= GOAL_MINUTES_MAX:
                raise LevelInvalid(
                    f"{source}: a goal is 1 to {GOAL_MINUTES_MAX} working minutes", field="goals"
                )
    if CaseState.RESOLVED in {state for states in level.pauses.values() for state in states}:
        raise LevelInvalid(f"{source}: a resolved case has no clock to pause", field="pauses")
    _check_softening(level, source)
    if not 0 < level.tell_minutes <= GOAL_MINUTES_MAX:
        raise LevelInvalid(f"{source}: tell_minutes are working minutes", field="tell_minutes")
    return level


def _check_softening(level: ServiceLevel, source: str) -> None:
    soft = level.softening
    days = (level.review_working_days, soft.spacing_days, soft.after_days + 1)
    if not all(0 < count <= _DAYS_MAX for count in days):
        raise LevelInvalid(f"{source}: days are 1 to {_DAYS_MAX}", field="softening")
    if soft.tone not in TONES:
        raise LevelInvalid(
            f"{source}: {soft.tone!r} is no tone; they are: {', '.join(TONES)}", field="softening"
        )


@cache
def house_level() -> LevelVersion:
    """Read the packaged service level; it counts where a client company has none of its own."""
    told = read_packaged("levels")
    version = str(told.pop("version"))
    return LevelVersion(version, EVER, parse_level(told, source="levels/standard.toml"))


def read_packaged(folder: str) -> dict[str, Any]:
    """Read a packaged file of the house."""
    source = resources.files("carecredit.cases").joinpath(folder, f"{STANDARD}.toml")
    return tomllib.loads(source.read_text("utf-8"))
