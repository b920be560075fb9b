"""Tables: persons (of the centre); customers, their points, wishes, contracts (of a client)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from carecredit.kernel.ids import (
    CareNeedId,
    ClientId,
    ConsentId,
    ContactPointId,
    CustomerId,
    HoldId,
    MergeId,
    PersonId,
    PreferenceId,
    RelationshipId,
    StudyId,
    SuppressionId,
)
from carecredit.store.base import Base, Code, Name, client_key, within_client


class Person(Base):
    """The gate row: every claim of a contact and every stop takes its lock first."""

    __tablename__ = "persons"

    id: Mapped[PersonId] = mapped_column(primary_key=True)
    name_hash: Mapped[bytes | None]
    created_at: Mapped[datetime]
    merged_into: Mapped[PersonId | None] = mapped_column(ForeignKey("persons.id"), index=True)


class Merge(Base):
    """The word that two persons are one; once undone, it stays on record."""

    __tablename__ = "merges"

    id: Mapped[MergeId] = mapped_column(primary_key=True)
    kept_id: Mapped[PersonId] = mapped_column(ForeignKey("persons.id"), index=True)
    gone_id: Mapped[PersonId] = mapped_column(ForeignKey("persons.id"), index=True)
    reason: Mapped[str] = mapped_column(Name)
    merged_by: Mapped[str] = mapped_column(Name)
    merged_at: Mapped[datetime]
    undone_by: Mapped[str | None] = mapped_column(Name)
    undone_at: Mapped[datetime | None]


class MergeRow(Base):
    """One row that a merge changed, and what it was before where that is not plain."""

    __tablename__ = "merge_rows"
    merge_id: Mapped[MergeId] = mapped_column(ForeignKey("merges.id"), primary_key=True)
    place: Mapped[str] = mapped_column(Code, primary_key=True)
    row_key: Mapped[str] = mapped_column(primary_key=True)
    change: Mapped[str] = mapped_column(Code)
    before: Mapped[str | None]


class DuplicateRejection(Base):
    """The word that two persons are not one, in the order of their ids: not proposed again."""

    __tablename__ = "duplicate_rejections"
    first_id: Mapped[PersonId] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    second_id: Mapped[PersonId] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(Name)
    rejected_by: Mapped[str] = mapped_column(Name)
    rejected_at: Mapped[datetime]


class PersonPoint(Base):
    """A contact point of a person as a keyed hash: it recognises, and tells nothing."""

    __tablename__ = "person_points"
    __table_args__ = (Index(None, "person_id"),)

    point_hash: Mapped[bytes] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("persons.id"), primary_key=True)


class CapCounter(Base):
    """How much of a cap is taken on a local day; the last guard, below every rule."""

    __tablename__ = "cap_counters"
    __table_args__ = (CheckConstraint("taken >= 0 AND taken <= count_max", name="within_cap"),)

    person_id: Mapped[PersonId] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    rule_id: Mapped[str] = mapped_column(Name, primary_key=True)
    day_on: Mapped[date] = mapped_column(primary_key=True)
    taken: Mapped[int]
    count_max: Mapped[int]


class Suppression(Base):
    """A wish not to be contacted, kept as a keyed hash so that it outlives erasure and re-import.

    It stands above the client companies; `asked_of` says to whom it was said, null for all.
    """

    __tablename__ = "suppressions"
    __table_args__ = (Index(None, "point_hash"), {"info": {"centre": True}})

    id: Mapped[SuppressionId] = mapped_column(primary_key=True)
    point_hash: Mapped[bytes]
    asked_of: Mapped[ClientId | None] = mapped_column(ForeignKey("clients.id"))
    channel: Mapped[str | None] = mapped_column(Code)
    purpose: Mapped[str | None] = mapped_column(Code)
    proof: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    recorded_by: Mapped[str] = mapped_column(Name)


class PersonStop(Base):
    """The shadow of a hold that stops everything about money, at whatever client company it lies.

    It says that a person is to be spared and since when; why and by what proof stays with the hold.
    """

    __tablename__ = "person_stops"
    __table_args__ = (Index(None, "person_id"), {"info": {"centre": True}})

    id: Mapped[HoldId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("persons.id"))
    client_id: Mapped[ClientId] = mapped_column(ForeignKey("clients.id"))
    reason: Mapped[str] = mapped_column(Code)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class Customer(Base):
    __tablename__ = "customers"
    __table_args__ = (
        client_key(),
        UniqueConstraint("client_id", "number"),
        Index(None, "person_id"),
    )
    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[CustomerId] = mapped_column(primary_key=True)
    person_id: Mapped[PersonId] = mapped_column(ForeignKey("persons.id"))
    number: Mapped[str] = mapped_column(Name)
    name: Mapped[str] = mapped_column(Name)
    language: Mapped[str] = mapped_column(Code)
    country: Mapped[str] = mapped_column(Code)
    region: Mapped[str | None] = mapped_column(Code)
    segment: Mapped[str | None] = mapped_column(Name)
    version: Mapped[int]
    created_at: Mapped[datetime]


class ContactPoint(Base):
    __tablename__ = "contact_points"
    __table_args__ = (
        client_key(),
        within_client(["customer_id"], "customers"),
        UniqueConstraint("client_id", "customer_id", "kind", "value"),
        Index(None, "client_id", "point_hash"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ContactPointId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    kind: Mapped[str] = mapped_column(Code)
    value: Mapped[str] = mapped_column(Name)
    extension: Mapped[str | None] = mapped_column(Code)
    raw: Mapped[str] = mapped_column(Name)
    point_hash: Mapped[bytes]
    position: Mapped[int]
    bad_since: Mapped[datetime | None]
    bad_reason: Mapped[str | None] = mapped_column(Code)
    verified_at: Mapped[datetime | None]
    verified_how: Mapped[str | None] = mapped_column(Code)


class Consent(Base):
    """Consent, refusal, or a refusal taken back, as it was said; never edited."""

    __tablename__ = "consents"
    __table_args__ = (
        within_client(["customer_id"], "customers"),
        Index(None, "client_id", "customer_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[ConsentId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    channel: Mapped[str | None] = mapped_column(Code)
    purpose: Mapped[str | None] = mapped_column(Code)
    stance: Mapped[str] = mapped_column(Code)
    basis: Mapped[str] = mapped_column(Code)
    proof: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Name)


class Preference(Base):
    """Hours, channels and language as they were asked for; never edited, the latest counts."""

    __tablename__ = "preferences"
    __table_args__ = (
        within_client(["customer_id"], "customers"),
        Index(None, "client_id", "customer_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[PreferenceId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    hours: Mapped[str | None]
    """By day, as JSON; null: no wish."""
    hours_for: Mapped[str] = mapped_column(Name)
    """Channels with commas between; empty: every one."""
    channels: Mapped[str] = mapped_column(Name)
    language: Mapped[str | None] = mapped_column(Code)
    basis: Mapped[str] = mapped_column(Code)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Name)


class CareNeed(Base):
    """An accommodation, never its cause; never edited, the latest of a kind counts."""

    __tablename__ = "care_needs"
    __table_args__ = (
        within_client(["customer_id"], "customers"),
        Index(None, "client_id", "customer_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[CareNeedId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    kind: Mapped[str] = mapped_column(Code)
    needed: Mapped[bool]
    review_on: Mapped[date | None]
    basis: Mapped[str] = mapped_column(Code)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(Name)


class Relationship(Base):
    """A statement about a contract, never edited: the latest known counts, a correction is new."""

    __tablename__ = "relationships"
    __table_args__ = (
        within_client(["customer_id"], "customers"),
        Index(None, "client_id", "customer_id"),
    )

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[RelationshipId] = mapped_column(primary_key=True)
    customer_id: Mapped[CustomerId]
    number: Mapped[str] = mapped_column(Name)
    """Of the contract; empty: the only one, as the customer's card tells of it."""
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    """The first day without it."""
    ended_reason: Mapped[str | None] = mapped_column(Code)
    monthly_value_minor: Mapped[int | None]
    """Null says nothing of the value."""
    currency: Mapped[str] = mapped_column(Code)
    value_from: Mapped[date | None]
    """Null: from the start."""
    recorded_at: Mapped[datetime]


class Study(Base):
    """A file of lives from elsewhere under a name; the latest known of a name counts."""

    __tablename__ = "studies"
    __table_args__ = (client_key(), Index(None, "client_id", "name"))

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    id: Mapped[StudyId] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Name)
    content_hash: Mapped[bytes]
    subjects: Mapped[int]
    recorded_at: Mapped[datetime]


class StudyCell(Base):
    """How many of a study's group had this duration and this end (empty: none was seen)."""

    __tablename__ = "study_cells"
    __table_args__ = (within_client(["study_id"], "studies"),)

    client_id: Mapped[ClientId] = mapped_column(primary_key=True)
    study_id: Mapped[StudyId] = mapped_column(primary_key=True)
    grouping: Mapped[str] = mapped_column(Name, primary_key=True)
    duration: Mapped[str] = mapped_column(Name, primary_key=True)
    """A plain decimal, exact as it was given."""
    cause: Mapped[str] = mapped_column(Name, primary_key=True)
    subjects: Mapped[int]
