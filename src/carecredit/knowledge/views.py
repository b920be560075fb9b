"""What readers see of procedures and gaps."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec

from carecredit.kernel.ids import ContactId, GapId, OperatorId, ProcedureId


class Card(msgspec.Struct, frozen=True):
    """A version of a procedure without its text: of what, whose, valid and to be reviewed when."""

    id: ProcedureId
    key: str
    version: int
    topic: str
    owner: str
    valid_from: date
    valid_to: date | None
    review_on: date | None
    published_at: datetime
    published_by: str
    languages: tuple[str, ...]
    language: str
    """Of the title."""
    title: str


class Procedure(msgspec.Struct, frozen=True):
    """A version of a procedure in one language, which its card says."""

    card: Card
    body: str
    keywords: tuple[str, ...]
    sentences: Mapping[str, str]
    avoid: tuple[str, ...]


class Found(msgspec.Struct, frozen=True):
    """What a search found, best first, and how many there are in all."""

    count: int
    items: tuple[Card, ...]


class VainSearch(msgspec.Struct, frozen=True):
    """Words that were searched for in vain, and how often."""

    words: str
    times: int
    first_at: datetime
    last_at: datetime


class Gap(msgspec.Struct, frozen=True):
    """What a procedure does not foresee, and where it stands."""

    id: GapId
    contact_id: ContactId | None
    topic: str
    text: str
    raised_at: datetime
    raised_by: str
    operator_id: OperatorId | None
    state: str
    stands_since: datetime
    version: int


class GapEvent(msgspec.Struct, frozen=True):
    """One step of a gap's life: who, when, why, and which version was published."""

    number: int
    move: str
    state: str
    why: str
    procedure_key: str | None
    procedure_version: int | None
    at: datetime
    by: str
