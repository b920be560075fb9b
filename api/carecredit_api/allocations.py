"""Putting unapplied money on invoices and taking it off; contesting an invoice; remainders."""

from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.orm import Session

from carecredit.holds.operations import contest
from carecredit.kernel.calendars import zone
from carecredit.kernel.ids import AllocationId, ClientId, CustomerId, DisputeId, EntryId, InvoiceId
from carecredit.mandates.views import Client
from carecredit.metrics.rules.knowledge import known_until
from carecredit.receivables import operations, queries
from carecredit.receivables.views import Undone
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.entries import WRITE, EntryOut, entry_out
from carecredit_api.questions import AsOf, KnownAt
from carecredit_api.receivables import TAGS, ShareIn, shares_of
from carecredit_api.security import needs
from carecredit_api.wire import (
    Amount,
    AmountIn,
    Currency,
    Day,
    Limit,
    Number,
    Reason,
    amount,
    checked_day,
    money,
    read_day,
    read_known,
    word,
)


class AllocationIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands unapplied of a movement, put on invoices from a day on."""

    entry_id: EntryId
    applied_on: Day
    shares: Annotated[
        tuple[ShareIn, ...], msgspec.Meta(description="None named: by the mandate's order.")
    ] = ()


class UndoneOut(msgspec.Struct, frozen=True):
    """What was taken off invoices again."""

    entry_id: EntryId
    currency: Currency
    undone: Amount
    invoice_ids: tuple[InvoiceId, ...]


class DisputeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invoice, or an amount of it, contested from today on."""

    invoice_id: InvoiceId
    reason: Reason
    amount: Annotated[AmountIn | None, word("None: all that is open of it.", "1250.00")] = None
    review_on: Day | None = None


class OpenedOut(msgspec.Struct, frozen=True):
    """A dispute that was opened; its invoice is silent until it ends."""

    id: DisputeId


class RemainderOut(msgspec.Struct, frozen=True):
    """A remainder too small to ask for."""

    invoice_id: InvoiceId
    customer_id: CustomerId
    number: Number
    due_on: Day
    currency: Currency
    open: Amount


class Remainders(msgspec.Struct, frozen=True):
    """Remainders below the mandate's tolerance, past due and not contested."""

    items: tuple[RemainderOut, ...]


class RemaindersIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which remainders to give up."""

    invoice_ids: Annotated[
        tuple[InvoiceId, ...] | None, msgspec.Meta(description="None: all that are listed.")
    ] = None


class GivenUpOut(msgspec.Struct, frozen=True):
    """Remainders given up in one call."""

    count: Annotated[int, msgspec.Meta(description="How many.", examples=[12])]
    currency: Currency
    amount: Amount
    more: Annotated[bool, msgspec.Meta(description="More are left: ask again.")]


UndoneOn = Annotated[
    str | None,
    QueryParameter(name="on", description="From which day on; none: today.", max_length=10),
]


@post(
    "/allocations", operation_id="allocate", tags=TAGS, sync_to_thread=True,
    summary="Put unapplied money on invoices", opt=WRITE,
)  # fmt: skip
def allocate(
    visit: NamedDependency[Visit],
    data: JSONBody[AllocationIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[EntryOut]:
    """Put what stands unapplied of a payment or credit on invoices, from a day on."""
    applied_on = checked_day(data.applied_on, field="applied_on")

    def act(session: Session, found: Client) -> EntryOut:
        of = queries.entry(session, client_id=found.id, entry_id=data.entry_id)
        receipt = operations.allocate(
            session,
            client_id=found.id,
            entry_id=of.id,
            shares=shares_of(data.shares, of.currency),
            applied_on=applied_on,
            now=visit.now,
        )
        return entry_out(receipt, of.currency)

    return visit.act(client, idempotency_key, act)


@delete(
    "/allocations/{allocation_id:uuid}", operation_id="undo_allocation", tags=TAGS,
    summary="Take a share off its invoice", sync_to_thread=True, status_code=200, opt=WRITE,
)  # fmt: skip
def undo(
    visit: NamedDependency[Visit],
    allocation_id: FromPath[AllocationId],
    client: ClientCode = None,
    on: UndoneOn = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[UndoneOut]:
    """Take a share off its invoice from a day on; the past stays, the money stands unapplied."""

    def act(session: Session, found: Client) -> UndoneOut:
        undone_on = visit.today(found) if on is None else read_day(on, field="on")
        undone = operations.undo_allocation(
            session,
            client_id=found.id,
            allocation_id=allocation_id,
            undone_on=undone_on,
            now=visit.now,
        )
        return undone_out(session, found.id, undone)

    return visit.act(client, idempotency_key, act)


@post(
    "/disputes", operation_id="open_dispute", tags=TAGS, sync_to_thread=True,
    summary="Open a dispute", opt=needs(Right.WORK),
)  # fmt: skip
def open_dispute(
    visit: NamedDependency[Visit],
    data: JSONBody[DisputeIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[OpenedOut]:
    """Record that an invoice, or an amount of it, is contested; it is silent until that ends."""

    def act(session: Session, found: Client) -> OpenedOut:
        it = queries.invoice(
            session, client_id=found.id, invoice_id=data.invoice_id, today=visit.today(found)
        )
        part = None
        if data.amount is not None:
            part = money(data.amount, it.currency, field="amount").minor
        dispute_id = contest(
            session,
            client_id=found.id,
            customer_id=it.customer_id,
            invoice_id=it.id,
            reason=data.reason,
            amount_minor=part,
            review_on=data.review_on and checked_day(data.review_on, field="review_on"),
            now=visit.now,
        )
        return OpenedOut(dispute_id)

    return visit.act(client, idempotency_key, act)


@get(
    "/small-balances", operation_id="list_small_balances", tags=TAGS, sync_to_thread=True,
    summary="List remainders too small to ask for", opt=needs(Right.READ_CUSTOMERS),
)  # fmt: skip
def list_small_balances(
    visit: NamedDependency[Visit],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    limit: Limit = 200,
) -> Remainders:
    """List what is open below the mandate's tolerance, past due and not contested."""
    known = read_known(known_at)
    with visit.reading() as session:
        found = visit.client(session, client)
        listed = queries.small_balances(
            session,
            client_id=found.id,
            today=visit.today(found),
            as_of=None if as_of is None else read_day(as_of, field="as_of"),
            known_at=known_until(known, zone(found.zone)),
            limit=limit,
        )
    return Remainders(
        tuple(
            RemainderOut(
                it.invoice_id,
                it.customer_id,
                it.number,
                it.due_on,
                it.currency,
                amount(it.open_minor, it.currency),
            )
            for it in listed
        )
    )


@post(
    "/small-balances/write-off", operation_id="write_off_small_balances", tags=TAGS,
    summary="Give up remainders", sync_to_thread=True, opt=WRITE,
)  # fmt: skip
def write_off_small_balances(
    visit: NamedDependency[Visit],
    data: JSONBody[RemaindersIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[GivenUpOut]:
    """Give up the remainders below the mandate's tolerance, or those that are named."""

    def act(session: Session, found: Client) -> GivenUpOut:
        done = operations.write_off_small_balances(
            session, client_id=found.id, invoice_ids=data.invoice_ids, now=visit.now
        )
        return GivenUpOut(done.count, done.currency, amount(done.minor, done.currency), done.more)

    return visit.act(client, idempotency_key, act)


def undone_out(session: Session, client_id: ClientId, undone: Undone) -> UndoneOut:
    """Tell what was taken off invoices, in the currency of its movement."""
    of = queries.entry(session, client_id=client_id, entry_id=undone.entry_id)
    return UndoneOut(of.id, of.currency, amount(undone.minor, of.currency), undone.invoice_ids)


HANDLERS = (allocate, undo, open_dispute, list_small_balances, write_off_small_balances)
