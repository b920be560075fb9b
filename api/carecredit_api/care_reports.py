"""Reports on care over HTTP: what repeats come from, how time is spread beside its quality."""

from typing import Annotated, Literal

from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from carecredit.metrics import queries
from carecredit.metrics.views import Handling, Repeats
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.metrics import READ, TAGS
from carecredit_api.questions import Asked, AsOf, InCurrency, KnownAt, Narrowed


@get(
    "/metrics/repeats", operation_id="read_repeats", tags=TAGS, sync_to_thread=True,
    summary="Read what repeats come from", opt=READ,
)  # fmt: skip
def read_repeats(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    currency: InCurrency = None,
    within: Annotated[
        Literal["24h", "7d", "30d"],
        QueryParameter(name="within", description="How soon another contact is a repeat."),
    ] = "7d",
) -> Repeats:
    """Put a month's repeats down to the cause of the first contact, with the time they took."""
    asked = Asked(client, as_of, known_at, segment, currency)
    return asked.put(visit, queries.repeats, within=within)


@get(
    "/metrics/handling", operation_id="read_handling", tags=TAGS, sync_to_thread=True,
    summary="Read how the time of calls is spread", opt=READ,
)  # fmt: skip
def read_handling(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    segment: Narrowed = None,
    currency: InCurrency = None,
    operator: Annotated[
        str | None,
        QueryParameter(
            name="operator",
            description="Refused: time is never told of one operator.",
            max_length=200,
        ),
    ] = None,
) -> Handling:
    """Answer talk, hold and wrap-up of a month's calls, never without their quality."""
    asked = Asked(client, as_of, known_at, segment, currency)
    return asked.put(visit, queries.handling, operator=operator)


HANDLERS = (read_repeats, read_handling)
