"""What every call that writes the ledger does alike: one book, one line in the audit chain."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import (
    AllocationId,
    BookId,
    ClientId,
    CustomerId,
    EntryId,
    InvoiceId,
    new_id,
)
from carecredit.kernel.money import MINOR_MAX, Money, check_currency
from carecredit.mandates import queries as mandates
from carecredit.receivables import model, rules
from carecredit.receivables.operations import books
from carecredit.store import audit

NUMBER_LENGTH_MAX = 200
REASON_LENGTH_MAX = 1_000


_DAYS = {
    rules.EntryKind.PAYMENT: "received_on",
    rules.EntryKind.RECOVERY: "received_on",
    rules.EntryKind.CREDIT_NOTE: "credited_on",
    rules.EntryKind.OPENING_CREDIT: "credited_on",
    rules.EntryKind.WRITE_OFF: "written_on",
    rules.EntryKind.REFUND: "refunded_on",
    rules.EntryKind.CHARGEBACK: "returned_on",
}
"""What the day of a movement is called where it is given: an error points there."""


class NumberTaken(Refused):
    """A document of this kind and number is in the ledger already."""

    code = "document_number_taken"


class DayAhead(Invalid):
    """What has happened is dated today or before; only what is to come may lie ahead."""

    code = "day_ahead"


class Pen(NamedTuple):
    """One call's book: what it writes goes there, recorded at one instant."""

    session: Session
    client_id: ClientId
    book_id: BookId
    now: datetime


class Movement(NamedTuple):
    """A movement about to be written."""

    kind: rules.EntryKind
    customer_id: CustomerId
    number: str | None
    """None: its own id serves as its number."""
    effective_on: date
    amount: Money
    related_id: EntryId | None = None
    reason: str | None = None
    tax_minor: int | None = None
    segment: str | None = None


class Written(NamedTuple):
    """A movement that has been written, as far as its shares need to know it."""

    id: EntryId
    effective_on: date


def take_up(session: Session, client_id: ClientId, now: datetime) -> Pen:
    """Open the book of a call."""
    book_id = books.open_book(session, client_id=client_id, now=now)
    return Pen(session, client_id, book_id, now)


def put_down(pen: Pen, action: str, subject_id: UUID, rows: int = 1, **data: Any) -> None:
    """Close the book and tell the audit chain what was done, once."""
    books.close_book(
        pen.session, client_id=pen.client_id, book_id=pen.book_id, rows=rows, rows_written=rows
    )
    audit.record(
        pen.session,
        client_id=pen.client_id,
        action=action,
        subject=action.partition(".")[0],
        subject_id=subject_id,
        now=pen.now,
        data=data,
    )


def write_entry(pen: Pen, it: Movement) -> Written:
    """Write a movement; its number is free for its kind, its amount above zero, its day here."""
    check_amount(it.amount)
    check_not_ahead(pen.session, pen.client_id, it.effective_on, pen.now, field=_DAYS[it.kind])
    check_reason(it.reason)
    entry_id = EntryId(new_id())
    number = check_number(it.number) if it.number is not None else str(entry_id)
    table = model.LedgerEntry
    taken = select(table.id).where(
        table.client_id == pen.client_id, table.kind == it.kind.value, table.number == number
    )
    if pen.session.execute(taken).first():
        raise NumberTaken(
            f"a {it.kind.replace('_', ' ')} {number!r} exists already", field="number"
        )
    row = {
        "client_id": pen.client_id,
        "id": entry_id,
        "kind": it.kind.value,
        "customer_id": it.customer_id,
        "book_id": pen.book_id,
        "related_id": it.related_id,
        "number": number,
        "effective_on": it.effective_on,
        "currency": it.amount.currency,
        "amount_minor": it.amount.minor,
        "tax_minor": it.tax_minor,
        "segment": it.segment,
        "reason": it.reason,
        "recorded_at": pen.now,
    }
    books.store_entries(pen.session, rows=[row])
    return Written(entry_id, it.effective_on)


def write_shares(pen: Pen, entry: Written, shares: Iterable[rules.Share], applied_on: date) -> None:
    """Put shares of a movement on invoices from a day on."""
    rows = [
        _share(pen, entry) | {
            "invoice_id": share.invoice_id, "undoes_id": None, "applied_on": applied_on,
            "amount_minor": share.minor,
        }
        for share in shares
    ]  # fmt: skip
    _store(pen, rows)


def write_undoings(pen: Pen, entry: Written, undoings: Iterable[rules.Undoing]) -> None:
    """Take shares of a movement off invoices again, each by a row with minus."""
    rows = [
        _share(pen, entry) | {
            "invoice_id": it.share.invoice_id, "undoes_id": it.share.id,
            "applied_on": it.undone_on, "amount_minor": -it.minor,
        }
        for it in undoings
    ]  # fmt: skip
    _store(pen, rows)


def check_not_ahead(
    session: Session, client_id: ClientId, day: date, now: datetime, *, field: str
) -> None:
    """Accept a day that has come where the client company is; what has happened is not ahead."""
    client = mandates.client(session, client_id=client_id)
    today = local_date(now, zone(client.zone))
    if day > today:
        raise DayAhead(f"{day} has not come yet: date it {today} or before", field=field)


def check_number(number: str) -> str:
    """Accept the number of a document."""
    if not 0 < len(number.strip()) <= NUMBER_LENGTH_MAX or not number.isprintable():
        raise Invalid(
            f"a document has a number of 1 to {NUMBER_LENGTH_MAX} characters", field="number"
        )
    return number


def check_reason(reason: str | None) -> None:
    """Accept a reason in words, where one is given."""
    if reason is not None and not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid(f"a reason has 1 to {REASON_LENGTH_MAX} characters", field="reason")


def check_amount(amount: Money) -> None:
    """Accept an amount above zero in a currency that exists."""
    check_currency(amount.currency)
    if not 0 < amount.minor <= MINOR_MAX:
        raise Invalid("an amount is above zero, and not beyond what one can be", field="amount")


def _share(pen: Pen, entry: Written) -> dict[str, Any]:
    return {
        "client_id": pen.client_id,
        "id": AllocationId(new_id()),
        "entry_id": entry.id,
        "book_id": pen.book_id,
        "effective_on": entry.effective_on,
        "recorded_at": pen.now,
    }


def _store(pen: Pen, rows: list[dict[str, Any]]) -> None:
    books.store_allocations(pen.session, rows=rows)
    invoice_ids: set[InvoiceId] = {row["invoice_id"] for row in rows}
    books.refresh_standings(pen.session, client_id=pen.client_id, invoice_ids=invoice_ids)
