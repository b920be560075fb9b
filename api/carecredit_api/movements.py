"""Reports over HTTP on how balances move: roll, cure, recovery by cohort, cash to come."""

from typing import Annotated, TypeVar

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from carecredit.metrics import queries
from carecredit.metrics.queries import AgedBy, PlacedBy
from carecredit.metrics.queries.forecast import WEEKS, WEEKS_MAX
from carecredit.metrics.rules.aging import DUE_EDGES, parse_days, parse_edges
from carecredit.metrics.views import Aging, Cure, Forecast, Recovery, Roll
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.metrics import READ, TAGS
from carecredit_api.questions import Asked, AsOf, InCurrency, KnownAt, Narrowed, RateSet

T = TypeVar("T")


@get(
    "/metrics/roll", operation_id="read_roll", tags=TAGS, sync_to_thread=True,
    summary="Read where balances rolled", opt=READ,
)  # fmt: skip
def read_roll(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    currency: InCurrency = None,
    buckets: Annotated[
        str,
        QueryParameter(
            name="buckets",
            description="Days past due at which buckets begin, with commas between.",
            max_length=100,
        ),
    ] = ",".join(map(str, DUE_EDGES)),
) -> Roll:
    """Say where the balances of each bucket a month before stand, or how they went."""
    asked = Asked(client, as_of, known_at, segment, currency)
    return asked.put(visit, queries.roll, edges=parse_edges(buckets))


@get(
    "/metrics/cure", operation_id="read_cure", tags=TAGS, sync_to_thread=True,
    summary="Read what was cured", opt=READ,
)  # fmt: skip
def read_cure(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    currency: InCurrency = None,
) -> Cure:
    """Say what of the past due a month before was paid or credited; written off is no cure."""
    return Asked(client, as_of, known_at, segment, currency).put(visit, queries.cure)


@get(
    "/metrics/recovery", operation_id="read_recovery", tags=TAGS, sync_to_thread=True,
    summary="Read recovery by cohort", opt=READ,
)  # fmt: skip
def read_recovery(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    currency: InCurrency = None,
    placed_by: Annotated[
        PlacedBy,
        QueryParameter(name="placed_by", description="What places a balance."),
    ] = PlacedBy.PAST_DUE,
) -> Recovery:
    """Answer cash at 30, 60 and 90 days / balances placed, by month of placement."""
    asked = Asked(client, as_of, known_at, segment, currency)
    return asked.put(visit, queries.recovery, placed_by=placed_by)


@get(
    "/metrics/forecast", operation_id="read_forecast", tags=TAGS, sync_to_thread=True,
    summary="Read the cash to come", opt=READ,
)  # fmt: skip
def read_forecast(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    currency: InCurrency = None,
    weeks: Annotated[
        int, QueryParameter(name="weeks", description="How many weeks.", ge=1, le=WEEKS_MAX)
    ] = WEEKS,
) -> Forecast:
    """Expect cash week by week, with the error the same forecasters had as many weeks ago."""
    asked = Asked(client, as_of, known_at, segment, currency)
    return asked.put(visit, queries.forecast, weeks=weeks)


@get(
    "/metrics/aging", operation_id="read_aging", tags=TAGS, sync_to_thread=True,
    summary="Read what is open by age", opt=READ,
)  # fmt: skip
def read_aging(  # noqa: PLR0913, PLR0917 - its parameters are the address's
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    currency: InCurrency = None,
    rate_set: RateSet = None,
    buckets: Annotated[
        str | None,
        QueryParameter(
            name="buckets",
            description="Ages in days at which buckets begin, with commas between.",
            max_length=100,
        ),
    ] = None,
    aged_by: Annotated[
        AgedBy,
        QueryParameter(name="by", description="Age from the due date, or from the invoice's own."),
    ] = AgedBy.DUE,
    by_segment: Annotated[  # noqa: FBT002 - a parameter of the address
        bool, QueryParameter(name="by_segment", description="Rows for each segment too.")
    ] = False,
    counted: Annotated[  # noqa: FBT002 - a parameter of the address
        bool,
        QueryParameter(
            name="counted",
            description="Count the open items too; without it the usual buckets are quickest.",
        ),
    ] = True,
) -> Aging:
    """Sum what is open by age; less what is unapplied it adds to the balance, always."""
    asked = Asked(client, as_of, known_at, segment, currency)
    more = {"aged_by": aged_by, "by_segment": by_segment, "counted": counted, "rate_set": rate_set}
    edges = None if buckets is None else parse_days(buckets)
    return asked.put(visit, queries.aging, edges=edges, **more)


HANDLERS = (read_aging, read_roll, read_cure, read_recovery, read_forecast)
