"""Recording what settles: payments, credit notes, opening credits."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy.orm import Session

from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.kernel.money import Money
from carecredit.mandates import queries as mandates
from carecredit.receivables import queries, rules, views
from carecredit.receivables.operations.pen import (
    Movement,
    Pen,
    check_amount,
    check_number,
    put_down,
    take_up,
    write_entry,
    write_shares,
)


class NewCredit(msgspec.Struct, frozen=True):
    """A credit note, or what stood in the customer's favour when we began."""

    customer_id: CustomerId
    number: str
    credited_on: date
    amount: Money
    tax_minor: int | None = None
    segment: str | None = None
    reason: str | None = None
    shares: tuple[rules.Share, ...] = ()
    """What it lowers; the rest stands loose until it is applied."""


def record_payment(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    number: str,
    amount: Money,
    received_on: date,
    shares: Sequence[rules.Share] = (),
    now: datetime,
) -> views.Receipt:
    """Record money received: the customer's own instruction first, then the mandate's order.

    What neither reaches stays unapplied. The day received may lie back, never ahead.
    """
    check_amount(amount)
    check_number(number)
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    pen = take_up(session, client_id, now)
    movement = Movement(rules.EntryKind.PAYMENT, customer_id, number, received_on, amount)
    return _received(pen, movement, settle(pen, movement, shares))


def record_credit_note(
    session: Session, *, client_id: ClientId, credit: NewCredit, now: datetime
) -> views.Receipt:
    """Record a credit note; it lowers the invoices it names, the rest stands loose."""
    return _credit(session, client_id, rules.EntryKind.CREDIT_NOTE, credit, now)


def record_opening_credit(
    session: Session, *, client_id: ClientId, credit: NewCredit, now: datetime
) -> views.Receipt:
    """Record what stood in the customer's favour when we began; a debit is an opening balance."""
    return _credit(session, client_id, rules.EntryKind.OPENING_CREDIT, credit, now)


def settle(pen: Pen, it: Movement, wishes: Sequence[rules.Share]) -> tuple[rules.Share, ...]:
    """Say what a sum settles: what it was meant for, then what the mandate lays down."""
    shares = follow(pen, it, wishes)
    left = it.amount.minor - sum(share.minor for share in shares)
    return merged((*shares, *by_mandate(pen, it, left, shares)))


def follow(pen: Pen, it: Movement, wishes: Sequence[rules.Share]) -> tuple[rules.Share, ...]:
    """Follow an instruction, or refuse it: nothing of it is cut to fit."""
    if not wishes:
        return ()
    whose = {"customer_id": it.customer_id, "currency": it.amount.currency}
    ids = {wish.invoice_id for wish in wishes}
    numbers = queries.check_invoices(
        pen.session,
        client_id=pen.client_id,
        invoice_ids=ids,
        **whose,  # type: ignore[arg-type] # the same
    )
    room = queries.room_of(_payable(pen, it))
    return rules.instructed(it.amount, wishes, room, day=it.effective_on, numbers=numbers)


def by_mandate(
    pen: Pen, it: Movement, minor: int, taken: Sequence[rules.Share] = ()
) -> tuple[rules.Share, ...]:
    """Settle by the terms in force on the day, beside what an instruction has taken already."""
    if minor <= 0:
        return ()
    terms = mandates.mandate(pen.session, client_id=pen.client_id, today=it.effective_on)
    return rules.allocate(
        minor,
        _less(_payable(pen, it), taken),
        order=terms.allocation_order,
        natures=terms.allocation_natures.split(","),
    )


def merged(shares: Sequence[rules.Share]) -> tuple[rules.Share, ...]:
    """Put the shares on one invoice together."""
    found: dict[object, rules.Share] = {}
    for share in shares:
        before = found.get(share.invoice_id)
        minor = share.minor + (before.minor if before else 0)
        found[share.invoice_id] = rules.Share(share.invoice_id, minor)
    return tuple(found.values())


def _payable(pen: Pen, it: Movement) -> list[rules.OpenItem]:
    return queries.payable(
        pen.session,
        client_id=pen.client_id,
        customer_id=it.customer_id,
        currency=it.amount.currency,
        day=it.effective_on,
    )


def _less(items: Sequence[rules.OpenItem], taken: Sequence[rules.Share]) -> list[rules.OpenItem]:
    left = {share.invoice_id: share.minor for share in taken}
    found = []
    for item in items:
        minor = min(left.get(item.invoice_id, 0), item.open_minor)
        left[item.invoice_id] = left.get(item.invoice_id, 0) - minor
        found.append(msgspec.structs.replace(item, open_minor=item.open_minor - minor))
    return found


def _credit(
    session: Session, client_id: ClientId, kind: rules.EntryKind, it: NewCredit, now: datetime
) -> views.Receipt:
    check_amount(it.amount)
    rules.check_segment(it.segment)
    if it.tax_minor is not None and not 0 <= it.tax_minor <= it.amount.minor:
        raise Invalid("the VAT is part of the amount", field="tax")
    lock_gate_of(session, client_id=client_id, customer_id=it.customer_id)
    pen = take_up(session, client_id, now)
    movement = Movement(
        kind,
        it.customer_id,
        it.number,
        it.credited_on,
        it.amount,
        reason=it.reason,
        tax_minor=it.tax_minor,
        segment=it.segment,
    )
    return _received(pen, movement, follow(pen, movement, it.shares))


def _received(pen: Pen, it: Movement, shares: tuple[rules.Share, ...]) -> views.Receipt:
    written = write_entry(pen, it)
    write_shares(pen, written, shares, it.effective_on)
    applied = sum(share.minor for share in shares)
    put_down(
        pen,
        f"{it.kind.value}.recorded",
        written.id,
        1 + len(shares),
        amount_minor=it.amount.minor,
        applied_minor=applied,
    )
    return views.Receipt(written.id, applied, it.amount.minor - applied, shares)
