"""Tables: the books rows came in with, documents, movements, what settles what, disputes, rates.

Nothing here is edited once it is committed, and a correction is a new row; every row names the
book it came in with, and carries the day it counts from (`..._on`) beside the instant it was known
(`recorded_at`). The exceptions are derived and say so: `Standing`, and `Book.summed_in`.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import (
    AllocationId,
    BookId,
    ClientId,
    CustomerId,
    DisputeId,
    EntryId,
    InvoiceId,
    WaiverId,
)
from carecredit.store.base import Base, Code, Name, client_key, within_client


class Book(Base):
    """One set of rows that came in together: files of an import, or a single document.

    Rows name their book without a foreign key: it is written before them, in their transaction, and
    never taken out while it has any; checking each row anew was a fifth of the cost of an import.
    """

    __tablename__ = "books"
    __table_args__ = (
        client_key(),
        Index(None, "client_id", "summed_in"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[BookId] = mapped_column(primary_key=True)
    imported_at: Mapped[datetime]
    files_hash: Mapped[bytes]
    rows: Mapped[int]
    rows_written: Mapped[int]
    summed_in: Mapped[int | None]
    """Which summing added its rows to the sums by day (null: readers add them up themselves)."""


class Invoice(Base):
    """A document that asks for payment: an invoice, an opening balance, a note of charges."""

    __tablename__ = "invoices"
    __table_args__ = (
        within_client(["customer_id"], "customers"),
        UniqueConstraint("client_id", "number"),
        Index(None, "client_id", "customer_id", "due_on"),
        Index(None, "client_id", "book_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    book_id: Mapped[BookId]
    kind: Mapped[str] = mapped_column(Code)
    number: Mapped[str] = mapped_column(Name)
    invoiced_on: Mapped[date]
    due_on: Mapped[date | None]
    """Null: due on its own date. Where it has instalments, each has its own."""
    currency: Mapped[str] = mapped_column(Code)
    gross_minor: Mapped[int]
    """What the customer owes for it: less the VAT where payment is split."""
    tax_minor: Mapped[int | None]
    split_payment: Mapped[bool]
    """The customer pays the VAT to the treasury, not to us (Italy: DPR 633/1972, art. 17-ter)."""
    segment: Mapped[str | None] = mapped_column(Name)
    recorded_at: Mapped[datetime]


class Instalment(Base):
    """One due date among several of an invoice; together they are its gross."""

    __tablename__ = "instalments"
    __table_args__ = (
        within_client(["invoice_id"], "invoices"),
        Index(None, "client_id", "book_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[BookId]
    due_on: Mapped[date]
    amount_minor: Mapped[int]
    recorded_at: Mapped[datetime]


class LedgerEntry(Base):
    """A movement: payment, credit note, write-off, recovery, refund, chargeback, opening credit.

    What settles is received first and applied apart; the kind says which way it moves the balance.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        within_client(["customer_id"], "customers"),
        within_client(["related_id"], "ledger_entries"),
        UniqueConstraint("client_id", "kind", "number"),
        Index(None, "client_id", "customer_id", "effective_on"),
        Index(None, "client_id", "book_id"),
        Index(
            "ix_ledger_entries_related",
            "client_id",
            "related_id",
            postgresql_where=text("related_id IS NOT NULL"),
            sqlite_where=text("related_id IS NOT NULL"),
        ),
        CheckConstraint("amount_minor > 0", name="positive"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[EntryId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    customer_id: Mapped[CustomerId]
    book_id: Mapped[BookId]
    related_id: Mapped[EntryId | None]
    """The payment or credit a refund or chargeback takes back; the write-off a recovery is of."""
    number: Mapped[str] = mapped_column(Name)
    effective_on: Mapped[date]
    currency: Mapped[str] = mapped_column(Code)
    amount_minor: Mapped[int]
    tax_minor: Mapped[int | None]
    segment: Mapped[str | None] = mapped_column(Name)
    reason: Mapped[str | None]
    recorded_at: Mapped[datetime]


class Allocation(Base):
    """A share of an entry put on an invoice, as stated; undoing one is a row with minus."""

    __tablename__ = "allocations"
    __table_args__ = (
        within_client(["entry_id"], "ledger_entries"),
        within_client(["invoice_id"], "invoices"),
        within_client(["undoes_id"], "allocations"),
        Index(None, "client_id", "invoice_id"),
        Index(None, "client_id", "entry_id"),
        Index(None, "client_id", "book_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[AllocationId] = mapped_column(primary_key=True)
    entry_id: Mapped[EntryId]
    invoice_id: Mapped[InvoiceId]
    book_id: Mapped[BookId]
    undoes_id: Mapped[AllocationId | None]
    effective_on: Mapped[date]
    """The day of its entry, written here too: a share counts from the later of the two days."""
    applied_on: Mapped[date]
    amount_minor: Mapped[int]
    recorded_at: Mapped[datetime]


class Standing(Base):
    """What an invoice has open, as all that is recorded has it: derived, because searched.

    Written in the transaction that writes the invoice or its allocations.
    """

    __tablename__ = "standings"
    __table_args__ = (
        Index(None, "client_id", "settled_on"),
        Index(
            "ix_standings_open",
            "client_id",
            "customer_id",
            postgresql_where=text("settled_on IS NULL"),
            sqlite_where=text("settled_on IS NULL"),
        ),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    open_minor: Mapped[int]
    settled_on: Mapped[date | None]
    """From this day on nothing is open (null: something is, now or on some day to come)."""


class Dispute(Base):
    """The customer contests an invoice, or an amount of it, from a day on."""

    __tablename__ = "disputes"
    __table_args__ = (
        within_client(["invoice_id"], "invoices"),
        Index(None, "client_id", "invoice_id"),
        Index(None, "client_id", "book_id"),
        CheckConstraint("amount_minor IS NULL OR amount_minor > 0", name="positive"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[DisputeId] = mapped_column(primary_key=True)
    invoice_id: Mapped[InvoiceId]
    book_id: Mapped[BookId]
    disputed_from: Mapped[date]
    amount_minor: Mapped[int | None]
    """Null: all that is open of it."""
    reason: Mapped[str]
    recorded_at: Mapped[datetime]


class DisputeEnd(Base):
    """From this day on the invoice is contested no more."""

    __tablename__ = "dispute_ends"
    __table_args__ = (
        within_client(["dispute_id"], "disputes"),
        Index(None, "client_id", "book_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(primary_key=True)
    book_id: Mapped[BookId]
    disputed_to: Mapped[date]
    recorded_at: Mapped[datetime]


class Rate(Base):
    """What one unit of a currency is worth in another on a day, in a set that has a name."""

    __tablename__ = "rates"
    __table_args__ = (CheckConstraint("rate_billionths > 0", name="positive"),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    rate_set: Mapped[str] = mapped_column(Name, primary_key=True)
    currency: Mapped[str] = mapped_column(Code, primary_key=True)
    into: Mapped[str] = mapped_column(Code, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    rate_billionths: Mapped[int]
    """Units of `into` for one of `currency`, in billionths: exact, in every database."""
    source: Mapped[str | None] = mapped_column(Name)
    book_id: Mapped[BookId]
    recorded_at: Mapped[datetime]


class Waiver(Base):
    """Late interest or compensation on an invoice given up, by whom and why."""

    __tablename__ = "waivers"
    __table_args__ = (
        within_client(["invoice_id"], "invoices"),
        Index(None, "client_id", "invoice_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[WaiverId] = mapped_column(primary_key=True)
    invoice_id: Mapped[InvoiceId]
    charge: Mapped[str] = mapped_column(Code)
    """Which: interest, compensation, or both."""
    through_on: Mapped[date | None]
    """Interest up to this day, in (null: all there will be)."""
    waived_by: Mapped[str] = mapped_column(Name)
    reason: Mapped[str]
    recorded_at: Mapped[datetime]


class CreditLimit(Base):
    """How much a customer may owe from a day on (null: no limit from then); others read it."""

    __tablename__ = "credit_limits"
    __table_args__ = (within_client(["customer_id"], "customers"),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(Code, primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(primary_key=True)
    valid_from: Mapped[date]
    limit_minor: Mapped[int | None]
    set_by: Mapped[str] = mapped_column(Name)
