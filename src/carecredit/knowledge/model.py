"""Tables: procedures in versions with their texts, searches in vain, procedural gaps."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import ClientId, ContactId, GapId, OperatorId, ProcedureId
from carecredit.store.base import Base, Code, Name, client_key, within_client


class ProcedureVersion(Base):
    """A version of a procedure as it was published; never edited, a new one supersedes it."""

    __tablename__ = "procedure_versions"
    __table_args__ = (
        client_key(),
        UniqueConstraint("client_id", "key", "version"),
        Index(None, "client_id", "topic"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ProcedureId] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Code)
    version: Mapped[int]
    topic: Mapped[str] = mapped_column(Code)
    owner: Mapped[str] = mapped_column(Name)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """The first day without it."""
    review_on: Mapped[date | None]
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(Name)


class ProcedureText(Base):
    """The text of a version in one language, and the same folded to be searched."""

    __tablename__ = "procedure_texts"
    __table_args__ = (within_client(["procedure_id"], "procedure_versions"),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    procedure_id: Mapped[ProcedureId] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(Code, primary_key=True)
    title: Mapped[str] = mapped_column(Name)
    body: Mapped[str]
    keywords: Mapped[str]
    """With commas between."""
    sentences: Mapped[str]
    """What to say, by code, as JSON."""
    avoid: Mapped[str]
    """What not to say or do, as JSON."""
    folded_title: Mapped[str]
    folded: Mapped[str]


class VainSearch(Base):
    """Words that were searched for and found nothing, how often; never by whom."""

    __tablename__ = "vain_searches"
    __table_args__ = (client_key(),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Name, primary_key=True)
    times: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class Gap(Base):
    """What a procedure does not foresee; where it stands is kept from its events, to be found."""

    __tablename__ = "gaps"
    __table_args__ = (client_key(), Index(None, "client_id", "state", "stands_since"))

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[GapId] = mapped_column(primary_key=True)
    contact_id: Mapped[ContactId | None]
    topic: Mapped[str] = mapped_column(Code)
    text: Mapped[str]
    raised_at: Mapped[datetime]
    raised_by: Mapped[str] = mapped_column(Name)
    operator_id: Mapped[OperatorId | None]
    """Who is told in the end."""
    state: Mapped[str] = mapped_column(Code)
    stands_since: Mapped[datetime]
    version: Mapped[int]
    """How many events it has."""


class GapEvent(Base):
    """One step of a gap's life: who, when, why; never edited."""

    __tablename__ = "gap_events"
    __table_args__ = (
        within_client(["gap_id"], "gaps"),
        within_client(["procedure_id"], "procedure_versions"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    gap_id: Mapped[GapId] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    move: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    why: Mapped[str]
    procedure_id: Mapped[ProcedureId | None]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Name)
