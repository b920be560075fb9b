"""What readers see of contact policy: verdicts, claims, approvals."""

from datetime import datetime

import msgspec

from carecredit.contact_policy.rules import Obligation, Sentence, Verdict
from carecredit.kernel.ids import EventId


class Claim(msgspec.Struct, frozen=True):
    """What came of asking to make a contact: the verdict, and the reserved event if allowed."""

    verdict: Verdict
    event_id: EventId | None


class Approval(msgspec.Struct, frozen=True):
    """A profile that a named person switched on for a client company, in one version."""

    profile_key: str
    version: str
    approved_by: str
    approved_at: datetime


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
