"""Tables: contacts (one exchange with one person) and the attempts they hold."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import (
    AttemptId,
    ClientId,
    ContactId,
    ContactPointId,
    CustomerId,
    EventId,
    OperatorId,
    TouchId,
)
from carecredit.store.base import Base, Code, Name, client_key, within_client


class Attempt(Base):
    """One try to reach somebody: the intent is committed before anything leaves the house."""

    __tablename__ = "attempts"
    __table_args__ = (
        client_key(),
        within_client(["touch_id"], "touches"),
        within_client(["customer_id"], "customers"),
        within_client(["point_id"], "contact_points"),
        UniqueConstraint("client_id", "touch_id", "fence"),
        Index(None, "client_id", "customer_id", "intent_at"),
        Index(None, "state"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[AttemptId] = mapped_column(primary_key=True)
    touch_id: Mapped[TouchId]
    customer_id: Mapped[CustomerId]
    point_id: Mapped[ContactPointId]
    event_id: Mapped[EventId]
    channel: Mapped[str] = mapped_column(Code)
    purpose: Mapped[str] = mapped_column(Code)
    fence: Mapped[int]
    state: Mapped[str] = mapped_column(Code)
    intent_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    detail: Mapped[str | None]
    message_id: Mapped[str | None] = mapped_column(Name)
    template: Mapped[str | None] = mapped_column(Name)
    message_subject: Mapped[str | None]
    message_text: Mapped[str | None]
    policy: Mapped[str]
    """The verdict that allowed it, as JSON with its versions, so that it can be replayed."""


class Contact(Base):
    """One exchange with one person on one channel: who, when, what about, how it ended.

    It begins when somebody speaks and is written to its end once, by the wrap-up; what it led to
    hangs on it by `ContactLink`.
    """

    __tablename__ = "contacts"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["touch_id"], "touches"),
        within_client(["attempt_id"], "attempts"),
        UniqueConstraint("client_id", "attempt_id"),
        Index(None, "client_id", "customer_id", "started_at"),
        Index(None, "client_id", "started_at"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ContactId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    touch_id: Mapped[TouchId | None]
    attempt_id: Mapped[AttemptId | None]
    operator_id: Mapped[OperatorId | None]
    """Who holds it; from its end on who is rated for it, whatever becomes of the case."""
    operator: Mapped[str] = mapped_column(Name)
    channel: Mapped[str] = mapped_column(Code)
    direction: Mapped[str] = mapped_column(Code)
    purpose: Mapped[str] = mapped_column(Code)
    topic: Mapped[str | None] = mapped_column(Code)
    language: Mapped[str] = mapped_column(Code)
    automatic: Mapped[bool]
    """An out-of-office or bounce: it is no answer and no person spoke."""
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    talk_seconds: Mapped[int | None]
    hold_seconds: Mapped[int | None]
    wrap_up_seconds: Mapped[int | None]
    right_party: Mapped[str | None] = mapped_column(Code)
    right_party_at: Mapped[datetime | None]
    identified_by: Mapped[str]
    """Which facts the person proved to know, as codes; never the facts themselves."""
    disposition: Mapped[str | None] = mapped_column(Code)
    non_payment_reason: Mapped[str | None] = mapped_column(Code)
    root_cause: Mapped[str | None] = mapped_column(Code)
    resolved: Mapped[str | None] = mapped_column(Code)
    understood: Mapped[bool | None]
    mood: Mapped[str | None] = mapped_column(Code)
    procedure: Mapped[str | None] = mapped_column(Name)
    procedure_version: Mapped[int | None]
    procedure_useful: Mapped[bool | None]
    transferred: Mapped[bool]
    summary: Mapped[str | None] = mapped_column(Code)
    note: Mapped[str]


class ContactLink(Base):
    """What a contact was about or led to: a case, an invoice, a promise, a plan, ..."""

    __tablename__ = "contact_links"
    __table_args__ = (
        within_client(["contact_id"], "contacts"),
        Index(None, "client_id", "kind", "linked_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    contact_id: Mapped[ContactId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    linked_id: Mapped[UUID] = mapped_column(primary_key=True)
    linked_at: Mapped[datetime]
