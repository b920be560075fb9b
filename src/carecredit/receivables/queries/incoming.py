"""Reading what a customer paid: less what was given back of it, and where it stands."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId, CustomerId, EntryId, InvoiceId
from carecredit.receivables import model, views
from carecredit.receivables.rules import TAKING_BACK


def incoming(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    currency: str,
    first: date,
    last: date,
) -> list[views.Incoming]:
    """List a customer's payments of some days, both in, less what was given or taken back by then.

    A payment that the bank took back has not come in.
    """
    entry = model.LedgerEntry
    rows = session.execute(
        select(entry.id, entry.effective_on, entry.recorded_at, entry.amount_minor)
        .where(
            entry.client_id == client_id,
            entry.customer_id == customer_id,
            entry.kind == "payment",
            entry.currency == currency,
            entry.effective_on >= first,
            entry.effective_on <= last,
        )
        .order_by(entry.effective_on, entry.id)
    ).all()
    ids = [row.id for row in rows]
    back = _given_back(session, client_id, ids, last) if ids else {}
    return [
        views.Incoming(key, on, recorded_at, max(0, minor - back.get(key, 0)))
        for key, on, recorded_at, minor in rows
    ]


def placed(
    session: Session, *, client_id: ClientId, entry_ids: Collection[EntryId]
) -> dict[EntryId, dict[InvoiceId, int]]:
    """Say by payment how much of it stands on which invoice."""
    share = model.Allocation
    rows = session.execute(
        select(share.entry_id, share.invoice_id, func.sum(share.amount_minor))
        .where(share.client_id == client_id, share.entry_id.in_(list(entry_ids)))
        .group_by(share.entry_id, share.invoice_id)
    )
    found: dict[EntryId, dict[InvoiceId, int]] = {}
    for entry_id, invoice_id, minor in rows:
        if minor > 0:
            found.setdefault(entry_id, {})[invoice_id] = int(minor)
    return found


def _given_back(
    session: Session, client_id: ClientId, ids: Collection[EntryId], last: date
) -> dict[EntryId, int]:
    entry = model.LedgerEntry
    rows = session.execute(
        select(entry.related_id, func.sum(entry.amount_minor))
        .where(
            entry.client_id == client_id,
            entry.related_id.in_(list(ids)),
            entry.kind.in_([kind.value for kind in TAKING_BACK]),
            entry.effective_on <= last,
        )
        .group_by(entry.related_id)
    )
    return {EntryId(key): int(minor) for key, minor in rows if key is not None}
