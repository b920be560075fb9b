"""What a client company says of a customer, as it comes in."""

from datetime import date

import msgspec


class CardPoint(msgspec.Struct, frozen=True):
    """A contact point as given (`raw`) and as compared (`value`)."""

    kind: str
    value: str
    raw: str
    extension: str | None = None


class Card(msgspec.Struct, frozen=True):
    """What a client company says of a customer; a bare card (number only) says nothing else."""

    number: str
    name: str = ""
    language: str | None = None
    country: str | None = None
    region: str | None = None
    segment: str | None = None
    started_on: date | None = None
    ended_on: date | None = None
    ended_reason: str | None = None
    monthly_value_minor: int | None = None
    points: tuple[CardPoint, ...] = ()
    bare: bool = False
    unsaid: frozenset[str] = frozenset()
    """Facts (and `phone`, `email`) that the card does not speak of: they stay as they are."""
