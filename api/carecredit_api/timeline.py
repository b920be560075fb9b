"""A customer's story over HTTP."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from carecredit.kernel.ids import CustomerId
from carecredit.team.rules import Right
from carecredit.team.views import Key
from carecredit.timeline import queries
from carecredit.timeline.rules import PLACE_LENGTH, Kind, place_of
from carecredit.timeline.views import Line
from carecredit_api.cursors import Cursors
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Amount, Currency, Instant, Limit, PageCursor, Sentence, amount, word

READ = needs(Right.READ_CUSTOMERS)
TAGS = ["Customers"]


class LinkedOut(msgspec.Struct, frozen=True):
    """What a line is of, or hangs on."""

    kind: Annotated[str, word("contact, invoice, promise, case, ...", "invoice")]
    id: UUID


class LineOut(msgspec.Struct, frozen=True):
    """Something that happened, or was agreed."""

    at: Instant
    kind: Annotated[str, word("What it is of.", "money")]
    code: Annotated[str, word("What it was.", "money.payment")]
    sentence: Sentence
    by: Annotated[str | None, word("Who did it.", "api:Anna Bianchi")]
    currency: Currency | None
    amount: Amount | None
    note: Annotated[str, word("In the words of who wrote it down.", "Pays on the 20th.")]
    links: tuple[LinkedOut, ...]
    data: Annotated[
        dict[str, Any],
        msgspec.Meta(description="What the sentence is made of.", examples=[{"number": "P-7"}]),
    ]


class Story(msgspec.Struct, frozen=True):
    """A page of a story, newest first."""

    items: tuple[LineOut, ...]
    cursor: Annotated[str | None, word("Where to read on; none: the story begins here.", "c")]


@get(
    "/customers/{customer_id:uuid}/timeline", operation_id="read_timeline", tags=TAGS,
    summary="Read a customer's story", sync_to_thread=True, opt=READ,
)  # fmt: skip
def read_timeline(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    client: ClientCode = None,
    kind: Annotated[
        list[Kind] | None, QueryParameter(name="kind", description="Only lines of these kinds.")
    ] = None,
    cursor: PageCursor = None,
    limit: Limit = 50,
) -> Story:
    """Tell all that happened with a customer on every channel, newest first, in a stable order."""
    cursors: Cursors = request.app.state.cursors
    with visit.reading() as session:
        found = visit.client(session, client)
        own = f"timeline:{found.id}:{customer_id}"
        after = place_of(cursors.place(cursor, of=own, length=PLACE_LENGTH)) if cursor else None
        page = queries.timeline(
            session,
            client_id=found.id,
            customer_id=customer_id,
            kinds=kind or (),
            after=after,
            limit=limit,
        )
    on = cursors.at(page.after.packed(), of=own) if page.after else None
    return Story(tuple(map(line_out, page.lines)), on)


def line_out(it: Line) -> LineOut:
    """Show a line of a story."""
    known = it.amount_minor is not None and it.currency is not None
    return LineOut(
        at=it.at,
        kind=it.kind,
        code=it.code,
        sentence=it.sentence,
        by=it.by,
        currency=it.currency,
        amount=amount(it.amount_minor or 0, it.currency or "XXX") if known else None,
        note=it.note,
        links=tuple(LinkedOut(kind, key) for kind, key in it.links),
        data=it.data,
    )


HANDLERS = (read_timeline,)
