"""What a person said about being contacted: consent, opt-out, hours, channels, language.

Statements are never edited. Each says from when it counts and when it became known; of those that
speak of a channel and purpose, the latest known one counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from carecredit.kernel.errors import Invalid
from carecredit.kernel.weeks import DAYS, WHOLE_DAY, Week, check_day, read_span, written_span

CHANNELS = frozenset({"voice", "email", "sms", "messaging", "letter", "push", "visit"})
"""The ways in which somebody may be contacted; contact policy counts by the same words."""

PURPOSES = frozenset({"service", "debt_collection", "marketing"})
"""Why somebody may be contacted."""


class Stance(StrEnum):
    """What was said of a channel and purpose."""

    GRANTED = "granted"
    REFUSED = "refused"
    LIFTED = "lifted"
    """A refusal was taken back: nothing is said any more."""


class Basis(StrEnum):
    """How it was said to us, beside the proof."""

    CALL = "call"
    EMAIL = "email"
    MESSAGE = "message"
    LETTER = "letter"
    FORM = "form"
    IN_PERSON = "in_person"
    CONTRACT = "contract"
    CLIENT_COMPANY = "client_company"


class Scope(msgspec.Struct, frozen=True, gc=False):
    """A channel and a purpose; none named means all of them."""

    channel: str | None = None
    purpose: str | None = None


class Consent(msgspec.Struct, frozen=True, gc=False):
    """A statement about a scope, in force from its start to before its end."""

    scope: Scope
    stance: str
    starts_at: datetime
    ends_at: datetime | None


class Preference(msgspec.Struct, frozen=True, gc=False):
    """Hours, channels and language that a person asked for; none of a thing: no wish about it."""

    hours: Week | None
    hours_for: tuple[str, ...]
    """The channels that the hours are about; none: every one."""
    channels: tuple[str, ...]
    """Only these; none: every one."""
    language: str | None
    starts_at: datetime
    ends_at: datetime | None


def check_scope(channel: str | None, purpose: str | None) -> Scope:
    """Accept a channel and purpose that are known here; raises `Invalid`."""
    if channel is not None:
        _check_channels((channel,), "channel")
    if purpose is not None and purpose not in PURPOSES:
        known = ", ".join(sorted(PURPOSES))
        raise Invalid(
            f"{purpose!r} is no purpose known here; write one of {known}", field="purpose"
        )
    return Scope(channel, purpose)


def check_consent(consent: Consent) -> Consent:
    """Accept a statement: consent names what it is for, and nothing ends before it starts."""
    check_scope(consent.scope.channel, consent.scope.purpose)
    if consent.stance == Stance.GRANTED and consent.scope.purpose is None:
        raise Invalid(
            "consent is given for a purpose; name one, such as marketing", field="purpose"
        )
    check_span(consent.starts_at, consent.ends_at)
    return consent


def check_span(starts_at: datetime, ends_at: datetime | None) -> None:
    """Refuse an end that does not come after its start."""
    if ends_at is not None and ends_at <= starts_at:
        raise Invalid("it ends before it starts; check both instants", field="ends_at")


def check_preference(preference: Preference) -> Preference:
    """Accept a wish that leaves something open; closing everything is an opt-out."""
    _check_channels(preference.channels, "channels")
    _check_channels(preference.hours_for, "hours_for")
    check_span(preference.starts_at, preference.ends_at)
    if preference.hours is not None and not any(preference.hours):
        raise Invalid("these hours leave no hour open; record an opt-out instead", field="hours")
    return preference


def within(narrow: Scope, wide: Scope) -> bool:
    """Say whether a scope lies within another."""
    return wide.channel in {None, narrow.channel} and wide.purpose in {None, narrow.purpose}


def consent_to(
    stated: Sequence[Consent], *, channel: str, purpose: str, at: datetime
) -> Consent | None:
    """Give the consent that stands, if the latest statement in force grants it."""
    asked = Scope(channel, purpose)
    found = [one for one in stated if within(asked, one.scope) and _in_force(one, at)]
    return found[-1] if found and found[-1].stance == Stance.GRANTED else None


def consented(stated: Sequence[Consent], *, channel: str, purpose: str, at: datetime) -> bool:
    """Say whether consent stands."""
    return consent_to(stated, channel=channel, purpose=purpose, at=at) is not None


def latest_preference(stated: Iterable[Preference], at: datetime) -> Preference | None:
    """Give the wish in force: the latest known that has begun, unless it has ended."""
    begun = [one for one in stated if one.starts_at <= at]
    return begun[-1] if begun and _in_force(begun[-1], at) else None


def read_hours(told: Mapping[str, Sequence[str]]) -> Week:
    """Read hours by day (`{"fri": [], "mon": ["18:00-21:00"]}`); a day not named is all open."""
    for day in told:
        check_day(day, field="hours")
    return tuple(
        tuple(sorted(read_span(text, field="hours") for text in told[day]))
        if day in told
        else WHOLE_DAY
        for day in DAYS
    )


def written_hours(week: Week) -> dict[str, list[str]]:
    """Write hours as `read_hours` reads them; a day that is all open is not named."""
    return {
        day: [written_span(span) for span in spans]
        for day, spans in zip(DAYS, week, strict=True)
        if spans != WHOLE_DAY
    }


def hours_of(text: str | None) -> Week | None:
    """Read hours as they are stored."""
    return None if text is None else read_hours(msgspec.json.decode(text.encode()))


def _check_channels(named: Iterable[str], field: str) -> None:
    for channel in named:
        if channel not in CHANNELS:
            known = ", ".join(sorted(CHANNELS))
            raise Invalid(
                f"{channel!r} is no channel known here; write one of {known}", field=field
            )


def _in_force(one: Consent | Preference, at: datetime) -> bool:
    return one.starts_at <= at and (one.ends_at is None or one.ends_at > at)
