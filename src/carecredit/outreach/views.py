"""What readers see of outreach."""

from datetime import datetime

import msgspec

from carecredit.kernel.ids import (
    AttemptId,
    ClientId,
    ContactId,
    CustomerId,
    DisputeId,
    PromiseId,
    TouchId,
)
from carecredit.outreach.rules import Message


class Ring(msgspec.Struct, frozen=True):
    """A doorbell: this touch, under this fence; ids only."""

    client_id: ClientId
    touch_id: TouchId
    fence: int


class Claimed(msgspec.Struct, frozen=True):
    """The right, and the duty, to send this message once."""

    client_id: ClientId
    touch_id: TouchId
    attempt_id: AttemptId
    fence: int
    message: Message


class Attempted(msgspec.Struct, frozen=True):
    """One try to reach a customer, as its history shows it."""

    id: AttemptId
    customer_id: CustomerId
    channel: str
    purpose: str
    state: str
    intent_at: datetime


class Passed(msgspec.Struct, frozen=True):
    """Nothing to send: where the touch went instead, and why."""

    status: str
    reason: str


class Swept(msgspec.Struct, frozen=True):
    """What a sweep put right."""

    rung_again: int
    unknown: int
    parked: int


class Call(msgspec.Struct, frozen=True):
    """A call in an operator's hands: whom, at which number, what to respect."""

    client_id: ClientId
    touch_id: TouchId
    customer_id: CustomerId
    attempt_id: AttemptId
    fence: int
    number: str
    obligations: tuple[dict[str, str], ...]


class Contact(msgspec.Struct, frozen=True):
    """One exchange as the history shows it."""

    id: ContactId
    channel: str
    direction: str
    purpose: str
    started_at: datetime
    disposition: str
    non_payment_reason: str | None
    note: str


class Closed(msgspec.Struct, frozen=True):
    """What a wrap-up wrote."""

    contact_id: ContactId
    touch_id: TouchId
    promise_id: PromiseId | None
    dispute_ids: tuple[DisputeId, ...]
    callback_touch_id: TouchId | None


class SimulatedCount(msgspec.Struct, frozen=True):
    """How many contacts of a kind the rules would have answered so."""

    source: str
    """`made` (an attempt), or `planned` (a touch that was never made)."""
    channel: str
    purpose: str
    decision: str
    contacts: int


class SimulatedReason(msgspec.Struct, frozen=True):
    """How many contacts a rule would have refused; one refused by two rules stands in both."""

    source: str
    channel: str
    purpose: str
    decision: str
    code: str
    rule_id: str
    contacts: int


class Simulation(msgspec.Struct, frozen=True):
    """What some profiles would have allowed and refused over a span of the history."""

    client: str
    since: datetime
    until: datetime
    profiles: tuple[str, ...]
    decisions: tuple[SimulatedCount, ...]
    reasons: tuple[SimulatedReason, ...]
