"""What the API shows of a customer's account: invoices, holds, promises, contacts."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec

from carecredit.arrangements.views import Promise
from carecredit.customers.views import Customer
from carecredit.holds.views import StandingHold
from carecredit.kernel.ids import ContactId, CustomerId, HoldId, InvoiceId, PromiseId, TouchId
from carecredit.outreach.views import Contact
from carecredit.receivables.views import OpenInvoice
from carecredit_api.wire import Amount, Currency, Day, Instant, Kind, Number, Segment, amount, word


class CustomerOut(msgspec.Struct, frozen=True):
    """A customer's card."""

    id: CustomerId
    number: Annotated[str, word("Number of the client company's own.", "K-1042")]
    name: Annotated[str, word("Name as the customer writes it.", "Officina Rossi")]
    language: Annotated[str, word("Language to speak: it or en.", "it")]
    country: Annotated[str, word("ISO country.", "IT")]
    region: Annotated[str | None, word("Region, where known.", "MI")]
    segment: Segment | None
    started_on: Day | None
    ended_on: Day | None
    ended_reason: Annotated[str | None, word("Why the relationship ended.", "chose_to_leave")]


class InstalmentOut(msgspec.Struct, frozen=True):
    """A due date of an invoice, the amount due then, and what of it is open."""

    due_on: Day
    amount: Amount
    open: Amount


class InvoiceOut(msgspec.Struct, frozen=True):
    """An invoice as it stands at the end of the client company's day."""

    id: InvoiceId
    customer_id: CustomerId
    number: Number
    invoiced_on: Day
    due_on: Day
    currency: Currency
    gross: Amount
    open: Amount
    days_past_due: Annotated[int, msgspec.Meta(description="Whole days.", examples=[8])]
    segment: Segment | None
    kind: Kind
    past_due: Amount
    disputed: Amount
    tax: Amount | None
    split_payment: Annotated[
        bool, msgspec.Meta(description="The customer pays the VAT to the treasury, not to us.")
    ]
    instalments: tuple[InstalmentOut, ...]


class HoldOut(msgspec.Struct, frozen=True):
    """A reason not to ask: for one invoice, or (none named) for all of the customer's."""

    id: HoldId
    reason: Annotated[str, word("Why we do not ask.", "promise")]
    invoice_id: InvoiceId | None
    starts_at: Instant
    ends_at: Instant | None
    review_on: Day | None


class PromiseOut(msgspec.Struct, frozen=True):
    """A promise to pay and how it stands."""

    id: PromiseId
    currency: Currency
    amount: Amount
    promised_on: Day
    grace_days: Annotated[int, msgspec.Meta(description="Days for the bank.", examples=[3])]
    given_at: Instant
    given_to: Annotated[str, word("Who took it down.", "Anna Bianchi")]
    state: Annotated[
        str, word("active, kept, partly_kept, broken, superseded or cancelled.", "active")
    ]
    kept: Amount | None
    judged_at: Instant | None
    given_by: Annotated[str, word("Who gave it; empty: the customer.", "Carlo Rossi")]
    method: Annotated[str, word("How it is to be paid.", "bank_transfer")]
    invoices: tuple[InvoiceId, ...]
    """None named: all that was open, the oldest first."""
    contact_id: Annotated[UUID | None, msgspec.Meta(description="Contact it was given on.")]
    remind: Annotated[bool, msgspec.Meta(description="A reminder the day before is wanted.")]
    superseded_by: PromiseId | None


Seconds = Annotated[
    int | None, msgspec.Meta(description="Seconds; none: not measured.", examples=[184])
]


class ContactOut(msgspec.Struct, frozen=True):
    """One exchange with one person on one channel."""

    id: ContactId
    customer_id: CustomerId
    touch_id: TouchId | None
    channel: Annotated[str, word("Channel.", "voice")]
    direction: Annotated[str, word("out or in.", "out")]
    purpose: Annotated[str, word("Purpose.", "service")]
    topic: Annotated[str | None, word("What about.", "wrong_amount")]
    language: Annotated[str, word("Language spoken.", "it")]
    operator: Annotated[str, word("Who held it last.", "api:Anna Bianchi")]
    automatic: Annotated[bool, msgspec.Meta(description="An automatic reply; nobody spoke.")]
    started_at: Instant
    ended_at: Instant | None
    talk_seconds: Seconds
    hold_seconds: Seconds
    wrap_up_seconds: Seconds
    right_party: Annotated[
        str | None, word("confirmed, not_the_person or declined; none: not asked.", "confirmed")
    ]
    disposition: Annotated[str | None, word("How it ended; none: it has not.", "right_party")]
    non_payment_reason: Annotated[str | None, word("Why it was not paid.", "forgotten")]
    root_cause: Annotated[str | None, word("Why the person had to get in touch.", "move")]
    resolved: Annotated[str | None, word("Solved with this contact: yes, no, not_known.", "yes")]
    understood: Annotated[
        bool | None, msgspec.Meta(description="The person confirmed to have understood.")
    ]
    mood: Annotated[str | None, word("As the operator heard it.", "calm")]
    procedure: Annotated[str | None, word("The procedure used.", "invoice_copy")]
    procedure_version: Annotated[int | None, msgspec.Meta(description="Its version.", examples=[3])]
    procedure_useful: Annotated[bool | None, msgspec.Meta(description="Whether it helped.")]
    transferred: Annotated[bool, msgspec.Meta(description="It went from one hand to another.")]
    summary: Annotated[str | None, word("By which channel a summary goes.", "email")]
    note: Annotated[str, word("In the operator's words.", "Pays on the 20th.")]


def customer_out(it: Customer) -> CustomerOut:
    """Show a customer's card."""
    return CustomerOut(
        id=it.id,
        number=it.number,
        name=it.name,
        language=it.language,
        country=it.country,
        region=it.region,
        segment=it.segment,
        started_on=it.started_on,
        ended_on=it.ended_on,
        ended_reason=it.ended_reason,
    )


def invoice_out(it: OpenInvoice, today: date) -> InvoiceOut:
    """Show an invoice as it stands on a day."""
    return InvoiceOut(
        id=it.id,
        customer_id=it.customer_id,
        number=it.number,
        invoiced_on=it.invoiced_on,
        due_on=it.due_on,
        currency=it.currency,
        gross=amount(it.gross_minor, it.currency),
        open=amount(it.open_minor, it.currency),
        days_past_due=it.days_past_due(today) if it.open_minor > 0 else 0,
        segment=it.segment,
        kind=it.kind,
        past_due=amount(it.past_due_minor, it.currency),
        disputed=amount(it.disputed_minor, it.currency),
        tax=None if it.tax_minor is None else amount(it.tax_minor, it.currency),
        split_payment=it.split_payment,
        instalments=tuple(
            InstalmentOut(
                part.due_on,
                amount(part.amount_minor, it.currency),
                amount(part.open_minor, it.currency),
            )
            for part in it.instalments
        ),
    )


def hold_out(it: StandingHold) -> HoldOut:
    """Show a hold."""
    return HoldOut(it.id, it.reason, it.invoice_id, it.starts_at, it.ends_at, it.review_on)


def promise_out(it: Promise) -> PromiseOut:
    """Show a promise."""
    return PromiseOut(
        id=it.id,
        currency=it.currency,
        amount=amount(it.amount_minor, it.currency),
        promised_on=it.promised_on,
        grace_days=it.grace_days,
        given_at=it.given_at,
        given_to=it.given_to,
        state=it.state,
        kept=None if it.kept_minor is None else amount(it.kept_minor, it.currency),
        judged_at=it.judged_at,
        given_by=it.given_by,
        method=it.method,
        invoices=it.invoices,
        contact_id=it.contact_id,
        remind=it.remind,
        superseded_by=it.superseded_by,
    )


def contact_out(it: Contact) -> ContactOut:
    """Show a contact."""
    return msgspec.convert(msgspec.to_builtins(it), ContactOut)
