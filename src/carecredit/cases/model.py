"""Tables: care cases, their events, invoices and deadlines; calendars, levels; our own word."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import (
    CaseId,
    ClientId,
    ContactId,
    CustomerId,
    DisputeId,
    ExpectationId,
    InvoiceId,
)
from carecredit.store.base import Base, Code, Name, client_key, within_client

_OVERDUE = "kind = 'overdue' AND state <> 'resolved'"


class CareCase(Base):
    """One matter; what can be worked out from its events stands here for search alone."""

    __tablename__ = "care_cases"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        Index(None, "client_id", "customer_id"),
        Index("ix_care_cases_state", "client_id", "state", "kind"),
        Index(
            "uq_care_cases_overdue",
            "client_id",
            "customer_id",
            unique=True,
            postgresql_where=text(_OVERDUE),
            sqlite_where=text(_OVERDUE),
        ),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[CaseId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    kind: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    subject: Mapped[str]
    topic: Mapped[str | None] = mapped_column(Code)
    language: Mapped[str] = mapped_column(Code)
    priority: Mapped[str] = mapped_column(Code)
    owner: Mapped[str | None] = mapped_column(Name)
    squad: Mapped[str | None] = mapped_column(Name)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(Name)
    changed_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None] = mapped_column(Code)
    review_on: Mapped[date | None]
    """When its hold is looked at again."""
    tell_owed_since: Mapped[datetime | None]
    """Handed over, and the customer has not been told yet."""
    version: Mapped[int]
    """One more with each event."""
    reckoned_at: Mapped[datetime]
    """When its deadlines were worked out last."""
    reckoned_with: Mapped[str] = mapped_column(Code)
    """A mark of the calendars, levels and public days known then."""


class CaseEvent(Base):
    """What happened, who brought it about, when, why; never edited."""

    __tablename__ = "case_events"
    __table_args__ = (within_client(["case_id"], "care_cases"),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Code)
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Name)
    party: Mapped[str] = mapped_column(Code)
    reason: Mapped[str]
    """In words of people's own; erased with the customer."""
    data: Mapped[str]
    """Codes and ids, as JSON."""
    words: Mapped[str]
    """Further words of people's own by name, as JSON; erased with the customer."""


class CaseInvoice(Base):
    """An invoice that a case is about; an amount where a part of it is contested."""

    __tablename__ = "case_invoices"
    __table_args__ = (
        within_client(["case_id"], "care_cases"),
        within_client(["invoice_id"], "invoices"),
        within_client(["dispute_id"], "disputes"),
        Index(None, "client_id", "invoice_id"),
        CheckConstraint("amount_minor IS NULL OR amount_minor > 0", name="positive"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(primary_key=True)
    invoice_id: Mapped[InvoiceId] = mapped_column(primary_key=True)
    amount_minor: Mapped[int | None]
    dispute_id: Mapped[DisputeId | None]
    """The ledger's dispute that stands for it at the moment."""


class CaseDeadline(Base):
    """A deadline as it was worked out last, with the versions of what it was worked out from."""

    __tablename__ = "case_deadlines"
    __table_args__ = (
        within_client(["case_id"], "care_cases"),
        Index("ix_case_deadlines_due", "client_id", "ended_at", "due_at"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    case_id: Mapped[CaseId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    goal_minutes: Mapped[int]
    due_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(Code)
    ended_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    level_version: Mapped[str] = mapped_column(Code)
    calendar: Mapped[str] = mapped_column(Code)
    calendar_version: Mapped[str] = mapped_column(Code)


class ServiceCalendar(Base):
    """A version of a working calendar; the newest that has begun counts."""

    __tablename__ = "service_calendars"
    __table_args__ = (client_key(),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Code, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    hours: Mapped[str]
    """As JSON."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(Name)


class ServiceLevelVersion(Base):
    """A version of what was agreed about answers; the newest that has begun counts."""

    __tablename__ = "service_levels"
    __table_args__ = (client_key(),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    agreed: Mapped[str]
    """As JSON."""
    saved_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(Name)


class Expectation(Base):
    """What we gave a customer to expect, by when: a promise of ours."""

    __tablename__ = "expectations"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["case_id"], "care_cases"),
        within_client(["contact_id"], "contacts"),
        Index(None, "client_id", "customer_id"),
        Index("ix_expectations_due", "client_id", "state", "due_at"),
        Index("ix_expectations_case", "client_id", "case_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ExpectationId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    case_id: Mapped[CaseId | None]
    contact_id: Mapped[ContactId | None]
    purpose: Mapped[str] = mapped_column(Code)
    what: Mapped[str]
    due_at: Mapped[datetime]
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(Name)
    state: Mapped[str] = mapped_column(Code)
    fulfilled_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(Name)
    reason: Mapped[str]
