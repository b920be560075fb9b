"""Loading facts of some invoices and entries: as all rows have them, and as the early rows had.

Which rows are late is asked in SQL: those of books not yet summed, those recorded after an
instant, or all of them.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased
from sqlalchemy.types import NullType

from carecredit.kernel.ids import ClientId
from carecredit.metrics.rules.facts import (
    NEVER,
    DisputeFact,
    Due,
    EntryFact,
    EntryShare,
    InvoiceFact,
    InvoiceShare,
)
from carecredit.receivables.model import (
    Allocation,
    Dispute,
    DisputeEnd,
    Instalment,
    Invoice,
    LedgerEntry,
)
from carecredit.receivables.rules import EntryKind, InvoiceKind

Late = Callable[[Any], ColumnElement[bool]]
"""Given a table, the condition under which its rows are late."""
Ids = Sequence[Hashable]
Versions = tuple[Any, Any]
"""A fact as all rows have it, and as the early rows had it (None: not at all)."""
_KINDS = {kind.value: kind for kind in EntryKind}


def raw(column: InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    """Read a key as the driver gives it: it is only compared here, and costs half the time."""
    return type_coerce(column, NullType())


def invoice_facts(
    session: Session, *, client_id: ClientId, ids: Ids, late: Late
) -> Iterator[tuple[InvoiceFact, InvoiceFact | None]]:
    """Give each invoice as all rows have it, and as the early rows had it (none: not at all)."""
    dues = _dues(session, client_id, ids, late)
    shares = _invoice_shares(session, client_id, ids, late)
    disputes = _disputes(session, client_id, ids, late)
    query = select(
        raw(Invoice.id),
        late(Invoice),
        Invoice.segment,
        Invoice.currency,
        Invoice.invoiced_on,
        Invoice.due_on,
        Invoice.gross_minor,
        Invoice.kind == InvoiceKind.INVOICE.value,
    ).where(Invoice.client_id == client_id, raw(Invoice.id).in_(ids))
    for key, is_late, segment, currency, invoiced_on, due_on, gross, is_sale in session.execute(
        query
    ):
        plain = (Due((due_on or invoiced_on).toordinal(), gross),)
        whole, early = (
            InvoiceFact(
                segment,
                currency,
                invoiced_on.toordinal(),
                _version(dues.get(key, ()), version) or plain,
                gross,
                bool(is_sale),
                _version(shares.get(key, ()), version),
                _version(disputes.get(key, ()), version),
            )
            for version in (0, 1)
        )
        yield whole, None if is_late else early


def entry_facts(
    session: Session, *, client_id: ClientId, ids: Ids, late: Late
) -> Iterator[tuple[EntryFact, EntryFact | None]]:
    """Give each entry as all rows have it, and as the early rows had it (none: not at all)."""
    shares = _entry_shares(session, client_id, ids, late)
    related = _segments_recovered(session, client_id, ids)
    query = select(
        raw(LedgerEntry.id),
        late(LedgerEntry),
        LedgerEntry.kind,
        LedgerEntry.segment,
        LedgerEntry.currency,
        LedgerEntry.effective_on,
        LedgerEntry.amount_minor,
    ).where(LedgerEntry.client_id == client_id, raw(LedgerEntry.id).in_(ids))
    for key, is_late, kind, segment, currency, received_on, minor in session.execute(query):
        whole, early = (
            EntryFact(
                _KINDS[kind],
                segment or related.get(key),
                currency,
                received_on.toordinal(),
                minor,
                _version(shares.get(key, ()), version),
            )
            for version in (0, 1)
        )
        yield whole, None if is_late else early


def _version(rows: Iterable[Versions], version: int) -> tuple[Any, ...]:
    return tuple(row[version] for row in rows if row[version] is not None)


def _invoice_shares(
    session: Session, client_id: ClientId, ids: Ids, late: Late
) -> dict[Hashable, list[Versions]]:
    share, entry, invoice = Allocation, LedgerEntry, Invoice
    query = (
        select(
            raw(share.id),
            raw(share.invoice_id),
            late(share) | late(entry),
            raw(share.entry_id),
            entry.kind == EntryKind.PAYMENT.value,
            share.effective_on,
            share.applied_on,
            invoice.invoiced_on,
            share.amount_minor,
        )
        .join(entry, and_(entry.client_id == share.client_id, entry.id == share.entry_id))
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(
            share.client_id == client_id,
            raw(share.invoice_id).in_(ids),
            entry.currency == invoice.currency,
        )
    )
    found: defaultdict[Hashable, list[Versions]] = defaultdict(list)
    for row in sorted(session.execute(query), key=_first):
        _, key, is_late, entry_id, is_cash, received_on, applied_on, issued_on, minor = row
        counts_on = max(received_on, applied_on, issued_on).toordinal()
        fact = InvoiceShare(entry_id, bool(is_cash), received_on.toordinal(), counts_on, minor)
        found[key].append((fact, None if is_late else fact))
    return found


def _entry_shares(
    session: Session, client_id: ClientId, ids: Ids, late: Late
) -> dict[Hashable, list[Versions]]:
    share, entry, invoice = Allocation, LedgerEntry, Invoice
    query = (
        select(
            raw(share.id),
            raw(share.entry_id),
            late(share),
            late(invoice),
            entry.currency == invoice.currency,
            invoice.segment,
            share.effective_on,
            share.applied_on,
            invoice.invoiced_on,
            share.amount_minor,
        )
        .join(entry, and_(entry.client_id == share.client_id, entry.id == share.entry_id))
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(share.client_id == client_id, raw(share.entry_id).in_(ids))
    )
    found: defaultdict[Hashable, list[Versions]] = defaultdict(list)
    for row in sorted(session.execute(query), key=_first):
        _, key, is_late, unknown, fits, segment, received_on, applied_on, issued_on, minor = row
        counts_on = max(received_on, applied_on, issued_on).toordinal() if fits else NEVER
        fact = EntryShare(segment, applied_on.toordinal(), counts_on, minor)
        waits = EntryShare(segment, fact.applied_on, NEVER, minor)
        found[key].append((fact, None if is_late else waits if unknown else fact))
    return found


def _disputes(
    session: Session, client_id: ClientId, ids: Ids, late: Late
) -> dict[Hashable, list[Versions]]:
    end = DisputeEnd
    query = (
        select(
            raw(Dispute.invoice_id),
            late(Dispute),
            late(end),
            Dispute.disputed_from,
            end.disputed_to,
            Dispute.amount_minor,
        )
        .outerjoin(end, and_(end.client_id == Dispute.client_id, end.dispute_id == Dispute.id))
        .where(Dispute.client_id == client_id, raw(Dispute.invoice_id).in_(ids))
    )
    found: defaultdict[Hashable, list[Versions]] = defaultdict(list)
    for key, is_late, ended_late, start, until, minor in session.execute(query):
        first, last = start.toordinal(), until.toordinal() if until else NEVER
        # For those who did not know its end, it had not ended.
        early = None if is_late else DisputeFact(first, NEVER if ended_late else last, minor)
        found[key].append((DisputeFact(first, last, minor), early))
    return found


def _dues(
    session: Session, client_id: ClientId, ids: Ids, late: Late
) -> dict[Hashable, list[Versions]]:
    table = Instalment
    query = (
        select(raw(table.invoice_id), late(table), table.due_on, table.amount_minor)
        .where(table.client_id == client_id, raw(table.invoice_id).in_(ids))
        .order_by(table.due_on, table.position)
    )
    found: defaultdict[Hashable, list[Versions]] = defaultdict(list)
    for key, is_late, due_on, minor in session.execute(query):
        due = Due(due_on.toordinal(), minor)
        found[key].append((due, None if is_late else due))
    return found


def _segments_recovered(session: Session, client_id: ClientId, ids: Ids) -> dict[Hashable, str]:
    """Give for recoveries the segment of the invoice that had been written off."""
    entry, other, share, invoice = LedgerEntry, aliased(LedgerEntry), Allocation, Invoice
    query: Select[Any] = (
        select(raw(share.id).label("share"), raw(entry.id).label("entry"), invoice.segment)
        .join(other, and_(other.client_id == entry.client_id, other.id == entry.related_id))
        .join(share, and_(share.client_id == other.client_id, share.entry_id == other.id))
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(
            entry.client_id == client_id,
            entry.kind == EntryKind.RECOVERY.value,
            raw(entry.id).in_(ids),
            invoice.segment.is_not(None),
        )
    )
    found: dict[Hashable, str] = {}
    for _, key, segment in sorted(session.execute(query), key=_first):
        found.setdefault(key, segment)
    return found


def _first(row: Any) -> Any:
    return row[0]
