"""What an office reads of receivables: documents, movements, balances, charges."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from carecredit.kernel.ids import (
    AllocationId,
    CustomerId,
    DisputeId,
    EntryId,
    InvoiceId,
    WaiverId,
)
from carecredit.receivables.rules import OpenPart, Share, days_past_due


class OpenInvoice(msgspec.Struct, frozen=True):
    """An invoice as it stands at the end of a day."""

    id: InvoiceId
    customer_id: CustomerId
    number: str
    invoiced_on: date
    due_on: date
    """The earliest due date with something open; of a settled invoice the last."""
    currency: str
    gross_minor: int
    open_minor: int
    segment: str | None
    kind: str = "invoice"
    tax_minor: int | None = None
    split_payment: bool = False
    instalments: tuple[OpenPart, ...] = ()
    """Every due date, one or more, with what of it is open."""
    past_due_minor: int = 0
    disputed_minor: int = 0

    def days_past_due(self, today: date) -> int:
        """Count whole days since the due date, never negative."""
        return days_past_due(self.due_on, today)


class Movement(msgspec.Struct, frozen=True):
    """A payment, credit note or write-off."""

    id: EntryId
    kind: str
    number: str
    effective_on: date
    currency: str
    amount_minor: int


class Incoming(msgspec.Struct, frozen=True):
    """A payment less what was given or taken back of it."""

    id: EntryId
    on: date
    recorded_at: datetime
    minor: int


class Entry(msgspec.Struct, frozen=True):
    """A movement of any kind, whole as it was recorded."""

    id: EntryId
    kind: str
    customer_id: CustomerId
    number: str
    effective_on: date
    currency: str
    amount_minor: int
    related_id: EntryId | None
    reason: str | None
    recorded_at: datetime


class Dispute(msgspec.Struct, frozen=True):
    """An interval in which an invoice is contested; no end is still open."""

    id: DisputeId
    invoice_id: InvoiceId
    disputed_from: date
    disputed_to: date | None
    reason: str
    amount_minor: int | None = None
    """Null: all that is open of it."""


class Receipt(msgspec.Struct, frozen=True):
    """Money or a credit taken in, or applied later: what it settled, what stays unapplied."""

    entry_id: EntryId
    applied_minor: int
    unapplied_minor: int
    shares: tuple[Share, ...] = ()


class Undone(msgspec.Struct, frozen=True):
    """What was taken off invoices again."""

    entry_id: EntryId
    minor: int
    invoice_ids: tuple[InvoiceId, ...]


class Returned(msgspec.Struct, frozen=True):
    """A payment taken back: which invoices are open again, and by how much in all."""

    entry_id: EntryId
    undone_minor: int
    invoice_ids: tuple[InvoiceId, ...]


class Corrected(msgspec.Struct, frozen=True):
    """A mistaken invoice put right: its credit note, the new invoice, what moved over to it."""

    credit_note_id: EntryId
    invoice_id: InvoiceId
    moved_minor: int


class SmallBalance(msgspec.Struct, frozen=True):
    """A remainder too small to ask for."""

    invoice_id: InvoiceId
    customer_id: CustomerId
    number: str
    due_on: date
    currency: str
    open_minor: int


class WrittenOff(msgspec.Struct, frozen=True):
    """Remainders given up in one call: how many, how much in all, whether more are left."""

    count: int
    currency: str
    minor: int
    more: bool


class Balance(msgspec.Struct, frozen=True):
    """What a customer owes in one currency at the end of a day; net is open less unapplied."""

    currency: str
    open_minor: int
    past_due_minor: int
    disputed_minor: int
    unapplied_minor: int
    net_minor: int


class Exposure(msgspec.Struct, frozen=True):
    """What is at stake with a customer in one currency, beside the limit: a flag, no automatism."""

    currency: str
    past_due_minor: int
    not_due_minor: int
    unapplied_minor: int
    exposure_minor: int
    disputed_minor: int
    limit_minor: int | None
    over_limit: bool


class Limit(msgspec.Struct, frozen=True):
    """How much a customer may owe from a day on (null: no limit from then)."""

    currency: str
    valid_from: date
    limit_minor: int | None
    set_by: str
    recorded_at: datetime


class Applied(msgspec.Struct, frozen=True):
    """A share between a document and a movement, or (minus) its undoing."""

    id: AllocationId
    other_id: UUID
    """The movement, on an invoice's line; the invoice, on a movement's."""
    other_number: str
    applied_on: date
    recorded_at: datetime
    amount_minor: int
    undoes_id: AllocationId | None


class LedgerLine(msgspec.Struct, frozen=True):
    """A document or a movement of a customer, with both its dates and what was applied."""

    id: UUID
    kind: str
    number: str
    effective_on: date
    due_on: date | None
    recorded_at: datetime
    currency: str
    amount_minor: int
    change_minor: int
    """How it moves what the customer owes."""
    reason: str | None
    related_id: UUID | None
    applied: tuple[Applied, ...] = ()


class LedgerPage(msgspec.Struct, frozen=True):
    """Some lines of a customer's ledger, oldest first, and the last one's id where more follow."""

    lines: tuple[LedgerLine, ...]
    next: UUID | None


class Waiver(msgspec.Struct, frozen=True):
    """Late interest or compensation given up: by whom, why, through when."""

    id: WaiverId
    invoice_id: InvoiceId
    charge: str
    through_on: date | None
    waived_by: str
    reason: str
    recorded_at: datetime


class ChargeLine(msgspec.Struct, frozen=True):
    """Interest of some days, both in: principal, yearly rate, and its exact part."""

    from_on: date
    through_on: date
    days: int
    principal_minor: int
    percent: str
    reference_percent: str
    interest: str
    """In major units with four decimals more than the currency has; only the sum is rounded."""
    source: str
    confidence: str
    note: str | None


class LateCharge(msgspec.Struct, frozen=True):
    """What lateness of an invoice would come to by the mandate's rule; nothing is charged."""

    invoice_id: InvoiceId
    customer_id: CustomerId
    number: str
    currency: str
    rule: str
    rule_source: str
    through_on: date
    open_minor: int
    disputed_minor: int
    lines: tuple[ChargeLine, ...]
    interest_minor: int
    interest_waived_minor: int
    compensation_minor: int
    compensation_waived_minor: int
    chargeable_minor: int
    unknown_from: date | None
    """From this day on the rates are not known: the interest stops before it."""
    waivers: tuple[Waiver, ...] = ()
