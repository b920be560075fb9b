"""What an operator sees of the work at hand."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from carecredit.arrangements.views import Promise
from carecredit.customers.views import Customer
from carecredit.holds.views import StandingHold
from carecredit.kernel.ids import ClientId, CustomerId, OperatorId, TouchId
from carecredit.outreach.views import Call, Contact
from carecredit.receivables.views import OpenInvoice


class Item(msgspec.Struct, frozen=True):
    """Somebody to speak with, or something to look at, and why."""

    client_id: ClientId
    client_code: str
    client_name: str
    touch_id: TouchId
    customer_id: CustomerId
    customer_number: str
    customer_name: str
    status: str
    status_reason: str | None
    step_key: str
    step_kind: str
    sentence: dict[str, str]
    due_at: datetime
    invoice: str | None
    currency: str | None
    open_minor: int | None
    days_past_due: int
    language: str
    owner_id: OperatorId | None


class Card(msgspec.Struct, frozen=True):
    """The person before the debt: who it is, what stands, what happened, what was agreed."""

    item: Item
    customer: Customer
    invoices: tuple[OpenInvoice, ...]
    holds: tuple[StandingHold, ...]
    promises: tuple[Promise, ...]
    contacts: tuple[Contact, ...]
    reason: dict[str, Any]


class Taken(msgspec.Struct, frozen=True):
    """A call taken: what to dial and respect, and whom we will speak with."""

    call: Call
    card: Card


class Task(msgspec.Struct, frozen=True):
    """Something to do besides calling: for whom, since when, why, and in whose hands it is."""

    client_id: ClientId
    client_code: str
    client_name: str
    kind: str
    subject_id: UUID
    customer_id: CustomerId | None
    customer_number: str | None
    customer_name: str | None
    due_at: datetime
    sentence: dict[str, str]
    held_by: str | None
    held_until: datetime | None


class RuleChoices(msgspec.Struct, frozen=True):
    """How often what a rule proposed was accepted, changed or rejected."""

    rule: str
    version: str
    proposed: str
    accepted: int
    changed: int
    rejected: int
