"""Promises to pay over HTTP, and the catalogue of reasons why an invoice is not paid."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.arrangements import operations, queries, rules
from carecredit.arrangements.operations import NewPromise
from carecredit.arrangements.rules import NextStep, NonPaymentReason, PayMethod, PromiseRefused
from carecredit.kernel.ids import CustomerId, InvoiceId, PromiseId
from carecredit.mandates.views import Client
from carecredit.outreach import queries as outreach
from carecredit.team.rules import Right
from carecredit_api.cards import PromiseOut, promise_out
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import AmountIn, CurrencyIn, Day, Sentence, checked_day, money, word

READ, WORK = needs(Right.READ_CUSTOMERS), needs(Right.WORK)
TAGS = ["Arrangements"]

Invoices = Annotated[
    tuple[InvoiceId, ...],
    msgspec.Meta(description="The invoices it is about; none: all that is open.", max_length=200),
]
Contact = Annotated[
    UUID | None, msgspec.Meta(description="The contact on which it was said, where there was one.")
]
Remind = Annotated[bool, msgspec.Meta(description="A reminder the day before is wanted.")]
Method = Annotated[PayMethod, msgspec.Meta(description="How it is paid.")]


class PromiseIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An amount and a day that somebody gives us."""

    amount: AmountIn
    currency: CurrencyIn
    promised_on: Day
    given_by: Annotated[
        str,
        msgspec.Meta(
            description="Who gave it, where it was not the customer.",
            examples=["Carlo Rossi"],
            max_length=200,
        ),
    ] = ""
    method: Method = PayMethod.OTHER
    invoices: Invoices = ()
    contact_id: Contact = None
    remind: Remind = False


class Promises(msgspec.Struct, frozen=True):
    """A customer's promises, newest first; superseded ones stay in the history."""

    items: tuple[PromiseOut, ...]


class ReasonOut(msgspec.Struct, frozen=True):
    """A reason for not paying: what comes next, what to say and what to avoid."""

    code: NonPaymentReason
    words: Sentence
    next: tuple[NextStep, ...]
    say: Sentence
    avoid: Sentence
    business_only: Annotated[bool, msgspec.Meta(description="Of businesses alone.")]


class Reasons(msgspec.Struct, frozen=True):
    """The reasons of a version of the catalogue, in the order in which they are offered."""

    version: Annotated[str, word("Version of the catalogue.", "1")]
    items: tuple[ReasonOut, ...]


def sure_of(
    session: Session, client: Client, customer_id: CustomerId, contact_id: UUID | None
) -> None:
    """Accept the contact in which something was agreed, where one is named."""
    outreach.confirm_contact(
        session, client_id=client.id, customer_id=customer_id, contact_id=contact_id
    )


@get(
    "/customers/{customer_id:uuid}/promises", operation_id="list_promises", tags=TAGS,
    summary="List promises to pay", sync_to_thread=True, opt=READ,
)  # fmt: skip
def list_promises(
    visit: NamedDependency[Visit], customer_id: FromPath[CustomerId], client: ClientCode = None
) -> Promises:
    """List a customer's promises and how they stand, newest first."""
    found = visit.of_customer(client, customer_id, queries.promises_of)
    return Promises(tuple(map(promise_out, found)))


@post(
    "/customers/{customer_id:uuid}/promises", operation_id="take_promise", tags=TAGS,
    summary="Take a promise to pay", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def take_promise(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    data: JSONBody[PromiseIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PromiseOut]:
    """Take a promise; nothing is asked until its day and the bank's grace have passed."""
    given = NewPromise(
        customer_id=customer_id,
        amount=money(data.amount, data.currency, field="amount"),
        promised_on=checked_day(data.promised_on, field="promised_on"),
        given_to=visit.caller.name,
        given_by=data.given_by,
        method=data.method,
        invoices=data.invoices,
        contact_id=data.contact_id,
        remind=data.remind,
    )

    def act(session: Session, found: Client) -> PromiseOut:
        sure_of(session, found, customer_id, data.contact_id)
        try:
            made = operations.record_promise(
                session, client_id=found.id, promise=given, now=visit.now
            )
        except PromiseRefused as error:
            # The same rule speaks of a wrap-up, where the promise is a part of the body.
            field = (error.field or "").removeprefix("promise.")
            raise PromiseRefused(error.message, field=field) from error
        return promise_out(queries.promise(session, client_id=found.id, promise_id=made))

    return visit.act(client, idempotency_key, act)


@post(
    "/customers/{customer_id:uuid}/promises/{promise_id:uuid}/withdraw",
    operation_id="withdraw_promise", tags=TAGS, summary="Take back a promise",
    sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def withdraw_promise(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    promise_id: FromPath[PromiseId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PromiseOut]:
    """Take back a promise that is not judged yet; its silence ends."""

    def act(session: Session, found: Client) -> PromiseOut:
        at: dict[str, Any] = {"client_id": found.id, "promise_id": promise_id}
        operations.cancel_promise(session, customer_id=customer_id, now=visit.now, **at)
        return promise_out(queries.promise(session, **at))

    return visit.act(client, idempotency_key, act)


@get(
    "/reasons", operation_id="list_reasons", tags=TAGS, sync_to_thread=False,
    summary="List reasons for not paying", opt=READ,
)  # fmt: skip
def list_reasons() -> Reasons:
    """List why an invoice is not paid, and for each reason what comes next and what to say."""
    found = rules.catalogue()
    return Reasons(
        found.version,
        tuple(
            ReasonOut(
                NonPaymentReason(key), one.words, one.next, one.say, one.avoid, one.business_only
            )
            for key, one in found.reasons.items()
        ),
    )


HANDLERS = (list_promises, take_promise, withdraw_promise, list_reasons)
