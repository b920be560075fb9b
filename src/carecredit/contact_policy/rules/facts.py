"""What a decision depends on: the request, and what is known of the person's place and wishes."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Literal

import msgspec

from carecredit.kernel.ids import InvoiceId

Span = tuple[time, time]
Week = tuple[tuple[Span, ...], ...]
"""Local hours for Monday to Sunday, half-open; an empty day is closed."""

WHOLE_DAY: tuple[Span, ...] = ((time.min, time.max),)
"""A day open from its first instant to the first of the next."""


WRITTEN_TO_A_POINT = frozenset({"email", "sms", "messaging"})
"""Channels on which words reach the one whose address or number it is."""


class Request(msgspec.Struct, frozen=True):
    """A contact somebody wants to make; a message with any promotion is marketing too."""

    channel: str
    purpose: str
    debts: tuple[str, ...] = ()
    requested: bool = False
    promotion: bool = False
    endpoint: str | None = None

    @property
    def purposes(self) -> frozenset[str]:
        """Name every purpose whose profiles apply."""
        return frozenset({self.purpose, "marketing"} if self.promotion else {self.purpose})


def asked(
    channel: str,
    purpose: str,
    debts: Iterable[InvoiceId],
    *,
    requested: bool,
    promotion: bool = False,
) -> Request:
    """Put what is asked for in the words of the rules; what also promotes is marketing too."""
    return Request(
        channel=channel,
        purpose=purpose,
        debts=tuple(str(debt) for debt in debts),
        requested=requested,
        promotion=promotion,
    )


class Stop(msgspec.Struct, frozen=True):
    """A reason that beats everything while it lasts; of some invoices, of a channel, or of all."""

    kind: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    debts: tuple[str, ...] = ()
    channel: str | None = None
    purpose: str | None = None
    evidence: tuple[str, ...] = ()
    """Since when and by whom it is known; a proof in free words stays where it can be erased."""


class Consent(msgspec.Struct, frozen=True):
    """A permission that stands from its start to before its end; none named covers all."""

    channel: str | None = None
    purpose: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class Wish(msgspec.Struct, frozen=True):
    """Hours the person asked for; they narrow what is allowed and never widen it."""

    week: Week
    channels: tuple[str, ...] = ()


class OperatorHours(msgspec.Struct, frozen=True):
    """When the desk is staffed, in its own zone and by its own holidays."""

    zone: str
    week: Week
    calendar: str | None = None
    subdivision: str | None = None


class Superseded(msgspec.Struct, frozen=True):
    """A profile approved in a version that is no longer the packaged one: it is off."""

    profile_key: str
    approved: str
    present: str


class Facts(msgspec.Struct, frozen=True):
    """What is known at the moment of asking; several zones mean that each may be the right one.

    The first of the countries is the address's, and `subdivision` is one of its. Where the country
    has subdivisions and the person's is not known (`subdivision_known` is false), every local
    exception that a profile makes is taken to apply. Other subdivisions that may be the right one
    stand beside it as country and code; their public days and exceptions apply as well. Consents
    are none where the caller answers for them, as a case file does.
    """

    zones: tuple[str, ...]
    countries: tuple[str, ...] = ()
    subdivision: str | None = None
    subdivision_known: bool = True
    other_subdivisions: tuple[tuple[str, str], ...] = ()
    stops: tuple[Stop, ...] = ()
    wishes: tuple[Wish, ...] = ()
    consents: tuple[Consent, ...] | None = None
    operator: OperatorHours | None = None
    identity: Literal["verified", "unverified"] = "unverified"
    missing_profiles: tuple[str, ...] = ()
    superseded: tuple[Superseded, ...] = ()
    notes: tuple[str, ...] = ()


def identity_at(
    request: Request, verified_at: datetime | None, *, at: datetime
) -> Literal["verified", "unverified"]:
    """Say whether a contact reaches the person for sure: what is written to a verified address.

    Whoever picks a telephone up, or opens a door, may be somebody else.
    """
    written = request.channel in WRITTEN_TO_A_POINT
    known = verified_at is not None and verified_at <= at
    return "verified" if written and known else "unverified"
