"""Our own word over HTTP: what we gave customers to expect, and what became of it."""

from typing import Annotated

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.cases import operations, queries
from carecredit.cases.operations import NewExpectation
from carecredit.cases.rules import ExpectationState
from carecredit.customers import queries as customers
from carecredit.kernel.calendars import DAY, start_of_day, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CaseId, CustomerId, ExpectationId
from carecredit.mandates.views import Client
from carecredit.team.views import Key
from carecredit_api.case_cards import ExpectationOut, expectation_out
from carecredit_api.case_lists import Cursor
from carecredit_api.cases import READ, TAGS, WORK
from carecredit_api.cursors import Cursors
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.wire import Day, Instant, Limit, Reason, checked_day, word


class ExpectationIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a customer may expect of us: by an instant, or by the end of a day."""

    customer_id: CustomerId
    what: Annotated[
        str,
        msgspec.Meta(
            description="In the words that were said.",
            examples=["You will hear by Friday"],
            min_length=1,
            max_length=4000,
        ),
    ]
    due_at: Annotated[Instant | None, msgspec.Meta(description="Or name due_on.")] = None
    due_on: Annotated[Day | None, msgspec.Meta(description="Before this day is over.")] = None
    case_id: CaseId | None = None
    purpose: Annotated[str, word("A code of your own.", "answer")] = "answer"


class WithdrawalIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why our word is taken back."""

    reason: Reason


class ExpectationPage(msgspec.Struct, frozen=True):
    """Some of what we gave to expect, and the cursor of what follows."""

    items: tuple[ExpectationOut, ...]
    cursor: Annotated[str | None, word("Where the next page begins.", "AZjA3gAAcACA...")]


@post(
    "/expectations", operation_id="give_expectation", tags=TAGS, sync_to_thread=True,
    summary="Record what a customer may expect", opt=WORK,
)  # fmt: skip
def give_expectation(
    visit: NamedDependency[Visit],
    data: JSONBody[ExpectationIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ExpectationOut]:
    """Record what a customer may expect of us; it is a promise of ours."""
    if (data.due_at is None) == (data.due_on is None):
        raise Invalid("name one of due_at and due_on", field="due_at")

    def act(session: Session, found: Client) -> ExpectationOut:
        due = data.due_at
        if data.due_on is not None:
            day = checked_day(data.due_on, field="due_on")
            due = start_of_day(day + DAY, zone(found.zone))
        given = NewExpectation(
            data.customer_id, data.what, due or visit.now, data.case_id, purpose=data.purpose
        )
        return expectation_out(
            operations.expect(session, client_id=found.id, expectation=given, now=visit.now)
        )

    return visit.act(client, idempotency_key, act)


@get(
    "/expectations", operation_id="list_expectations", tags=TAGS, sync_to_thread=True,
    summary="List what we gave to expect", opt=READ,
)  # fmt: skip
def list_expectations(
    request: Request[None, Key, State],
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    customer_id: Annotated[
        CustomerId | None, QueryParameter(name="customer_id", description="Of this customer.")
    ] = None,
    in_state: Annotated[
        ExpectationState | None, QueryParameter(name="state", description="In this state.")
    ] = None,
    due: Annotated[  # noqa: FBT002 - the address's word
        bool,
        QueryParameter(
            name="due",
            description="Due by now, and open unless told.",
        ),
    ] = False,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> ExpectationPage:
    """List what we gave customers to expect, in the order it was given."""
    cursors: Cursors = request.app.state.cursors
    most = min(limit, queries.PAGE_MAX - 1)
    state = in_state or (ExpectationState.OPEN if due else None)
    with visit.reading() as session:
        found = visit.client(session, client)
        place = f"expectations:{found.id}"
        after = ExpectationId(cursors.read(cursor, of=place)) if cursor is not None else None
        if customer_id is not None:
            customers.customer(session, client_id=found.id, customer_id=customer_id)
        rows = queries.expectations(
            session,
            client_id=found.id,
            customer_id=customer_id,
            state=state and state.value,
            due_by=visit.now if due else None,
            after=after,
            limit=most + 1,
        )
    shown = rows[:most]
    more = cursors.after(shown[-1].id, of=place) if len(rows) > most else None
    return ExpectationPage(tuple(map(expectation_out, shown)), more)


@post(
    "/expectations/{expectation_id:uuid}/fulfilment", operation_id="fulfil_expectation",
    tags=TAGS, summary="Say that our word was made good", status_code=200, sync_to_thread=True,
    opt=WORK,
)  # fmt: skip
def fulfil_expectation(
    visit: NamedDependency[Visit],
    expectation_id: FromPath[ExpectationId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ExpectationOut]:
    """Say that our word was made good: kept in time, or broken and made good late."""

    def act(session: Session, found: Client) -> ExpectationOut:
        return expectation_out(
            operations.fulfil(
                session, client_id=found.id, expectation_id=expectation_id, now=visit.now
            )
        )

    return visit.act(client, idempotency_key, act)


@post(
    "/expectations/{expectation_id:uuid}/withdrawal", operation_id="withdraw_expectation",
    tags=TAGS, summary="Take our word back", status_code=200, sync_to_thread=True, opt=WORK,
)  # fmt: skip
def withdraw_expectation(
    visit: NamedDependency[Visit],
    expectation_id: FromPath[ExpectationId],
    data: JSONBody[WithdrawalIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ExpectationOut]:
    """Take our word back with a reason, before it is due."""

    def act(session: Session, found: Client) -> ExpectationOut:
        return expectation_out(
            operations.withdraw(
                session,
                client_id=found.id,
                expectation_id=expectation_id,
                reason=data.reason,
                now=visit.now,
            )
        )

    return visit.act(client, idempotency_key, act)


HANDLERS = (give_expectation, list_expectations, fulfil_expectation, withdraw_expectation)
