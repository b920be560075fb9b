"""Loading facts of some invoices and entries: as all rows have them, and as the early rows had.

Which rows are late is asked in SQL: those of books not yet summed, those recorded after an
instant, or all of them. Keys and days come as the driver has them, since millions may go by.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

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
from carecredit.store.paging import among, ordinal, raw, rows

Late = Callable[[Any], ColumnElement[bool]]
"""Given a table, the condition under which its rows are late."""
Ids = Sequence[Hashable]
Versions = tuple[Any, Any]
"""A fact as all rows have it, and as the early rows had it (None: not at all)."""
_WHOLE, _EARLY = 0, 1
_KINDS = {kind.value: kind for kind in EntryKind}
_RECOVERY = EntryKind.RECOVERY.value


def invoice_facts(
    session: Session, *, client_id: ClientId, ids: Ids, late: Late
) -> Iterator[tuple[InvoiceFact, InvoiceFact | None]]:
    """Give each invoice as all rows have it, and as the early rows had it (none: not at all)."""
    facts = keyed_invoice_facts(session, client_id=client_id, ids=ids, late=late)
    return ((whole, early) for _, whole, early in facts)


def keyed_invoice_facts(
    session: Session, *, client_id: ClientId, ids: Ids, late: Late
) -> Iterator[tuple[Hashable, InvoiceFact, InvoiceFact | None]]:
    """Do the same with the key of each invoice before it."""
    dues = _dues(session, client_id, ids, late)
    shares = _invoice_shares(session, client_id, ids, late)
    disputes = _disputes(session, client_id, ids, late)
    query = select(
        raw(Invoice.id),
        late(Invoice),
        ordinal(func.coalesce(Invoice.due_on, Invoice.invoiced_on)),
        Invoice.segment,
        Invoice.currency,
        ordinal(Invoice.invoiced_on),
        Invoice.gross_minor,
        Invoice.kind == InvoiceKind.INVOICE.value,
        raw(Invoice.customer_id),
    ).where(Invoice.client_id == client_id, among(session, Invoice.id, ids))
    for key, is_late, due_on, *head, gross, is_sale, customer in rows(session, query):
        mine = dues.get(key), shares.get(key), disputes.get(key)
        tail = gross, bool(is_sale), customer
        plain = (Due(due_on, gross),)
        whole = _invoice(head, plain, tail, mine, _WHOLE)
        yield key, whole, None if is_late else _invoice(head, plain, tail, mine, _EARLY)


def entry_facts(
    session: Session, *, client_id: ClientId, ids: Ids, late: Late
) -> Iterator[tuple[EntryFact, EntryFact | None]]:
    """Give each entry as all rows have it, and as the early rows had it (none: not at all)."""
    facts = keyed_entry_facts(session, client_id=client_id, ids=ids, late=late)
    return ((whole, early) for _, whole, early in facts)


def keyed_entry_facts(
    session: Session, *, client_id: ClientId, ids: Ids, late: Late
) -> Iterator[tuple[Hashable, EntryFact, EntryFact | None]]:
    """Do the same with the key of each entry before it."""
    shares = _entry_shares(session, client_id, ids, late)
    query = select(
        raw(LedgerEntry.id),
        late(LedgerEntry),
        LedgerEntry.kind,
        raw(LedgerEntry.related_id),
        LedgerEntry.segment,
        LedgerEntry.currency,
        ordinal(LedgerEntry.effective_on),
        LedgerEntry.amount_minor,
    ).where(LedgerEntry.client_id == client_id, among(session, LedgerEntry.id, ids))
    found = list(rows(session, query))
    recovered = [row[3] for row in found if row[2] == _RECOVERY and row[3]]
    segments = _segments_of(session, client_id, recovered) if recovered else {}
    for key, is_late, kind, related, segment, currency, received_on, minor in found:
        # A recovery belongs where the write-off was; a chargeback, like loose cash, to the whole.
        own = segment or (segments.get(related) if kind == _RECOVERY else None)
        mine, told = shares.get(key), (_KINDS[kind], own, currency, received_on, minor)
        whole = EntryFact(*told, _version(mine, _WHOLE))
        yield key, whole, None if is_late else EntryFact(*told, _version(mine, _EARLY))


def _invoice(
    head: Sequence[Any],
    plain: tuple[Due, ...],
    tail: tuple[int, bool, Hashable],
    mine: tuple[list[Versions] | None, ...],
    version: int,
) -> InvoiceFact:
    dues, shares, disputes = (_version(rows, version) for rows in mine)
    gross, is_sale, customer = tail
    segment, currency, issued_on = head
    told = dues or plain, gross, is_sale, shares, disputes, customer
    return InvoiceFact(segment, currency, issued_on, *told)


def _version(rows: Iterable[Versions] | None, version: int) -> tuple[Any, ...]:
    if rows is None:
        return ()
    return tuple([row[version] for row in rows if row[version] is not None])


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
            ordinal(share.effective_on),
            ordinal(share.applied_on),
            ordinal(invoice.invoiced_on),
            share.amount_minor,
        )
        .join(entry, and_(entry.client_id == share.client_id, entry.id == share.entry_id))
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(
            share.client_id == client_id,
            among(session, share.invoice_id, ids),
            entry.currency == invoice.currency,
        )
    )
    found: defaultdict[Hashable, list[Versions]] = defaultdict(list)
    for _, key, is_late, entry_id, is_cash, received_on, applied_on, issued_on, minor in sorted(
        rows(session, query)
    ):
        counts_on = max(received_on, applied_on, issued_on)
        fact = InvoiceShare(entry_id, bool(is_cash), received_on, counts_on, minor)
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
            ordinal(share.effective_on),
            ordinal(share.applied_on),
            ordinal(invoice.invoiced_on),
            share.amount_minor,
        )
        .join(entry, and_(entry.client_id == share.client_id, entry.id == share.entry_id))
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(share.client_id == client_id, among(session, share.entry_id, ids))
    )
    found: defaultdict[Hashable, list[Versions]] = defaultdict(list)
    for row in sorted(rows(session, query), key=_first):
        _, key, is_late, unknown, fits, segment, received_on, applied_on, issued_on, minor = row
        counts_on = max(received_on, applied_on, issued_on) if fits else NEVER
        fact = EntryShare(segment, applied_on, counts_on, minor)
        # Who did not know the invoice knew money that waits for it.
        early = EntryShare(segment, applied_on, NEVER, minor) if unknown else fact
        found[key].append((fact, None if is_late else early))
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
            ordinal(Dispute.disputed_from),
            ordinal(end.disputed_to),
            Dispute.amount_minor,
        )
        .outerjoin(end, and_(end.client_id == Dispute.client_id, end.dispute_id == Dispute.id))
        .where(Dispute.client_id == client_id, among(session, Dispute.invoice_id, ids))
    )
    found: defaultdict[Hashable, list[Versions]] = defaultdict(list)
    for key, is_late, ended_late, first, until, minor in rows(session, query):
        last = NEVER if until is None else until
        # For those who did not know its end, it had not ended.
        early = None if is_late else DisputeFact(first, NEVER if ended_late else last, minor)
        found[key].append((DisputeFact(first, last, minor), early))
    return found


def _dues(
    session: Session, client_id: ClientId, ids: Ids, late: Late
) -> dict[Hashable, list[Versions]]:
    table = Instalment
    query = (
        select(raw(table.invoice_id), late(table), ordinal(table.due_on), table.amount_minor)
        .where(table.client_id == client_id, among(session, table.invoice_id, ids))
        .order_by(table.due_on, table.position)
    )
    found: defaultdict[Hashable, list[Versions]] = defaultdict(list)
    for key, is_late, due_on, minor in rows(session, query):
        due = Due(due_on, minor)
        found[key].append((due, None if is_late else due))
    return found


def _segments_of(session: Session, client_id: ClientId, ids: Ids) -> dict[Hashable, str]:
    """Give the segment of the invoice on which a write-off was made."""
    share, invoice = Allocation, Invoice
    query = (
        select(raw(share.id), raw(share.entry_id), invoice.segment)
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(share.client_id == client_id, among(session, share.entry_id, ids))
    )
    found: dict[Hashable, str] = {}
    for _, key, segment in sorted(rows(session, query), key=_first):
        if segment is not None:
            found.setdefault(key, segment)
    return found


def _first(row: Any) -> Any:
    return row[0]
