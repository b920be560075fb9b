"""Making touches: ring, claim, settle; take a call, wrap it up; put right what was left behind."""

from carecredit.outreach.operations.calling import CallNotNow, call_out
from carecredit.outreach.operations.calls import give_back, take
from carecredit.outreach.operations.claiming import claim
from carecredit.outreach.operations.contacts import (
    ContactEnded,
    NewContact,
    NotYours,
    confirm_right_party,
    link,
    receive,
    take_over,
)
from carecredit.outreach.operations.erasing import ErasureRefused, erase
from carecredit.outreach.operations.parked import Finding, NotParked, resolve_parked
from carecredit.outreach.operations.ringing import ring, sweep
from carecredit.outreach.operations.settling import settle
from carecredit.outreach.operations.wrapping import wrap_up, wrap_up_call

__all__ = [
    "CallNotNow",
    "ContactEnded",
    "ErasureRefused",
    "Finding",
    "NewContact",
    "NotParked",
    "NotYours",
    "call_out",
    "claim",
    "confirm_right_party",
    "erase",
    "give_back",
    "link",
    "receive",
    "resolve_parked",
    "ring",
    "settle",
    "sweep",
    "take",
    "take_over",
    "wrap_up",
    "wrap_up_call",
]
