"""Tables: who holds a task for how long, and what became of each proposal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import ChoiceId, ClientId, ContactId, CustomerId, OperatorId
from carecredit.store.base import Base, Code, Name, client_key, within_client


class WorkClaim(Base):
    """A task in somebody's hands until its lease ends; a call has its touch instead."""

    __tablename__ = "work_claims"
    __table_args__ = (client_key(), Index(None, "operator_id"))

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code, primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    operator_id: Mapped[OperatorId | None]
    operator: Mapped[str] = mapped_column(Name)
    claimed_at: Mapped[datetime]
    lease_until: Mapped[datetime]


class ActionChoice(Base):
    """What was proposed to an operator, by which rule on which facts, and what they made of it."""

    __tablename__ = "action_choices"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["contact_id"], "contacts"),
        Index(None, "client_id", "chosen_at"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ChoiceId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    contact_id: Mapped[ContactId | None]
    rule: Mapped[str] = mapped_column(Code)
    version: Mapped[str] = mapped_column(Code)
    proposed: Mapped[str] = mapped_column(Code)
    facts: Mapped[str]
    """What the rule looked at, as JSON."""
    decision: Mapped[str] = mapped_column(Code)
    chosen: Mapped[str | None] = mapped_column(Code)
    reason: Mapped[str]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[str] = mapped_column(Name)
