"""Groups of channels, and what happened between us and a person."""

from datetime import datetime

import msgspec

from carecredit.customers.rules import CHANNELS

GROUPS = {
    "any": CHANNELS,
    "distinct_channels": CHANNELS,
    "written": frozenset({"email", "sms", "messaging", "letter", "push"}),
    "voice_sms": frozenset({"voice", "sms"}),
    "voice_or_visit": frozenset({"voice", "visit"}),
}
"""Names by which a rule means several channels at once."""

FOREIGN_CHANNELS = frozenset(
    {
        "automated_voice",
        "fax",
        "pec",
        "post_to_directory_addresses",
        "registered_letter",
        "voice_other_place",
        "voicemail",
    }
)
"""Channels that rules of law name and that we do not use: known, and never asked for."""

KINDS = ("attempt", "contact", "conversation", "refusal")
"""What a try turned out to be; each is also all that stands before it."""

_UNKNOWN = len(KINDS)
_RANK = {kind: rank for rank, kind in enumerate(KINDS)}
_COUNTED_FROM = {"attempts": 0, "contacts": 1, "channels": 1, "conversations": 2}
_LIVE = frozenset({"voice", "visit", "messaging"})


class Event(msgspec.Struct, frozen=True):
    """One try, contact or conversation; one that names no debt may have been about any."""

    kind: str
    at: datetime
    channel: str = "voice"
    direction: str = "out"
    debts: tuple[str, ...] = ()
    ours: bool = True
    """Of the client company that asks; of those of others only the number is told."""


def channels_of(name: str) -> frozenset[str]:
    """Give the channels that a rule's word means."""
    return GROUPS.get(name, frozenset({name}))


def counts_as(event_kind: str, counts: str) -> bool:
    """Say whether an event uses up a cap on attempts, contacts or conversations.

    A kind that nobody knows may have been any of them, and counts.
    """
    return _RANK.get(event_kind, _UNKNOWN) >= _COUNTED_FROM[counts]


def is_at_least(event_kind: str, kind: str) -> bool:
    """Say whether an event is of a kind: a conversation is also a contact and an attempt."""
    return _RANK.get(event_kind, _UNKNOWN) >= _RANK[kind]


def uses(event: Event, channels: frozenset[str]) -> bool:
    """Say whether an event went outward on some channels; one nobody knows may be any of them."""
    known = event.channel in CHANNELS or event.channel in FOREIGN_CHANNELS
    return event.direction != "in" and (event.channel in channels or not known)


def may_become(channel: str) -> str:
    """Say the most that a reserved contact may turn out to be; it counts as that meanwhile."""
    return "conversation" if channel in _LIVE else "contact"
