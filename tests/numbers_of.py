"""What a small ledger answers, in short words."""

from datetime import UTC, date, datetime
from typing import Any

from carecredit.metrics.queries import metric, series
from carecredit.metrics.views import MetricAnswer, Series
from carecredit.store.session import Store
from ledgers import CALLER, Ledger

NOW = datetime(2024, 6, 1, tzinfo=UTC)


def day(month: int, number: int) -> date:
    return date(2024, month, number)


def answer(store: Store, ledger: Ledger, metric_id: str, as_of: date, **more: Any) -> MetricAnswer:
    client_id = ledger.write(store)
    with store.read(CALLER) as session:
        return metric(
            session, client_id=client_id, metric_id=metric_id, as_of=as_of, now=NOW, **more
        )


def of(store: Store, ledger: Ledger, *dates: date, **more: Any) -> Series:
    client_id = ledger.write(store)
    with store.read(CALLER) as session:
        return series(session, client_id=client_id, dates=dates, **more)


def cells(found: Series, metric_id: str) -> dict[tuple[str, str, date], int | None]:
    place = found.ids.index(metric_id)
    return {
        (row.segment, row.currency, row.as_of): (
            None if row.measures[place].value is None else int(row.measures[place].value or 0)
        )
        for row in found.rows
    }
