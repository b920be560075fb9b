"""What the absorbers of an import share: where they write, and what they tell."""

from collections import Counter
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from carecredit.intake.operations.reading import Line, shown
from carecredit.intake.views import Problem
from carecredit.kernel.ids import BookId
from carecredit.mandates.views import Client


class Desk(msgspec.Struct, frozen=True):
    """Where an import writes: the transaction, the client company, the book, the instant."""

    session: Session
    client: Client
    book_id: BookId
    now: datetime
    cards: dict[str, int] = msgspec.field(default_factory=dict)
    """A digest of each customer's row by number: a second, different one is no update."""


class Absorbed(msgspec.Struct):
    """What became of a chunk of rows."""

    added: int = 0
    changed: int = 0
    sums: Counter[str] = msgspec.field(default_factory=Counter)
    refused: list[tuple[Line, Problem]] = msgspec.field(default_factory=list)

    def refuse(self, line: Line, column: str, message: str) -> None:
        """Put a row aside with what is wrong and the way out."""
        value = shown(line.cells.get(column, ""))
        self.refused.append((line, Problem(line.file, line.line, column, value, message)))


def first_difference(stored: dict[str, Any], given: dict[str, Any]) -> str | None:
    """Name the first fact in which a row differs from what is stored."""
    return next((name for name, value in given.items() if stored[name] != value), None)
