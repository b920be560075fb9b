"""Tables: what customers may be asked, each survey, and what became of a low answer."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import ClientId, ContactId, CustomerId, OperatorId, PersonId, SurveyId
from carecredit.store.base import Base, Code, Name, client_key, within_client


class SurveyTerms(Base):
    """A version of what a client company's customers are asked; the newest counts."""

    __tablename__ = "survey_terms"
    __table_args__ = (client_key(),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Code)
    question_it: Mapped[str]
    question_en: Mapped[str]
    sample_per_mille: Mapped[int]
    cap_days: Mapped[int]
    low_at_most: Mapped[int]
    answer_days: Mapped[int]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(Name)


class Survey(Base):
    """One question about one contact; who is rated is frozen as the contact ended."""

    __tablename__ = "surveys"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        within_client(["contact_id"], "contacts"),
        UniqueConstraint("client_id", "contact_id"),
        Index(None, "client_id", "customer_id", "asked_at"),
        Index("ix_surveys_person", "person_id", "asked_at"),
        Index("ix_surveys_state", "client_id", "state", "asked_at"),
        Index(
            "ix_surveys_unowned",
            "client_id",
            "asked_at",
            postgresql_where=text("is_low AND concluded_at IS NULL"),
            sqlite_where=text("is_low AND concluded_at IS NULL"),
        ),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[SurveyId] = mapped_column(primary_key=True)
    contact_id: Mapped[ContactId]
    customer_id: Mapped[CustomerId]
    person_id: Mapped[PersonId]
    operator_id: Mapped[OperatorId | None]
    operator: Mapped[str] = mapped_column(Name)
    kind: Mapped[str] = mapped_column(Code)
    terms_version: Mapped[int]
    language: Mapped[str] = mapped_column(Code)
    state: Mapped[str] = mapped_column(Code)
    reason: Mapped[str | None] = mapped_column(Code)
    """Why it was not sent."""
    asked_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    score: Mapped[int | None]
    comment: Mapped[str]
    is_low: Mapped[bool]
    owner: Mapped[str | None] = mapped_column(Name)
    concluded_at: Mapped[datetime | None]
    conclusion: Mapped[str]
    """What was learnt of a low answer, and what changes."""
