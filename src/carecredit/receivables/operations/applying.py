"""Putting what stands unapplied on invoices, and taking it off again."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import AllocationId, ClientId, CustomerId, EntryId
from carecredit.kernel.money import Money
from carecredit.receivables import queries, rules, views
from carecredit.receivables.operations.pen import (
    Movement,
    Pen,
    Written,
    check_not_ahead,
    put_down,
    take_up,
    write_shares,
    write_undoings,
)
from carecredit.receivables.operations.receipts import by_mandate, follow

FAR = date.max


class NothingUnapplied(Refused):
    """Nothing of it stands unapplied from that day on."""

    code = "nothing_unapplied"


class NotApplicable(Refused):
    """Only payments, credits and write-offs are put on invoices."""

    code = "entry_not_applicable"


class AllocationUndone(Refused):
    """The share has been taken off already."""

    code = "allocation_undone"


class UndoneTooEarly(Invalid):
    """A share is undone on the day it counts from, or later."""

    code = "undone_too_early"


class WriteOffStands(Refused):
    """What was given up stays given up: money on it is a recovery."""

    code = "write_off_stands"


def allocate(
    session: Session,
    *,
    client_id: ClientId,
    entry_id: EntryId,
    shares: Sequence[rules.Share] = (),
    applied_on: date,
    now: datetime,
) -> views.Receipt:
    """Put what stands unapplied of a movement on invoices: as told, or in the mandate's order."""
    it = queries.entry(session, client_id=client_id, entry_id=entry_id)
    if rules.weight(it.kind) <= 0:
        raise NotApplicable(f"a {it.kind.replace('_', ' ')} settles nothing", field="entry_id")
    lock_gate_of(session, client_id=client_id, customer_id=it.customer_id)
    check_not_ahead(session, client_id, applied_on, now, field="applied_on")
    if applied_on < it.effective_on:
        raise Invalid(f"it was there from {it.effective_on} on: apply it then or later",
                      field="applied_on")  # fmt: skip
    pen = take_up(session, client_id, now)
    loose = loose_of(pen, it, applied_on)
    if loose <= 0:
        raise NothingUnapplied(f"nothing stands unapplied from {applied_on} on", field="entry_id")
    found = _apply(pen, it, loose, shares, applied_on)
    put_down(
        pen, "allocation.made", entry_id, max(1, len(found.shares)),
        applied_minor=found.applied_minor, applied_on=applied_on.isoformat(),
    )  # fmt: skip
    return found


def allocate_all(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    applied_on: date,
    now: datetime,
) -> list[views.Receipt]:
    """Put all that stands unapplied of a customer on invoices, oldest first, as the mandate says.

    Nothing to put or nothing open is no error: the list is empty.
    """
    lock_gate_of(session, client_id=client_id, customer_id=customer_id)
    check_not_ahead(session, client_id, applied_on, now, field="applied_on")
    pen = take_up(session, client_id, now)
    entries = queries.settling_entries(
        session, client_id=client_id, customer_id=customer_id, last=applied_on
    )
    made = [
        _apply(pen, it, loose, (), applied_on)
        for it in entries
        if (loose := loose_of(pen, it, applied_on)) > 0
    ]
    found = [one for one in made if one.shares]
    rows = sum(len(one.shares) for one in found)
    put_down(
        pen, "allocation.made", customer_id, rows,
        applied_minor=sum(one.applied_minor for one in found), applied_on=applied_on.isoformat(),
    )  # fmt: skip
    return found


def undo_allocation(
    session: Session,
    *,
    client_id: ClientId,
    allocation_id: AllocationId,
    undone_on: date,
    now: datetime,
) -> views.Undone:
    """Take a share off its invoice from a day on; what it was stands unapplied again."""
    entry_id = queries.entry_of_allocation(
        session, client_id=client_id, allocation_id=allocation_id
    )
    return _undo(session, client_id, entry_id, allocation_id, undone_on, now)


def undo_entry(
    session: Session, *, client_id: ClientId, entry_id: EntryId, undone_on: date, now: datetime
) -> views.Undone:
    """Take every share of a movement off its invoices from a day on."""
    return _undo(session, client_id, entry_id, None, undone_on, now)


def loose_of(pen: Pen, it: views.Entry, day: date) -> int:
    """Say what of a movement stands unapplied on a day and on every later one.

    Never more than stands unapplied of the customer in that currency: what was given back without
    a word of what it gave back counts too.
    """
    taken = queries.taken_of(pen.session, client_id=pen.client_id, entry_ids=[it.id])[it.id]
    own = rules.left_from(it.amount_minor, taken, day)
    whole = (
        queries.unapplied(
            pen.session, client_id=pen.client_id, customer_ids=[it.customer_id], today=at
        ).get((it.customer_id, it.currency), 0)
        for at in (day, FAR)
    )
    return min(own, *whole)


def _apply(
    pen: Pen, it: views.Entry, loose: int, wishes: Sequence[rules.Share], applied_on: date
) -> views.Receipt:
    money = Movement(
        rules.EntryKind(it.kind), it.customer_id, it.number, applied_on, Money(loose, it.currency)
    )
    shares = follow(pen, money, wishes) if wishes else by_mandate(pen, money, loose)
    write_shares(pen, Written(it.id, it.effective_on), shares, applied_on)
    applied = sum(share.minor for share in shares)
    return views.Receipt(it.id, applied, loose - applied, shares)


def _undo(
    session: Session,
    client_id: ClientId,
    entry_id: EntryId,
    allocation_id: AllocationId | None,
    undone_on: date,
    now: datetime,
) -> views.Undone:
    it = queries.entry(session, client_id=client_id, entry_id=entry_id)
    if it.kind == rules.EntryKind.WRITE_OFF:
        raise WriteOffStands(
            "a write-off is not undone: record what comes in as a recovery, or ask anew with an "
            "opening balance",
            field="entry_id",
        )
    lock_gate_of(session, client_id=client_id, customer_id=it.customer_id)
    check_not_ahead(session, client_id, undone_on, now, field="undone_on")
    shares = [
        one.share
        for one in queries.standing_shares(session, client_id=client_id, entry_ids=[entry_id])
        if allocation_id in {None, one.share.id}
    ]
    if not shares:
        raise AllocationUndone("nothing of it stands on an invoice any more", field="allocation_id")
    first = max(share.counts_on for share in shares)
    if undone_on < first:
        raise UndoneTooEarly(
            f"it counts from {first} on: undo it on that day or later", field="undone_on"
        )
    pen = take_up(session, client_id, now)
    undoings = rules.undo_all(shares, undone_on)
    write_undoings(pen, Written(it.id, it.effective_on), undoings)
    minor = sum(one.minor for one in undoings)
    put_down(
        pen, "allocation.undone", allocation_id or entry_id, len(undoings),
        undone_minor=minor, undone_on=undone_on.isoformat(),
    )  # fmt: skip
    return views.Undone(entry_id, minor, tuple(sorted({one.share.invoice_id for one in undoings})))
