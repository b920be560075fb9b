"""Papers over HTTP: a customer's statement, the month's page; what a browser may do with them."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from carecredit.kernel.calendars import zone
from carecredit.kernel.ids import CustomerId
from carecredit.metrics.numerals import Language
from carecredit.metrics.rules.knowledge import known_until
from carecredit.papers.facade import month_bytes, parse_month, statement_bytes
from carecredit.papers.month_facts import month_facts
from carecredit.papers.views import StatementOut
from carecredit.receivables import queries
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.files import form_wanted, paper_response
from carecredit_api.questions import InCurrency, KnownAt
from carecredit_api.security import needs
from carecredit_api.wire import read_day, read_known

Lang = Annotated[
    Language | None,
    QueryParameter(name="lang", description="it or en; without it, the reader's own."),
]


@get(
    "/customers/{customer_id:uuid}/statement", operation_id="read_statement", tags=["Customers"],
    summary="Read a statement of account", sync_to_thread=True, opt=needs(Right.READ_CUSTOMERS),
    responses={200: ResponseSpec(StatementOut, description="Also as text/html, application/pdf.")},
)  # fmt: skip
def read_statement(  # noqa: PLR0913, PLR0917 - its parameters are the address's
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    client: ClientCode = None,
    as_of: Annotated[
        str | None,
        QueryParameter(
            name="as_of",
            description="At the end of this day, or month for its end; without it, today.",
            max_length=10,
        ),
    ] = None,
    since: Annotated[
        str | None,
        QueryParameter(
            name="since",
            description="Movements from this day on; without it, three months before.",
            max_length=10,
        ),
    ] = None,
    known_at: KnownAt = None,
    format: Annotated[  # noqa: A002 - the address's word, which its errors name
        Literal["json", "html", "pdf"] | None,
        QueryParameter(description="Without it, what the Accept header prefers."),
    ] = None,
    lang: Lang = None,
) -> Response[Any]:
    """Give a customer's account to read: what is open, what came in, how to pay."""
    known = read_known(known_at)
    with visit.reading() as session:
        found = visit.client(session, client)
        statement = queries.statement(
            session,
            client_id=found.id,
            customer_id=customer_id,
            as_of=visit.day(found, as_of),
            since=read_day(since, field="since", first=True) if since else None,
            known_at=known_until(known, zone(found.zone)),
            now=visit.now,
        )
    chosen = form_wanted(request, format, ("json", "html", "pdf"))
    body = statement_bytes(statement, chosen, language=lang, now=visit.now)
    return paper_response(body, chosen, f"statement-{statement.as_of}")


@get(
    "/metrics/monthly", operation_id="read_monthly", tags=["Metrics"], sync_to_thread=True,
    summary="Read the month's page", opt=needs(Right.READ_METRICS),
)  # fmt: skip
def read_monthly(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    month: Annotated[
        str, QueryParameter(name="month", description="Month, such as 2026-10.", max_length=10)
    ],
    client: ClientCode = None,
    known_at: KnownAt = None,
    currency: InCurrency = None,
    format: Annotated[  # noqa: A002 - the address's word, which its errors name
        Literal["html", "pdf"] | None,
        QueryParameter(description="Without it, what the Accept header prefers."),
    ] = None,
    lang: Lang = None,
) -> Response[Any]:
    """Give the month's page: what it says in words, charts, tables, definitions."""
    known = read_known(known_at)
    read_day(month, field="month")
    with visit.reading() as session:
        found = visit.client(session, client)
        facts = month_facts(
            session,
            client_id=found.id,
            month=parse_month(month),
            known_at=known,
            currency=currency,
            now=visit.now,
        )
    chosen = form_wanted(request, format, ("html", "pdf"))
    body = month_bytes(facts, chosen, language=lang, now=visit.now)
    return paper_response(body, chosen, f"month-{month}")


HANDLERS = (read_statement, read_monthly)
