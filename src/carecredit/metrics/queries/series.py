"""Many numbers on many dates, from one pass over the book."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.mandates.queries import client
from carecredit.metrics.queries.beside import Beside, beside
from carecredit.metrics.queries.book import load
from carecredit.metrics.rules.catalogue import METRIC_IDS, Metric, measure, plan_for, resolve
from carecredit.metrics.rules.facts import Book
from carecredit.metrics.rules.knowledge import known_until
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.rules.people import people_sums
from carecredit.metrics.rules.plan import Plan
from carecredit.metrics.rules.position import Position
from carecredit.metrics.rules.sweep import sweep
from carecredit.metrics.rules.tally import Tally
from carecredit.metrics.views import Series, SeriesRow

WHOLE = "ALL"
"""The row of all segments, and of what belongs to none."""
DATES_MAX = 3_700
Positions = Iterator[tuple[str | None, str, Position]]


def series(
    session: Session,
    *,
    client_id: ClientId,
    dates: Iterable[date],
    known_at: date | datetime | None = None,
    by_segment: bool = False,
    frozen: bool = False,
) -> Series:
    """Answer every number of the catalogue at the end of each date.

    Rows for every segment and currency that occurs anywhere in the book, also where all is zero.
    `known_at` is an instant, or a date for the end of that day in the client company's zone. A
    frozen series is as it was reported then: each date as known at the end of that date. With
    neither, all that is recorded counts, and the rows leave it empty.
    """
    asked = checked_dates(dates)
    if frozen:
        return _frozen(session, client_id, asked, by_segment=by_segment)
    metrics = [resolve(metric_id) for metric_id in METRIC_IDS]
    book = book_of(session, client_id=client_id, known_at=known_at)
    plan = plan_for(metrics, asked)
    segments = [None, *(book.segments if by_segment else ())]
    at = zone(client(session, client_id=client_id).zone)
    care = beside(
        session,
        client_id=client_id,
        dates=asked,
        known=known_until(known_at, at),
        zone=at,
        currencies=book.currencies,
    )
    rows = tuple(
        SeriesRow(segment or WHOLE, currency, day, known_at, _measures(metrics, position, day))
        for segment, currency, position in positions(book, plan, segments, care)
        for day in asked
    )
    return Series(client_id, METRIC_IDS, rows, book.through)


def _frozen(
    session: Session, client_id: ClientId, dates: list[date], *, by_segment: bool
) -> Series:
    parts = [
        series(session, client_id=client_id, dates=[day], known_at=day, by_segment=by_segment)
        for day in dates
    ]
    # One row of each part in turn: by segment and currency, then by date.
    rows = tuple(row for group in zip(*(part.rows for part in parts), strict=True) for row in group)
    return Series(client_id, METRIC_IDS, rows, parts[-1].data_through)


def checked_dates(dates: Iterable[date]) -> list[date]:
    """Put dates in order; none, or more than can be meant, raises `Invalid`."""
    asked = sorted(set(dates))
    if not 0 < len(asked) <= DATES_MAX:
        raise Invalid(f"a series has 1 to {DATES_MAX} dates, not {len(asked)}", field="dates")
    return asked


def book_of(session: Session, *, client_id: ClientId, known_at: date | datetime | None) -> Book:
    """Load the book of a client company as known at an instant, or at the end of a local day."""
    company = client(session, client_id=client_id)
    at = zone(company.zone)
    return load(
        session,
        client_id=client_id,
        known=known_until(known_at, at),
        currency=company.currency,
        zone=at,
    )


def positions(
    book: Book, plan: Plan, segments: Sequence[str | None], stands_beside: Beside
) -> Positions:
    """Give what the formulas read, by segment (none: the whole) and currency."""
    cells = sweep(book, plan)
    people = people_sums(plan, book.customers)
    for segment in segments:
        for currency in book.currencies:
            promises = [] if segment else [it for it in book.promises if it.currency == currency]
            tally = cells.get((segment, currency)) or Tally(plan)
            position = Position(
                plan,
                tally,
                segment=segment,
                people=people,
                promises=promises,
                care=stands_beside.care(segment, currency),
            )
            yield segment, currency, position


def _measures(metrics: list[Metric], position: Position, day: date) -> tuple[Measure, ...]:
    return tuple(measure(metric, position, day) for metric in metrics)
