"""A profile: the rules of a place and purpose, as read from its file and ready to apply."""

from datetime import date
from typing import Any, Literal

import msgspec

from carecredit.contact_policy.rules.facts import Request, Span, Week


class Window(msgspec.Struct, frozen=True):
    """Hours of contact; no week means any hour, a week of closed days means never.

    What is never is open all the same to what the customer asked for or consented to, where the
    profile says so (`unless`); it then leaves the hours to others.
    """

    week: Week | None
    channels: frozenset[str]
    unless: frozenset[str] = frozenset()


class HolidayRule(msgspec.Struct, frozen=True):
    """Whose public days close the day (forbid), or only speak against it (discourage)."""

    policy: Literal["forbid", "discourage", "none"]
    calendar: str | None = None
    subdivision: str | None = None
    categories: tuple[str, ...] = ("public",)
    easter_monday: bool = False


class Counting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Over which span a cap counts: rolling local days, calendar days, ISO weeks, or hours."""

    kind: Literal["rolling_days", "calendar_day", "iso_week", "rolling_hours"]
    n: int


class Cap(msgspec.Struct, frozen=True):
    """At most `count` of a kind within a span, for the person, for each debt or each channel."""

    id: str
    count: int
    window: Counting
    per_debt: bool
    per_channel: bool
    channels: frozenset[str]
    counts: Literal["attempts", "contacts", "conversations", "channels"]
    after_first_conversation: bool = False
    gap_days: int | None = None
    house: bool = False


class CoolOff(msgspec.Struct, frozen=True):
    """Silence after a conversation or a refusal, in local days; `first_day` is the event's own."""

    after: Literal["conversation", "refusal"]
    days: int
    first_day: Literal[0, 1]
    per_debt: bool
    channels: frozenset[str]
    house: bool = False


class ConsentRule(msgspec.Struct, frozen=True):
    """Channels on which a contact needs the person's consent, from a day on (none: always)."""

    channels: frozenset[str]
    valid_from: date | None


class Moratorium(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many days nobody may ask, and whether the day of registration is the first."""

    standard_days: int
    first_day_counts: bool
    after_treatment_days: int | None = None
    max_frequency: str = ""
    mental_health: str = ""
    effect: str = ""


class Override(msgspec.Struct, frozen=True):
    """Narrower hours of one subdivision."""

    subdivision: str
    week: Week
    holidays: bool


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a rule is written, and how well we know it."""

    title: str
    evidence: str


class Profile(msgspec.Struct, frozen=True):
    """All that one profile says; `texts` holds what people read and the decision does not."""

    key: str
    version: str
    title: str
    jurisdictions: tuple[str, ...]
    purposes: frozenset[str]
    legal_force: str
    channels: frozenset[str]
    window: Window
    holidays: HolidayRule
    caps: tuple[Cap, ...]
    cooloff: CoolOff | None
    consent: ConsentRule | None
    moratorium: Moratorium | None
    gap_hours: int | None
    eve_hours: tuple[Span, ...]
    overrides: tuple[Override, ...]
    obligations: tuple[str, ...]
    sources: tuple[Source, ...]
    verified: bool
    confidence: float
    by_hand: bool
    valid_from: date | None
    valid_to: date | None
    digest: str
    texts: dict[str, Any]

    @property
    def house(self) -> bool:
        """Say whether these are our own habits, which a customer's own request may pass."""
        return self.legal_force == "house"

    def bounds_hours(self, request: Request) -> bool:
        """Say whether the profile says anything about the hour of a request."""
        named = self.window.week is not None and not self.window.unless
        return named and self.window_binds(request)

    def window_binds(self, request: Request) -> bool:
        """Say whether the hours are a request's; they may name channels of their own."""
        return self.concerns(request) and request.channel in self.window.channels

    def speaks_to(self, request: Request) -> bool:
        """Say whether the profile speaks to a request's channel and one of its purposes."""
        return request.channel in self.channels and self.concerns(request)

    def concerns(self, request: Request) -> bool:
        """Say whether the profile is about one of the request's purposes."""
        return not self.purposes.isdisjoint(request.purposes)
