"""Reading what is stored under which number, to see whether a document is new."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from carecredit.kernel.ids import BookId, ClientId, CustomerId, EntryId, InvoiceId
from carecredit.receivables import model
from carecredit.receivables.rules import TAKING_BACK, EntryKind
from carecredit.store.base import Identifier
from carecredit.store.paging import among, key_bytes
from carecredit.store.paging import rows as plain_rows

Facts = dict[str, Any]
_INVOICE = (
    "id", "number", "customer_id", "invoiced_on", "due_on", "currency", "gross_minor",
    "tax_minor", "segment", "recorded_at", "kind", "split_payment", "book_id",
)  # fmt: skip
_ENTRY = (
    "id", "number", "customer_id", "effective_on", "currency", "amount_minor", "tax_minor",
    "segment", "recorded_at", "related_id", "reason",
)  # fmt: skip

_SHARE = (
    "id", "entry_id", "invoice_id", "book_id", "undoes_id", "effective_on", "applied_on",
    "amount_minor",
)  # fmt: skip
_RATE = ("rate_set", "currency", "into", "day", "rate_billionths", "source", "recorded_at")


def invoices_by_number(
    session: Session, *, client_id: ClientId, numbers: Collection[str]
) -> dict[str, Facts]:
    """Find the facts of invoices by number; unknown ones are left out."""
    columns = [getattr(model.Invoice, name) for name in _INVOICE]
    rows = session.execute(
        select(*columns).where(
            model.Invoice.client_id == client_id, among(session, model.Invoice.number, numbers)
        )
    ).mappings()
    return {row["number"]: dict(row) for row in rows}


def payable_by_number(
    session: Session, *, client_id: ClientId, numbers: Collection[str]
) -> dict[str, tuple[InvoiceId, CustomerId, str]]:
    """Find what settling needs to know of invoices: id, customer, currency."""
    invoice = model.Invoice
    rows = session.execute(
        select(invoice.number, invoice.id, invoice.customer_id, invoice.currency).where(
            invoice.client_id == client_id, among(session, invoice.number, numbers)
        )
    )
    return {number: (one, customer, currency) for number, one, customer, currency in rows}


def payable_keys(
    session: Session, *, client_id: ClientId, numbers: Collection[Any]
) -> dict[str | None, tuple[bytes, bytes, str]]:
    """Find the same of very many invoices, the identifiers as their bytes."""
    invoice = model.Invoice
    columns: Sequence[Any] = (
        invoice.number, key_bytes(invoice.id), key_bytes(invoice.customer_id), invoice.currency,
    )  # fmt: skip
    mine = invoice.client_id == client_id
    found = plain_rows(
        session, select(*columns).where(mine, among(session, invoice.number, numbers))
    )
    return {number: (one, customer, currency) for number, one, customer, currency in found}


def invoice_facts(
    session: Session, *, client_id: ClientId, numbers: Collection[str], names: Sequence[str]
) -> dict[str, tuple[bytes, tuple[Any, ...]]]:
    """Find the keys and some facts of very many invoices by number."""
    mine = model.Invoice.client_id == client_id
    return _facts(session, model.Invoice, mine, numbers, names)


def entry_facts(
    session: Session,
    *,
    client_id: ClientId,
    kind: EntryKind,
    numbers: Collection[str],
    names: Sequence[str],
) -> dict[str, tuple[bytes, tuple[Any, ...]]]:
    """Find the same of very many movements of a kind."""
    entry = model.LedgerEntry
    mine = and_(entry.client_id == client_id, entry.kind == kind.value)
    return _facts(session, entry, mine, numbers, names)


def share_facts(
    session: Session, *, client_id: ClientId, entry_keys: Collection[bytes]
) -> set[tuple[bytes, bytes, date, int]]:
    """List what was put on invoices of very many entries: both keys, day, minor units."""
    share = model.Allocation
    columns: Sequence[Any] = (
        key_bytes(share.entry_id), key_bytes(share.invoice_id), share.applied_on,
        share.amount_minor,
    )  # fmt: skip
    keys = [UUID(bytes=key) for key in entry_keys]
    query = select(*columns).where(
        share.client_id == client_id, among(session, share.entry_id, keys)
    )
    return {tuple(row) for row in plain_rows(session, query)}


def _facts(
    session: Session,
    table: Any,
    mine: ColumnElement[bool],
    numbers: Collection[str],
    names: Sequence[str],
) -> dict[str, tuple[bytes, tuple[Any, ...]]]:
    named = [getattr(table, name) for name in names]
    columns = [key_bytes(one) if isinstance(one.type, Identifier) else one for one in named]
    query = select(table.number, key_bytes(table.id), *columns).where(
        mine, among(session, table.number, numbers)
    )
    return {number: (key, tuple(facts)) for number, key, *facts in plain_rows(session, query)}


def entries_by_number(
    session: Session, *, client_id: ClientId, kind: EntryKind, numbers: Collection[str]
) -> dict[str, Facts]:
    """Find the facts of payments, credit notes or write-offs by number."""
    columns = [getattr(model.LedgerEntry, name) for name in _ENTRY]
    rows = session.execute(
        select(*columns).where(
            model.LedgerEntry.client_id == client_id,
            model.LedgerEntry.kind == kind.value,
            among(session, model.LedgerEntry.number, numbers),
        )
    ).mappings()
    return {row["number"]: dict(row) for row in rows}


def shares_of_entries(
    session: Session, *, client_id: ClientId, entry_ids: Collection[EntryId]
) -> dict[EntryId, list[tuple[InvoiceId, date, int]]]:
    """List what was applied of some entries: invoice, day, minor units."""
    found: dict[EntryId, list[tuple[InvoiceId, date, int]]] = {}
    for row in allocations_of(session, client_id=client_id, entry_ids=entry_ids):
        share = row["invoice_id"], row["applied_on"], row["amount_minor"]
        found.setdefault(row["entry_id"], []).append(share)
    return found


def allocations_of(
    session: Session, *, client_id: ClientId, entry_ids: Collection[EntryId]
) -> list[Facts]:
    """List the rows by which some entries were applied and undone, as they were written."""
    columns = [getattr(model.Allocation, name) for name in _SHARE]
    rows = session.execute(
        select(*columns)
        .where(
            model.Allocation.client_id == client_id,
            among(session, model.Allocation.entry_id, entry_ids),
        )
        .order_by(model.Allocation.id)
    ).mappings()
    return [dict(row) for row in rows]


def taken_back(
    session: Session,
    *,
    client_id: ClientId,
    entry_ids: Collection[EntryId],
    kinds: Collection[EntryKind] = TAKING_BACK,
) -> Counter[EntryId]:
    """Sum what was given back, taken back or recovered of some entries (minor units)."""
    entry = model.LedgerEntry
    rows = session.execute(
        select(entry.related_id, entry.amount_minor).where(
            entry.client_id == client_id,
            among(session, entry.related_id, entry_ids),
            entry.kind.in_([kind.value for kind in kinds]),
        )
    )
    found: Counter[EntryId] = Counter()
    for related_id, minor in rows:
        found[EntryId(related_id)] += minor  # type: ignore[arg-type] # asked for: not null
    return found


def returns_touched_by(
    session: Session, *, client_id: ClientId, book_id: BookId
) -> dict[EntryId, list[Facts]]:
    """List by entry what was taken back of it, where a book took some of it or applied it anew."""
    entry, share, back = model.LedgerEntry, model.Allocation, aliased(model.LedgerEntry)
    mine = exists().where(
        share.client_id == client_id, share.entry_id == back.related_id, share.book_id == book_id
    )
    rows = session.execute(
        select(
            entry.id,
            entry.amount_minor.label("of_minor"),
            entry.effective_on.label("of_on"),
            back.amount_minor,
            back.effective_on,
            back.recorded_at,
        )
        .join(entry, and_(entry.client_id == back.client_id, entry.id == back.related_id))
        .where(
            back.client_id == client_id,
            back.kind.in_([kind.value for kind in TAKING_BACK]),
            or_(back.book_id == book_id, mine),
        )
        .order_by(entry.id, back.effective_on, back.id)
    ).mappings()
    found: dict[EntryId, list[Facts]] = {}
    for row in rows:
        found.setdefault(row["id"], []).append(dict(row))
    return found


def disputes_by_invoice(
    session: Session, *, client_id: ClientId, invoice_ids: Collection[InvoiceId]
) -> list[Facts]:
    """List the disputes about some invoices with their amounts and ends, oldest first."""
    table, end = model.Dispute, model.DisputeEnd
    rows = session.execute(
        select(
            table.id,
            table.invoice_id,
            table.disputed_from,
            end.disputed_to,
            table.amount_minor,
            table.reason,
        )
        .outerjoin(end, and_(end.client_id == table.client_id, end.dispute_id == table.id))
        .where(table.client_id == client_id, among(session, table.invoice_id, invoice_ids))
        .order_by(table.disputed_from, table.id)
    ).mappings()
    return [dict(row) for row in rows]


def rates_of(
    session: Session, *, client_id: ClientId, rate_sets: Collection[str], first: date, last: date
) -> dict[tuple[str, str, str, date], Facts]:
    """Find the rates of some sets from one day to another, both in, by set, pair and day."""
    table = model.Rate
    columns = [getattr(table, name) for name in _RATE]
    rows = session.execute(
        select(*columns).where(
            table.client_id == client_id,
            table.rate_set.in_(rate_sets),
            table.day >= first,
            table.day <= last,
        )
    ).mappings()
    return {(row["rate_set"], row["currency"], row["into"], row["day"]): dict(row) for row in rows}
