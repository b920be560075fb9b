"""What the sweep reads of a client company's book, as known at one instant."""

from collections.abc import Hashable
from datetime import date

from msgspec import Struct

from carecredit.customers.rules import Stay, ValueStep


class InvoiceFact(Struct, frozen=True, gc=False):
    """An invoice; not `known` means recorded too late: it gives its lines a segment, no more."""

    invoiced_on: date
    due_on: date
    """The due date, or the invoice date where none is stated."""
    currency: str
    segment: str | None
    gross_minor: int
    known: bool = True


class ShareFact(Struct, frozen=True, gc=False):
    """A stated part of an entry on an invoice; minus undoes."""

    invoice: Hashable
    applied_on: date
    amount_minor: int


class EntryFact(Struct, frozen=True, gc=False):
    """A payment, credit note or write-off, with its shares in the order they were stated."""

    kind: str
    effective_on: date
    currency: str
    amount_minor: int
    shares: tuple[ShareFact, ...] = ()


class DisputeFact(Struct, frozen=True, gc=False):
    """An interval in which an invoice is contested, half-open."""

    invoice: Hashable
    disputed_from: date
    disputed_to: date | None


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


class Book(Struct, frozen=True):
    """All of it, and the names it uses."""

    invoices: dict[Hashable, InvoiceFact]
    entries: tuple[EntryFact, ...] = ()
    disputes: tuple[DisputeFact, ...] = ()
    customers: tuple[CustomerFact, ...] = ()
    promises: tuple[PromiseFact, ...] = ()
    segments: tuple[str, ...] = ()
    """Every segment that occurs anywhere, in order."""
    currencies: tuple[str, ...] = ()
    """The same for currencies; a book without any has its client company's own."""
    own_currency: str = "XXX"
    """The client company's own: that of values where no other is stated."""
    through: date | None = None
    """The newest day anything in it is dated."""
