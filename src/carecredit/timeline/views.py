"""What readers see of a customer's story."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from carecredit.timeline.rules import Place


class Line(msgspec.Struct, frozen=True):
    """Something that happened, or was agreed: when, what, and in which words."""

    place: Place
    kind: str
    code: str
    """What it was, such as `money.payment`; the words are `sentence`."""
    sentence: dict[str, str]
    by: str | None
    currency: str | None
    amount_minor: int | None
    note: str
    links: tuple[tuple[str, UUID], ...] = ()
    data: dict[str, Any] = {}

    @property
    def at(self) -> datetime:
        """Give the instant; what has only a day counts from the day's first instant."""
        return self.place.at


class Page(msgspec.Struct, frozen=True):
    """Lines of a story, newest first, and where to read on (none: it begins here)."""

    lines: tuple[Line, ...]
    after: Place | None
