"""What the forms of the console offer, and what comes back with one that was refused."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec

from carecredit.kernel.ids import ContactId, TouchId


class Choice(msgspec.Struct, frozen=True):
    """Something to choose, by its code, in words."""

    code: str
    name: str


class Hand(msgspec.Struct, frozen=True):
    """The contact in the reader's hands."""

    contact_id: ContactId
    touch_id: TouchId | None
    """None: the person came to us."""
    channel: str
    number: str | None
    since: datetime
    right_party: str | None

    @property
    def is_confirmed(self) -> bool:
        """Say whether money may be spoken of."""
        return self.right_party == "confirmed"


class Returned(msgspec.Struct, frozen=True):
    """A form that was refused: what was typed, what is wrong and where."""

    form: str
    values: Mapping[str, tuple[str, ...]]
    field: str
    message: str
    since: tuple[str, ...] = ()
    """What others changed meanwhile."""


class Acts(msgspec.Struct, frozen=True):
    """What the reader may do on a person's page."""

    key: str
    """Sent with a form: the same one twice acts once."""
    hand: Hand | None
    options: Mapping[str, tuple[Choice, ...]]
    zone: str
    """On whose clock a call-back is agreed."""


class CaseActs(msgspec.Struct, frozen=True):
    """What may be written down of a case as it stands at a version."""

    case_id: UUID
    version: int
    moves: tuple[Choice, ...]
