"""What readers see of contact policy: verdicts, claims, approvals."""

from datetime import datetime

import msgspec

from carecredit.contact_policy.rules import Verdict
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
