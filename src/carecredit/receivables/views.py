"""What readers see of receivables."""

from datetime import date

import msgspec

from carecredit.kernel.ids import CustomerId, DisputeId, EntryId, InvoiceId
from carecredit.receivables.rules import days_past_due


class OpenInvoice(msgspec.Struct, frozen=True):
    """An invoice as it stands at the end of a day."""

    id: InvoiceId
    customer_id: CustomerId
    number: str
    invoiced_on: date
    due_on: date
    currency: str
    gross_minor: int
    open_minor: int
    segment: str | None

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


class Dispute(msgspec.Struct, frozen=True):
    """An interval in which an invoice is contested; no end is still open."""

    id: DisputeId
    invoice_id: InvoiceId
    disputed_from: date
    disputed_to: date | None
    reason: str


class Receipt(msgspec.Struct, frozen=True):
    """A payment taken in: what it settled and what stays unapplied."""

    entry_id: EntryId
    applied_minor: int
    unapplied_minor: int
