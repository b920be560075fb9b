"""What readers see of promises, plans, reliefs and payments on their way."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from carecredit.kernel.ids import (
    CustomerId,
    InvoiceId,
    PlanId,
    PromiseId,
    ProofId,
    ReliefId,
)


class Promise(msgspec.Struct, frozen=True):
    """A promise to pay and how it stands."""

    id: PromiseId
    customer_id: CustomerId
    currency: str
    amount_minor: int
    promised_on: date
    grace_days: int
    given_at: datetime
    given_to: str
    state: str
    kept_minor: int | None
    judged_at: datetime | None
    given_by: str = ""
    """Who gave it (empty: the customer)."""
    method: str = "other"
    contact_id: UUID | None = None
    remind: bool = False
    superseded_by: PromiseId | None = None
    answered_at: datetime | None = None
    invoices: tuple[InvoiceId, ...] = ()
    """None named: all that was open, the oldest first."""


class Instalment(msgspec.Struct, frozen=True):
    """An instalment of a plan and how it stood at the last review."""

    position: int
    due_on: date
    last_on: date
    amount_minor: int
    paid_minor: int
    state: str
    missed_at: datetime | None
    answered_at: datetime | None


class PlanEvent(msgspec.Struct, frozen=True):
    """What happened to a plan."""

    version: int
    kind: str
    at: datetime
    by: str
    reason: str


class PlanCard(msgspec.Struct, frozen=True):
    """A payment plan in short."""

    id: PlanId
    customer_id: CustomerId
    currency: str
    amount_minor: int
    state: str
    version: int
    beyond: str
    missed_max: int
    remind: bool
    contact_id: UUID | None
    supersedes_id: PlanId | None
    proposed_at: datetime
    proposed_by: str
    agreed_at: datetime | None
    agreed_by: str | None
    closed_at: datetime | None
    thanked_at: datetime | None
    proposed_caller: str = ""
    """Whose login it was proposed with."""


class PaymentPlan(msgspec.Struct, frozen=True):
    """A payment plan whole: its invoices, instalments and history."""

    card: PlanCard
    invoices: tuple[InvoiceId, ...]
    instalments: tuple[Instalment, ...]
    events: tuple[PlanEvent, ...]

    @property
    def paid_minor(self) -> int:
        """Sum what its instalments were paid with."""
        return sum(one.paid_minor for one in self.instalments)


class Relief(msgspec.Struct, frozen=True):
    """A relief in hardship: what we do and until when, never why."""

    id: ReliefId
    customer_id: CustomerId
    kind: str
    proof_seen: bool
    until: date
    review_on: date | None
    plan_id: PlanId | None
    bonus: str | None
    catalogue_version: str | None
    state: str
    granted_at: datetime
    granted_by: str
    ended_at: datetime | None
    ended_by: str | None


class Proof(msgspec.Struct, frozen=True):
    """A payment said to be on its way."""

    id: ProofId
    customer_id: CustomerId
    invoice_id: InvoiceId
    currency: str
    amount_minor: int
    paid_on: date
    last_on: date
    method: str
    reference: str
    contact_id: UUID | None
    announced_at: datetime
    announced_by: str
    state: str
    came_minor: int
    closed_at: datetime | None


class Unanswered(msgspec.Struct, frozen=True):
    """A word not kept that nobody has spoken about yet: it asks for a call to understand."""

    customer_id: CustomerId
    kind: str
    """promise or instalment."""
    source_id: UUID
    position: int
    state: str
    currency: str
    amount_minor: int
    paid_minor: int
    due_on: date
    since: datetime
    runs: bool
    """It is of a plan that runs on: nothing else is asked meanwhile."""


class Reminder(msgspec.Struct, frozen=True):
    """What falls due tomorrow and whose customer asked to be reminded."""

    customer_id: CustomerId
    kind: str
    """promise or instalment."""
    source_id: UUID
    position: int
    currency: str
    amount_minor: int
    due_on: date


class Review(msgspec.Struct, frozen=True):
    """What a review of arrangements found."""

    kept: int = 0
    broken: int = 0
    waiting: int = 0
    partly_kept: int = 0
    cancelled: int = 0
    """Nothing was left to pay."""
    instalments_paid: int = 0
    instalments_missed: int = 0
    plans_completed: int = 0
    plans_broken: int = 0
    reliefs_ended: int = 0
    proofs_settled: int = 0
    proofs_lapsed: int = 0
