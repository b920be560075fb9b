"""Measures over HTTP: how each is defined, one of them, the first dozen, a series of all."""

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from msgspec import Meta

from carecredit.kernel.calendars import DayRange
from carecredit.kernel.errors import Invalid
from carecredit.metrics import queries
from carecredit.metrics.rules.catalogue import METRIC_IDS, accompanied, resolve
from carecredit.metrics.rules.dates import Every, ends
from carecredit.metrics.rules.edge import value_text
from carecredit.metrics.views import Definition, MetricAnswer, Series, SeriesRow
from carecredit.metrics.wide import known_text
from carecredit.papers.files import TableForm
from carecredit.papers.series_file import narrowed, series_bytes
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.files import table_response
from carecredit_api.questions import Asked, AsOf, DefinedIn, InCurrency, KnownAt, Narrowed, RateSet
from carecredit_api.security import needs
from carecredit_api.wire import Currency, Day, read_day, read_known, word

READ = needs(Right.READ_METRICS)
TAGS = ["Metrics"]
FIRST_LOOK = (
    "receivables.net", "receivables.open", "receivables.past_due", "receivables.unapplied",
    "receivables.disputed", "aging.due.current", "aging.due.1_30", "aging.due.31_60",
    "aging.due.61_90", "aging.due.91_plus", "aging.due.unapplied", "sales.p3m",
    "dso.simple.p3m", "dso.average_ends.p3m", "dso.countback.month", "dso.best_possible.p3m",
    "add.p3m", "cei.p1m", "churn.customer.p1m", "churn.revenue.p1m",
)  # fmt: skip
"""What a person looks at first."""
DATES_MAX = 400
"""More dates in one answer than a year of days are asked for in parts."""


class Definitions(msgspec.Struct, frozen=True):
    """What every measure is: formula, convention, source, an example for a calculator."""

    items: tuple[Definition, ...]
    reports: tuple[Definition, ...]
    """The reports beside the measures: aging, roll, cure, recovery, forecast, repeats, handling."""


class Summary(msgspec.Struct, frozen=True):
    """The measures a person looks at first, from one pass over the book."""

    items: tuple[MetricAnswer, ...]


class ValueOut(msgspec.Struct, frozen=True):
    """A value (money in major units, ratios with decimals) or the reason why there is none."""

    value: Annotated[str | None, word("Plain decimal.", "26.8000000000")]
    status: Annotated[str, word("ok, or why there is no value.", "ok")]


class RowOut(msgspec.Struct, frozen=True):
    """All measures of one segment (ALL is the whole) and currency at the end of a day."""

    segment: Annotated[str, word("Segment, or ALL.", "ALL")]
    currency: Currency
    as_of: Day
    known_at: Annotated[str | None, word("As it was asked for.", "2013-01-01")]
    metrics: Annotated[
        dict[str, ValueOut],
        Meta(
            description="By name.",
            examples=[{"dso.simple.p3m": {"value": "26.8000000000", "status": "ok"}}],
        ),
    ]


class SeriesOut(msgspec.Struct, frozen=True):
    """Rows by segment, currency and date."""

    client: Annotated[str, word("Code of the client company.", "ACQ")]
    ids: Annotated[tuple[str, ...], Meta(description="The measures.", examples=[["cei.p1m"]])]
    rows: tuple[RowOut, ...]
    data_through: Day | None
    rate_set: Annotated[
        str | None, word("By which rates all is in one currency (null: not at all).", "ECB")
    ] = None
    warnings: tuple[str, ...] = ()


@get(
    "/metrics/definitions", operation_id="read_definitions", tags=TAGS, sync_to_thread=True,
    summary="Read the definitions", opt=READ,
)  # fmt: skip
def read_definitions() -> Definitions:
    """Say what every measure is, with the source of its formula and a worked example."""
    return Definitions(queries.definitions(), queries.report_definitions())


@get(
    "/metrics/summary", operation_id="read_summary", tags=TAGS, sync_to_thread=True,
    summary="Read the measures to look at first", opt=READ,
)  # fmt: skip
def read_summary(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    currency: InCurrency = None,
    rate_set: RateSet = None,
) -> Summary:
    """Answer the measures a person looks at first, with all it takes to check them."""
    asked = Asked(client, as_of, known_at, segment, currency)
    return Summary(asked.put(visit, queries.summary, metric_ids=FIRST_LOOK, rate_set=rate_set))


@get(
    "/metrics/series", operation_id="read_series", tags=TAGS, sync_to_thread=True,
    summary="Read a series", opt=READ,
    responses={200: ResponseSpec(SeriesOut, description="Also as CSV, XLSX or Parquet.")},
)  # fmt: skip
def read_series(  # noqa: PLR0913, PLR0917 - its parameters are the address's
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    first: Annotated[
        str | None,
        QueryParameter(name="from", description="First day or month.", max_length=10),
    ] = None,
    last: Annotated[
        str | None, QueryParameter(name="to", description="Last day or month.", max_length=10)
    ] = None,
    every: Annotated[
        Every, QueryParameter(name="every", description="The ends of these, in the range.")
    ] = Every.MONTH,
    at: Annotated[
        str | None,
        QueryParameter(
            name="at",
            description="Dates or months in place of a range, with commas between.",
            max_length=4_400,
        ),
    ] = None,
    by: Annotated[
        Literal["segment"] | None,
        QueryParameter(name="by", description="Rows for each segment too."),
    ] = None,
    known_at: KnownAt = None,
    currency: InCurrency = None,
    rate_set: RateSet = None,
    ids: Annotated[
        str | None,
        QueryParameter(
            name="ids",
            description="These measures alone, with commas between.",
            max_length=2_000,
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the address's word, which its errors name
        TableForm,
        QueryParameter(description="A file in this form; parquet is an extra."),
    ] = "json",
    lang: DefinedIn = "en",
) -> Response[Any]:
    """Answer every measure at the end of each date, also where all is zero."""
    dates, known, wanted = _dates(first, last, at, every), read_known(known_at), _wanted(ids)
    with visit.reading() as session:
        found = visit.client(session, client)
        series = queries.series(
            session,
            client_id=found.id,
            dates=dates,
            known_at=known,
            by_segment=by == "segment",
            currency=currency,
            rate_set=rate_set,
        )
    if format != "json":
        file = series_bytes(
            narrowed(series, wanted), format, client=found, now=visit.now, language=lang
        )
        return table_response(file, format, "series")
    rows = tuple(_row(series, row, wanted) for row in series.rows)
    return Response(_series(found.code, wanted, rows, series))


@get(
    "/metrics/{metric_id:str}", operation_id="read_metric", tags=TAGS, sync_to_thread=True,
    summary="Read one measure", opt=READ,
)  # fmt: skip
def read_metric(
    visit: NamedDependency[Visit],
    metric_id: FromPath[str],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    currency: InCurrency = None,
    rate_set: RateSet = None,
) -> MetricAnswer:
    """Answer one measure with numerator, denominator, window and definition."""
    asked = Asked(client, as_of, known_at, segment, currency)
    return asked.put(visit, queries.metric, metric_id=metric_id, rate_set=rate_set)


def _dates(first: str | None, last: str | None, at: str | None, every: Every) -> list[date]:
    if at is not None:
        if first or last:
            raise Invalid("at stands in place of from and to", field="at")
        dates = [read_day(text.strip(), field="at") for text in at.split(",")]
    elif first is None or last is None:
        raise Invalid("say which dates: from and to, or at", field="from")
    else:
        start, end = read_day(first, field="from", first=True), read_day(last, field="to")
        dates = ends(DayRange(start, end), every) if start <= end else []
    if not 0 < len(set(dates)) <= DATES_MAX:
        raise Invalid(f"a series has 1 to {DATES_MAX} dates, not {len(set(dates))}", field="at")
    return dates


def _wanted(ids: str | None) -> tuple[str, ...]:
    if ids is None:
        return METRIC_IDS
    wanted = tuple(dict.fromkeys(each.strip() for each in ids.split(",")))
    for each in wanted:
        resolve(each)
        if each not in METRIC_IDS:
            raise Invalid(f"a series does not carry {each}; ask for it by itself", field="ids")
    return accompanied(wanted)


def _series(
    code: str, wanted: tuple[str, ...], rows: tuple[RowOut, ...], series: Series
) -> SeriesOut:
    return SeriesOut(code, wanted, rows, series.data_through, series.rate_set, series.warnings)


def _row(series: Series, row: SeriesRow, wanted: tuple[str, ...]) -> RowOut:
    measures = dict(zip(series.ids, row.measures, strict=True))
    return RowOut(
        segment=row.segment,
        currency=row.currency,
        as_of=row.as_of,
        known_at=known_text(row.known_at) or None,
        metrics={
            name: ValueOut(value_text(measures[name], row.currency), measures[name].status)
            for name in wanted
        },
    )


HANDLERS = (read_definitions, read_summary, read_series, read_metric)
