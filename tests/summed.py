"""The sums by day of a small ledger: stored, forgotten, read as they are."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from carecredit.kernel.ids import ClientId
from carecredit.metrics.model import CashDay, CustomerCash, DayChange, OpenSpan
from carecredit.metrics.operations import forget_sums, sum_up
from carecredit.metrics.queries import metric
from carecredit.store.session import Store
from ledgers import CALLER, FOUNDED

JAN, FEB, MAR = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)


TABLES = (DayChange, CashDay, OpenSpan, CustomerCash)


def ask(
    store: Store, client_id: ClientId, day: date, known: date | datetime | None = None
) -> str | None:
    with store.read(CALLER) as session:
        return metric(
            session,
            client_id=client_id,
            metric_id="receivables.net",
            as_of=day,
            now=FOUNDED,
            known_at=known,
        ).value


def settle(store: Store, client_id: ClientId) -> int:
    with store.begin(CALLER, steady=True) as session:
        return sum_up(session, client_id=client_id, now=FOUNDED)


def forget(store: Store, client_id: ClientId) -> None:
    with store.begin(CALLER, steady=True) as session:
        forget_sums(session, client_id=client_id, now=FOUNDED)


def stored(store: Store, client_id: ClientId) -> list[list[Any]]:
    """Read every stored row but those that are all zeros."""
    with store.read(CALLER) as session:
        return [
            sorted(
                (
                    tuple(row)
                    for row in session.execute(
                        select(table.__table__).where(table.client_id == client_id)
                    )
                    if any(amount for amount in row if isinstance(amount, int))
                ),
                key=str,
            )
            for table in TABLES
        ]
