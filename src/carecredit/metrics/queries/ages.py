"""Reading what is open at the end of a day by the day its age is counted from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct
from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.candidates import late_after, unsettled
from carecredit.metrics.queries.differences import by_instant
from carecredit.metrics.queries.facts import keyed_invoice_facts
from carecredit.metrics.queries.items import ENTRIES, IN_ONE, SHARES, by, due
from carecredit.metrics.queries.states import state_of
from carecredit.metrics.rules.facts import InvoiceFact
from carecredit.metrics.rules.lives import by_due, life
from carecredit.receivables.model import Allocation, Instalment, Invoice, LedgerEntry
from carecredit.store.keeping import recall
from carecredit.store.paging import integer_sum, ordinal, pages, raw, rows


class AgedBy(StrEnum):
    """What an age is counted from."""

    DUE = "due"
    INVOICE = "invoice"


class Aged(Struct, frozen=True, gc=False):
    """What is open of one segment, currency and origin, and in how many items."""

    segment: str | None
    currency: str
    origin: int
    open_minor: int
    count: int


class OfBook(Struct, frozen=True):
    """Whose book, at the end of which day, as known until an instant (none: all of it)."""

    client_id: ClientId
    day: date
    known: datetime | None


def aged(session: Session, book: OfBook, aged_by: AgedBy) -> Iterator[Aged]:
    """Give what is open; nothing that is seen is left out, also what is due some day to come.

    It is read once for a state of the book, whatever the buckets are that it is put into.
    """
    state = state_of(session, client_id=book.client_id)
    asked = ("aged", book.client_id, state, book.day, book.known, aged_by)
    yield from recall(session, asked, lambda: _together(_aged(session, book, aged_by)))


def _together(found: Iterable[Aged]) -> tuple[Aged, ...]:
    """Add up what is of one segment, currency and origin."""
    sums: defaultdict[tuple[str | None, str, int], list[int]] = defaultdict(lambda: [0, 0])
    for one in found:
        mine = sums[one.segment, one.currency, one.origin]
        mine[0] += one.open_minor
        mine[1] += one.count
    return tuple(Aged(*key, minor, count) for key, (minor, count) in sums.items())


def _aged(session: Session, book: OfBook, aged_by: AgedBy) -> Iterator[Aged]:
    """Read it as all that is recorded has it, and take off again what was not yet known."""
    if aged_by is AgedBy.INVOICE:
        yield from _by_origin(session, book, Invoice.invoiced_on)
    else:
        yield from _by_origin(session, book, due, IN_ONE)
        yield from _by_instalment(session, book)
    if book.known is not None:
        yield from _unknown(session, book, book.known, aged_by)


def _by_origin(
    session: Session, book: OfBook, origin: Any, *conditions: ColumnElement[bool]
) -> Iterator[Aged]:
    rest = Invoice.gross_minor - integer_sum(case((by(book.day), Allocation.amount_minor)))
    # Beyond the gross it stands at 0; a negative invoice keeps its sign.
    left = case(
        (and_(Invoice.gross_minor < 0, rest < 0), rest),
        (and_(Invoice.gross_minor >= 0, rest > 0), rest),
        else_=0,
    )
    one = (
        select(
            Invoice.segment,
            Invoice.currency,
            ordinal(origin).label("origin"),
            left.label("open_minor"),
        )
        .select_from(Invoice)
        .outerjoin(Allocation, SHARES)
        .outerjoin(LedgerEntry, ENTRIES)
        .where(*_may_be_open(book), *conditions)
        .group_by(Invoice.client_id, Invoice.id)
        .subquery()
    )
    query = (
        select(
            one.c.segment, one.c.currency, one.c.origin, integer_sum(one.c.open_minor), func.count()
        )
        .where(one.c.open_minor != 0)
        .group_by(one.c.segment, one.c.currency, one.c.origin)
    )
    for row in rows(session, query):
        yield Aged(*row)


def _by_instalment(session: Session, book: OfBook) -> Iterator[Aged]:
    # Asked from the instalments, which are few, not from all that is open.
    parted = select(Instalment.invoice_id).where(Instalment.client_id == book.client_id)
    several = select(raw(Invoice.id)).where(*_may_be_open(book), Invoice.id.in_(parted))
    late = late_after(None)
    for ids in pages(session, several):
        facts = keyed_invoice_facts(session, client_id=book.client_id, ids=ids, late=late)
        for _, fact, _ in facts:
            yield from _of_one(fact, book.day.toordinal(), AgedBy.DUE, 1)


def _unknown(session: Session, book: OfBook, known: datetime, aged_by: AgedBy) -> Iterator[Aged]:
    """Of what late rows touch: take it off as it is known now, and add it as it was known."""
    touched, day = by_instant(session, book.client_id, known, book.day), book.day.toordinal()
    for ids in touched.invoices(session):
        for _, fact, early in keyed_invoice_facts(
            session, client_id=book.client_id, ids=ids, late=touched.late
        ):
            yield from _of_one(fact, day, aged_by, -1)
            if early is not None:
                yield from _of_one(early, day, aged_by, 1)


def _of_one(invoice: InvoiceFact, day: int, aged_by: AgedBy, sign: int) -> Iterator[Aged]:
    open_minor = next((each.open_minor for each in life(invoice)[::-1] if each.day <= day), 0)
    if aged_by is AgedBy.INVOICE:
        parts = [(invoice.invoiced_on, open_minor)]
    else:
        shared = by_due([(day, open_minor)], invoice.dues)
        parts = [(each.day, mine[0][1]) for each, mine in zip(invoice.dues, shared, strict=True)]
    for origin, minor in parts:
        if minor:
            yield Aged(invoice.segment, invoice.currency, origin, sign * minor, sign)


def _may_be_open(book: OfBook) -> list[ColumnElement[bool]]:
    """Leave out what is settled by the day, as all rows have it."""
    return [
        Invoice.client_id == book.client_id,
        Invoice.invoiced_on <= book.day,
        Invoice.id.in_(unsettled(book.client_id, book.day)),
    ]
