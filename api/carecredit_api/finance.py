"""What the pages of finance show, gathered: a book at the end of a day, and what is behind it."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from litestar import Request
from msgspec import Struct, structs
from sqlalchemy.orm import Session

from carecredit.customers.queries import ids_by_number
from carecredit.kernel.calendars import DAY, add_months, local_date, zone
from carecredit.kernel.errors import Invalid, NotFound
from carecredit.kernel.money import check_currency
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client
from carecredit.metrics import queries as metrics
from carecredit.metrics.definitions import definition
from carecredit.metrics.rules.knowledge import known_until
from carecredit.metrics.rules.rates import RateMissing
from carecredit.metrics.views import Parts, Series, SeriesRow, SurvivalGroup
from carecredit_api.console import finance_views as views
from carecredit_api.console.views import Theme
from carecredit_api.deps import Visit
from carecredit_api.today import client_mark
from carecredit_api.wire import read_day, read_known

MONTHS = 24
QUESTION = ("client", "as_of", "known_at", "segment", "currency", "rate_set", "lang", "theme")
"""What any page of finance may be asked."""


class BookMissing(NotFound):
    """There is no client company yet, so there is no book to show."""

    code = "book_missing"


class Book(Struct, frozen=True):
    """A client company's book as a page asks for it."""

    client: Client
    clients: Sequence[Client]
    asked: views.Asked
    as_of: date
    known_at: date | datetime | None
    currency: str | None
    segment: str | None
    rate_set: str | None


class _Told(Struct, frozen=True):
    """What a book's measures are told in: which currency, and what it could have been."""

    book: Book
    series: Series
    currency: str
    currencies: tuple[str, ...]
    rate_sets: tuple[str, ...]
    rates_missing: str = ""


def asked_of(request: Request[Any, Any, Any], **told: str) -> views.Asked:
    """Read a question from an address; what a form sends empty is not asked."""
    given = {name: request.query_params.get(name, "").strip() for name in QUESTION}
    return views.Asked(**(given | told))


def book_of(session: Session, visit: Visit, asked: views.Asked) -> Book:
    """Find the book that is asked for; without a day, at the end of the last month."""
    clients = mandates.clients(session)
    if not clients:
        raise BookMissing("there is no client company yet: add one first")
    client = mandates.client_by_code(session, code=asked.client) if asked.client else clients[0]
    return Book(
        client=client,
        clients=clients,
        asked=asked,
        as_of=read_day(asked.as_of, field="as_of") if asked.as_of else _last_month(visit, client),
        known_at=read_known(asked.known_at or None),
        currency=check_currency(asked.currency) if asked.currency else None,
        segment=asked.segment or None,
        rate_set=asked.rate_set or None,
    )


def _last_month(visit: Visit, client: Client) -> date:
    return local_date(visit.now, zone(client.zone)).replace(day=1) - DAY


def dates_of(book: Book) -> list[date]:
    """List the page's day and the same day of the months before it, oldest first."""
    return [add_months(book.as_of, -back) for back in range(MONTHS, -1, -1)]


def series_of(session: Session, book: Book) -> Series:
    """Answer every measure a month apart, for the whole and every segment.

    By a rate set all of it is in one currency; otherwise each currency has rows of its own.
    """
    return metrics.series(
        session,
        client_id=book.client.id,
        dates=dates_of(book),
        known_at=book.known_at,
        by_segment=True,
        currency=book.currency if book.rate_set else None,
        rate_set=book.rate_set,
    )


def _told(session: Session, book: Book) -> _Told:
    """Answer in the currency that is asked for, with the others converted into it where told to.

    Where the rates do not reach back as far as the page, nothing is converted, and it says so.
    """
    known = known_until(book.known_at, zone(book.client.zone))
    sets = metrics.rate_sets(session, client_id=book.client.id, known=known)
    if book.rate_set is None:
        return _unconverted(session, book, tuple(sets))
    into = book.currency or book.client.currency
    try:
        series = series_of(session, book)
    except RateMissing:
        asked = structs.replace(book.asked, rate_set="", currency="")
        plain = structs.replace(book, asked=asked, rate_set=None, currency=None)
        told = _unconverted(session, plain, tuple(sets))
        return structs.replace(told, rates_missing=book.rate_set)
    others = metrics.series(session, client_id=book.client.id, dates=[book.as_of])
    found = (*_currencies(others), *sets.get(book.rate_set, ()), into)
    return _Told(book, series, into, tuple(dict.fromkeys(found)), tuple(sets))


def _unconverted(session: Session, book: Book, sets: tuple[str, ...]) -> _Told:
    series = series_of(session, book)
    found = _currencies(series)
    return _Told(book, series, _currency(book, found), found, sets if len(found) > 1 else ())


def _currencies(series: Series) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.currency for row in series.rows))


def finance_page(
    session: Session, visit: Visit, book: Book, *, role: str, csrf: str
) -> views.FinancePage:
    """Gather what the page shows, in one currency and for one segment or the whole."""
    told = _told(session, book)
    book, series, currency = told.book, told.series, told.currency
    segments = tuple(dict.fromkeys(row.segment for row in series.rows))[1:]
    chosen = _segment(book, segments)
    rows = [row for row in series.rows if row.currency == currency]
    now = [row for row in rows if row.as_of == book.as_of]
    course = [row for row in rows if row.segment == chosen]
    return views.FinancePage(
        frame=_frame(visit, book, currency, role=role, csrf=csrf),
        segments=segments,
        currencies=told.currencies,
        rate_sets=told.rate_sets,
        rates_missing=told.rates_missing,
        days=tuple(row.as_of for row in course),
        lines={
            name: tuple(row.measures[at] for row in course) for at, name in enumerate(series.ids)
        },
        rows=tuple(_line(series, row) for row in now if row.segment != metrics.WHOLE),
        whole=next(_line(series, row) for row in now if row.segment == metrics.WHOLE),
        retention=_retention(session, visit, book),
        data_through=series.data_through,
    )


def _currency(book: Book, found: tuple[str, ...]) -> str:
    """Choose as every measure does: what is asked for, the only one, or the company's own."""
    wanted = book.currency or (found[0] if len(found) == 1 else book.client.currency)
    if wanted not in found:
        known = ", ".join(found)
        raise Invalid(f"nothing in the book is in {wanted}; known: {known}", field="currency")
    return wanted


def _segment(book: Book, found: tuple[str, ...]) -> str:
    if book.segment in {None, metrics.WHOLE}:
        return metrics.WHOLE
    if book.segment not in found:
        known = ", ".join([metrics.WHOLE, *found])
        raise Invalid(f"no segment {book.segment!r}; known: {known}", field="segment")
    return book.segment or metrics.WHOLE


def _line(series: Series, row: SeriesRow) -> views.SegmentLine:
    return views.SegmentLine(row.segment, dict(zip(series.ids, row.measures, strict=True)))


def _retention(session: Session, visit: Visit, book: Book) -> SurvivalGroup | None:
    """Ask how long customers stay; a book without contracts, or such a segment, has no answer."""
    question = metrics.Question(as_of=book.as_of, known_at=book.known_at, by_segment=True)
    found = metrics.survival(session, client_id=book.client.id, question=question, now=visit.now)
    wanted = book.segment or metrics.WHOLE
    group = next((each for each in found.groups if each.group == wanted), None)
    return group if group is not None and group.n else None


def parts_page(
    session: Session, visit: Visit, book: Book, parts: Parts, *, offset: int, limit: int,
    role: str, csrf: str,
) -> views.PartsPage:  # fmt: skip
    """Lay a page of parts beside the statements of their customers."""
    numbers = {part.customer for part in parts.parts}
    ids = ids_by_number(session, client_id=book.client.id, numbers=sorted(numbers))
    where = views.Asked(
        client=book.client.code,
        as_of=book.as_of.isoformat(),
        known_at=book.asked.known_at,
    )
    return views.PartsPage(
        frame=_frame(visit, book, parts.answer.currency, role=role, csrf=csrf),
        parts=parts,
        lines=tuple(
            views.PartLine(
                part,
                where.address(f"/statements/{ids[part.customer]}")
                if part.customer in ids
                else None,
            )
            for part in parts.parts
        ),
        page_total=str(sum((Decimal(part.amount) for part in parts.parts), Decimal())),
        offset=offset,
        limit=limit,
        definition=definition(parts.answer.id),
    )


def definitions_page(visit: Visit, book: Book, *, role: str, csrf: str) -> views.DefinitionsPage:
    """Gather what every number is."""
    currency = book.currency or book.client.currency
    frame = _frame(visit, book, currency, role=role, csrf=csrf)
    return views.DefinitionsPage(frame, metrics.definitions())


def _frame(visit: Visit, book: Book, currency: str, *, role: str, csrf: str) -> views.Frame:
    known = known_until(book.known_at, zone(book.client.zone))
    themes: dict[str, Theme] = {"light": "light", "dark": "dark"}
    return views.Frame(
        client=client_mark(book.client, book.clients),
        clients=tuple(client_mark(each, book.clients) for each in book.clients),
        operator_name=visit.key.name,
        operator_role=role,
        csrf=csrf,
        asked=book.asked,
        as_of=book.as_of,
        known_at=known or visit.now,
        zone=book.client.zone,
        currency=currency,
        theme=themes.get(book.asked.theme),
    )
