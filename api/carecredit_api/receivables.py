"""Invoices and payments over HTTP: taken in from an integrator, and why one is asked for or not."""

from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.cadence import queries as cadence
from carecredit.cases.operations import resolve_dispute
from carecredit.customers import queries as customers
from carecredit.holds import queries as holds
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CustomerId, DisputeId, EntryId, InvoiceId
from carecredit.mandates.views import Client
from carecredit.receivables import operations, queries
from carecredit.receivables.operations import NewInstalment, NewInvoice
from carecredit.receivables.rules import InvoiceKind, Share
from carecredit.team.rules import Right
from carecredit_api.cards import HoldOut, InvoiceOut, hold_out, invoice_out
from carecredit_api.customers import PlanOut, plan_out
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.security import needs
from carecredit_api.wire import (
    Amount,
    AmountIn,
    Currency,
    CurrencyIn,
    Day,
    Number,
    SegmentIn,
    amount,
    checked_day,
    money,
    word,
)

TAGS = ["Receivables"]
WORK = needs(Right.WORK)


class DisputeOut(msgspec.Struct, frozen=True):
    """An interval in which the invoice is contested; no end is still open."""

    id: DisputeId
    disputed_from: Day
    disputed_to: Day | None
    amount: Annotated[Amount | None, word("None: all that is open of it.", "1250.00")]
    reason: Annotated[str, word("What is contested.", "The quantity is not what we ordered.")]


class EndedOut(msgspec.Struct, frozen=True):
    """A dispute that has ended, and the first day on which the invoice is not contested."""

    id: DisputeId
    disputed_to: Day


class Why(msgspec.Struct, frozen=True):
    """Why an invoice is asked for, or is not: how it stands, what holds it, what comes next."""

    invoice: InvoiceOut
    standing: Literal["open", "settled"]
    held: Annotated[bool, msgspec.Meta(description="A hold stands: we do not ask.")]
    holds: tuple[HoldOut, ...]
    disputes: tuple[DisputeOut, ...]
    plan: PlanOut


class InstalmentIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One due date among several of an invoice."""

    due_on: Day
    amount: AmountIn


class InvoiceIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An invoice to record; the gross is the document's total, VAT included."""

    customer_id: CustomerId
    number: Number
    invoiced_on: Day
    gross: AmountIn
    currency: CurrencyIn
    due_on: Annotated[
        Day | None, msgspec.Meta(description="None: on its own date, or by its instalments.")
    ] = None
    tax: AmountIn | None = None
    segment: SegmentIn | None = None
    kind: InvoiceKind = InvoiceKind.INVOICE
    split_payment: Annotated[
        bool, msgspec.Meta(description="The customer pays the VAT to the treasury, not to us.")
    ] = False
    instalments: tuple[InstalmentIn, ...] = ()


class ShareIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A share of money meant for an invoice."""

    invoice_id: InvoiceId
    amount: AmountIn


class PaymentIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payment to record: it settles what the customer says, then by the mandate's order."""

    customer_id: CustomerId
    number: Number
    received_on: Day
    amount: AmountIn
    currency: CurrencyIn
    shares: tuple[ShareIn, ...] = ()


class PaymentOut(msgspec.Struct, frozen=True):
    """A payment taken in: what it settled and what stays unapplied."""

    id: EntryId
    currency: Currency
    amount: Amount
    applied: Amount
    unapplied: Amount


@get(
    "/invoices/{invoice_id:uuid}/why", operation_id="read_why", tags=TAGS, sync_to_thread=True,
    summary="Say why an invoice is asked for, or not", opt=needs(Right.READ_CUSTOMERS),
)  # fmt: skip
def read_why(
    visit: NamedDependency[Visit], invoice_id: FromPath[InvoiceId], client: ClientCode = None
) -> Why:
    """Say how an invoice stands, what holds it, and what comes next for its customer."""
    with visit.reading() as session:
        found = visit.client(session, client)
        today, client_id = visit.today(found), found.id
        invoice = queries.invoice(session, client_id=client_id, invoice_id=invoice_id, today=today)
        standing = holds.standing(
            session, client_id=client_id, customer_id=invoice.customer_id, at=visit.now
        )
        contested = queries.disputes_of(session, client_id=client_id, invoice_ids=[invoice_id])
        plan = cadence.plan_of(
            session, client_id=client_id, customer_id=invoice.customer_id, now=visit.now
        )
    held = [each for each in standing if each.invoice_id in {None, invoice_id}]
    return Why(
        invoice=invoice_out(invoice, today),
        standing="open" if invoice.open_minor != 0 else "settled",
        held=bool(held),
        holds=tuple(map(hold_out, held)),
        disputes=tuple(
            DisputeOut(
                each.id,
                each.disputed_from,
                each.disputed_to,
                None if each.amount_minor is None else amount(each.amount_minor, invoice.currency),
                each.reason,
            )
            for each in contested
        ),
        plan=plan_out(plan),
    )


@post(
    "/invoices", operation_id="record_invoice", tags=TAGS, sync_to_thread=True,
    summary="Record an invoice", opt=needs(Right.WRITE_LEDGER),
)  # fmt: skip
def record_invoice(
    visit: NamedDependency[Visit],
    data: JSONBody[InvoiceIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[InvoiceOut]:
    """Record an invoice of a customer; it is open from its date on."""
    invoice = new_invoice(data)

    def act(session: Session, found: Client) -> InvoiceOut:
        customers.customer(session, client_id=found.id, customer_id=data.customer_id)
        invoice_id = operations.record_invoice(
            session, client_id=found.id, invoice=invoice, now=visit.now
        )
        today = visit.today(found)
        stored = queries.invoice(session, client_id=found.id, invoice_id=invoice_id, today=today)
        return invoice_out(stored, today)

    return visit.act(client, idempotency_key, act)


@post(
    "/payments", operation_id="record_payment", tags=TAGS, sync_to_thread=True,
    summary="Record a payment", opt=needs(Right.WRITE_LEDGER),
)  # fmt: skip
def record_payment(
    visit: NamedDependency[Visit],
    data: JSONBody[PaymentIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[PaymentOut]:
    """Record money received: the customer's instruction first, then the mandate's order."""
    received = money(data.amount, data.currency, field="amount")
    received_on = checked_day(data.received_on, field="received_on")

    def act(session: Session, found: Client) -> PaymentOut:
        customers.customer(session, client_id=found.id, customer_id=data.customer_id)
        receipt = operations.record_payment(
            session,
            client_id=found.id,
            customer_id=data.customer_id,
            number=data.number,
            amount=received,
            received_on=received_on,
            shares=shares_of(data.shares, data.currency),
            now=visit.now,
        )
        return PaymentOut(
            id=receipt.entry_id,
            currency=data.currency,
            amount=amount(received.minor, data.currency),
            applied=amount(receipt.applied_minor, data.currency),
            unapplied=amount(receipt.unapplied_minor, data.currency),
        )

    return visit.act(client, idempotency_key, act)


def shares_of(told: tuple[ShareIn, ...], currency: str) -> list[Share]:
    """Read the shares of an instruction."""
    return [Share(it.invoice_id, money(it.amount, currency, field="shares").minor) for it in told]


def new_invoice(data: InvoiceIn) -> NewInvoice:
    """Read an invoice to be recorded."""
    due_on = None if data.due_on is None else checked_day(data.due_on, field="due_on")
    if due_on is not None and due_on < data.invoiced_on:
        raise Invalid("an invoice falls due on its own date or later", field="due_on")
    tax = None if data.tax is None else money(data.tax, data.currency, field="tax")
    return NewInvoice(
        customer_id=data.customer_id,
        number=data.number,
        invoiced_on=checked_day(data.invoiced_on, field="invoiced_on"),
        due_on=due_on,
        gross=money(data.gross, data.currency, field="gross"),
        tax_minor=None if tax is None else tax.minor,
        segment=data.segment,
        kind=data.kind,
        split_payment=data.split_payment,
        instalments=tuple(
            NewInstalment(
                checked_day(it.due_on, field="instalments"),
                money(it.amount, data.currency, field="instalments").minor,
            )
            for it in data.instalments
        ),
    )


@post(
    "/disputes/{dispute_id:uuid}/end", operation_id="end_dispute", tags=TAGS,
    summary="End a dispute", sync_to_thread=True, status_code=200, opt=WORK,
)  # fmt: skip
def end(
    visit: NamedDependency[Visit],
    dispute_id: FromPath[DisputeId],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[EndedOut]:
    """End a dispute from today on; its invoice may be spoken of again."""

    def act(session: Session, found: Client) -> EndedOut:
        today = visit.today(found)
        resolve_dispute(
            session,
            client_id=found.id,
            dispute_id=dispute_id,
            disputed_to=today,
            now=visit.now,
        )
        return EndedOut(dispute_id, today)

    return visit.act(client, idempotency_key, act)


HANDLERS = (read_why, record_invoice, record_payment, end)
