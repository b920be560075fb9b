"""Giving up what is open, whole or in part, and recording money that comes in on it after all."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from carecredit.customers.operations import lock_gate_of, lock_gates_of
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import ClientId, EntryId, InvoiceId
from carecredit.kernel.money import CurrencyMismatch, Money
from carecredit.mandates import queries as mandates
from carecredit.receivables import queries, rules, views
from carecredit.receivables.operations.pen import (
    Movement,
    Pen,
    check_reason,
    put_down,
    take_up,
    write_entry,
    write_shares,
)
from carecredit.receivables.operations.receipts import follow

SMALL_BALANCE = "small_balance"
SMALL_MAX = 500


class NothingOpen(Refused):
    """Nothing of the invoice is open from that day on."""

    code = "nothing_open"


class NotWrittenOff(Refused):
    """A recovery is money on something written off, and no more than was."""

    code = "beyond_write_off"


def write_off(
    session: Session,
    *,
    client_id: ClientId,
    invoice_id: InvoiceId,
    written_on: date,
    reason: str,
    amount: Money | None = None,
    number: str | None = None,
    now: datetime,
) -> views.Receipt:
    """Give up what an invoice has open, or an amount of it; the customer owes it no more."""
    check_reason(reason)
    it = queries.invoice(session, client_id=client_id, invoice_id=invoice_id, today=written_on)
    lock_gate_of(session, client_id=client_id, customer_id=it.customer_id)
    pen = take_up(session, client_id, now)
    given_up = amount or Money(_room(pen, it, written_on), it.currency)
    if given_up.minor <= 0:
        raise NothingOpen(f"nothing of it is open from {written_on} on", field="invoice_id")
    found = _give_up(pen, it, given_up, written_on, reason, number)
    put_down(
        pen, "write_off.recorded", found.entry_id, 2,
        amount_minor=given_up.minor, invoice=str(invoice_id),
    )  # fmt: skip
    return found


def write_off_small_balances(
    session: Session,
    *,
    client_id: ClientId,
    invoice_ids: Sequence[InvoiceId] | None = None,
    now: datetime,
) -> views.WrittenOff:
    """Give up the remainders too small to ask for: all of them, or those somebody picked.

    Nobody but a person asks for it; each stays below the mandate's tolerance.
    """
    client = mandates.client(session, client_id=client_id)
    today = local_date(now, zone(client.zone))
    listed = queries.small_balances(session, client_id=client_id, today=today, limit=SMALL_MAX + 1)
    found = [one for one in listed if invoice_ids is None or one.invoice_id in invoice_ids]
    lock_gates_of(session, client_id=client_id, customer_ids={it.customer_id for it in found})
    pen = take_up(session, client_id, now)
    total = sum(_give_up_small(pen, one, today) for one in found[:SMALL_MAX])
    rows = min(len(found), SMALL_MAX)
    put_down(pen, "write_off.small_balances", client_id, 2 * rows, count=rows, minor=total)
    return views.WrittenOff(rows, client.currency, total, more=len(found) > SMALL_MAX)


def record_recovery(
    session: Session,
    *,
    client_id: ClientId,
    write_off_id: EntryId,
    amount: Money,
    received_on: date,
    number: str | None = None,
    now: datetime,
) -> EntryId:
    """Record money on something written off; the balance, from which it is gone, stays as it is."""
    it = queries.entry(session, client_id=client_id, entry_id=write_off_id)
    if it.kind != rules.EntryKind.WRITE_OFF:
        raise NotWrittenOff("a recovery names the write-off it is of", field="write_off_id")
    if amount.currency != it.currency:
        raise CurrencyMismatch(f"it was written off in {it.currency}", field="currency")
    if received_on < it.effective_on:
        raise Invalid(
            f"it was written off on {it.effective_on}: before that, money is a payment",
            field="received_on",
        )
    lock_gate_of(session, client_id=client_id, customer_id=it.customer_id)
    recovered = queries.related_minor(
        session, client_id=client_id, entry_id=it.id, kinds=[rules.EntryKind.RECOVERY]
    )
    if amount.minor > it.amount_minor - recovered:
        raise NotWrittenOff(
            f"{Money(it.amount_minor - recovered, it.currency)} is left to recover: record what "
            "is beyond as a payment",
            field="amount",
        )
    pen = take_up(session, client_id, now)
    kind = rules.EntryKind.RECOVERY
    written = write_entry(pen, Movement(kind, it.customer_id, number, received_on, amount, it.id))
    put_down(pen, "recovery.recorded", written.id, amount_minor=amount.minor, of=str(it.id))
    return written.id


def _give_up_small(pen: Pen, small: views.SmallBalance, today: date) -> int:
    """Give one remainder up under its gate; one that has changed meanwhile is left."""
    it = queries.invoice(
        pen.session, client_id=pen.client_id, invoice_id=small.invoice_id, today=today
    )
    if it.open_minor != small.open_minor:
        return 0
    money = Money(it.open_minor, it.currency)
    _give_up(pen, it, money, today, SMALL_BALANCE, None)
    return money.minor


def _give_up(
    pen: Pen,
    it: views.OpenInvoice,
    amount: Money,
    written_on: date,
    reason: str,
    number: str | None,
) -> views.Receipt:
    kind = rules.EntryKind.WRITE_OFF
    movement = Movement(kind, it.customer_id, number, written_on, amount, reason=reason)
    shares = follow(pen, movement, [rules.Share(it.id, amount.minor)])
    written = write_entry(pen, movement)
    write_shares(pen, written, shares, written_on)
    return views.Receipt(written.id, amount.minor, 0, shares)


def _room(pen: Pen, it: views.OpenInvoice, day: date) -> int:
    items = queries.payable(
        pen.session,
        client_id=pen.client_id,
        customer_id=it.customer_id,
        currency=it.currency,
        day=day,
    )
    return queries.room_of(items).get(it.id, 0)
