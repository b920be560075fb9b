"""The worklist over HTTP: whom to speak with next, and taking the next call."""

from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi import ResponseSpec
from litestar.params import QueryParameter

from carecredit.kernel.ids import AttemptId, ContactId, CustomerId, TouchId
from carecredit.mandates import queries as mandates
from carecredit.team.rules import Right
from carecredit.worklist import queries
from carecredit.worklist.operations import take_next
from carecredit.worklist.views import Item, Taken
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
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.security import needs
from carecredit_api.wire import Amount, Currency, Instant, Limit, Sentence, amount, word

WORK = needs(Right.WORK)
TAGS = ["Worklist"]
Status = Literal["offered", "taken", "parked"]


class ItemOut(msgspec.Struct, frozen=True):
    """Somebody to speak with, or something to look at, and why."""

    touch_id: TouchId
    client: Annotated[str, word("Code of the client company we speak for.", "ACQ")]
    client_name: Annotated[str, word("Its name.", "Acque del Nord")]
    customer_id: CustomerId
    customer_number: Annotated[str, word("Number of the client company's own.", "K-1042")]
    customer_name: Annotated[str, word("Whom to ask for.", "Officina Rossi")]
    status: Annotated[str, word("offered, taken or parked.", "offered")]
    status_reason: Annotated[str | None, word("Why it is parked.", "unknown_outcome")]
    step: Annotated[str, word("Step of the policy.", "listening_call")]
    kind: Annotated[str, word("Kind of the step.", "courtesy_call")]
    sentence: Sentence
    due_at: Instant
    invoice: Annotated[str | None, word("Number of the invoice it is about.", "INV-1042")]
    currency: Currency | None
    open: Amount | None
    days_past_due: Annotated[int, msgspec.Meta(description="Whole days.", examples=[8])]


class Items(msgspec.Struct, frozen=True):
    """The worklist, best first."""

    items: tuple[ItemOut, ...]


class CallOut(msgspec.Struct, frozen=True):
    """A call in an operator's hands: which number, and what to respect."""

    contact_id: ContactId
    touch_id: TouchId
    attempt_id: AttemptId
    number: Annotated[str, word("The number to dial.", "+39061234567")]
    obligations: Annotated[
        tuple[dict[str, str], ...],
        msgspec.Meta(
            description="What to respect, in both languages.",
            examples=[
                [
                    {
                        "code": "identity_first",
                        "it": "Prima di parlare di denaro, accertare con chi si parla.",
                        "en": "Make sure who is speaking before a word about money.",
                    }
                ]
            ],
        ),
    ]


class CardOut(msgspec.Struct, frozen=True):
    """The person before the debt: who it is, what stands, what happened, what was agreed."""

    item: ItemOut
    customer: CustomerOut
    invoices: tuple[InvoiceOut, ...]
    holds: tuple[HoldOut, ...]
    promises: tuple[PromiseOut, ...]
    contacts: tuple[ContactOut, ...]


class TakenOut(msgspec.Struct, frozen=True):
    """A call taken: what to dial and respect, and whom we will speak with."""

    call: CallOut
    card: CardOut


@get(
    "/worklist", operation_id="read_worklist", tags=TAGS, sync_to_thread=True,
    summary="Read the worklist", opt=WORK,
)  # fmt: skip
def read_worklist(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    status: Annotated[
        Status,
        QueryParameter(
            name="status",
            description="Calls on offer, calls in hands, or what waits for a person's look.",
        ),
    ] = "offered",
    limit: Limit = 50,
) -> Items:
    """List whom to speak with and why, best first; without a client, for all the key serves."""
    with visit.reading() as session:
        ids = visit.clients(session, client)
        found = queries.items(session, client_ids=ids, statuses=(status,), limit=limit)
    return Items(tuple(map(item_out, found)))


@post(
    "/worklist/take", operation_id="take_next", tags=TAGS, sync_to_thread=True, status_code=200,
    summary="Take the next call", opt=WORK,
    responses={204: ResponseSpec(None, description="There is no call to make now.")},
)  # fmt: skip
def take_next_call(
    visit: NamedDependency[Visit], client: ClientCode = None
) -> Response[TakenOut | None]:
    """Take the first call that may be made now; 204 when there is none."""
    with visit.writing() as session:
        ids = visit.clients(session, client)
        taken = take_next(session, client_ids=ids, operator_id=visit.key.operator_id, now=visit.now)
        if taken is None:
            return Response(None, status_code=204)
        found = mandates.client(session, client_id=taken.call.client_id)
        return Response(taken_out(taken, visit.today(found)))


def item_out(it: Item) -> ItemOut:
    """Show an item of the worklist."""
    known = it.open_minor is not None and it.currency is not None
    return ItemOut(
        touch_id=it.touch_id,
        client=it.client_code,
        client_name=it.client_name,
        customer_id=it.customer_id,
        customer_number=it.customer_number,
        customer_name=it.customer_name,
        status=it.status,
        status_reason=it.status_reason,
        step=it.step_key,
        kind=it.step_kind,
        sentence=it.sentence,
        due_at=it.due_at,
        invoice=it.invoice,
        currency=it.currency,
        open=amount(it.open_minor or 0, it.currency or "XXX") if known else None,
        days_past_due=it.days_past_due,
    )


def taken_out(taken: Taken, today: date) -> TakenOut:
    """Show a call taken with the card of its person, as of the client company's day."""
    call, card = taken.call, taken.card
    return TakenOut(
        call=CallOut(
            call.contact_id, call.touch_id, call.attempt_id, call.number, call.obligations
        ),
        card=CardOut(
            item=item_out(card.item),
            customer=customer_out(card.customer),
            invoices=tuple(invoice_out(each, today) for each in card.invoices),
            holds=tuple(map(hold_out, card.holds)),
            promises=tuple(map(promise_out, card.promises)),
            contacts=tuple(map(contact_out, card.contacts)),
        ),
    )


HANDLERS = (read_worklist, take_next_call)
