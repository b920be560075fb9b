"""The addresses of finance in the console: the page, what is behind a number, papers and files."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from carecredit.kernel.calendars import zone
from carecredit.kernel.ids import CustomerId
from carecredit.metrics import queries as metrics
from carecredit.metrics.rules.knowledge import known_until
from carecredit.papers.facade import month_bytes, parse_month, statement_bytes
from carecredit.papers.month_facts import month_facts
from carecredit.papers.parts_file import parts_bytes
from carecredit.papers.series_file import series_bytes
from carecredit.receivables import queries as receivables
from carecredit.team.rules import Right
from carecredit_api import finance
from carecredit_api.console.finance_pages import (
    render_definitions,
    render_finance,
    render_parts,
)
from carecredit_api.console.words import language_of
from carecredit_api.deps import Visit
from carecredit_api.files import paper_response, table_response
from carecredit_api.forms import Page, form_of, page_of, role_of
from carecredit_api.papers import Lang
from carecredit_api.security import needs
from carecredit_api.wire import read_day, read_known

PAGE = 50
FILE = 10_000
Visiting = Request[Any, Any, Any]
MAY_READ = needs(Right.READ_METRICS, page=True)
FOR_FINANCE = MAY_READ | {"query": finance.QUESTION}
UNCONVERTED = tuple(name for name in finance.QUESTION if name != "rate_set")
"""The month's page has one currency and converts nothing."""
MetricId = Annotated[str, QueryParameter(name="metric", max_length=100)]
Offset = Annotated[int, QueryParameter(name="offset", ge=0, le=10**9)]
Paper = Annotated[Literal["html", "pdf"], QueryParameter(name="format")]
File = Annotated[Literal["csv", "xlsx"], QueryParameter(name="format")]


@get(
    "/finance", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    opt=FOR_FINANCE,
)  # fmt: skip
def show_finance(request: Visiting, visit: NamedDependency[Visit]) -> Page:
    """Show how a book stands at the end of a day."""
    asked = finance.asked_of(request)
    language = language_of(asked.lang, request.headers.get("accept-language"))
    csrf, cookies = form_of(request)
    with visit.reading() as session:
        book = finance.book_of(session, visit, asked)
        page = finance.finance_page(
            session, visit, book, role=role_of(visit.key.role, language), csrf=csrf
        )
    return page_of(render_finance(page, language=language), cookies)


@get(
    "/finance/parts", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    opt=FOR_FINANCE,
)  # fmt: skip
def show_parts(
    request: Visiting, visit: NamedDependency[Visit], metric_id: MetricId, offset: Offset = 0
) -> Page:
    """Show what a number was added up from."""
    asked = finance.asked_of(request)
    language = language_of(asked.lang, request.headers.get("accept-language"))
    csrf, cookies = form_of(request)
    with visit.reading() as session:
        book = finance.book_of(session, visit, asked)
        parts = metrics.parts(
            session,
            client_id=book.client.id,
            metric_id=metric_id,
            as_of=book.as_of,
            now=visit.now,
            known_at=book.known_at,
            segment=book.segment,
            currency=book.currency,
            rate_set=book.rate_set,
            offset=offset,
            limit=PAGE,
        )
        page = finance.parts_page(
            session, visit, book, parts, offset=offset, limit=PAGE,
            role=role_of(visit.key.role, language), csrf=csrf,
        )  # fmt: skip
    return page_of(render_parts(page, language=language), cookies)


@get("/finance/parts/file", sync_to_thread=True, include_in_schema=False, opt=FOR_FINANCE)
def take_parts(
    request: Visiting,
    visit: NamedDependency[Visit],
    metric_id: MetricId,
    form: File = "csv",
    offset: Offset = 0,
) -> Response[Any]:
    """Give the documents behind a number as a file."""
    asked = finance.asked_of(request)
    with visit.reading() as session:
        book = finance.book_of(session, visit, asked)
        parts = metrics.parts(
            session,
            client_id=book.client.id,
            metric_id=metric_id,
            as_of=book.as_of,
            now=visit.now,
            known_at=book.known_at,
            segment=book.segment,
            currency=book.currency,
            rate_set=book.rate_set,
            offset=offset,
            limit=FILE,
        )
    language = language_of(asked.lang, request.headers.get("accept-language"))
    body = parts_bytes(parts, form, client=book.client, now=visit.now, language=language)
    # A longer list says in its name which part of it this is.
    span = f"-{offset + 1}-{offset + len(parts.parts)}" if len(parts.parts) < parts.count else ""
    return table_response(body, form, f"parts-{metric_id}-{book.as_of}{span}")


@get("/finance/series", sync_to_thread=True, include_in_schema=False, opt=FOR_FINANCE)
def take_series(
    request: Visiting, visit: NamedDependency[Visit], form: File = "csv"
) -> Response[Any]:
    """Give every measure of the page's months as a file."""
    asked = finance.asked_of(request)
    with visit.reading() as session:
        book = finance.book_of(session, visit, asked)
        series = finance.series_of(session, book)
    language = language_of(asked.lang, request.headers.get("accept-language"))
    body = series_bytes(series, form, client=book.client, now=visit.now, language=language)
    # The rows of a CSV cannot say that they are converted.
    how = f"-{series.rows[0].currency}-converted" if series.rate_set else ""
    return table_response(body, form, f"series-{book.as_of}{how}")


@get(
    "/finance/month", sync_to_thread=True, include_in_schema=False,
    opt=MAY_READ | {"query": UNCONVERTED},
)  # fmt: skip
def show_month(
    request: Visiting,
    visit: NamedDependency[Visit],
    month: Annotated[str, QueryParameter(name="month", max_length=10)],
    form: Paper = "html",
) -> Response[Any]:
    """Give the month's page."""
    asked = finance.asked_of(request)
    read_day(month, field="month")
    with visit.reading() as session:
        book = finance.book_of(session, visit, asked)
        facts = month_facts(
            session,
            client_id=book.client.id,
            month=parse_month(month),
            known_at=book.known_at,
            currency=book.currency,
            now=visit.now,
        )
    language = language_of(asked.lang, request.headers.get("accept-language"))
    body = month_bytes(facts, form, language=language, now=visit.now)
    return paper_response(body, form, f"month-{month}")


@get(
    "/finance/definitions", sync_to_thread=True, include_in_schema=False, media_type="text/html",
    opt=FOR_FINANCE,
)  # fmt: skip
def show_definitions(request: Visiting, visit: NamedDependency[Visit]) -> Page:
    """Show what every number is."""
    asked = finance.asked_of(request)
    language = language_of(asked.lang, request.headers.get("accept-language"))
    csrf, cookies = form_of(request)
    with visit.reading() as session:
        book = finance.book_of(session, visit, asked)
    page = finance.definitions_page(visit, book, role=role_of(visit.key.role, language), csrf=csrf)
    return page_of(render_definitions(page, language=language), cookies)


@get(
    "/statements/{customer_id:uuid}", sync_to_thread=True, include_in_schema=False,
    opt=needs(Right.READ_CUSTOMERS, page=True) | {"query": ("client", "as_of", "known_at")},
)  # fmt: skip
def show_statement(
    request: Visiting,
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    form: Paper = "html",
    lang: Lang = None,
) -> Response[Any]:
    """Show a customer's statement of account, in the customer's language."""
    asked = finance.asked_of(request)
    with visit.reading() as session:
        client = visit.client(session, asked.client or None)
        day = visit.day(client, asked.as_of)
        known = read_known(asked.known_at or None)
        statement = receivables.statement(
            session,
            client_id=client.id,
            customer_id=customer_id,
            as_of=day,
            known_at=known_until(known, zone(client.zone)),
            now=visit.now,
        )
    body = statement_bytes(statement, form, language=lang, now=visit.now)
    return paper_response(body, form, f"statement-{day}")


HANDLERS = (
    show_finance, show_parts, take_parts, take_series, show_month, show_definitions,
    show_statement,
)  # fmt: skip
