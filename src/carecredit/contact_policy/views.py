"""What readers see of contact policy: verdicts, claims, approvals."""

from datetime import datetime
from typing import Literal

import msgspec

from carecredit.contact_policy.rules import Obligation, Sentence, Verdict, Versions
from carecredit.kernel.ids import EventId, HoldId


class Claim(msgspec.Struct, frozen=True):
    """What came of asking to make a contact: the verdict, and the reserved event if allowed."""

    verdict: Verdict
    event_id: EventId | None


class Approval(msgspec.Struct, frozen=True):
    """A profile that a named person switched on for a client company, in one version.

    It stands until somebody says otherwise: who takes it back, or approves the profile anew.
    """

    profile_key: str
    version: str
    approved_by: str
    approved_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None


class ProfileState(msgspec.Struct, frozen=True):
    """A packaged profile beside what was said of it for a client company, newest first."""

    profile_key: str
    title: str
    version: str
    jurisdictions: tuple[str, ...]
    purposes: tuple[str, ...]
    state: Literal["on", "superseded", "off"]
    """Superseded: it is approved in a version that is no longer the packaged one, so it is off."""
    may_be_approved: bool
    approvals: tuple[Approval, ...]


class StopRecorded(msgspec.Struct, frozen=True):
    """A reason to be silent as it was recorded, with the end that its law counts (none: open)."""

    hold_id: HoldId
    starts_at: datetime
    ends_at: datetime | None


class Replay(msgspec.Struct, frozen=True):
    """A decision of the past taken once more, beside what was kept of it.

    The same where it comes out as it did, on the same inputs and data.
    """

    event_id: EventId
    at: datetime
    hash_then: str
    versions_then: Versions
    verdict: Verdict
    same: bool
    changed: tuple[str, ...]
    """What is another release now than then, in words."""


class Explanation(msgspec.Struct, frozen=True):
    """A verdict told to a person: in a sentence, when first, and what to respect then."""

    channel: str
    purpose: str
    zones: tuple[str, ...]
    verdict: Verdict
    summary: Sentence
    first_allowed: Sentence | None
    """The first allowed moment, on the person's own clock (none: there is none)."""
    respect: tuple[Obligation, ...]
    """What the contact must respect at its first allowed moment, be that now or later."""
    place: tuple[str, ...]
    """On what ground the person's place is taken."""
