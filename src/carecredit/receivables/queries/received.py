"""Reading the money that came in, by day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, func, select, true
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId
from carecredit.receivables import model
from carecredit.receivables.rules import TAKING_BACK, EntryKind

MONEY = (EntryKind.PAYMENT, EntryKind.RECOVERY, *TAKING_BACK)


def received_by_day(
    session: Session,
    *,
    client_id: ClientId,
    currency: str,
    first: date,
    last: date,
    known_at: datetime | None = None,
) -> dict[date, int]:
    """Sum by day the money received less what was given or taken back (minor units).

    Money on what was written off counts; credits without money do not.
    """
    entry = model.LedgerEntry
    known = true() if known_at is None else entry.recorded_at <= known_at
    back = [kind.value for kind in TAKING_BACK]
    signed = case((entry.kind.in_(back), -entry.amount_minor), else_=entry.amount_minor)
    query: Select[*tuple[Any, ...]] = (
        select(entry.effective_on, func.sum(signed))
        .where(
            entry.client_id == client_id,
            entry.kind.in_([kind.value for kind in MONEY]),
            entry.currency == currency,
            entry.effective_on >= first,
            entry.effective_on <= last,
            known,
        )
        .group_by(entry.effective_on)
    )
    return {day: int(minor) for day, minor in session.execute(query)}
