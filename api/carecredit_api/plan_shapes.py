"""What the API takes and shows of payment plans."""

from typing import Annotated

import msgspec

from carecredit.arrangements import views
from carecredit.arrangements.operations import NewPlan
from carecredit.arrangements.rules import PlanState, Rhythm, Unit
from carecredit.kernel.ids import CustomerId, InvoiceId, PlanId
from carecredit_api.promises import Contact, Invoices, Remind
from carecredit_api.wire import (
    Amount,
    AmountIn,
    Currency,
    CurrencyIn,
    Day,
    Instant,
    Reason,
    amount,
    checked_day,
    money,
    word,
)

Count = Annotated[int, msgspec.Meta(description="How many.", examples=[3], ge=1, le=240)]
Version = Annotated[
    int, msgspec.Meta(description="The version that was read: events so far.", examples=[1], ge=1)
]
By = Annotated[str, word("Who did it.", "api:Anna Bianchi")]


class WishIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan as it is wished: how many instalments, or the amount of each; and when."""

    currency: CurrencyIn
    first_on: Day
    instalments: Count | None = None
    each: AmountIn | None = None
    every: Annotated[int, msgspec.Meta(description="So many units apart.", ge=1, le=366)] = 1
    unit: Unit = Unit.MONTHS
    month_end: Annotated[bool, msgspec.Meta(description="On the last day of each month.")] = False
    working_day: Annotated[
        bool, msgspec.Meta(description="A day on which banks are closed gives way to the next.")
    ] = True
    invoices: Invoices = ()
    remind: Remind = False
    contact_id: Contact = None
    reason: Annotated[
        str, msgspec.Meta(description="Why.", examples=["short of money"], max_length=1000)
    ] = ""


class ChangeIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another plan in the place of one that runs, and why."""

    version: Version
    plan: WishIn


class SeenIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version that was read."""

    version: Version


class WhyIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version that was read, and why."""

    version: Version
    reason: Reason


class PartOut(msgspec.Struct, frozen=True):
    """An instalment: missed only once the bank's grace is over; late money still pays it."""

    position: Count
    due_on: Day
    last_on: Day
    amount: Amount
    paid: Amount
    state: Annotated[str, word("waiting, paid or missed.", "waiting")]


class PlanEventOut(msgspec.Struct, frozen=True):
    """What happened to a plan."""

    version: Version
    kind: Annotated[str, word("What happened.", "proposed")]
    at: Instant
    by: By
    reason: Annotated[str, word("Why.", "short of money")]


class PlanCardOut(msgspec.Struct, frozen=True):
    """A payment plan in short."""

    id: PlanId
    customer_id: CustomerId
    currency: Currency
    amount: Amount
    state: PlanState
    version: Version
    beyond: Annotated[
        tuple[str, ...], word("Powers it goes beyond: a second person approves.", "amount")
    ]
    supersedes_id: PlanId | None
    proposed_at: Instant
    proposed_by: By
    agreed_at: Instant | None
    agreed_by: By | None
    closed_at: Instant | None
    thanked_at: Instant | None


class PaymentPlanOut(msgspec.Struct, frozen=True):
    """A payment plan whole."""

    card: PlanCardOut
    paid: Amount
    invoices: tuple[InvoiceId, ...]
    instalments: tuple[PartOut, ...]
    events: tuple[PlanEventOut, ...]


class PaymentPlans(msgspec.Struct, frozen=True):
    """A customer's payment plans, newest first."""

    items: tuple[PaymentPlanOut, ...]


class PlanPage(msgspec.Struct, frozen=True):
    """Some plans, and the cursor of those that follow (none: these were the last)."""

    items: tuple[PlanCardOut, ...]
    cursor: Annotated[str | None, word("Where the next page begins.", "AZjA3gAAcACA...")]


def new_plan(data: WishIn, customer_id: CustomerId) -> NewPlan:
    """Read a wished plan."""
    each = None if data.each is None else money(data.each, data.currency, field="each").minor
    return NewPlan(
        customer_id=customer_id,
        currency=data.currency,
        rhythm=Rhythm(
            first_on=checked_day(data.first_on, field="first_on"),
            every=data.every,
            unit=data.unit,
            month_end=data.month_end,
            working_day=data.working_day,
        ),
        instalments=data.instalments,
        each_minor=each,
        invoices=data.invoices,
        remind=data.remind,
        contact_id=data.contact_id,
        reason=data.reason,
    )


def card_out(it: views.PlanCard) -> PlanCardOut:
    """Show a payment plan in short."""
    return PlanCardOut(
        id=it.id,
        customer_id=it.customer_id,
        currency=it.currency,
        amount=amount(it.amount_minor, it.currency),
        state=PlanState(it.state),
        version=it.version,
        beyond=tuple(filter(None, it.beyond.split(","))),
        supersedes_id=it.supersedes_id,
        proposed_at=it.proposed_at,
        proposed_by=it.proposed_by,
        agreed_at=it.agreed_at,
        agreed_by=it.agreed_by,
        closed_at=it.closed_at,
        thanked_at=it.thanked_at,
    )


def plan_out(it: views.PaymentPlan) -> PaymentPlanOut:
    """Show a payment plan whole."""
    currency = it.card.currency
    return PaymentPlanOut(
        card=card_out(it.card),
        paid=amount(it.paid_minor, currency),
        invoices=it.invoices,
        instalments=tuple(
            PartOut(
                part.position,
                part.due_on,
                part.last_on,
                amount(part.amount_minor, currency),
                amount(part.paid_minor, currency),
                part.state,
            )
            for part in it.instalments
        ),
        events=tuple(PlanEventOut(*msgspec.structs.astuple(one)) for one in it.events),
    )
