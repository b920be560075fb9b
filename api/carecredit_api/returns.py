"""Money that goes back, and money that comes in on what was written off."""

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from sqlalchemy.orm import Session

from carecredit.kernel.ids import EntryId, InvoiceId
from carecredit.mandates.views import Client
from carecredit.receivables import operations, queries
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.entries import WRITE, Part, part_of
from carecredit_api.receivables import TAGS
from carecredit_api.wire import (
    Amount,
    AmountIn,
    Currency,
    Day,
    Number,
    Reason,
    amount,
    checked_day,
    money,
)


class RecoveryIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money on something written off."""

    write_off_id: EntryId
    received_on: Day
    amount: AmountIn
    number: Number | None = None


class RefundIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money given back out of what stands unapplied of a payment or credit."""

    entry_id: EntryId
    refunded_on: Day
    amount: AmountIn
    number: Number | None = None
    reason: Reason | None = None


class ChargebackIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payment that the bank took back."""

    payment_id: EntryId
    returned_on: Day
    amount: Part = None
    number: Number | None = None
    reason: Reason | None = None


class ReturnedOut(msgspec.Struct, frozen=True):
    """A payment taken back, and the invoices that are open again."""

    id: EntryId
    currency: Currency
    undone: Amount
    invoice_ids: tuple[InvoiceId, ...]


class MovedOut(msgspec.Struct, frozen=True):
    """A movement that settles nothing."""

    id: EntryId
    currency: Currency
    amount: Amount


@post(
    "/recoveries", operation_id="record_recovery", tags=TAGS, sync_to_thread=True,
    summary="Record money on something written off", opt=WRITE,
)  # fmt: skip
def record_recovery(
    visit: NamedDependency[Visit],
    data: JSONBody[RecoveryIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[MovedOut]:
    """Record money on something written off; the balance stays as it is."""
    received_on = checked_day(data.received_on, field="received_on")

    def act(session: Session, found: Client) -> MovedOut:
        of = queries.entry(session, client_id=found.id, entry_id=data.write_off_id)
        received = money(data.amount, of.currency, field="amount")
        entry_id = operations.record_recovery(
            session,
            client_id=found.id,
            write_off_id=of.id,
            amount=received,
            received_on=received_on,
            number=data.number,
            now=visit.now,
        )
        return MovedOut(entry_id, of.currency, amount(received.minor, of.currency))

    return visit.act(client, idempotency_key, act)


@post(
    "/refunds", operation_id="record_refund", tags=TAGS, sync_to_thread=True,
    summary="Record money given back", opt=WRITE,
)  # fmt: skip
def record_refund(
    visit: NamedDependency[Visit],
    data: JSONBody[RefundIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[MovedOut]:
    """Record money given back, no more than stands unapplied that day and since."""
    refunded_on = checked_day(data.refunded_on, field="refunded_on")

    def act(session: Session, found: Client) -> MovedOut:
        of = queries.entry(session, client_id=found.id, entry_id=data.entry_id)
        back = money(data.amount, of.currency, field="amount")
        receipt = operations.record_refund(
            session,
            client_id=found.id,
            entry_id=of.id,
            amount=back,
            refunded_on=refunded_on,
            number=data.number,
            reason=data.reason,
            now=visit.now,
        )
        return MovedOut(receipt.entry_id, of.currency, amount(back.minor, of.currency))

    return visit.act(client, idempotency_key, act)


@post(
    "/chargebacks", operation_id="record_chargeback", tags=TAGS, sync_to_thread=True,
    summary="Record a payment that came back", opt=WRITE,
)  # fmt: skip
def record_chargeback(
    visit: NamedDependency[Visit],
    data: JSONBody[ChargebackIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[ReturnedOut]:
    """Record a payment that came back, whole or in part; its invoices are open again."""
    returned_on = checked_day(data.returned_on, field="returned_on")

    def act(session: Session, found: Client) -> ReturnedOut:
        of = queries.entry(session, client_id=found.id, entry_id=data.payment_id)
        back = operations.record_chargeback(
            session,
            client_id=found.id,
            payment_id=of.id,
            returned_on=returned_on,
            amount=part_of(data.amount, of.currency),
            number=data.number,
            reason=data.reason,
            now=visit.now,
        )
        undone = amount(back.undone_minor, of.currency)
        return ReturnedOut(back.entry_id, of.currency, undone, back.invoice_ids)

    return visit.act(client, idempotency_key, act)


HANDLERS = (record_recovery, record_refund, record_chargeback)
