"""What readers see of touches and plans."""

from datetime import date, datetime
from typing import Any

import msgspec

from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, OperatorId, PersonId, TouchId


class Touch(msgspec.Struct, frozen=True):
    """A planned contact as it stands."""

    client_id: ClientId
    id: TouchId
    customer_id: CustomerId
    person_id: PersonId
    invoice_id: InvoiceId | None
    step_key: str
    step_kind: str
    channel: str
    tone: str
    requested: bool
    reason: dict[str, Any]
    status: str
    status_reason: str | None
    status_detail: str | None
    due_at: datetime
    fence: int
    tries: int
    operator_id: OperatorId | None
    owner_id: OperatorId | None
    planned_at: datetime


class Plan(msgspec.Struct, frozen=True):
    """What comes next for a customer: a touch (planned or foreseen), or why there is none."""

    customer_id: CustomerId
    code: str
    sentence: dict[str, str]
    touch_id: TouchId | None = None
    channel: str | None = None
    step: str | None = None
    invoice: str | None = None
    due_at: datetime | None = None
    next_on: date | None = None


class Planned(msgspec.Struct, frozen=True):
    """What a planning run did: counts, and the silences by reason."""

    customers: int
    planned: int
    kept: int
    cancelled: int
    silent: dict[str, int]
