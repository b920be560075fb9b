"""Tables: invoices, ledger entries, allocations, disputes, and the books they came in with.

Documents and movements are never edited. `open_minor` and `settled_on` of an invoice are derived
from its allocations, in the transaction that writes these, because they are searched.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import (
    AllocationId,
    BookId,
    ClientId,
    CustomerId,
    DisputeId,
    EntryId,
    InvoiceId,
)
from carecredit.store.base import Base, Code, Name, client_key, within_client


class Book(Base):
    """One set of files that came in: when, by whom, what it held."""

    __tablename__ = "books"
    __table_args__ = (client_key(),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[BookId] = mapped_column(primary_key=True)
    imported_at: Mapped[datetime]
    files_hash: Mapped[bytes]
    rows: Mapped[int]
    rows_written: Mapped[int]


class Invoice(Base):
    """A request for payment. Facts of the document, never changed; then two derived columns."""

    __tablename__ = "invoices"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["book_id"], "books"),
        UniqueConstraint("client_id", "number"),
        Index(None, "client_id", "customer_id", "due_on"),
        Index(None, "client_id", "settled_on"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    book_id: Mapped[BookId | None]
    number: Mapped[str] = mapped_column(Name)
    invoiced_on: Mapped[date]
    due_on: Mapped[date | None]
    currency: Mapped[str] = mapped_column(Code)
    gross_minor: Mapped[int]
    tax_minor: Mapped[int | None]
    segment: Mapped[str | None] = mapped_column(Name)
    recorded_at: Mapped[datetime]
    open_minor: Mapped[int]
    settled_on: Mapped[date | None]
    """From this day on nothing is open, as all that is recorded has it (null: still open)."""


class LedgerEntry(Base):
    """A movement that settles: payment, credit note, write-off. Received first, applied apart."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["book_id"], "books"),
        UniqueConstraint("client_id", "kind", "number"),
        Index(None, "client_id", "customer_id", "effective_on"),
        CheckConstraint("amount_minor > 0", name="positive"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[EntryId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    customer_id: Mapped[CustomerId]
    book_id: Mapped[BookId | None]
    number: Mapped[str] = mapped_column(Name)
    effective_on: Mapped[date]
    currency: Mapped[str] = mapped_column(Code)
    amount_minor: Mapped[int]
    tax_minor: Mapped[int | None]
    segment: Mapped[str | None] = mapped_column(Name)
    recorded_at: Mapped[datetime]


class Allocation(Base):
    """A share of an entry put on an invoice, as stated; undoing one is a row with minus."""

    __tablename__ = "allocations"
    __table_args__ = (
        client_key(),
        within_client(["entry_id"], "ledger_entries"),
        within_client(["invoice_id"], "invoices"),
        Index(None, "client_id", "invoice_id"),
        Index(None, "client_id", "entry_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[AllocationId] = mapped_column(primary_key=True)
    entry_id: Mapped[EntryId]
    invoice_id: Mapped[InvoiceId]
    applied_on: Mapped[date]
    amount_minor: Mapped[int]
    recorded_at: Mapped[datetime]


class Dispute(Base):
    """The customer contests an invoice: from the first day in, to the last day out."""

    __tablename__ = "disputes"
    __table_args__ = (
        client_key(),
        within_client(["invoice_id"], "invoices"),
        UniqueConstraint("client_id", "invoice_id", "disputed_from"),
        CheckConstraint("disputed_to IS NULL OR disputed_to >= disputed_from", name="forwards"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[DisputeId] = mapped_column(primary_key=True)
    invoice_id: Mapped[InvoiceId]
    disputed_from: Mapped[date]
    disputed_to: Mapped[date | None]
    reason: Mapped[str]
    recorded_at: Mapped[datetime]
    ended_recorded_at: Mapped[datetime | None]
