"""What a person said of being contacted, in the words of the decision: it narrows, never widens.

Why a channel is closed is not told further than that somebody wished it so: a verdict is read by
people who may not see care needs.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from carecredit.contact_policy.rules.facts import Consent as Permission
from carecredit.contact_policy.rules.facts import Request, Stop, Wish
from carecredit.customers.rules import (
    CHANNELS,
    CareNeed,
    Consent,
    Preference,
    consent_to,
    consented,
    pauses,
    silences,
)

CONSENT_MISSING = "consent_missing"
"""Nobody is sent advertising without consent to it, recorded with its proof."""


def wish_stops(
    request: Request,
    *,
    preferences: Iterable[Preference],
    consents: Sequence[Consent],
    needs: Iterable[CareNeed],
    at: datetime,
) -> Iterator[Stop]:
    """List what preferences, consents and care needs close to a request.

    An offer that the customer asked for needs no further consent; one made beside it does.
    """
    closed: set[str] = set()
    for preference in preferences:
        if preference.channels:
            closed |= CHANNELS.difference(preference.channels)
    for need in needs:
        closed |= silences(need.kind)
        if pauses(need.kind):
            yield Stop("vulnerability", min(need.starts_at, at), need.ends_at)
    if request.channel in closed:
        yield Stop("opt_out", channel=request.channel)
    asked_for = request.requested and request.purpose == "marketing"
    if (
        "marketing" in request.purposes
        and not asked_for
        and not consented(consents, channel=request.channel, purpose="marketing", at=at)
    ):
        yield Stop(CONSENT_MISSING, purpose="marketing")


def granted(request: Request, stated: Sequence[Consent], *, at: datetime) -> tuple[Permission, ...]:
    """Give the consents that stand, as widely as each was given, for whatever a profile asks."""
    found = (
        consent_to(stated, channel=request.channel, purpose=purpose, at=at)
        for purpose in sorted(request.purposes)
    )
    given = (consent for consent in found if consent is not None)
    return tuple(
        Permission(consent.scope.channel, consent.scope.purpose, consent.starts_at, consent.ends_at)
        for consent in given
    )


def wished_hours(preferences: Iterable[Preference]) -> tuple[Wish, ...]:
    """Give the hours that a person asked for, where it asked for any."""
    return tuple(Wish(wish.hours, wish.hours_for) for wish in preferences if wish.hours is not None)
