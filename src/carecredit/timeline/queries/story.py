"""The story of a customer, a page at a time: each source gives its newest, the newest win."""

from collections.abc import Collection
from datetime import datetime
from heapq import nlargest

from sqlalchemy.orm import Session

from carecredit.customers import queries as customers
from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.mandates import queries as mandates
from carecredit.timeline import views
from carecredit.timeline.queries.lines import Asked
from carecredit.timeline.queries.sources import SOURCES
from carecredit.timeline.rules import Kind, Place

LINES_MAX = 200


def timeline(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    kinds: Collection[Kind] = (),
    since: datetime | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> views.Page:
    """Tell what happened with a customer, newest first; `after` is where the page before ended.

    No kinds means all of them. Lines that are added meanwhile never shift those that follow.
    """
    if not 1 <= limit <= LINES_MAX:
        raise Invalid(f"a page has 1 to {LINES_MAX} lines", field="limit")
    client = mandates.client(session, client_id=client_id)
    customers.customer(session, client_id=client_id, customer_id=customer_id)
    wanted = set(kinds) or set(Kind)
    asked = Asked(client_id, customer_id, zone(client.zone), since, after, limit + 1)
    found = [
        line for kind, read in SOURCES.items() if kind in wanted for line in read(session, asked)
    ]
    lines = nlargest(limit + 1, found, key=lambda line: line.place)
    page = tuple(lines[:limit])
    return views.Page(page, page[-1].place if len(lines) > limit else None)
