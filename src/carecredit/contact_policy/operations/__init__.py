"""Writing: profiles approved, contacts claimed under the person's gate, events settled."""

from carecredit.contact_policy.operations.approvals import (
    ProfileNotApproved,
    ProfileUnknown,
    ProfileUnverified,
    approve_profile,
    revoke_profile,
)
from carecredit.contact_policy.operations.claims import claim_contact
from carecredit.contact_policy.operations.events import (
    EventSettled,
    EventUnknown,
    forget_inputs,
    record_inbound,
    release_event,
    settle_event,
)
from carecredit.contact_policy.operations.stops import EndNeeded, NewStop, record_stop

__all__ = [
    "EndNeeded",
    "EventSettled",
    "EventUnknown",
    "NewStop",
    "ProfileNotApproved",
    "ProfileUnknown",
    "ProfileUnverified",
    "approve_profile",
    "claim_contact",
    "forget_inputs",
    "record_inbound",
    "record_stop",
    "release_event",
    "revoke_profile",
    "settle_event",
]
