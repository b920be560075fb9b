"""Loading what the sweep reads: plain columns, streamed, as known at one instant."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.types import NullType

from carecredit.arrangements.model import PromiseToPay
from carecredit.customers.model import Customer
from carecredit.kernel.ids import ClientId
from carecredit.metrics.rules.facts import (
    Book,
    CustomerFact,
    DisputeFact,
    EntryFact,
    InvoiceFact,
    PromiseFact,
    ShareFact,
)
from carecredit.metrics.rules.knowledge import known_day
from carecredit.receivables.model import Allocation, Dispute, DisputeEnd, Invoice, LedgerEntry

CHUNK = 5_000
_JUDGED = ("kept", "broken")


def load(
    session: Session,
    *,
    client_id: ClientId,
    known: datetime | None,
    currency: str,
    zone: tzinfo,
) -> Book:
    """Load a book as known until an instant (none: all that is recorded).

    `currency` is the client company's own, for a book that has no amounts yet.
    """
    invoices = _invoices(session, client_id, known)
    entries = _entries(session, client_id, known)
    return Book(
        invoices=invoices,
        entries=entries,
        disputes=_disputes(session, client_id, known),
        customers=_customers(session, client_id, known_day(known, zone)),
        promises=_promises(session, client_id, known),
        segments=_words(session, client_id, Invoice.segment, LedgerEntry.segment, Customer.segment),
        currencies=_words(
            session, client_id, Invoice.currency, LedgerEntry.currency, PromiseToPay.currency
        )
        or (currency,),
        through=_through(invoices.values(), entries),
    )


def _words(
    session: Session, client_id: ClientId, *columns: InstrumentedAttribute[Any]
) -> tuple[str, ...]:
    # All that is recorded, whenever: the rows of a report do not come and go with what was known.
    found: set[str] = set()
    for column in columns:
        owner = column.class_.client_id
        query = select(column).where(owner == client_id, column.is_not(None)).distinct()
        found.update(session.execute(query).scalars())
    return tuple(sorted(found - {""}))


def _through(invoices: Iterable[InvoiceFact], entries: Iterable[EntryFact]) -> date | None:
    days = [invoice.invoiced_on for invoice in invoices if invoice.known]
    for entry in entries:
        days.append(entry.effective_on)
        days.extend(share.applied_on for share in entry.shares)
    return max(days, default=None)


def _raw(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    # A key is only compared here: as the driver gives it, it costs half the time.
    return type_coerce(column, NullType())


def _rows(session: Session, query: Any) -> Iterable[Any]:
    return session.execute(query.execution_options(yield_per=CHUNK))


def _seen(column: InstrumentedAttribute[datetime], known: datetime | None) -> ColumnElement[bool]:
    return literal(value=True) if known is None else column <= known


def _invoices(
    session: Session, client_id: ClientId, known: datetime | None
) -> dict[Hashable, InvoiceFact]:
    query = select(
        _raw(Invoice.id),
        Invoice.invoiced_on,
        Invoice.due_on,
        Invoice.currency,
        Invoice.segment,
        Invoice.gross_minor,
        _seen(Invoice.recorded_at, known),
    ).where(Invoice.client_id == client_id)
    return {
        key: InvoiceFact(invoiced_on, due_on or invoiced_on, currency, segment, gross, bool(seen))
        for key, invoiced_on, due_on, currency, segment, gross, seen in _rows(session, query)
    }


def _entries(
    session: Session, client_id: ClientId, known: datetime | None
) -> tuple[EntryFact, ...]:
    shares = _shares(session, client_id, known)
    query = select(
        _raw(LedgerEntry.id),
        LedgerEntry.kind,
        LedgerEntry.effective_on,
        LedgerEntry.currency,
        LedgerEntry.amount_minor,
    ).where(LedgerEntry.client_id == client_id, _seen(LedgerEntry.recorded_at, known))
    return tuple(
        EntryFact(kind, day, currency, minor, tuple(shares.get(key, ())))
        for key, kind, day, currency, minor in _rows(session, query)
    )


def _shares(
    session: Session, client_id: ClientId, known: datetime | None
) -> dict[Hashable, list[ShareFact]]:
    query = (
        select(
            _raw(Allocation.entry_id),
            _raw(Allocation.invoice_id),
            Allocation.applied_on,
            Allocation.amount_minor,
        )
        .where(Allocation.client_id == client_id, _seen(Allocation.recorded_at, known))
        .order_by(Allocation.id)
    )
    found: defaultdict[Hashable, list[ShareFact]] = defaultdict(list)
    for entry, *facts in _rows(session, query):
        found[entry].append(ShareFact(*facts))
    return found


def _disputes(
    session: Session, client_id: ClientId, known: datetime | None
) -> tuple[DisputeFact, ...]:
    query = (
        select(
            _raw(Dispute.invoice_id),
            Dispute.disputed_from,
            DisputeEnd.disputed_to,
            DisputeEnd.recorded_at,
        )
        .outerjoin(
            DisputeEnd,
            and_(DisputeEnd.client_id == Dispute.client_id, DisputeEnd.dispute_id == Dispute.id),
        )
        .where(Dispute.client_id == client_id, _seen(Dispute.recorded_at, known))
    )
    # An end that was not yet recorded had not yet come, for those who looked then.
    return tuple(
        DisputeFact(invoice, start, None if known and ended and ended > known else end)
        for invoice, start, end, ended in _rows(session, query)
    )


def _customers(
    session: Session, client_id: ClientId, known_on: date | None
) -> tuple[CustomerFact, ...]:
    query = select(
        Customer.segment,
        Customer.started_on,
        Customer.ended_on,
        Customer.monthly_value_minor,
    ).where(Customer.client_id == client_id, Customer.started_on.is_not(None))
    return tuple(
        CustomerFact(segment, start, None if known_on and end and end > known_on else end, minor)
        for segment, start, end, minor in _rows(session, query)
    )


def _promises(
    session: Session, client_id: ClientId, known: datetime | None
) -> tuple[PromiseFact, ...]:
    query = select(
        PromiseToPay.currency,
        PromiseToPay.promised_on,
        PromiseToPay.grace_days,
        PromiseToPay.state,
        PromiseToPay.amount_minor,
        PromiseToPay.kept_minor,
    ).where(
        and_(
            PromiseToPay.client_id == client_id,
            PromiseToPay.state.in_(_JUDGED),
            _seen(PromiseToPay.judged_at, known),  # type: ignore[arg-type] # judged ones have it
        )
    )
    return tuple(
        PromiseFact(currency, day + timedelta(days=grace), state == "kept", minor, kept or 0)
        for currency, day, grace, state, minor, kept in _rows(session, query)
    )
