"""Papers over HTTP: a customer's statement as JSON, page or PDF; what a browser may do with it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from carecredit.kernel.calendars import zone
from carecredit.kernel.ids import CustomerId
from carecredit.metrics.numerals import Language
from carecredit.metrics.rules.knowledge import known_until
from carecredit.papers import web
from carecredit.papers.facade import statement_bytes
from carecredit.papers.views import StatementOut
from carecredit.receivables import queries
from carecredit.team.rules import Right
from carecredit_api.console.assets import SECURITY_HEADERS
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.security import needs
from carecredit_api.wire import read_day, read_known

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "html": "text/html",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
Lang = Annotated[
    Language | None,
    QueryParameter(name="lang", description="it or en; without it, the reader's own."),
]


def form_wanted(request: Request[Any, Any, Any], asked: str | None, forms: tuple[str, ...]) -> str:
    """Choose the form of an answer: what the address asks for, then what the Accept header does."""
    if asked is not None:
        return asked
    accepted = request.accept.best_match([MEDIA_TYPES[form] for form in forms], default=None)
    return next((form for form in forms if MEDIA_TYPES[form] == accepted), forms[0])


def paper_response(body: bytes, form: str, name: str) -> Response[Any]:
    """Answer with a paper: shown where a browser can, never kept, nothing fetched by it."""
    headers = {
        **SECURITY_HEADERS,
        "Content-Security-Policy": web.policy(),
        "Content-Disposition": f'inline; filename="{name}.{form}"',
        "Cache-Control": "no-store",
        "Vary": "Accept",
    }
    return Response(body, media_type=MEDIA_TYPES[form], headers=headers)


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
    known_at: Annotated[
        str | None,
        QueryParameter(
            name="known_at",
            description="As known at an instant, or at the end of a day; without it, all counts.",
            max_length=40,
        ),
    ] = None,
    form: Annotated[
        Literal["json", "html", "pdf"] | None,
        QueryParameter(name="format", description="Without it, what the Accept header prefers."),
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
            as_of=read_day(as_of, field="as_of") if as_of else visit.today(found),
            since=read_day(since, field="since", first=True) if since else None,
            known_at=known_until(known, zone(found.zone)),
            now=visit.now,
        )
    chosen = form_wanted(request, form, ("json", "html", "pdf"))
    body = statement_bytes(statement, chosen, language=lang, now=visit.now)
    return paper_response(body, chosen, f"statement-{statement.as_of}")


HANDLERS = (read_statement,)
