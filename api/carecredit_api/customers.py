"""Customers over HTTP: lists, cards, what comes next for one."""

from typing import Annotated

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from carecredit.arrangements import queries as arrangements
from carecredit.cadence import queries as cadence
from carecredit.cadence.views import Plan
from carecredit.customers import queries as customers
from carecredit.holds import queries as holds
from carecredit.kernel.ids import CustomerId, TouchId
from carecredit.outreach import queries as outreach
from carecredit.receivables import queries as receivables
from carecredit.team.rules import Right
from carecredit.team.views import Key
from carecredit_api.cards import (
    ContactOut,
    CustomerOut,
    HoldOut,
    InvoiceOut,
    PromiseOut,
    contact_out,
    customer_out,
    hold_out,
    invoice_out,
    promise_out,
)
from carecredit_api.cursors import Cursors
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Day, Instant, Limit, PageCursor, Sentence, word

READ = needs(Right.READ_CUSTOMERS)
TAGS = ["Customers"]


class CustomerPage(msgspec.Struct, frozen=True):
    """Some customers, and the cursor of those that follow (none: these were the last)."""

    items: tuple[CustomerOut, ...]
    cursor: Annotated[str | None, word("Where the next page begins.", "AZjA3gAAcACA...")]


class Account(msgspec.Struct, frozen=True):
    """The person before the debt: who it is, what stands, what was agreed, what happened."""

    customer: CustomerOut
    invoices: tuple[InvoiceOut, ...]
    holds: tuple[HoldOut, ...]
    promises: tuple[PromiseOut, ...]
    contacts: tuple[ContactOut, ...]


class PlanOut(msgspec.Struct, frozen=True):
    """What comes next for a customer: a touch (planned or foreseen), or why there is none."""

    customer_id: CustomerId
    code: Annotated[str, word("The step, or the reason for the silence.", "follow_up")]
    sentence: Sentence
    touch_id: TouchId | None
    channel: Annotated[str | None, word("By which channel.", "email")]
    step: Annotated[str | None, word("Step of the policy.", "follow_up")]
    invoice: Annotated[str | None, word("Number of the invoice it is about.", "INV-1042")]
    due_at: Instant | None
    next_on: Day | None


@get(
    "/customers", operation_id="list_customers", tags=TAGS, sync_to_thread=True,
    summary="List customers", opt=READ,
)  # fmt: skip
def list_customers(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    number: Annotated[
        str | None,
        QueryParameter(name="number", description="The one of this number alone.", max_length=200),
    ] = None,
    cursor: PageCursor = None,
    limit: Limit = 50,
) -> CustomerPage:
    """List a client company's customers in the order they came, a page at a time."""
    cursors: Cursors = request.app.state.cursors
    with visit.reading() as session:
        found = visit.client(session, client)
        place = f"customers:{found.id}"
        after = CustomerId(cursors.read(cursor, of=place)) if cursor is not None else None
        rows = customers.customers(
            session, client_id=found.id, after=after, number=number, limit=min(limit, 199) + 1
        )
    shown = rows[: min(limit, 199)]
    more = cursors.after(shown[-1].id, of=place) if len(rows) > len(shown) else None
    return CustomerPage(tuple(customer_out(row) for row in shown), more)


@get(
    "/customers/{customer_id:uuid}", operation_id="read_customer", tags=TAGS, sync_to_thread=True,
    summary="Read a customer's account", opt=READ,
)  # fmt: skip
def read_customer(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Account:
    """Read a customer's card with open invoices, holds, promises and contacts."""
    with visit.reading() as session:
        found = visit.client(session, client)
        today, client_id = visit.today(found), found.id
        card = customers.customer(session, client_id=client_id, customer_id=customer_id)
        owed = receivables.open_invoices(
            session, client_id=client_id, customer_ids=[customer_id], today=today
        )
        held = holds.standing(session, client_id=client_id, customer_id=customer_id, at=visit.now)
        promised = arrangements.promises_of(session, client_id=client_id, customer_id=customer_id)
        past = outreach.contacts_of(session, client_id=client_id, customer_id=customer_id)
    return Account(
        customer=customer_out(card),
        invoices=tuple(invoice_out(each, today) for each in owed.get(customer_id, ())),
        holds=tuple(map(hold_out, held)),
        promises=tuple(map(promise_out, promised)),
        contacts=tuple(map(contact_out, past)),
    )


@get(
    "/customers/{customer_id:uuid}/plan", operation_id="read_plan", tags=TAGS,
    summary="Say what comes next", sync_to_thread=True, opt=READ,
)  # fmt: skip
def read_plan(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> PlanOut:
    """Say what comes next for a customer and why, or why nothing does."""
    with visit.reading() as session:
        found = visit.client(session, client)
        plan = cadence.plan_of(session, client_id=found.id, customer_id=customer_id, now=visit.now)
    return plan_out(plan)


def plan_out(plan: Plan) -> PlanOut:
    """Show a plan."""
    return PlanOut(
        customer_id=plan.customer_id,
        code=plan.code,
        sentence=plan.sentence,
        touch_id=plan.touch_id,
        channel=plan.channel,
        step=plan.step,
        invoice=plan.invoice,
        due_at=plan.due_at,
        next_on=plan.next_on,
    )


HANDLERS = (list_customers, read_customer, read_plan)
