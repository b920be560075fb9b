"""What readers see of customers."""

from datetime import date

import msgspec

from carecredit.kernel.ids import ClientId, ContactPointId, CustomerId, PersonId


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
