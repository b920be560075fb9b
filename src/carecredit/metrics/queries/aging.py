"""Aging by due date or by invoice date, with the buckets that are asked for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId
from carecredit.metrics.definitions import version
from carecredit.metrics.queries.ages import Aged, AgedBy, OfBook, aged
from carecredit.metrics.queries.answers import WHOLE, Together, put_together, segment_of
from carecredit.metrics.queries.reading import read_book
from carecredit.metrics.queries.scope import ratio
from carecredit.metrics.rules.aging import (
    DUE_EDGES,
    INVOICE_EDGES,
    Band,
    bands,
    bucket,
    check_edges,
    check_invoice_edges,
)
from carecredit.metrics.rules.edge import value_text
from carecredit.metrics.rules.measure import Exact, Unit, money, quotient
from carecredit.metrics.rules.position import Position
from carecredit.metrics.views import AgedBucket, AgedRow, Aging, Question


class _Sum(Struct):
    """What is open in one bucket."""

    minor: Exact = 0
    count: int | None = 0


_Table = Mapping[str | None, Mapping[str, Sequence[_Sum]]]
"""By segment (None: all) and currency, a sum for each bucket."""


def aging(  # noqa: PLR0913 - the parameters of a number, and its buckets
    session: Session,
    *,
    client_id: ClientId,
    as_of: date,
    now: datetime,
    aged_by: AgedBy = AgedBy.DUE,
    edges: Sequence[int] | None = None,
    known_at: date | datetime | None = None,
    segment: str | None = None,
    by_segment: bool = False,
    counted: bool = True,
    currency: str | None = None,
    rate_set: str | None = None,
) -> Aging:
    """Sum what is open by age; less what is unapplied, the buckets add to the balance, always.

    `edges` are the ages in days at which each bucket after the first begins. What is due on the
    day or later is current; nothing is older than the last bucket, and nothing outside of one.
    Uncounted, the usual buckets are read from the sums by day, however large the book.
    """
    places = edges_of(aged_by, edges)
    book = read_book(session, client_id=client_id, known_at=known_at, last=as_of)
    wanted = segment_of(book, segment)
    of = put_together(session, book, as_of, currency=currency, rate_set=rate_set)
    shown = (wanted, *(book.segments if by_segment and wanted is None else ()))
    filters = {"client": book.company.code} | ({"segment": wanted} if wanted else {})
    question = Question(
        as_of=as_of,
        known_at=book.known or now,
        currency=of.currency,
        rate_set=rate_set,
        filters=filters,
        definition_version=version(),
        warnings=of.notes,
    )
    named = bands(places, from_current=aged_by is AgedBy.DUE)
    if counted or places != edges_of(aged_by, None):
        found = aged(session, OfBook(client_id, as_of, book.known), aged_by)
        table = _table(found, as_of, places)
        sums = [_together(table.get(each, {}), of, len(named), as_of) for each in shown]
    else:
        sums = [_of_sums(of.position(book, each), aged_by, as_of) for each in shown]
    rows = tuple(
        _row(each, mine, of.position(book, each).unapplied_minor(as_of), named, of.currency)
        for each, mine in zip(shown, sums, strict=True)
    )
    return Aging(question, aged_by.value, rows)


def edges_of(aged_by: AgedBy, edges: Sequence[int] | None) -> tuple[int, ...]:
    """Accept the ages at which buckets begin, or give the usual ones."""
    if aged_by is AgedBy.DUE:
        return check_edges(DUE_EDGES if edges is None else edges)
    return check_invoice_edges(INVOICE_EDGES if edges is None else edges)


def _table(found: Iterable[Aged], as_of: date, places: tuple[int, ...]) -> _Table:
    def empty() -> list[_Sum]:
        return [_Sum() for _ in range(len(places) + 1)]

    table: defaultdict[str | None, defaultdict[str, list[_Sum]]]
    table = defaultdict(lambda: defaultdict(empty))
    day = as_of.toordinal()
    for one in found:
        place = bucket(day - one.origin, places)
        for segment in {one.segment, None}:
            cell = table[segment][one.currency][place]
            cell.minor += one.open_minor
            cell.count = (cell.count or 0) + one.count
    return table


def _of_sums(position: Position, aged_by: AgedBy, as_of: date) -> list[_Sum]:
    if aged_by is AgedBy.DUE:
        read, size = position.due_minor, len(DUE_EDGES) + 1
    else:
        read, size = position.invoiced_minor, len(INVOICE_EDGES) + 1
    return [_Sum(read(place, as_of), None) for place in range(size)]


def _row(
    segment: str | None,
    sums: Sequence[_Sum],
    unapplied: Exact,
    named: Sequence[Band],
    currency: str,
) -> AgedRow:
    total = sum(each.minor for each in sums)
    counts = [each.count for each in sums if each.count is not None]
    return AgedRow(
        segment=segment or WHOLE,
        buckets=tuple(
            _bucket(band, each, total, currency) for band, each in zip(named, sums, strict=True)
        ),
        open_amount=_text(total, currency),
        unapplied=_text(-unapplied, currency),
        net=_text(total - unapplied, currency),
        count=sum(counts) if counts else None,
    )


def _together(
    by_currency: Mapping[str, Sequence[_Sum]], of: Together, size: int, as_of: date
) -> list[_Sum]:
    if of.rates is None:
        return list(by_currency.get(of.currency, [_Sum()] * size))
    found = [_Sum() for _ in range(size)]
    for currency, sums in by_currency.items():
        for whole, each in zip(found, sums, strict=True):
            whole.minor += of.rates.convert(each.minor, currency, as_of)
            whole.count = (whole.count or 0) + (each.count or 0)
    return found


def _bucket(band: Band, found: _Sum, total: Exact, currency: str) -> AgedBucket:
    share = quotient(found.minor, total, unit=Unit.PERCENT, times=100)
    return AgedBucket(
        bucket=band.name,
        first_day=band.first_day,
        last_day=band.last_day,
        amount=_text(found.minor, currency),
        count=found.count,
        share=ratio(share, currency),
    )


def _text(minor: Exact, currency: str) -> str:
    return value_text(money(minor), currency) or "0"
