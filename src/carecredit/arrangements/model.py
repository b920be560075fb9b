"""Tables: promises, payment plans with their instalments and events, reliefs, proofs, shares."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import (
    ClientId,
    CustomerId,
    EntryId,
    InvoiceId,
    PlanId,
    PromiseId,
    ProofId,
    ReliefId,
    ShareId,
)
from carecredit.store.base import Base, Code, Name, client_key, within_client


def _one_of(table: str, state: str) -> Index:
    """Let a customer have one of a state at a time in each currency."""
    of_state = text(f"state = '{state}'")
    more: dict[str, Any] = {"postgresql_where": of_state, "sqlite_where": of_state}
    name = f"uq_{table}_{state}"
    return Index(name, "client_id", "customer_id", "currency", unique=True, **more)


class PromiseToPay(Base):
    """An amount and a day that somebody gave us; judged once, after the bank's grace."""

    __tablename__ = "promises_to_pay"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["superseded_by"], "promises_to_pay"),
        Index(None, "client_id", "customer_id"),
        Index(None, "client_id", "promised_on"),
        _one_of("promises_to_pay", "active"),
        CheckConstraint("amount_minor > 0", name="positive"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[PromiseId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    currency: Mapped[str] = mapped_column(Code)
    amount_minor: Mapped[int]
    promised_on: Mapped[date]
    grace_days: Mapped[int]
    """Calendar days that the mandate's working days of grace came to."""
    given_at: Mapped[datetime]
    given_to: Mapped[str] = mapped_column(Name)
    given_by: Mapped[str] = mapped_column(Name)
    """Who gave it (empty: the customer)."""
    method: Mapped[str] = mapped_column(Code)
    contact_id: Mapped[UUID | None]
    """The contact on which it was given, where there was one."""
    remind: Mapped[bool]
    reminded_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(Code)
    kept_minor: Mapped[int | None]
    judged_at: Mapped[datetime | None]
    superseded_by: Mapped[PromiseId | None]
    answered_at: Mapped[datetime | None]
    """When somebody spoke about its not being kept."""


class PromiseInvoice(Base):
    """An invoice that a promise names; one that names none is for all that is open."""

    __tablename__ = "promise_invoices"
    __table_args__ = (
        within_client(["promise_id"], "promises_to_pay"),
        within_client(["invoice_id"], "invoices"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    promise_id: Mapped[PromiseId] = mapped_column(primary_key=True)
    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)


class PaymentPlan(Base):
    """Instalments agreed over some invoices; `version` counts its events."""

    __tablename__ = "payment_plans"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["supersedes_id"], "payment_plans"),
        Index(None, "client_id", "customer_id"),
        Index(None, "client_id", "state"),
        _one_of("payment_plans", "active"),
        _one_of("payment_plans", "proposed"),
        CheckConstraint("amount_minor > 0", name="positive"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[PlanId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    currency: Mapped[str] = mapped_column(Code)
    amount_minor: Mapped[int]
    state: Mapped[str] = mapped_column(Code)
    version: Mapped[int]
    beyond: Mapped[str] = mapped_column(Code)
    """Which powers it goes beyond (commas between), so that a second person approves it."""
    missed_max: Mapped[int]
    remind: Mapped[bool]
    contact_id: Mapped[UUID | None]
    supersedes_id: Mapped[PlanId | None]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str] = mapped_column(Name)
    proposed_caller: Mapped[str] = mapped_column(Name)
    """Whose login it was proposed with, whatever name was given."""
    agreed_at: Mapped[datetime | None]
    agreed_by: Mapped[str | None] = mapped_column(Name)
    closed_at: Mapped[datetime | None]
    thanked_at: Mapped[datetime | None]


class PlanInvoice(Base):
    """An invoice that a plan is about, and what it had open then."""

    __tablename__ = "plan_invoices"
    __table_args__ = (
        within_client(["plan_id"], "payment_plans"),
        within_client(["invoice_id"], "invoices"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    plan_id: Mapped[PlanId] = mapped_column(primary_key=True)
    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    open_minor: Mapped[int]


class PlanInstalment(Base):
    """A part of a plan, its day, and how it stood at the last review."""

    __tablename__ = "plan_instalments"
    __table_args__ = (
        within_client(["plan_id"], "payment_plans"),
        Index(None, "client_id", "due_on"),
        CheckConstraint("amount_minor > 0", name="positive"),
        CheckConstraint("paid_minor >= 0 AND paid_minor <= amount_minor", name="paid_within"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    plan_id: Mapped[PlanId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    reminded_at: Mapped[datetime | None]
    last_on: Mapped[date]
    """The last day of the bank's grace."""
    amount_minor: Mapped[int]
    paid_minor: Mapped[int]
    state: Mapped[str] = mapped_column(Code)
    missed_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class PlanEvent(Base):
    """What happened to a plan: when, by whom, why; never edited (erasure empties the words)."""

    __tablename__ = "plan_events"
    __table_args__ = (within_client(["plan_id"], "payment_plans"),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    plan_id: Mapped[PlanId] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Name)
    reason: Mapped[str]


class HardshipRelief(Base):
    """What eases a burden for a time; the least that must be kept, and never why."""

    __tablename__ = "hardship_reliefs"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["plan_id"], "payment_plans"),
        Index(None, "client_id", "customer_id"),
        Index(None, "client_id", "state", "until"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ReliefId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    kind: Mapped[str] = mapped_column(Code)
    proof_seen: Mapped[bool]
    until: Mapped[date]
    review_on: Mapped[date | None]
    plan_id: Mapped[PlanId | None]
    bonus: Mapped[str | None] = mapped_column(Code)
    catalogue_version: Mapped[str | None] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    granted_at: Mapped[datetime]
    granted_by: Mapped[str] = mapped_column(Name)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(Name)
    """Null: it ended by itself."""


class PaymentProof(Base):
    """A payment said to be on its way; we wait for it until a day."""

    __tablename__ = "payment_proofs"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["invoice_id"], "invoices"),
        Index(None, "client_id", "customer_id"),
        Index(
            "uq_payment_proofs_waiting",
            "client_id",
            "invoice_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
        CheckConstraint("amount_minor > 0", name="positive"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ProofId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    invoice_id: Mapped[InvoiceId]
    currency: Mapped[str] = mapped_column(Code)
    amount_minor: Mapped[int]
    paid_on: Mapped[date]
    last_on: Mapped[date]
    method: Mapped[str] = mapped_column(Code)
    reference: Mapped[str] = mapped_column(Name)
    """What the bank wrote on it, where it was told."""
    contact_id: Mapped[UUID | None]
    announced_at: Mapped[datetime]
    announced_by: Mapped[str] = mapped_column(Name)
    state: Mapped[str] = mapped_column(Code)
    came_minor: Mapped[int]
    closed_at: Mapped[datetime | None]


class ServedShare(Base):
    """So much of a payment served a promise, an instalment or a proof that is closed.

    No euro serves two words (promises, instalments), and none proves two payments on their way.
    """

    __tablename__ = "served_shares"
    __table_args__ = (
        within_client(["customer_id"], "customers"),
        within_client(["entry_id"], "ledger_entries"),
        Index(None, "client_id", "customer_id"),
        Index(None, "client_id", "source_id"),
        CheckConstraint("amount_minor > 0", name="positive"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ShareId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    entry_id: Mapped[EntryId]
    is_proof: Mapped[bool]
    source_id: Mapped[UUID]
    """The promise, plan or proof."""
    position: Mapped[int]
    """The instalment (0: a promise or a proof)."""
    amount_minor: Mapped[int]
    recorded_at: Mapped[datetime]
