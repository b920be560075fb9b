"""Finding cases over HTTP: by kind, state, owner, customer, invoice, missed deadline."""

from typing import Annotated

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy.orm import Session

from carecredit.cases import queries
from carecredit.cases.queries import Wanted
from carecredit.cases.rules import CaseKind, CaseState
from carecredit.customers import queries as customers
from carecredit.kernel.ids import CaseId, CustomerId, InvoiceId
from carecredit.mandates.views import Client
from carecredit.receivables import queries as receivables
from carecredit.team.views import Key
from carecredit_api.case_cards import ListedCase, listed_out
from carecredit_api.cases import READ, TAGS
from carecredit_api.cursors import Cursors
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.wire import Limit, word

Cursor = Annotated[
    str | None,
    QueryParameter(name="cursor", description="Cursor of the page before.", max_length=100),
]


class CasePage(msgspec.Struct, frozen=True):
    """Some cases, the newest first, and the cursor of those that follow."""

    items: tuple[ListedCase, ...]
    cursor: Annotated[str | None, word("Where the next page begins.", "AZjA3gAAcACA...")]


class CaseCounts(msgspec.Struct, frozen=True):
    """How many cases a search finds."""

    total: int
    by_state: dict[str, int]
    by_kind: dict[str, int]
    overdue: int


Kind = Annotated[CaseKind | None, QueryParameter(name="kind", description="Of this kind alone.")]
InState = Annotated[
    CaseState | None, QueryParameter(name="state", description="In this state alone.")
]
OfOwner = Annotated[
    str | None, QueryParameter(name="owner", description="Of this owner alone.", max_length=200)
]
Overdue = Annotated[
    bool, QueryParameter(name="overdue", description="Only what is past a deadline.")
]
Unresolved = Annotated[
    bool, QueryParameter(name="unresolved", description="Only what is not resolved.")
]


@get(
    "/cases", operation_id="list_cases", tags=TAGS, summary="List cases", sync_to_thread=True,
    opt=READ,
)  # fmt: skip
def list_cases(  # noqa: PLR0913, PLR0917 - its parameters are the address's
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    kind: Kind = None,
    in_state: InState = None,
    owner: OfOwner = None,
    unresolved: Unresolved = False,  # noqa: FBT002 - the address's word
    overdue: Overdue = False,  # noqa: FBT002 - the address's word
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CasePage:
    """List a client company's cases, the newest first, a page at a time."""
    wanted = _wanted(kind, in_state, owner, unresolved=unresolved, overdue=overdue)
    cursors: Cursors = request.app.state.cursors
    with visit.reading() as session:
        return _page(session, visit, cursors, visit.client(session, client), wanted, cursor, limit)


@get(
    "/cases/counts", operation_id="count_cases", tags=TAGS, summary="Count cases",
    sync_to_thread=True, opt=READ,
)  # fmt: skip
def count_cases(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    kind: Kind = None,
    in_state: InState = None,
    owner: OfOwner = None,
    unresolved: Unresolved = False,  # noqa: FBT002 - the address's word
    overdue: Overdue = False,  # noqa: FBT002 - the address's word
) -> CaseCounts:
    """Count what a search finds, by state and kind, and what is past a deadline."""
    wanted = _wanted(kind, in_state, owner, unresolved=unresolved, overdue=overdue)
    with visit.reading() as session:
        found = visit.client(session, client)
        counts = queries.counts(session, client_id=found.id, now=visit.now, wanted=wanted)
    return CaseCounts(*msgspec.structs.astuple(counts))


@get(
    "/customers/{customer_id:uuid}/cases", operation_id="list_cases_of_customer", tags=TAGS,
    summary="List a customer's cases", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_cases_of_customer(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    client: ClientCode = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CasePage:
    """List a customer's cases, the newest first."""
    cursors: Cursors = request.app.state.cursors
    with visit.reading() as session:
        found = visit.client(session, client)
        customers.customer(session, client_id=found.id, customer_id=customer_id)
        wanted = Wanted(customer_id=customer_id)
        return _page(session, visit, cursors, found, wanted, cursor, limit)


@get(
    "/invoices/{invoice_id:uuid}/cases", operation_id="list_cases_of_invoice", tags=TAGS,
    summary="List an invoice's cases", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_cases_of_invoice(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    invoice_id: FromPath[InvoiceId],
    client: ClientCode = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> CasePage:
    """List the cases that are about an invoice, the newest first."""
    cursors: Cursors = request.app.state.cursors
    with visit.reading() as session:
        found = visit.client(session, client)
        today = visit.today(found)
        receivables.invoice(session, client_id=found.id, invoice_id=invoice_id, today=today)
        wanted = Wanted(invoice_id=invoice_id)
        return _page(session, visit, cursors, found, wanted, cursor, limit)


HANDLERS = (list_cases, count_cases, list_cases_of_customer, list_cases_of_invoice)


def _wanted(
    kind: CaseKind | None,
    state: CaseState | None,
    owner: str | None,
    *,
    unresolved: bool,
    overdue: bool,
) -> Wanted:
    return Wanted(
        kinds=(kind.value,) if kind else (),
        states=(state.value,) if state else (),
        owner=owner,
        unresolved=unresolved,
        overdue=overdue,
    )


def _page(
    session: Session,
    visit: Visit,
    cursors: Cursors,
    client: Client,
    wanted: Wanted,
    cursor: str | None,
    limit: int,
) -> CasePage:
    place = f"cases:{client.id}:{wanted.customer_id}:{wanted.invoice_id}"
    before = CaseId(cursors.read(cursor, of=place)) if cursor is not None else None
    most = min(limit, queries.PAGE_MAX - 1)
    rows = queries.cases(
        session, client_id=client.id, now=visit.now, wanted=wanted, before=before, limit=most + 1
    )
    shown = rows[:most]
    more = cursors.after(shown[-1].case.id, of=place) if len(rows) > most else None
    return CasePage(tuple(map(listed_out, shown)), more)
