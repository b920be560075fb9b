"""Readings of mirrored books: of any day, as known then, and what a number was added up from."""

import io
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from carecredit.metrics.queries import metric, parts, series
from carecredit.metrics.queries.layers import recomputed, sheets
from carecredit.metrics.queries.outsets import outsets, outsets_anew
from carecredit.metrics.queries.proof import unlike
from carecredit.metrics.queries.scope import settle
from carecredit.metrics.views import Series
from carecredit.metrics.wide import wide_csv
from carecredit.receivables.model import Invoice
from carecredit.store.session import Store
from ledgers import CALLER, FOUNDED, start_of
from mirrors import Mirror
from rows import moved


def end_of(day: date) -> datetime:
    """The last instant of a day, where the zone is UTC."""
    return start_of(moved(day, 1)) - timedelta(microseconds=1)


def read_series(store: Store, book: Mirror, as_of: date, known_on: date | None) -> Series:
    """Read every measure of a day, by segment."""
    with store.read(CALLER) as session:
        return series(
            session, client_id=book.client_id, dates=[as_of], known_at=known_on, by_segment=True
        )


def csv_of(found: Series) -> str:
    """Write the wide file of a series."""
    file = io.StringIO()
    wide_csv(found, file)
    return file.getvalue()


def check_as_then(book: Mirror, known_on: date, as_of: date) -> None:
    """Compare with a book that holds the rows known then, and none that came later."""
    known, then = end_of(known_on), book.copy_known_at(end_of(known_on))
    with book.stores[0].read(CALLER) as session:
        anew = recomputed(session, client_id=then.client_id)
    for store in book.stores:
        with store.read(CALLER) as session:
            seen = sheets(session, client_id=book.client_id, known=known, last=date.max)
            assert unlike(seen, anew) == []
    found = read_series(book.stores[0], book, as_of, known_on)
    now = {(row.segment, row.currency): row.measures for row in found.rows}
    for row in read_series(book.stores[0], then, as_of, None).rows:
        assert now.get((row.segment, row.currency), row.measures) == row.measures


def check_outsets(store: Store, book: Mirror, as_of: date, segment: str | None) -> None:
    """Hold what a forecast sets out from, as stored and kept, against one read from the entries."""
    named = {row["segment"] for row in book.rows(Invoice)}
    asked: dict[str, Any] = {
        "client_id": book.client_id, "as_of": as_of, "known_at": None,
        "segment": segment if segment in named else None,
    }  # fmt: skip
    with store.read(CALLER) as session:
        for currency in ("EUR", "JPY"):
            scope = settle(session, **asked, currency=currency).scope
            days = moved(as_of, -21), as_of
            assert outsets(session, scope, *days) == outsets_anew(session, scope, *days)


def check_parts(
    book: Mirror, metric_id: str, as_of: date, known_on: date | None, segment: str | None
) -> None:
    """Add up the documents behind a number: they are its numerator, to the cent."""
    asked: dict[str, Any] = {
        "client_id": book.client_id, "metric_id": metric_id, "as_of": as_of,
        "now": FOUNDED, "known_at": known_on, "currency": "EUR",
    }  # fmt: skip
    asked["segment"] = (
        segment if segment in {row["segment"] for row in book.rows(Invoice)} else None
    )
    with book.stores[0].read(CALLER) as session:
        answer, found = metric(session, **asked), parts(session, **asked, limit=1_000)
    total = sum((Fraction(part.amount) for part in found.parts), Fraction())
    assert total == Fraction(answer.numerator or 0)
