"""Tables: profiles approved for a client company; what has happened between us and a person."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import ApprovalId, ClientId, EventId, PersonId
from carecredit.store.base import Base, Code, Name, client_key


class ProfileApproval(Base):
    """A named person's word on a profile for a client company: it is on, or it is off again.

    Words are added and never changed; the newest of a profile counts, and none means off.
    """

    __tablename__ = "profile_approvals"
    __table_args__ = (client_key(), Index(None, "client_id", "profile_key", "said_at"))

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ApprovalId] = mapped_column(primary_key=True)
    profile_key: Mapped[str] = mapped_column(Code)
    version: Mapped[str] = mapped_column(Code)
    word: Mapped[str] = mapped_column(Code)
    """`approved` or `revoked`."""
    said_by: Mapped[str] = mapped_column(Name)
    said_at: Mapped[datetime]


class ContactEvent(Base):
    """One try, contact or conversation with a person; it stands above the client companies.

    `reserved` counts for all it may become; settling says what it was; a released one counts for
    nothing. No verdict shows a client company the events of another.
    """

    __tablename__ = "contact_events"
    __table_args__ = (Index(None, "person_id", "at"), {"info": {"centre": True}})

    id: Mapped[EventId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("persons.id"))
    client_id: Mapped[ClientId] = mapped_column(ForeignKey("clients.id"))
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(Code)
    direction: Mapped[str] = mapped_column(Code)
    purpose: Mapped[str] = mapped_column(Code)
    kind: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    debts: Mapped[str]
    """The invoices spoken of, as a JSON list of ids."""
    counters: Mapped[str]
    """The cap counters this event took, as JSON, so that it can give them back."""
    inputs: Mapped[str | None]
    """All that allowed it, as JSON, so that it can be replayed; erased with the person."""
    inputs_hash: Mapped[str | None] = mapped_column(Code)
    versions: Mapped[str | None]
    """By which rules and data it was allowed, as JSON."""
