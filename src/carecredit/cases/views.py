"""What readers see of cases and of what we gave customers to expect."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from carecredit.cases.rules import Deadline
from carecredit.kernel.ids import (
    CaseId,
    ContactId,
    CustomerId,
    DisputeId,
    ExpectationId,
    InvoiceId,
)


class Case(msgspec.Struct, frozen=True):
    """One matter as it stands."""

    id: CaseId
    customer_id: CustomerId
    kind: str
    state: str
    subject: str
    topic: str | None
    language: str
    priority: str
    owner: str | None
    squad: str | None
    opened_at: datetime
    opened_by: str
    changed_at: datetime
    resolved_at: datetime | None
    resolution: str | None
    review_on: date | None
    tell_owed_since: datetime | None
    version: int
    reckoned_at: datetime


class CaseEvent(msgspec.Struct, frozen=True):
    """What happened in a case: who brought it about, when, why."""

    position: int
    code: str
    happened_at: datetime
    recorded_at: datetime
    recorded_by: str
    party: str
    reason: str
    data: Mapping[str, Any]
    words: Mapping[str, Any]


class CustomerEvent(msgspec.Struct, frozen=True):
    """What happened in one of a customer's cases."""

    case_id: CaseId
    kind: str
    event: CaseEvent


class CaseInvoice(msgspec.Struct, frozen=True):
    """An invoice that a case is about; no amount: the whole."""

    invoice_id: InvoiceId
    amount_minor: int | None
    dispute_id: DisputeId | None


class Disputing(msgspec.Struct, frozen=True):
    """An open dispute about an invoice; no amount: about the whole."""

    case_id: CaseId
    amount_minor: int | None


class WholeCase(msgspec.Struct, frozen=True):
    """A case with all that belongs to it."""

    case: Case
    events: tuple[CaseEvent, ...]
    invoices: tuple[CaseInvoice, ...]
    deadlines: tuple[Deadline, ...]
    expectations: tuple["Expectation", ...]
    allowed: tuple[str, ...]
    """What an operator may bring about now."""


class Listed(msgspec.Struct, frozen=True):
    """A case in a list, with the next deadline that runs."""

    case: Case
    next_due_at: datetime | None
    overdue: bool


class Counts(msgspec.Struct, frozen=True):
    """How many cases a search finds, by state and kind, and how many are past a deadline."""

    total: int
    by_state: dict[str, int]
    by_kind: dict[str, int]
    overdue: int


class Expectation(msgspec.Struct, frozen=True):
    """What we gave a customer to expect, by when, and what became of it."""

    id: ExpectationId
    customer_id: CustomerId
    case_id: CaseId | None
    contact_id: ContactId | None
    purpose: str
    what: str
    due_at: datetime
    given_at: datetime
    given_by: str
    state: str
    fulfilled_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    reason: str


class Softened(msgspec.Struct, frozen=True):
    """A relation that softens: since when, on whose account, how far apart and in which tone."""

    since: datetime
    until: datetime | None
    """None: while the matter is open."""
    case_ids: tuple[CaseId, ...]
    spacing_days: int
    tone: str


class Reckoned(msgspec.Struct, frozen=True):
    """Cases whose deadlines were worked out anew, how many changed, how many wait for a turn."""

    cases: int
    changed: int
    left: int


class Saved(msgspec.Struct, frozen=True):
    """A version of a calendar or service level, and what it changed."""

    key: str
    version: str
    since: datetime
    reckoned: Reckoned
