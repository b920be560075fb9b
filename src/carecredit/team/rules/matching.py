"""Who can take a matter: language at its level, skills, client company, shift; with reasons.

What decides is what somebody can do and when, never how much or how fast they did it.
"""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from carecredit.kernel.ids import ClientId, OperatorId, SquadId
from carecredit.team.rules.words import sentence


class Level(StrEnum):
    """How well a language is spoken (Council of Europe, CEFR); the words sort by it."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"


LEVELS = tuple(Level)


class Spoken(Struct, frozen=True, order=True):
    """A language and how well it is spoken."""

    language: str
    level: Level


class Profile(Struct, frozen=True):
    """What an operator can do at an instant; nothing of what they did."""

    id: OperatorId
    name: str
    languages: tuple[Spoken, ...] = ()
    skills: tuple[str, ...] = ()
    clients: tuple[ClientId, ...] = ()
    """The companies served, of those that the reader may see."""
    squads: tuple[SquadId, ...] = ()
    on_shift: bool = False
    away: bool = False


class Needs(Struct, frozen=True):
    """What a matter asks of whoever takes it."""

    client_id: ClientId
    language: str | None
    """None: whatever is spoken."""
    level: Level = Level.B1
    skills: tuple[str, ...] = ()
    now: bool = True
    """It is taken at this instant: whoever is away or off shift cannot."""


class Reason(Struct, frozen=True):
    """Why somebody cannot take a matter."""

    code: str
    sentence: dict[str, str]


class Fit(Struct, frozen=True):
    """Whether somebody can take a matter, and if not, everything that is missing."""

    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        """Say whether nothing is missing."""
        return not self.reasons


def may_take(profile: Profile, needs: Needs) -> Fit:
    """Say whether an operator can take a matter: every thing that is missing is a reason."""
    return Fit(tuple(_missing(profile, needs)))


def match_score(profile: Profile, needs: Needs) -> tuple[int, int]:
    """Order those who can take a matter, the smallest first; it is no judgement of anybody.

    Whoever has the least to spare is asked first: who can do more stays free for what only they
    can take. It is worked out when asked, and neither stored nor shown.
    """
    level = _level(profile, needs.language)
    spare = 0 if level is None else LEVELS.index(level) - LEVELS.index(needs.level)
    return (spare, len(set(profile.skills) - set(needs.skills)))


def _missing(profile: Profile, needs: Needs) -> Iterator[Reason]:
    if needs.client_id not in profile.clients:
        yield _reason("company_not_served")
    if needs.language is not None:
        yield from _unspoken(profile, needs.language, needs.level)
    for skill in needs.skills:
        if skill not in profile.skills:
            yield _reason("skill_missing", skill=skill)
    if needs.now and profile.away:
        yield _reason("away")
    if needs.now and not profile.on_shift:
        yield _reason("off_shift")


def _unspoken(profile: Profile, language: str, needed: Level) -> Iterator[Reason]:
    level = _level(profile, language)
    if level is None:
        yield _reason("language_missing", language=language)
    elif LEVELS.index(level) < LEVELS.index(needed):
        yield _reason("language_below", language=language, level=level, needed=needed)


def _level(profile: Profile, language: str | None) -> Level | None:
    return next((it.level for it in profile.languages if it.language == language), None)


def _reason(code: str, **facts: str) -> Reason:
    return Reason(code, sentence(code, **facts))
