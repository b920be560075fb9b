"""What readers see of customers."""

from datetime import date, datetime

import msgspec

from carecredit.customers.rules import CareNeed, Consent, DuplicateReason, Preference, Week
from carecredit.kernel.ids import (
    CareNeedId,
    ClientId,
    ConsentId,
    ContactPointId,
    CustomerId,
    MergeId,
    PersonId,
    PreferenceId,
    StudyId,
)


class Point(msgspec.Struct, frozen=True):
    """A number or address at which a customer is reached; `kind` is phone or email."""

    id: ContactPointId
    kind: str
    value: str
    extension: str | None
    point_hash: bytes
    bad: bool
    verified_at: datetime | None = None
    """Since when it is known to be this person's (none: nobody made sure)."""


class Reach(msgspec.Struct, frozen=True):
    """All that decides how a customer may be reached."""

    customer_id: CustomerId
    person_id: PersonId
    name: str
    language: str
    country: str
    region: str | None
    points: tuple[Point, ...]
    own_hash: bytes
    """The customer's own number as a keyed hash: a wish holds though every contact point is new."""
    other_hashes: tuple[bytes, ...] = ()
    """Those of the same person's other cards: a refusal is the person's, at whichever card."""

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """Give every hash at which a wish of this person's may be kept."""
        return tuple(dict.fromkeys((*self.own_hashes, *self.other_hashes)))

    @property
    def own_hashes(self) -> tuple[bytes, ...]:
        """Give those of this card alone."""
        mine = (self.own_hash, *(point.point_hash for point in self.points))
        return tuple(dict.fromkeys(mine))


class Suppression(msgspec.Struct, frozen=True):
    """A standing wish not to be contacted; no channel or purpose named means all."""

    channel: str | None
    purpose: str | None
    starts_at: datetime | None = None
    recorded_by: str = ""
    proof: str = ""


class Wishes(msgspec.Struct, frozen=True):
    """All that a customer said of being contacted, as a decision at an instant takes it.

    Preferences and needs are those of every card that the person has with the client company: each
    narrows.
    """

    suppressions: tuple[Suppression, ...] = ()
    preferences: tuple[Preference, ...] = ()
    consents: tuple[Consent, ...] = ()
    needs: tuple[CareNeed, ...] = ()


class ContactPoint(msgspec.Struct, frozen=True):
    """A contact point as the customer's page shows it, with what is known of its state."""

    id: ContactPointId
    kind: str
    value: str
    extension: str | None
    raw: str
    position: int
    verified_at: datetime | None
    verified_how: str | None
    bad_since: datetime | None
    bad_reason: str | None


class ConsentSaid(msgspec.Struct, frozen=True):
    """A statement of consent or refusal with its proof: who wrote it down, when, how it came."""

    id: ConsentId
    channel: str | None
    purpose: str | None
    stance: str
    basis: str
    proof: str
    starts_at: datetime
    ends_at: datetime | None
    recorded_at: datetime
    recorded_by: str


class PreferenceSaid(msgspec.Struct, frozen=True):
    """A wish about hours, channels and language as it was stated."""

    id: PreferenceId
    hours: Week | None
    hours_for: tuple[str, ...]
    channels: tuple[str, ...]
    language: str | None
    basis: str
    starts_at: datetime
    ends_at: datetime | None
    recorded_at: datetime
    recorded_by: str


class NeedSaid(msgspec.Struct, frozen=True):
    """A care need as it was stated."""

    id: CareNeedId
    kind: str
    needed: bool
    review_on: date | None
    basis: str
    starts_at: datetime
    ends_at: datetime | None
    recorded_at: datetime
    recorded_by: str


class SuppressionKept(msgspec.Struct, frozen=True):
    """A scope in which nothing is sent, since when, until when, and at how many hashes it stands.

    `everywhere`: it was said to all client companies.
    """

    channel: str | None
    purpose: str | None
    starts_at: datetime
    ends_at: datetime | None
    kept_at: int
    everywhere: bool


class Erased(msgspec.Struct, frozen=True):
    """What an erasure took away, and at how many hashes the silence is kept."""

    points: int
    texts: int
    kept_at: int


class Customer(msgspec.Struct, frozen=True):
    """A customer's card."""

    id: CustomerId
    client_id: ClientId
    number: str
    name: str
    language: str
    country: str
    region: str | None
    segment: str | None
    started_on: date | None
    ended_on: date | None
    ended_reason: str | None


class PersonCard(msgspec.Struct, frozen=True):
    """A card by which a person is known at a client company."""

    client_id: ClientId
    customer_id: CustomerId
    number: str
    name: str


class Duplicate(msgspec.Struct, frozen=True):
    """Two persons that may be one, and why; a proposal, never an act."""

    first_id: PersonId
    second_id: PersonId
    reasons: tuple[DuplicateReason, ...]
    first: tuple[PersonCard, ...]
    second: tuple[PersonCard, ...]


class Merge(msgspec.Struct, frozen=True):
    """Somebody's word that two persons are one; undone where it was taken back."""

    id: MergeId
    kept_id: PersonId
    gone_id: PersonId
    reason: str
    merged_by: str
    merged_at: datetime
    undone_by: str | None
    undone_at: datetime | None


class Parted(msgspec.Struct, frozen=True):
    """A merge that was undone, and how many rows that came since stay with the person kept."""

    merge: Merge
    stayed: dict[str, int]
    """By table, such as customers: 1."""


class StudyCell(msgspec.Struct, frozen=True, order=True):
    """A group, a duration as a plain decimal, and how it ended (empty: no end was seen)."""

    group: str
    duration: str
    cause: str


class Study(msgspec.Struct, frozen=True):
    """A file of lives from elsewhere, by the name it was given."""

    id: StudyId
    name: str
    content_hash: bytes
    subjects: int
    recorded_at: datetime
