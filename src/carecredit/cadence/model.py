"""Tables: planned touches and the jobs of the pulse."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, OperatorId, PersonId, TouchId
from carecredit.store.base import Base, Code, Name, client_key, within_client

_LIVE = "status IN ('planned', 'rung', 'dispatching', 'offered', 'taken')"


class Touch(Base):
    """One planned contact with a customer: why it exists, when it is due, how it ended.

    At most one of a customer is live; a step is made once for an invoice unless it was cancelled.
    """

    __tablename__ = "touches"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["invoice_id"], "invoices"),
        Index(None, "client_id", "customer_id", "status"),
        Index(None, "status", "due_at"),
        Index(
            "uq_touches_live",
            "client_id",
            "customer_id",
            unique=True,
            postgresql_where=text(_LIVE),
            sqlite_where=text(_LIVE),
        ),
        Index(
            "uq_touches_step",
            "client_id",
            "invoice_id",
            "step_key",
            unique=True,
            postgresql_where=text("status <> 'cancelled' AND invoice_id IS NOT NULL"),
            sqlite_where=text("status <> 'cancelled' AND invoice_id IS NOT NULL"),
        ),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[TouchId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    person_id: Mapped[PersonId]
    invoice_id: Mapped[InvoiceId | None]
    """The invoice that carries the conversation; a callback may have none."""
    policy_key: Mapped[str] = mapped_column(Code)
    policy_version: Mapped[str] = mapped_column(Code)
    step_key: Mapped[str] = mapped_column(Code)
    step_kind: Mapped[str] = mapped_column(Code)
    channel: Mapped[str] = mapped_column(Code)
    tone: Mapped[str] = mapped_column(Code)
    requested: Mapped[bool]
    """The customer asked for it: house caps and cool-offs do not hold it back."""
    reason: Mapped[str]
    """Why it exists, as JSON: a code and what it was worked out from."""
    status: Mapped[str] = mapped_column(Code)
    status_reason: Mapped[str | None] = mapped_column(Code)
    status_detail: Mapped[str | None]
    due_at: Mapped[datetime]
    fence: Mapped[int]
    lease_until: Mapped[datetime | None]
    tries: Mapped[int]
    operator_id: Mapped[OperatorId | None]
    owner_id: Mapped[OperatorId | None]
    """Who promised the call-back: it is theirs first, then the squad's."""
    planned_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Job(Base):
    """What the ticker does again and again; claimed by lease, so that many tickers do no harm."""

    __tablename__ = "jobs"

    name: Mapped[str] = mapped_column(Name, primary_key=True)
    schedule: Mapped[str] = mapped_column(Name)
    next_run_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int]
    last_run_at: Mapped[datetime | None]
    last_note: Mapped[str | None]
