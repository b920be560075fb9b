"""Many numbers on many dates, from the sums by day."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from msgspec import structs
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.answers import WHOLE, Together, put_together
from carecredit.metrics.queries.reading import Reading, read_book
from carecredit.metrics.rules.catalogue import METRIC_IDS, Metric, measure, resolve
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.rules.position import Position
from carecredit.metrics.views import Series, SeriesRow

DATES_MAX = 3_700


def series(
    session: Session,
    *,
    client_id: ClientId,
    dates: Iterable[date],
    known_at: date | datetime | None = None,
    by_segment: bool = False,
    frozen: bool = False,
    currency: str | None = None,
    rate_set: str | None = None,
) -> Series:
    """Answer every number of the catalogue at the end of each date.

    Rows for every segment and currency that occurs anywhere in the book, also where all is zero.
    `known_at` is an instant, or a date for the end of that day in the client company's zone. A
    frozen series is as it was reported then: each date as known at the end of that date. With
    neither, all that is recorded counts, and the rows leave it empty. With a `currency` there are
    rows for that one alone; with a `rate_set` as well, all the others are converted into it.
    """
    asked = checked_dates(dates)
    if frozen:
        rest = {"by_segment": by_segment, "currency": currency, "rate_set": rate_set}
        return _frozen(session, client_id, asked, **rest)
    metrics = [resolve(metric_id) for metric_id in METRIC_IDS]
    book = read_book(session, client_id=client_id, known_at=known_at, last=asked[-1])
    shown = _shown(session, book, asked[-1], currency, rate_set)
    rows = tuple(
        SeriesRow(segment or WHOLE, each.currency, day, known_at, _measures(metrics, position, day))
        for segment in (None, *(book.segments if by_segment else ()))
        for each in shown
        for position in [each.position(book, segment)]
        for day in asked
    )
    notes = shown[0].notes if rate_set else ()
    return Series(client_id, METRIC_IDS, rows, book.sheets.through, rate_set, notes)


def _shown(
    session: Session, book: Reading, last: date, currency: str | None, rate_set: str | None
) -> list[Together]:
    if rate_set is not None or currency is not None:
        return [put_together(session, book, last, currency=currency, rate_set=rate_set)]
    return [Together(each, None, ()) for each in book.currencies]


def _frozen(session: Session, client_id: ClientId, dates: list[date], **options: Any) -> Series:
    parts = [
        series(session, client_id=client_id, dates=[day], known_at=day, **options) for day in dates
    ]
    # One row of each part in turn: by segment and currency, then by date.
    rows = tuple(row for group in zip(*(part.rows for part in parts), strict=True) for row in group)
    newest = parts[-1]
    return structs.replace(newest, rows=rows)


def checked_dates(dates: Iterable[date]) -> list[date]:
    """Put dates in order; none, or more than can be meant, raises `Invalid`."""
    asked = sorted(set(dates))
    if not 0 < len(asked) <= DATES_MAX:
        raise Invalid(f"a series has 1 to {DATES_MAX} dates, not {len(asked)}", field="dates")
    return asked


def _measures(metrics: list[Metric], position: Position, day: date) -> tuple[Measure, ...]:
    return tuple(measure(metric, position, day) for metric in metrics)
