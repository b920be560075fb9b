"""Recording money that goes back: refunds to the customer, debits that the bank took back."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import ClientId, EntryId
from carecredit.kernel.money import CurrencyMismatch, Money
from carecredit.receivables import queries, rules, views
from carecredit.receivables.operations.applying import loose_of
from carecredit.receivables.operations.pen import (
    Movement,
    Pen,
    Written,
    put_down,
    take_up,
    write_entry,
    write_undoings,
)


class NotRefundable(Refused):
    """Only money received and credits can be given back."""

    code = "entry_not_refundable"


class BeyondUnapplied(Refused):
    """No more goes back than stands unapplied from that day on."""

    code = "beyond_unapplied"


class BeyondPayment(Refused):
    """The bank cannot take back more than the payment brought and still stands."""

    code = "beyond_payment"


def record_refund(
    session: Session,
    *,
    client_id: ClientId,
    entry_id: EntryId,
    amount: Money,
    refunded_on: date,
    number: str | None = None,
    reason: str | None = None,
    now: datetime,
) -> views.Receipt:
    """Record money given back to the customer out of what stands unapplied of a payment or credit.

    What is applied is taken off its invoice first (undo the allocation), never by a refund.
    """
    it = queries.entry(session, client_id=client_id, entry_id=entry_id)
    if it.kind not in rules.REFUNDABLE:
        raise NotRefundable(
            f"a {it.kind.replace('_', ' ')} brought nothing that could be given back",
            field="entry_id",
        )
    _same_currency(it, amount)
    _not_before(it, refunded_on)
    lock_gate_of(session, client_id=client_id, customer_id=it.customer_id)
    pen = take_up(session, client_id, now)
    loose = loose_of(pen, it, refunded_on)
    if amount.minor > loose:
        raise BeyondUnapplied(
            f"{Money(max(0, loose), it.currency)} stands unapplied from {refunded_on} on: undo an "
            "allocation first, or give back less",
            field="amount",
        )
    movement = Movement(
        rules.EntryKind.REFUND, it.customer_id, number, refunded_on, amount, it.id, reason
    )
    written = write_entry(pen, movement)
    put_down(pen, "refund.recorded", written.id, amount_minor=amount.minor, of=str(entry_id))
    return views.Receipt(written.id, 0, loose - amount.minor)


def record_chargeback(
    session: Session,
    *,
    client_id: ClientId,
    payment_id: EntryId,
    returned_on: date,
    amount: Money | None = None,
    number: str | None = None,
    reason: str | None = None,
    now: datetime,
) -> views.Returned:
    """Record a payment that came back, whole or in part; its invoices are open again from then.

    What stood unapplied of it goes first, then the shares applied last.
    """
    it = queries.entry(session, client_id=client_id, entry_id=payment_id)
    if it.kind != rules.EntryKind.PAYMENT:
        raise NotRefundable("only a payment comes back from the bank", field="payment_id")
    _not_before(it, returned_on)
    lock_gate_of(session, client_id=client_id, customer_id=it.customer_id)
    back = _amount_back(session, client_id, it, amount)
    pen = take_up(session, client_id, now)
    undoings = _undoings(pen, it, back.minor, returned_on)
    movement = Movement(
        rules.EntryKind.CHARGEBACK, it.customer_id, number, returned_on, back, it.id, reason
    )
    written = write_entry(pen, movement)
    write_undoings(pen, Written(it.id, it.effective_on), undoings)
    undone = sum(one.minor for one in undoings)
    put_down(
        pen, "chargeback.recorded", written.id, 1 + len(undoings),
        amount_minor=back.minor, undone_minor=undone, of=str(payment_id),
    )  # fmt: skip
    invoices = tuple(sorted({one.share.invoice_id for one in undoings}))
    return views.Returned(written.id, undone, invoices)


def _amount_back(
    session: Session, client_id: ClientId, it: views.Entry, amount: Money | None
) -> Money:
    gone = queries.related_minor(
        session, client_id=client_id, entry_id=it.id, kinds=rules.TAKING_BACK
    )
    left = it.amount_minor - gone
    back = amount or Money(left, it.currency)
    _same_currency(it, back)
    if left <= 0 or back.minor > left:
        raise BeyondPayment(
            f"{Money(max(0, left), it.currency)} of this payment has not gone back yet",
            field="amount",
        )
    return back


def _undoings(pen: Pen, it: views.Entry, minor: int, day: date) -> tuple[rules.Undoing, ...]:
    """Undo what the return leaves uncovered, and check that no day is left short."""
    session, client_id = pen.session, pen.client_id
    taken = queries.taken_of(session, client_id=client_id, entry_ids=[it.id])[it.id]
    needed = minor - rules.left_from(it.amount_minor, taken, day)
    standing = queries.standing_shares(session, client_id=client_id, entry_ids=[it.id])
    undoings = rules.undo_latest((one.share for one in standing), needed, day)
    after = [*taken, (day, minor), *((one.undone_on, -one.minor) for one in undoings)]
    if rules.left_from(it.amount_minor, after, day) < 0:
        raise BeyondPayment(
            "on some day since then the payment was applied or given back otherwise: date the "
            "return after the last change",
            field="returned_on",
        )
    return undoings


def _same_currency(it: views.Entry, amount: Money) -> None:
    if amount.currency != it.currency:
        raise CurrencyMismatch(
            f"it was in {it.currency}; it goes back in the same currency", field="currency"
        )


def _not_before(it: views.Entry, day: date) -> None:
    if day < it.effective_on:
        raise Invalid(
            f"it came on {it.effective_on}: it goes back on that day or later",
            field="effective_on",
        )
