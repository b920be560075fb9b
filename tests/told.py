"""A made-up profile as its file tells it, whole or with changes, read or refused."""

from datetime import time
from typing import Any

import pytest

from carecredit.contact_policy import rules
from carecredit.kernel.errors import Invalid

NINE_TO_FIVE = (time(9), time(17))
PLAIN: dict[str, Any] = {
    "title": "A made-up rule",
    "jurisdiction": "US-FL, IT",
    "purpose": ["debt_collection", "service"],
    "legal_force": "law",
    "channels": ["voice", "voice_sms"],
    "windows": {"any": True},
    "holidays": {"policy": "none"},
    "sources": [{"title": "made up", "evidence": "own"}],
    "verified": True,
    "confidence": 0.5,
}
CAP = {
    "id": "day",
    "count": 2,
    "window": {"kind": "rolling_hours", "n": 36},
    "scope": "per_person",
    "counts": "attempts",
}
SILENCE: dict[str, Any] = {"after": "refusal", "days": 1, "day_count": "event_day_is_day_1"}


def read(**told: Any) -> rules.Profile:
    return rules.parse_profile(PLAIN | told, key="made_up")


def refused(**told: Any) -> Invalid:
    with pytest.raises(rules.ProfileInvalid) as found:
        rules.parse_profile(PLAIN | told, key="made_up", file="xx.toml")
    return found.value
