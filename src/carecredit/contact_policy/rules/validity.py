"""From when to when a profile binds, and since when consents stand; all of it as instants."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from carecredit.contact_policy.rules.facts import Consent, Facts, Request
from carecredit.contact_policy.rules.hours import (
    Opens,
    day_start,
    once_begun,
    opens_before,
    opens_from,
)
from carecredit.contact_policy.rules.limit import Limit
from carecredit.contact_policy.rules.profile import Profile
from carecredit.kernel.calendars import DAY


def begins_at(profile: Profile, zones: Iterable[str]) -> datetime | None:
    """Give the instant from which a profile binds: its first day, where that day comes first."""
    first = profile.valid_from
    return None if first is None else min(day_start(key, first) for key in zones)


def expires_at(profile: Profile, zones: Iterable[str]) -> datetime | None:
    """Give the instant from which an expired profile refuses: where its last day ends first."""
    last = profile.valid_to
    return None if last is None else min(day_start(key, last + DAY) for key in zones)


def validity_limits(
    profiles: Iterable[Profile], request: Request, zones: tuple[str, ...]
) -> Iterator[Limit]:
    """List what the validity of profiles forbids: to go by one that has ended, or not yet begun.

    Every purpose of the request needs a profile that speaks to it; before the first of them begins
    nothing is permitted.
    """
    speaking = [profile for profile in profiles if profile.speaks_to(request)]
    for profile in speaking:
        expires = expires_at(profile, zones)
        if expires is not None:
            yield Limit("profile_unknown", profile.key, opens_before(expires))
    for purpose in sorted(request.purposes):
        begins = [begins_at(each, zones) for each in speaking if purpose in each.purposes]
        known = [moment for moment in begins if moment is not None]
        if known and len(known) == len(begins):
            name = f"{purpose}/{request.channel}"
            yield Limit("profile_unknown", name, opens_from(min(known)))


def consent_limits(profiles: Iterable[Profile], request: Request, facts: Facts) -> Iterator[Limit]:
    """List the profiles that need a consent; what the person asked for has it."""
    if facts.consents is None or request.requested:
        return
    for profile in profiles:
        rule = profile.consent
        if rule is None or request.channel not in rule.channels:
            continue
        for purpose in sorted(profile.purposes & request.purposes):
            given = [each for each in facts.consents if _covers(each, request.channel, purpose)]
            begins = rule.valid_from or profile.valid_from
            since = None if begins is None else min(day_start(key, begins) for key in facts.zones)
            opens = _while_given(given)
            yield Limit("hold:consent_missing", f"{profile.key}.consent", once_begun(since, opens))


def opened_by_consent(profile: Profile, request: Request, facts: Facts) -> Opens | None:
    """Give when a consent of its own opens what a profile closes for ever (none: no such one).

    A consent to a purpose and a channel, both named, is specific; one to everything is not.
    """
    given = [
        each
        for each in facts.consents or ()
        if each.channel == request.channel and each.purpose in profile.purposes & request.purposes
    ]
    return _while_given(given) if given else None


def _covers(consent: Consent, channel: str, purpose: str) -> bool:
    return consent.channel in {None, channel} and consent.purpose in {None, purpose}


def _while_given(consents: list[Consent]) -> Opens:
    def opens(at: datetime) -> datetime | None:
        starts = [
            at if each.starts_at is None else max(at, each.starts_at)
            for each in consents
            if each.ends_at is None or each.ends_at > max(at, each.starts_at or at)
        ]
        return min(starts, default=None)

    return opens
