"""What the sums are made of: facts of one client company's book. Days are ordinals.

A share counts from the latest of its application, its entry's receipt and its invoice's own date.
"""

from collections.abc import Hashable
from datetime import date

from msgspec import Struct

from carecredit.customers.rules import Stay, ValueStep
from carecredit.receivables.rules import EntryKind

NEVER = date.max.toordinal() + 1
"""Later than any day: a share of an invoice that is not known, or is in another currency."""


class Due(Struct, frozen=True, gc=False):
    """A due date of an invoice and the amount that is due then."""

    day: int
    amount_minor: int


class InvoiceShare(Struct, frozen=True, gc=False):
    """A part of an entry, as the invoice it was put on sees it; minus undoes."""

    entry: Hashable
    is_cash: bool
    received_on: int
    counts_on: int
    amount_minor: int


class DisputeFact(Struct, frozen=True, gc=False):
    """Days from the first to before the last in which an amount of an invoice is contested."""

    first: int
    until: int
    amount_minor: int | None
    """None: all that is open."""


class InvoiceFact(Struct, frozen=True):
    """A document that asks for payment, with all that was put on it."""

    segment: str | None
    currency: str
    invoiced_on: int
    dues: tuple[Due, ...]
    """In order of their days; one at least."""
    gross_minor: int
    is_sale: bool
    shares: tuple[InvoiceShare, ...] = ()
    """In the order in which they were stated."""
    disputes: tuple[DisputeFact, ...] = ()
    customer: Hashable = None


class EntryShare(Struct, frozen=True, gc=False):
    """A part of an entry put on an invoice, as the entry sees it; minus undoes."""

    segment: str | None
    """The invoice's; also where the invoice is not known yet."""
    applied_on: int
    counts_on: int
    amount_minor: int


class EntryFact(Struct, frozen=True):
    """A movement, with what became of it."""

    kind: EntryKind
    segment: str | None
    """Its own, or that of what it takes back or recovers; its shares have their invoices'."""
    currency: str
    received_on: int
    amount_minor: int
    shares: tuple[EntryShare, ...] = ()


class CustomerFact(Struct, frozen=True, gc=False):
    """A customer over all its contracts: its stays, and what it was worth a month."""

    segment: str | None
    stays: tuple[Stay, ...]
    values: tuple[ValueStep, ...] = ()


class PromiseFact(Struct, frozen=True, gc=False):
    """A judged promise; it counts from the day its grace has passed."""

    currency: str
    counts_on: date
    kept: bool
    amount_minor: int
    kept_minor: int
