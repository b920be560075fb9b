"""Reading a profile from its file; a word that is not understood refuses the whole profile.

Keys that only people read are listed too: a decisive key with a typing error must not pass for one
of them.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import time
from itertools import pairwise
from typing import Any, ClassVar

import msgspec

from carecredit.contact_policy.rules.bounds import (
    DAYS_MAX,
    HOURS_MAX,
    WEEKS_MAX,
    check_bound,
    check_span,
)
from carecredit.contact_policy.rules.events import FOREIGN_CHANNELS, GROUPS, channels_of
from carecredit.contact_policy.rules.facts import Span, Week
from carecredit.contact_policy.rules.profile import (
    Cap,
    ConsentRule,
    CoolOff,
    HolidayRule,
    Override,
    Profile,
    Window,
)
from carecredit.contact_policy.rules.texts import (
    CapText,
    ConsentText,
    CoolOffText,
    HolidaysText,
    Hours,
    OverrideText,
    ProfileText,
    WindowsText,
)
from carecredit.contact_policy.rules.words import OBLIGATIONS
from carecredit.customers.rules import CHANNELS
from carecredit.kernel.errors import Invalid
from carecredit.kernel.public_days import (
    known_subdivision,
    knows_categories,
    knows_country,
)

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_TEXTS = {
    "allowed_during", "applies_to", "applies_to_recovery", "caveat", "compensation",
    "electronic_time", "exception", "fixed_compensation", "interest", "limited_content_message",
    "min_gap_note", "not_for", "note", "notices", "optout", "place",
    "prescription_notice", "prohibitions", "retention", "rules", "stricter_code", "third_party",
    "timezone_ambiguity", "why_contract_calls_differ", "windows_evidence", "windows_verified",
    "workplace",
}  # fmt: skip
"""Keys that a profile may carry for people to read; the decision does not look at them."""


class ProfileInvalid(Invalid):
    """A profile's file says something that cannot be applied; the message names file and key."""

    code: ClassVar[str] = "profile_invalid"


def parse_profile(mapping: Mapping[str, Any], *, key: str, file: str = "") -> Profile:
    """Read one profile; raises `ProfileInvalid` naming the file, the profile and the key."""
    decisive = {name: value for name, value in mapping.items() if name not in _TEXTS}
    try:
        text = msgspec.convert(decisive, ProfileText)
        return _compile(text, mapping, key)
    except (msgspec.ValidationError, Invalid) as error:
        where = f"{file}: {key}" if file else key
        raise ProfileInvalid(f"{where}: {error}", field=key) from error


def _compile(text: ProfileText, mapping: Mapping[str, Any], key: str) -> Profile:
    _check(text)
    channels = frozenset[str]().union(*(_channels(name, "channels") for name in text.channels))
    house = text.legal_force == "house"
    return Profile(
        key=key,
        version=text.version,
        title=text.title,
        jurisdictions=_jurisdictions(text.jurisdiction),
        purposes=frozenset(text.purpose),
        legal_force=text.legal_force,
        channels=channels,
        window=_window(text.windows, channels),
        holidays=_holidays(text.holidays),
        caps=tuple(_cap(cap, channels, house=house) for cap in text.caps),
        cooloff=_cooloff(text.cooloff, channels, house=house),
        consent=_consent(text.consent),
        moratorium=text.moratorium,
        gap_hours=check_span(
            text.min_gap_hours_between_attempts,
            "min_gap_hours_between_attempts",
            most=HOURS_MAX,
        ),
        eve_hours=_day(text.pre_holiday_windows, "pre_holiday_windows"),
        overrides=_overrides(text),
        obligations=tuple(_obligation(code) for code in text.obligations),
        sources=tuple(text.sources),
        verified=text.verified,
        confidence=text.confidence,
        by_hand=text.picked == "by_hand",
        valid_from=text.valid_from,
        valid_to=text.valid_to,
        digest=hashlib.sha256(msgspec.json.encode(mapping, order="deterministic")).hexdigest(),
        texts={name: value for name, value in mapping.items() if name in _TEXTS},
    )


def _check(text: ProfileText) -> None:
    """Refuse a profile whose parts contradict each other."""
    if not 0 < text.confidence <= 1:
        raise Invalid("confidence must lie above 0 and at most at 1")
    if text.valid_from and text.valid_to and text.valid_to < text.valid_from:
        raise Invalid("valid_to lies before valid_from")
    for where, day in (("valid_from", text.valid_from), ("valid_to", text.valid_to)):
        check_bound(day, where)
    if text.consent is not None:
        check_bound(text.consent.valid_from, "consent.valid_from")
    if not text.purpose:
        raise Invalid("purpose: name at least one")
    names = [cap.id for cap in text.caps]
    if len(names) != len(set(names)):
        raise Invalid("caps: each needs an id of its own")
    if text.moratorium is not None:
        check_span(text.moratorium.standard_days, "moratorium.standard_days")
        check_span(text.moratorium.after_treatment_days, "moratorium.after_treatment_days")


def _jurisdictions(text: str) -> tuple[str, ...]:
    paths = tuple(part.strip() for part in text.split(","))
    for path in paths:
        country = path.partition("-")[0]
        if country not in {"*", "EU"} and not knows_country(country):
            raise Invalid(f"jurisdiction: {path!r} is no country we know; write one such as IT")
    return paths


def _consent(text: ConsentText | None) -> ConsentRule | None:
    if text is None:
        return None
    channels = (_channels(name, "consent.channels") for name in text.channels)
    return ConsentRule(frozenset[str]().union(*channels), text.valid_from)


def _window(text: WindowsText, channels: frozenset[str]) -> Window:
    days = (text.mon, text.tue, text.wed, text.thu, text.fri, text.sat, text.sun)
    if [text.whenever, text.never, any(days)].count(True) > 1:
        raise Invalid("windows: write any, never, or hours by day, and only one of them")
    if not (text.whenever or text.never or any(days)):
        raise Invalid("windows: no hours; write never = true where none is meant")
    week = tuple(_day(day, "windows") for day in days)
    bound = _channels(text.channel, "windows.channel") if text.channel else channels
    if text.unless and not text.never:
        raise Invalid("windows.unless: only what is never can be opened by an exception")
    return Window(
        week=None if text.whenever else week, channels=bound, unless=frozenset(text.unless)
    )


def _day(hours: Hours, where: str) -> tuple[Span, ...]:
    spans = tuple((_clock(start, where), _clock(end, where)) for start, end in hours)
    edges = [edge for span in spans for edge in span]
    if any(one >= other for one, other in pairwise(edges)):
        raise Invalid(f"{where}: hours must run forward within the day, such as 09:00 to 20:00")
    return spans


def _clock(text: str, where: str) -> time:
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise Invalid(f"{where}: {text!r} is no time of day; write one such as 08:30")
    return time(int(found[1]), int(found[2]))


def _holidays(text: HolidaysText) -> HolidayRule:
    if text.policy == "forbid" and not text.calendar:
        raise Invalid("holidays.calendar: forbid needs a calendar, such as IT or consumer_country")
    subdivision = text.subdivision
    if subdivision is None or subdivision == "national" or subdivision.startswith("consumer"):
        subdivision = None
    calendar = None if text.calendar == "consumer_country" else text.calendar
    if calendar is not None and not knows_country(calendar):
        raise Invalid(f"holidays.calendar: no public days are known for {calendar!r}")
    if calendar is not None and not knows_categories(calendar, text.categories):
        raise Invalid(f"holidays.categories: not all are known for {calendar}")
    if subdivision is not None and not (calendar and known_subdivision(calendar, subdivision)):
        raise Invalid(f"holidays.subdivision: {subdivision!r} is not one of the calendar's")
    return HolidayRule(
        policy=text.policy,
        calendar=text.calendar,
        subdivision=subdivision,
        categories=tuple(sorted(text.categories)),
        easter_monday="easter_monday" in text.extra,
    )


def _cap(text: CapText, channels: frozenset[str], *, house: bool) -> Cap:
    if text.count < 1 or text.window.n < 1:
        raise Invalid(f"caps.{text.id}: count and window.n must be at least 1")
    most = {"rolling_hours": HOURS_MAX, "iso_week": WEEKS_MAX}.get(text.window.kind, DAYS_MAX)
    check_span(text.window.n, f"caps.{text.id}.window.n", most=most)
    distinct = text.channel == "distinct_channels"
    if distinct != (text.counts == "channels"):
        raise Invalid(f"caps.{text.id}: distinct_channels and counts = channels go together")
    if distinct and (text.window.kind, text.window.n) != ("iso_week", 1):
        raise Invalid(f"caps.{text.id}: distinct channels are counted by one iso_week")
    return Cap(
        id=text.id,
        count=text.count,
        window=text.window,
        per_debt=text.scope.startswith("per_debt"),
        per_channel=text.scope == "per_person_per_channel",
        channels=_channels(text.channel, f"caps.{text.id}") if text.channel else channels,
        counts=text.counts,
        after_first_conversation=text.after == "first conversation",
        gap_days=check_span(text.min_gap_days, f"caps.{text.id}.min_gap_days"),
        house=house or text.house,
    )


def _cooloff(text: CoolOffText | None, channels: frozenset[str], *, house: bool) -> CoolOff | None:
    if text is None:
        return None
    check_span(text.days, "cooloff.days")
    return CoolOff(
        after=text.after,
        days=text.days,
        first_day=0 if text.day_count == "event_day_is_day_1" else 1,
        per_debt=text.scope == "per_debt_per_person",
        channels=_channels(text.channel, "cooloff.channel") if text.channel else channels,
        house=house or text.house,
    )


def _overrides(text: ProfileText) -> tuple[Override, ...]:
    country = text.jurisdiction.partition("-")[0]
    for override in text.state_overrides:
        if known_subdivision(country, override.state) is None:
            raise Invalid(f"state_overrides: {override.state!r} is no subdivision of {country}")
    return tuple(_override(override) for override in text.state_overrides)


def _override(text: OverrideText) -> Override:
    daily = _day([text.window], f"state_overrides.{text.state}")
    sunday = daily
    if text.sunday is not None:
        hours: Hours = [] if text.sunday == "none" else [text.sunday]
        sunday = _day(hours, f"state_overrides.{text.state}.sunday")
    week: Week = (*(daily,) * 6, sunday)
    return Override(subdivision=text.state, week=week, holidays=text.holidays == "none")


def _channels(name: str, where: str) -> frozenset[str]:
    if name not in GROUPS and name not in CHANNELS and name not in FOREIGN_CHANNELS:
        raise Invalid(f"{where}: {name!r} is no channel we know")
    return channels_of(name)


def _obligation(code: str) -> str:
    if code not in OBLIGATIONS:
        raise Invalid(f"obligations: {code!r} is none of {', '.join(sorted(OBLIGATIONS))}")
    return code
