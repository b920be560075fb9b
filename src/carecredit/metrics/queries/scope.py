"""What a report is asked of: whose book, what was known, which currency and segment."""

from collections.abc import Hashable
from datetime import date, datetime, tzinfo
from fractions import Fraction

from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import zone
from carecredit.kernel.ids import BookId, ClientId
from carecredit.mandates.views import Client
from carecredit.metrics.definitions import version
from carecredit.metrics.queries.answers import currency_of, segment_of
from carecredit.metrics.queries.reading import read_book
from carecredit.metrics.rules.edge import amount_text, decimal_text, part_text
from carecredit.metrics.rules.intervals import SMALL_GROUP
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.rules.position import Position
from carecredit.metrics.views import Question, Ratio

RATIO_DECIMALS = 10


class Scope(Struct, frozen=True):
    """The part of a book that is read, as known until an instant (none: all that is recorded)."""

    client_id: ClientId
    known: datetime | None
    currency: str
    segment: str | None
    zone: tzinfo
    customers: frozenset[Hashable] | None = None
    """Of these alone (none: of all)."""
    without: tuple[BookId, ...] = ()
    """As it stood before these books came in."""


class Asked(Struct, frozen=True):
    """A scope, its sums by day, and what has to be said of them."""

    scope: Scope
    company: Client
    position: Position
    notes: tuple[str, ...]


def settle(
    session: Session,
    *,
    client_id: ClientId,
    as_of: date,
    known_at: date | datetime | None,
    segment: str | None,
    currency: str | None,
) -> Asked:
    """Settle what is read, and say what is left out by it.

    Without a currency it is the book's only one, or else the client company's own.
    """
    book = read_book(session, client_id=client_id, known_at=known_at, last=as_of)
    company = book.company
    wanted = segment_of(book, segment)
    chosen, notes = currency_of(book, currency, company.currency)
    scope = Scope(client_id, book.known, chosen, wanted, zone(company.zone))
    return Asked(scope, company, book.position(wanted, chosen), notes)


def question(asked: Asked, *, as_of: date, now: datetime, notes: tuple[str, ...] = ()) -> Question:
    """Repeat what was asked; without a `known_at` all that is recorded counts, and it says now."""
    scope = asked.scope
    filters = {"client": asked.company.code}
    return Question(
        as_of=as_of,
        known_at=scope.known or now,
        currency=scope.currency,
        filters=filters | ({"segment": scope.segment} if scope.segment else {}),
        definition_version=version(),
        warnings=(*asked.notes, *notes),
    )


def ratio(found: Measure, currency: str) -> Ratio:
    """Write a share for readers."""
    low_high = found.interval
    return Ratio(
        value=None if found.value is None else decimal_text(found.value, RATIO_DECIMALS),
        status=found.status,
        numerator=part_text(found.numerator, found, currency),
        denominator=part_text(found.denominator, found, currency),
        n=found.n,
        interval=None if low_high is None else (f"{low_high[0]:.6f}", f"{low_high[1]:.6f}"),
    )


def money(minor: Fraction | int, currency: str) -> str:
    """Write an amount for readers, rounded half-even to minor units where it is a mean."""
    return amount_text(Fraction(round(minor)), currency)


def small_group(count: int, of: str) -> tuple[str, ...]:
    """Flag a group too small for its rate to say much."""
    return (f"a small group: {count} {of}",) if 0 < count < SMALL_GROUP else ()
