"""Behind a measure, over HTTP: the documents it was added up from, and the same by segment."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter

from carecredit.metrics import queries
from carecredit.metrics.queries.parts import LIMIT_MAX
from carecredit.metrics.views import Parts, SegmentAnswers
from carecredit.papers.files import TableForm
from carecredit.papers.parts_file import parts_bytes
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.files import table_response
from carecredit_api.metrics import READ, TAGS
from carecredit_api.questions import AsOf, DefinedIn, InCurrency, KnownAt, Narrowed, RateSet
from carecredit_api.wire import read_known

COUNT, NEXT = "Parts-Count", "Parts-Next-Offset"
"""What a file of one page cannot say of itself: how many there are in all, and where it goes on."""


@get(
    "/metrics/{metric_id:str}/parts", operation_id="read_parts", tags=TAGS, sync_to_thread=True,
    summary="Read what a measure was added up from", opt=READ,
    responses={200: ResponseSpec(Parts, description="Also as CSV, XLSX or Parquet.")},
    response_headers=[
        ResponseHeader(
            name=COUNT, description="How many parts there are in all.", documentation_only=True
        ),
        ResponseHeader(
            name=NEXT, description="Where the next page begins.", documentation_only=True
        ),
    ],
)  # fmt: skip
def read_parts(  # noqa: PLR0913, PLR0917 - its parameters are the address's
    visit: NamedDependency[Visit],
    metric_id: FromPath[str],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    currency: InCurrency = None,
    rate_set: RateSet = None,
    offset: Annotated[
        int, QueryParameter(name="offset", description="How many to pass over.", ge=0, le=10**9)
    ] = 0,
    limit: Annotated[
        int, QueryParameter(name="limit", description="How many at most.", ge=1, le=LIMIT_MAX)
    ] = 200,
    format: Annotated[  # noqa: A002 - the address's word, which its errors name
        TableForm,
        QueryParameter(description="A file in this form; parquet is an extra."),
    ] = "json",
    lang: DefinedIn = "en",
) -> Response[Any]:
    """List the documents behind a measure, the largest first; all add up to its numerator."""
    known = read_known(known_at)
    with visit.reading() as session:
        found = visit.client(session, client)
        parts = queries.parts(
            session,
            client_id=found.id,
            metric_id=metric_id,
            as_of=visit.day(found, as_of),
            now=visit.now,
            known_at=known,
            segment=segment,
            currency=currency,
            rate_set=rate_set,
            offset=offset,
            limit=limit,
        )
    headers = {COUNT: str(parts.count)}
    if parts.next_offset is not None:
        headers[NEXT] = str(parts.next_offset)
    if format == "json":
        return Response(parts, headers=headers)
    body = parts_bytes(parts, format, client=found, now=visit.now, language=lang)
    answer = table_response(body, format, "parts")
    answer.headers.update(headers)
    return answer


@get(
    "/metrics/{metric_id:str}/segments", operation_id="read_segments", tags=TAGS,
    summary="Read one measure by segment", sync_to_thread=True, opt=READ,
)  # fmt: skip
def read_segments(
    visit: NamedDependency[Visit],
    metric_id: FromPath[str],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    currency: InCurrency = None,
    rate_set: RateSet = None,
) -> SegmentAnswers:
    """Answer one measure for the whole and every segment; the whole is never an average."""
    known = read_known(known_at)
    with visit.reading() as session:
        found = visit.client(session, client)
        return queries.by_segment(
            session,
            client_id=found.id,
            metric_id=metric_id,
            as_of=visit.day(found, as_of),
            now=visit.now,
            known_at=known,
            currency=currency,
            rate_set=rate_set,
        )


HANDLERS = (read_parts, read_segments)
