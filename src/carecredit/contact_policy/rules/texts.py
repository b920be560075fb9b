"""The schema of the files under `profiles/`, key by key; any other key refuses its profile."""

from datetime import date
from typing import Literal

import msgspec

from carecredit.contact_policy.rules.profile import Counting, Moratorium, Source

Hours = list[tuple[str, str]]
Opening = Literal["requested", "consent"]


class WindowsText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`any = true`, `never = true`, or hours for `mon` to `sun`; a day left out is closed.

    What is never may be opened: `unless` names the customer's own request, or its consent.
    """

    whenever: bool = msgspec.field(default=False, name="any")
    never: bool = False
    unless: list[Opening] = []
    channel: str | None = None
    mon: Hours = []
    tue: Hours = []
    wed: Hours = []
    thu: Hours = []
    fri: Hours = []
    sat: Hours = []
    sun: Hours = []


class HolidaysText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose public days: of a calendar or `consumer_country`; `national`, `consumer` or a code."""

    policy: Literal["forbid", "discourage", "none"]
    calendar: str | None = None
    categories: tuple[str, ...] = ("public",)
    subdivision: str | None = None
    extra: list[Literal["easter_monday"]] = []
    note: str = ""


class CapText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At most `count`, within `window`, by `scope`, of what `counts` says, on `channel`."""

    id: str
    count: int
    window: Counting
    scope: Literal[
        "per_person",
        "per_person_per_agency",
        "per_person_per_professional",
        "per_person_per_channel",
        "per_debt",
        "per_debt_per_person",
    ]
    counts: Literal["attempts", "contacts", "conversations", "channels"]
    channel: str | None = None
    after: Literal["first conversation", "direct contact made"] | None = None
    min_gap_days: int | None = None
    house: bool = False
    waivable: str = ""
    text_says: str = ""
    note: str = ""
    evidence: str = ""
    confidence: float = 1.0


class CoolOffText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Silence of `days` after a conversation or refusal, by the profile's own way of counting."""

    after: Literal["conversation", "refusal"]
    days: int
    day_count: Literal[
        "event_day_is_day_1",
        "event_day_excluded",
        "sixty full calendar days after the refusal",
    ]
    scope: Literal["per_person", "per_debt_per_person"] = "per_person"
    channel: str | None = None
    house: bool = False
    note: str = ""


class ConsentText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The channels on which a contact needs consent, from a day on (left out: always)."""

    channels: list[str]
    valid_from: date | None = None
    note: str = ""


class OverrideText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours of one subdivision; `sunday` and `holidays` may be `none`."""

    state: str
    window: tuple[str, str]
    sunday: tuple[str, str] | Literal["none"] | None = None
    holidays: Literal["none"] | None = None


class ProfileText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A profile as its file tells it, without the keys that only people read."""

    title: str
    jurisdiction: str
    purpose: list[
        Literal[
            "service",
            "debt_collection",
            "marketing",
            "late_interest",
            "utility_default",
            "data_protection",
            "test",
        ]
    ]
    legal_force: str
    channels: list[str]
    windows: WindowsText
    holidays: HolidaysText
    sources: list[Source]
    verified: bool
    confidence: float
    caps: list[CapText] = []
    cooloff: CoolOffText | None = None
    consent: ConsentText | None = None
    moratorium: Moratorium | None = None
    min_gap_hours_between_attempts: int | None = None
    pre_holiday_windows: Hours = []
    state_overrides: list[OverrideText] = []
    obligations: list[str] = []
    hard_stops: list[str] = []
    picked: Literal["by_place", "by_hand"] = "by_place"
    valid_from: date | None = None
    valid_to: date | None = None
    version: str = "1"
