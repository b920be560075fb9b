"""A customer's account over HTTP: what is owed, and every line that moved it."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from carecredit.customers import queries as customers
from carecredit.kernel.calendars import zone
from carecredit.kernel.ids import AllocationId, CustomerId
from carecredit.metrics.rules.knowledge import known_until
from carecredit.receivables import queries, views
from carecredit.receivables.rules import KIND_WORDS
from carecredit.team.rules import Right
from carecredit.team.views import Key
from carecredit_api.cursors import Cursors
from carecredit_api.deps import ClientCode, Visit
from carecredit_api.questions import AsOf, KnownAt
from carecredit_api.receivables import TAGS
from carecredit_api.security import needs
from carecredit_api.wire import (
    Amount,
    Currency,
    Day,
    Instant,
    Kind,
    Limit,
    Number,
    Reason,
    Sentence,
    amount,
    read_day,
    read_known,
    word,
)

READ = needs(Right.READ_CUSTOMERS)


class BalanceOut(msgspec.Struct, frozen=True):
    """What a customer owes in one currency, beside the limit; net is open less unapplied."""

    currency: Currency
    open: Amount
    past_due: Amount
    disputed: Amount
    unapplied: Amount
    net: Amount


class Balances(msgspec.Struct, frozen=True):
    """What a customer owes at the end of a day, by currency and never across currencies."""

    customer_id: CustomerId
    as_of: Day
    items: tuple[BalanceOut, ...]


class AppliedOut(msgspec.Struct, frozen=True):
    """A share between a document and a movement, or (minus) its undoing."""

    id: AllocationId
    other_id: UUID
    other_number: Number
    applied_on: Day
    recorded_at: Instant
    amount: Amount
    undoes_id: AllocationId | None


class LineOut(msgspec.Struct, frozen=True):
    """A document or a movement, with both its dates and what was applied."""

    id: UUID
    kind: Kind
    name: Sentence
    number: Number
    effective_on: Day
    due_on: Day | None
    recorded_at: Instant
    currency: Currency
    amount: Amount
    change: Annotated[Amount, word("How it moves what is owed.", "1250.00")]
    reason: Reason | None
    related_id: UUID | None
    applied: tuple[AppliedOut, ...]


class LedgerOut(msgspec.Struct, frozen=True):
    """Some lines of a customer's ledger, oldest first."""

    items: tuple[LineOut, ...]
    next: Annotated[str | None, word("Cursor of what follows; none: that was all.", "AZjA3g")]


@get(
    "/customers/{customer_id:uuid}/balance", operation_id="read_balance", tags=TAGS,
    summary="Read what a customer owes", sync_to_thread=True, opt=READ,
)  # fmt: skip
def read_balance(
    visit: NamedDependency[Visit],
    customer_id: FromPath[CustomerId],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
) -> Balances:
    """Say what a customer owes at the end of a day, by currency."""
    known = read_known(known_at)
    with visit.reading() as session:
        found = visit.client(session, client)
        customers.customer(session, client_id=found.id, customer_id=customer_id)
        day = visit.today(found) if as_of is None else read_day(as_of, field="as_of")
        balances = queries.balance(
            session,
            client_id=found.id,
            customer_id=customer_id,
            today=day,
            known_at=known_until(known, zone(found.zone)),
        )
    return Balances(customer_id, day, tuple(map(_balance, balances)))


@get(
    "/customers/{customer_id:uuid}/ledger", operation_id="read_ledger", tags=TAGS,
    summary="Read a customer's ledger", sync_to_thread=True, opt=READ,
)  # fmt: skip
def read_ledger(
    visit: NamedDependency[Visit],
    request: Request[None, Key, State],
    customer_id: FromPath[CustomerId],
    client: ClientCode = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    cursor: Annotated[
        str | None, QueryParameter(name="cursor", description="From the answer before.")
    ] = None,
    limit: Limit = 100,
) -> LedgerOut:
    """List every document and movement of a customer, both dates, shares and their undoing."""
    cursors: Cursors = request.app.state.cursors
    known = read_known(known_at)
    with visit.reading() as session:
        found = visit.client(session, client)
        customers.customer(session, client_id=found.id, customer_id=customer_id)
        place = f"ledger:{found.id}:{customer_id}"
        page = queries.ledger(
            session,
            client_id=found.id,
            customer_id=customer_id,
            as_of=visit.today(found) if as_of is None else read_day(as_of, field="as_of"),
            known_at=known_until(known, zone(found.zone)),
            after=cursors.read(cursor, of=place) if cursor is not None else None,
            limit=limit,
        )
    more = cursors.after(page.next, of=place) if page.next is not None else None
    return LedgerOut(tuple(map(_line, page.lines)), more)


def _balance(it: views.Balance) -> BalanceOut:
    return BalanceOut(
        it.currency,
        amount(it.open_minor, it.currency),
        amount(it.past_due_minor, it.currency),
        amount(it.disputed_minor, it.currency),
        amount(it.unapplied_minor, it.currency),
        amount(it.net_minor, it.currency),
    )


def _line(it: views.LedgerLine) -> LineOut:
    return LineOut(
        id=it.id,
        kind=it.kind,
        name=dict(KIND_WORDS[it.kind]),
        number=it.number,
        effective_on=it.effective_on,
        due_on=it.due_on,
        recorded_at=it.recorded_at,
        currency=it.currency,
        amount=amount(it.amount_minor, it.currency),
        change=amount(it.change_minor, it.currency),
        reason=it.reason,
        related_id=it.related_id,
        applied=tuple(
            AppliedOut(
                one.id,
                one.other_id,
                one.other_number,
                one.applied_on,
                one.recorded_at,
                amount(one.amount_minor, it.currency),
                one.undoes_id,
            )
            for one in it.applied
        ),
    )


HANDLERS = (read_balance, read_ledger)
