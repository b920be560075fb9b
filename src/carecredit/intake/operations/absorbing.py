"""What the absorbers of an import share: where they write, what they tell, what is new."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from typing import Any

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from carecredit.intake.operations.reading import Line, shown
from carecredit.intake.views import Problem
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import AllocationId, BookId, CustomerId
from carecredit.kernel.money import parse_minor
from carecredit.mandates.views import Client

NEVER_REWRITTEN = (
    "it is in the ledger already and says otherwise here; a document is never rewritten: send the "
    "row as it was, or correct it with a credit note or an entry of its own"
)
_TWICE = "it stands twice in these rows, differently; keep the one that is right"
_NO_INVOICE = "there is no such invoice; bring the invoice in too"


class Desk(msgspec.Struct, frozen=True):
    """Where an import writes: the transaction, the client company, the book, the instant."""

    session: Session
    client: Client
    zone: tzinfo
    book_id: BookId
    now: datetime
    cards: dict[str, int] = msgspec.field(default_factory=dict)
    """A digest of each customer's row by number: a second, different one is no update."""
    customers: dict[str, CustomerId] = msgspec.field(default_factory=dict)
    """Customers that documents named, by number: their gates are locked."""
    met: set[str] = msgspec.field(default_factory=set)
    """Kinds of which the last chunk held rows that stand in the ledger already."""
    matched: set[AllocationId] = msgspec.field(default_factory=set)
    """Stored shares, taken off since, that a row of these files has spoken of."""

    def learn(self, kind: str, *, known: int) -> None:
        """Note whether rows of a kind still turn out to stand in the ledger already."""
        if not known:
            self.met.discard(kind)


class Absorbed(msgspec.Struct):
    """What became of a chunk of rows."""

    added: int = 0
    changed: int = 0
    sums: Counter[str] = msgspec.field(default_factory=Counter)
    odd: Counter[str] = msgspec.field(default_factory=Counter)
    """Rows by what is odd in them and taken as stated."""
    refused: list[tuple[Line, Problem]] = msgspec.field(default_factory=list)

    def refuse(self, line: Line, column: str, message: str) -> None:
        """Put a row aside with what is wrong and the way out."""
        value = shown(line.cells.get(column, ""))
        self.refused.append((line, Problem(line.file, line.line, column, value, message)))

    def no_invoice(self, line: Line) -> None:
        """Put a row aside that speaks of an invoice nobody knows."""
        self.refuse(line, "invoice_id", _NO_INVOICE)

    def minor(self, line: Line, currency: str) -> int | None:
        """Read the amount of a row in the currency of its document, or put the row aside."""
        try:
            return parse_minor(line.row.amount, currency)
        except Invalid as error:
            self.refuse(line, "amount", error.message)
            return None

    def unique(self, lines: Sequence[Line], column: str) -> dict[str, Line]:
        """Keep one line for each number; a second one that says the same is no news."""
        unique: dict[str, Line] = {}
        for line in lines:
            first = unique.setdefault(line.row.number, line)
            if first is not line and first.row != line.row:
                self.refuse(line, column, _TWICE)
        return unique


def store_new(
    desk: Desk,
    kind: str,
    rows: dict[str, Sequence[Any]],
    load: Callable[..., None],
    look_up: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Store the rows whose numbers are new, and give what is stored of the others.

    A book that comes in is mostly new: it is written first, and looked up only where a number was
    taken, or where the rows before these were known.
    """
    if kind not in desk.met:
        try:
            with desk.session.begin_nested():
                load(desk.session, rows=list(rows.values()))
        except IntegrityError:
            desk.met.add(kind)
        else:
            return {}
    known = look_up()
    load(desk.session, rows=[row for number, row in rows.items() if number not in known])
    desk.learn(kind, known=len(known))
    return known


def first_difference(
    stored: dict[str, Any], given: dict[str, Any], *, recorded_said: bool
) -> str | None:
    """Name the first fact in which a row differs from what is stored.

    A row that does not say when it was known says nothing against what is stored of it.
    """
    silent = () if recorded_said else ("recorded_at",)
    differing = (name for name, value in given.items() if stored[name] != value)
    return next((name for name in differing if name not in silent), None)
