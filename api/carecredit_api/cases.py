"""Cases over HTTP: opening one, reading one, and why its deadlines are what they are."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.cases import operations, queries
from carecredit.cases.operations import About, NewCase
from carecredit.cases.rules import CaseKind, Party, Priority
from carecredit.customers import queries as customers
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CaseId, CustomerId, InvoiceId
from carecredit.mandates.views import Client
from carecredit.receivables import queries as receivables
from carecredit.team.rules import Right
from carecredit_api.case_cards import (
    ExplainedOut,
    Topic,
    WholeCaseOut,
    explained_out,
    whole_out,
)
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import AmountIn, Day, checked_day, money, word

READ, WORK = needs(Right.READ_CUSTOMERS), needs(Right.WORK)
TAGS = ["Cases"]
Words = Annotated[str, word("In words.", "The reading is not mine")]


class NothingOverdue(Invalid):
    """Nothing past due is open that an overdue case could be about."""

    code = "case_nothing_overdue"


class AboutIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invoice that a case is about; an amount where only a part is contested."""

    invoice_id: InvoiceId
    amount: AmountIn | None = None


class CaseIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A matter to be opened; a complaint or dispute about invoices needs its proof."""

    customer_id: CustomerId
    kind: CaseKind
    subject: Annotated[
        Words, msgspec.Meta(description="An overdue case needs none.", max_length=4000)
    ] = ""
    invoices: tuple[AboutIn, ...] = ()
    proof: Annotated[str, word("What proves it.", "letter of 5 June")] = ""
    topic: Topic = None
    language: Annotated[str | None, word("None: the customer's.", "it")] = None
    priority: Priority | None = None
    owner: Annotated[str | None, word("Who takes care of it.", "Anna Bianchi")] = None
    squad: Annotated[str | None, word("Whose it is together.", "Billing")] = None
    review_on: Day | None = None
    party: Party = Party.CUSTOMER
    reason: Annotated[str, word("How it came.", "called at nine")] = ""


class Explanations(msgspec.Struct, frozen=True):
    """A case's deadlines with all that counted."""

    items: tuple[ExplainedOut, ...]


@post(
    "/cases", operation_id="open_case", tags=TAGS, summary="Open a case", sync_to_thread=True,
    opt=WORK,
)  # fmt: skip
def open_case(
    visit: NamedDependency[Visit],
    data: JSONBody[CaseIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[WholeCaseOut]:
    """Open a case; a complaint or dispute about invoices holds them in the same transaction."""

    def act(session: Session, found: Client) -> WholeCaseOut:
        customers.customer(session, client_id=found.id, customer_id=data.customer_id)
        case_id = _open(session, found, data, visit)
        return _whole(session, visit, found, case_id)

    return visit.act(client, idempotency_key, act)


@get(
    "/cases/{case_id:uuid}", operation_id="read_case", tags=TAGS, summary="Read a case",
    sync_to_thread=True, opt=READ,
)  # fmt: skip
def read_case(
    visit: NamedDependency[Visit], case_id: FromPath[CaseId], client: ClientCode = None
) -> WholeCaseOut:
    """Read a case: what happened, its invoices and deadlines, what we gave to expect."""
    with visit.reading() as session:
        found = visit.client(session, client)
        return _whole(session, visit, found, case_id)


@get(
    "/cases/{case_id:uuid}/deadlines", operation_id="explain_deadlines", tags=TAGS,
    summary="Explain a case's deadlines", sync_to_thread=True, opt=READ,
)  # fmt: skip
def explain_deadlines(
    visit: NamedDependency[Visit], case_id: FromPath[CaseId], client: ClientCode = None
) -> Explanations:
    """Explain each deadline: every stretch of time that counted or was left out, and why."""
    with visit.reading() as session:
        found = visit.client(session, client)
        told = queries.explain(session, client_id=found.id, case_id=case_id, now=visit.now)
    return Explanations(tuple(map(explained_out, told)))


HANDLERS = (open_case, read_case, explain_deadlines)


def about(
    session: Session, client: Client, told: tuple[AboutIn, ...], visit: Visit
) -> tuple[About, ...]:
    """Read which invoices a case is about, amounts in each invoice's own currency."""
    ids = [one.invoice_id for one in told]
    found = receivables.invoices_by_id(
        session, client_id=client.id, invoice_ids=ids, today=visit.today(client)
    )
    if any(one not in found for one in ids):
        raise receivables.UnknownInvoice("no such invoice", field="invoices")
    return tuple(
        About(
            one.invoice_id,
            None
            if one.amount is None
            else money(one.amount, found[one.invoice_id].currency, field="invoices").minor,
        )
        for one in told
    )


def _whole(session: Session, visit: Visit, client: Client, case_id: CaseId) -> WholeCaseOut:
    whole = queries.whole(session, client_id=client.id, case_id=case_id)
    found = receivables.invoices_by_id(
        session,
        client_id=client.id,
        invoice_ids=[one.invoice_id for one in whole.invoices],
        today=visit.today(client),
    )
    return whole_out(whole, {it.id: it.currency for it in found.values()})


def _open(session: Session, client: Client, data: CaseIn, visit: Visit) -> CaseId:
    invoices = about(session, client, data.invoices, visit)
    whose: dict[str, Any] = {"client_id": client.id, "now": visit.now}
    if data.kind is CaseKind.OVERDUE:
        case = operations.open_overdue(
            session,
            customer_id=data.customer_id,
            invoice_ids=[one.invoice_id for one in invoices],
            owner=data.owner,
            **whose,
        )
        if case is None:
            raise NothingOverdue("name invoices that are past due", field="invoices")
        return case.id
    facts = {name: getattr(data, name) for name in CaseIn.__struct_fields__}
    if data.review_on is not None:
        checked_day(data.review_on, field="review_on")
    new = NewCase(**(facts | {"invoices": invoices}))
    return operations.open_case(session, case=new, **whose).id
