"""What is open, what is past due, and how a payment settles invoices."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

import msgspec

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import InvoiceId

WHOLE = "ALL"
"""What reports call all segments together."""


class InvoiceKind(StrEnum):
    """Documents that ask for payment; only an invoice is a sale."""

    INVOICE = "invoice"
    OPENING_BALANCE = "opening_balance"
    INTEREST_NOTE = "interest_note"
    COST_NOTE = "cost_note"


class EntryKind(StrEnum):
    """Movements: what settles, what takes back, and money on something already given up."""

    PAYMENT = "payment"
    CREDIT_NOTE = "credit_note"
    WRITE_OFF = "write_off"
    OPENING_CREDIT = "opening_credit"
    REFUND = "refund"
    CHARGEBACK = "chargeback"
    RECOVERY = "recovery"


SETTLING = frozenset(
    {EntryKind.PAYMENT, EntryKind.CREDIT_NOTE, EntryKind.WRITE_OFF, EntryKind.OPENING_CREDIT}
)
"""These lower the balance: they stand as unapplied until they are put on an invoice."""
TAKING_BACK = frozenset({EntryKind.REFUND, EntryKind.CHARGEBACK})
"""These raise it again: money given back to the customer, or taken back by the bank."""


def weight(kind: str) -> int:
    """Say how an entry moves what stands unapplied: +1 settles, -1 takes back, 0 does neither."""
    return (kind in SETTLING) - (kind in TAKING_BACK)


class OpenItem(msgspec.Struct, frozen=True):
    """An invoice with something open, as far as allocation needs to know it."""

    invoice_id: InvoiceId
    due_on: date
    open_minor: int


class Share(msgspec.Struct, frozen=True):
    """A share of money put on an invoice."""

    invoice_id: InvoiceId
    minor: int


def check_segment(segment: str | None) -> str | None:
    """Accept the name of a segment; the whole has a name of its own, which none may take."""
    if segment is not None and segment.upper() == WHOLE:
        raise Invalid(f"{WHOLE} stands for all segments; name this one otherwise", field="segment")
    return segment


def open_amount(gross_minor: int, applied_minor: int) -> int:
    """Say what is open: never below zero, but a negative invoice keeps its sign."""
    left = gross_minor - applied_minor
    return left if gross_minor < 0 else max(0, left)


def days_past_due(due_on: date, today: date) -> int:
    """Count whole days since the due date; due today is not late, and it is never negative."""
    return max(0, (today - due_on).days)


def allocate(payment_minor: int, items: Iterable[OpenItem]) -> Iterator[Share]:
    """Settle the oldest due first; what is left over stays unapplied."""
    for item in sorted(items, key=lambda item: (item.due_on, item.invoice_id)):
        if payment_minor == 0:
            return
        minor = min(payment_minor, item.open_minor)
        if minor > 0:
            payment_minor -= minor
            yield Share(item.invoice_id, minor)


class Part(msgspec.Struct, frozen=True):
    """An amount of an invoice that falls due on a day: an instalment, or all of it."""

    due_on: date
    minor: int


def open_parts(parts: Iterable[Part], applied_minor: int) -> Iterator[tuple[Part, int]]:
    """Say what is open of each part: what was applied fills the oldest due first."""
    for part in sorted(parts, key=lambda part: part.due_on):
        settled = min(max(applied_minor, 0), max(part.minor, 0))
        applied_minor -= settled
        yield part, part.minor - settled


def disputed_amount(contested: Iterable[int | None], open_minor: int) -> int:
    """Add up what is contested of an invoice, never more than is open; none stated is all of it."""
    amounts = list(contested)
    if open_minor <= 0 or not amounts:
        return 0
    if None in amounts:
        return open_minor
    return min(sum(amount or 0 for amount in amounts), open_minor)


def asked_amount(past_due_minor: int, upcoming_minor: int, unapplied_minor: int) -> int:
    """Say what may be paid now: what is past due, or else all that is to come.

    Contested amounts are in neither; money that stands unapplied is taken off first.
    """
    asked = past_due_minor if past_due_minor > 0 else past_due_minor + upcoming_minor
    return max(asked - max(unapplied_minor, 0), 0)
