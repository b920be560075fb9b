"""Reading movements one at a time: what they are, where they stand, what of them is left."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import AllocationId, ClientId, CustomerId, EntryId, InvoiceId
from carecredit.receivables import model, rules, views

_ENTRY = (
    "id", "kind", "customer_id", "number", "effective_on", "currency", "amount_minor",
    "related_id", "reason", "recorded_at",
)  # fmt: skip


class UnknownEntry(NotFound):
    """No such payment, credit or other movement, or none that you may see."""

    code = "entry_unknown"


class UnknownAllocation(NotFound):
    """No such allocation, or none that you may see."""

    code = "allocation_unknown"


class StandingOf(msgspec.Struct, frozen=True):
    """A share that still stands, and of which movement it is."""

    entry_id: EntryId
    share: rules.StandingShare


def entry(session: Session, *, client_id: ClientId, entry_id: EntryId) -> views.Entry:
    """Read one movement."""
    columns = [getattr(model.LedgerEntry, name) for name in _ENTRY]
    row = session.execute(
        select(*columns).where(
            model.LedgerEntry.client_id == client_id, model.LedgerEntry.id == entry_id
        )
    ).first()
    if row is None:
        raise UnknownEntry("no such movement", field="entry_id")
    return views.Entry(*row)


def entry_of_allocation(
    session: Session, *, client_id: ClientId, allocation_id: AllocationId
) -> EntryId:
    """Say of which movement an allocation is a share."""
    found = session.execute(
        select(model.Allocation.entry_id).where(
            model.Allocation.client_id == client_id, model.Allocation.id == allocation_id
        )
    ).scalar()
    if found is None:
        raise UnknownAllocation("no such allocation", field="allocation_id")
    return found


def settling_entries(
    session: Session, *, client_id: ClientId, customer_id: CustomerId, last: date
) -> list[views.Entry]:
    """List a customer's payments and credits dated by a day, oldest first."""
    columns = [getattr(model.LedgerEntry, name) for name in _ENTRY]
    kinds = [kind.value for kind in rules.SETTLING]
    rows = session.execute(
        select(*columns)
        .where(
            model.LedgerEntry.client_id == client_id,
            model.LedgerEntry.customer_id == customer_id,
            model.LedgerEntry.kind.in_(kinds),
            model.LedgerEntry.effective_on <= last,
        )
        .order_by(model.LedgerEntry.effective_on, model.LedgerEntry.id)
    )
    return [views.Entry(*row) for row in rows]


def taken_of(
    session: Session, *, client_id: ClientId, entry_ids: Collection[EntryId]
) -> dict[EntryId, list[tuple[date, int]]]:
    """List by movement what was taken of it and from which day on: shares, refunds, returns."""
    found: dict[EntryId, list[tuple[date, int]]] = {key: [] for key in entry_ids}
    for row in _share_rows(session, client_id, model.Allocation.entry_id.in_(list(entry_ids))):
        found[row.entry_id].append((_counts_on(row), row.amount_minor))
    table = model.LedgerEntry
    rows = session.execute(
        select(table.related_id, table.effective_on, table.amount_minor).where(
            table.client_id == client_id,
            table.related_id.in_(list(entry_ids)),
            table.kind.in_([kind.value for kind in rules.TAKING_BACK]),
        )
    )
    for entry_id, day, minor in rows:
        if entry_id is not None:
            found[entry_id].append((day, minor))
    return found


def related_minor(
    session: Session, *, client_id: ClientId, entry_id: EntryId, kinds: Collection[rules.EntryKind]
) -> int:
    """Sum the movements of some kinds that speak of another movement."""
    table = model.LedgerEntry
    rows = session.execute(
        select(table.amount_minor).where(
            table.client_id == client_id,
            table.related_id == entry_id,
            table.kind.in_([kind.value for kind in kinds]),
        )
    )
    return sum(rows.scalars())


def standing_shares(
    session: Session,
    *,
    client_id: ClientId,
    entry_ids: Collection[EntryId] = (),
    invoice_ids: Collection[InvoiceId] = (),
) -> list[StandingOf]:
    """List the shares of some movements, or else on some invoices, that still stand."""
    table = model.Allocation
    condition = table.invoice_id.in_(list(invoice_ids))
    if entry_ids:
        condition = table.entry_id.in_(list(entry_ids))
    rows = list(_share_rows(session, client_id, condition))
    undone: dict[AllocationId, int] = {}
    for row in rows:
        if row.undoes_id is not None:
            undone[row.undoes_id] = undone.get(row.undoes_id, 0) + row.amount_minor
    return [
        StandingOf(
            row.entry_id, rules.StandingShare(row.id, row.invoice_id, _counts_on(row), minor)
        )
        for row in rows
        if row.undoes_id is None and (minor := row.amount_minor + undone.get(row.id, 0)) > 0
    ]


def applied_changes(
    session: Session, *, client_id: ClientId, invoice_ids: Collection[InvoiceId]
) -> dict[InvoiceId, list[tuple[date, int]]]:
    """List by invoice what was applied to it and from which day each share counts."""
    found: dict[InvoiceId, list[tuple[date, int]]] = {key: [] for key in invoice_ids}
    for row in _share_rows(session, client_id, model.Allocation.invoice_id.in_(list(invoice_ids))):
        found[row.invoice_id].append((_counts_on(row), row.amount_minor))
    return found


def _share_rows(
    session: Session, client_id: ClientId, condition: ColumnElement[bool]
) -> Iterator[Any]:
    share, invoice = model.Allocation, model.Invoice
    yield from session.execute(
        select(
            share.id,
            share.entry_id,
            share.invoice_id,
            share.undoes_id,
            share.effective_on,
            share.applied_on,
            share.amount_minor,
            invoice.invoiced_on,
        )
        .join(invoice, and_(invoice.client_id == share.client_id, invoice.id == share.invoice_id))
        .where(share.client_id == client_id, condition)
    )


def _counts_on(row: Any) -> date:
    """A share counts once it is applied, its money is there and its invoice is issued."""
    days: tuple[date, ...] = (row.applied_on, row.effective_on, row.invoiced_on)
    return max(days)
