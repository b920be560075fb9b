"""Making touches: ring, claim, settle; take a call, wrap it up; put right what was left behind."""

from carecredit.outreach.operations.calls import NotYours, give_back, take
from carecredit.outreach.operations.claiming import claim
from carecredit.outreach.operations.erasing import ErasureRefused, erase
from carecredit.outreach.operations.parked import Finding, NotParked, resolve_parked
from carecredit.outreach.operations.ringing import ring, sweep
from carecredit.outreach.operations.settling import settle
from carecredit.outreach.operations.wrapping import wrap_up

__all__ = [
    "ErasureRefused",
    "Finding",
    "NotParked",
    "NotYours",
    "claim",
    "erase",
    "give_back",
    "resolve_parked",
    "ring",
    "settle",
    "sweep",
    "take",
    "wrap_up",
]
