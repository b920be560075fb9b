"""The verdict: allowed, deferred or never, with its reasons, duties and versions."""

from datetime import datetime
from typing import Literal

import msgspec


class Sentence(msgspec.Struct, frozen=True):
    """One sentence in the two languages of the desk."""

    it: str
    en: str


class Reason(msgspec.Struct, frozen=True):
    """Why not now: a stable code, the rule that says it, when it ends by itself, in words."""

    code: str
    rule_id: str
    not_before: datetime | None
    sentence: Sentence
    evidence: tuple[str, ...] = ()


class Obligation(msgspec.Struct, frozen=True):
    """What the contact must respect if it is made."""

    code: str
    sentence: Sentence
    until: datetime | None = None


class Versions(msgspec.Struct, frozen=True):
    """By which data the decision was taken."""

    rules: dict[str, str]
    tzdata: str
    holidays: str
    phonenumbers: str


class Verdict(msgspec.Struct, frozen=True):
    """The answer for one instant; `not_before` is the first instant at which nothing blocks."""

    decision: Literal["allow", "defer", "never"]
    at: datetime
    not_before: datetime | None
    reasons: tuple[Reason, ...]
    obligations: tuple[Obligation, ...]
    versions: Versions
    inputs_hash: str

    @property
    def allowed(self) -> bool:
        """Say whether the contact may be made now."""
        return self.decision == "allow"
