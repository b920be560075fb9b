"""What readers see of outreach."""

from datetime import datetime
from uuid import UUID

import msgspec

from carecredit.kernel.ids import (
    AttemptId,
    CaseId,
    ClientId,
    ContactId,
    ContactPointId,
    CustomerId,
    DisputeId,
    ExpectationId,
    GapId,
    PlanId,
    PromiseId,
    ProofId,
    SurveyId,
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
    contact_id: ContactId
    touch_id: TouchId
    customer_id: CustomerId
    attempt_id: AttemptId
    fence: int
    number: str
    obligations: tuple[dict[str, str], ...]


class Contact(msgspec.Struct, frozen=True):
    """One exchange as the history shows it."""

    id: ContactId
    customer_id: CustomerId
    touch_id: TouchId | None
    operator: str
    channel: str
    direction: str
    purpose: str
    topic: str | None
    language: str
    automatic: bool
    started_at: datetime
    ended_at: datetime | None
    talk_seconds: int | None
    hold_seconds: int | None
    wrap_up_seconds: int | None
    right_party: str | None
    disposition: str | None
    non_payment_reason: str | None
    root_cause: str | None
    resolved: str | None
    understood: bool | None
    mood: str | None
    procedure: str | None
    procedure_version: int | None
    procedure_useful: bool | None
    transferred: bool
    summary: str | None
    note: str


class InHands(msgspec.Struct, frozen=True):
    """A contact that has not ended and is in an operator's hands."""

    client_id: ClientId
    id: ContactId
    customer_id: CustomerId
    touch_id: TouchId | None
    point_id: ContactPointId | None
    """Of a call: which number is dialled."""
    channel: str
    direction: str
    started_at: datetime
    right_party: str | None


class Linked(msgspec.Struct, frozen=True):
    """What hangs on a contact."""

    contact_id: ContactId
    kind: str
    linked_id: UUID


class Closed(msgspec.Struct, frozen=True):
    """What a wrap-up wrote."""

    contact_id: ContactId
    touch_id: TouchId | None
    promise_id: PromiseId | None
    dispute_ids: tuple[DisputeId, ...]
    callback_touch_id: TouchId | None
    plan_id: PlanId | None = None
    proof_id: ProofId | None = None
    case_ids: tuple[CaseId, ...] = ()
    expectation_ids: tuple[ExpectationId, ...] = ()
    gap_id: GapId | None = None
    survey_id: SurveyId | None = None
    """A survey that was thought of: asked, or not sent with a reason."""


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
