"""What readers see of customers."""

from datetime import date, datetime

import msgspec

from carecredit.kernel.ids import ClientId, ContactPointId, CustomerId, PersonId, StudyId


class Point(msgspec.Struct, frozen=True):
    """A number or address at which a customer is reached; `kind` is phone or email."""

    id: ContactPointId
    kind: str
    value: str
    extension: str | None
    point_hash: bytes
    bad: bool


class Reach(msgspec.Struct, frozen=True):
    """All that decides how a customer may be reached."""

    customer_id: CustomerId
    person_id: PersonId
    name: str
    language: str
    country: str
    region: str | None
    points: tuple[Point, ...]


class Suppression(msgspec.Struct, frozen=True):
    """A standing wish not to be contacted; no channel or purpose named means all."""

    channel: str | None
    purpose: str | None


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
