"""Tables: contacts (one exchange with one person) and the attempts they hold."""

from datetime import datetime

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
    """One exchange with one person on one channel: who, when, what about, how it ended."""

    __tablename__ = "contacts"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["touch_id"], "touches"),
        within_client(["attempt_id"], "attempts"),
        UniqueConstraint("client_id", "attempt_id"),
        Index(None, "client_id", "customer_id", "started_at"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ContactId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    touch_id: Mapped[TouchId | None]
    attempt_id: Mapped[AttemptId | None]
    operator_id: Mapped[OperatorId | None]
    channel: Mapped[str] = mapped_column(Code)
    direction: Mapped[str] = mapped_column(Code)
    purpose: Mapped[str] = mapped_column(Code)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    disposition: Mapped[str] = mapped_column(Code)
    non_payment_reason: Mapped[str | None] = mapped_column(Code)
    note: Mapped[str]
