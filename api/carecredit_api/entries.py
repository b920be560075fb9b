"""What lowers a balance beside payments: credit notes, opening credits, write-offs."""

from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlalchemy.orm import Session

from carecredit.kernel.ids import CustomerId, EntryId, InvoiceId
from carecredit.kernel.money import Money
from carecredit.mandates.views import Client
from carecredit.receivables import operations, queries
from carecredit.receivables.operations import NewCredit
from carecredit.receivables.views import Receipt
from carecredit.team.rules import Right
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.receivables import TAGS, ShareIn, shares_of
from carecredit_api.security import needs
from carecredit_api.wire import (
    Amount,
    AmountIn,
    Currency,
    CurrencyIn,
    Day,
    Number,
    Reason,
    SegmentIn,
    amount,
    checked_day,
    money,
    word,
)

WRITE = needs(Right.WRITE_LEDGER)
Part = Annotated[AmountIn | None, word("None: all of it.", "1250.00")]


class CreditIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A credit note, or what stood in the customer's favour when the book began."""

    customer_id: CustomerId
    number: Number
    credited_on: Day
    amount: AmountIn
    currency: CurrencyIn
    tax: AmountIn | None = None
    segment: SegmentIn | None = None
    reason: Reason | None = None
    shares: tuple[ShareIn, ...] = ()


class EntryOut(msgspec.Struct, frozen=True):
    """A movement taken in: what it settled and what stays unapplied."""

    id: EntryId
    currency: Currency
    applied: Amount
    unapplied: Amount


class WriteOffIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an invoice has open, or an amount of it, given up."""

    invoice_id: InvoiceId
    written_on: Day
    reason: Reason
    amount: Part = None
    number: Number | None = None


def entry_out(it: Receipt, currency: str) -> EntryOut:
    """Show what a movement settled."""
    return EntryOut(
        it.entry_id,
        currency,
        amount(it.applied_minor, currency),
        amount(it.unapplied_minor, currency),
    )


@post(
    "/credit-notes", operation_id="record_credit_note", tags=TAGS, sync_to_thread=True,
    summary="Record a credit note", opt=WRITE,
)  # fmt: skip
def record_credit_note(
    visit: NamedDependency[Visit],
    data: JSONBody[CreditIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[EntryOut]:
    """Record a credit note; it lowers the invoices it names, the rest stands loose."""
    credit = _credit(data)

    def act(session: Session, found: Client) -> EntryOut:
        receipt = operations.record_credit_note(
            session, client_id=found.id, credit=credit, now=visit.now
        )
        return entry_out(receipt, data.currency)

    return visit.act(client, idempotency_key, act)


@post(
    "/opening-credits", operation_id="record_opening_credit", tags=TAGS, sync_to_thread=True,
    summary="Record an opening credit", opt=WRITE,
)  # fmt: skip
def record_opening_credit(
    visit: NamedDependency[Visit],
    data: JSONBody[CreditIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[EntryOut]:
    """Record what stood in a customer's favour when the book began."""
    credit = _credit(data)

    def act(session: Session, found: Client) -> EntryOut:
        receipt = operations.record_opening_credit(
            session, client_id=found.id, credit=credit, now=visit.now
        )
        return entry_out(receipt, data.currency)

    return visit.act(client, idempotency_key, act)


@post(
    "/write-offs", operation_id="write_off", tags=TAGS, sync_to_thread=True,
    summary="Give up what is open", opt=WRITE,
)  # fmt: skip
def write_off(
    visit: NamedDependency[Visit],
    data: JSONBody[WriteOffIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[EntryOut]:
    """Give up what an invoice has open, or an amount of it, with the reason."""
    written_on = checked_day(data.written_on, field="written_on")

    def act(session: Session, found: Client) -> EntryOut:
        it = queries.invoice(
            session, client_id=found.id, invoice_id=data.invoice_id, today=written_on
        )
        receipt = operations.write_off(
            session,
            client_id=found.id,
            invoice_id=data.invoice_id,
            written_on=written_on,
            reason=data.reason,
            amount=part_of(data.amount, it.currency),
            number=data.number,
            now=visit.now,
        )
        return entry_out(receipt, it.currency)

    return visit.act(client, idempotency_key, act)


def _credit(data: CreditIn) -> NewCredit:
    tax = None if data.tax is None else money(data.tax, data.currency, field="tax")
    return NewCredit(
        customer_id=data.customer_id,
        number=data.number,
        credited_on=checked_day(data.credited_on, field="credited_on"),
        amount=money(data.amount, data.currency, field="amount"),
        tax_minor=None if tax is None else tax.minor,
        segment=data.segment,
        reason=data.reason,
        shares=tuple(shares_of(data.shares, data.currency)),
    )


def part_of(text: str | None, currency: str) -> Money | None:
    """Read an amount that may be left out."""
    return None if text is None else money(text, currency, field="amount")


HANDLERS = (record_credit_note, record_opening_credit, write_off)
