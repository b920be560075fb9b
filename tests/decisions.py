"""Decisions of the contact policy in short words: profiles, a Tuesday in Rome, what is said."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from carecredit.contact_policy import rules

PROFILES = rules.load_profiles()


HOUSE = PROFILES["house_gentle"]


UNIREC = PROFILES["it_debt_unirec"]


ROME = rules.Facts(zones=("Europe/Rome",), countries=("IT",))


TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""Eleven in the morning in Rome, an ordinary day."""


DEBT = rules.Request("voice", "debt_collection", ("D1",))


def decide(
    request: rules.Request = DEBT,
    *,
    facts: rules.Facts = ROME,
    history: tuple[rules.Event, ...] = (),
    profiles: tuple[rules.Profile, ...] = (HOUSE, UNIREC),
    now: datetime = TUESDAY,
) -> rules.Verdict:
    return rules.decide(
        request,
        facts=facts,
        history=history,
        profiles=profiles,
        calendars=rules.PublicDays(),
        now=now,
    )


def codes(verdict: rules.Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def stopped(kind: str, **fields: Any) -> rules.Facts:
    return msgspec.structs.replace(ROME, stops=(rules.Stop(kind, **fields),))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
