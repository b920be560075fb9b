"""A whole made book, thousands of rows, comes in on both databases and gives the same figures."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import servers
import worlds
from carecredit.demo.ledger import write_ledger
from carecredit.demo.world import make_world
from carecredit.intake.operations import import_ledger
from carecredit.kernel.calendars import month_end
from carecredit.mandates import queries as mandates
from carecredit.metrics.queries import series
from carecredit.metrics.wide import wide_csv
from carecredit.store.session import Store

MONTH_ENDS = [month_end(2024 + month // 12, month % 12 + 1) for month in range(9, 27)]


@pytest.fixture
def both(sqlite_store: Store, postgres_url: str) -> Iterator[tuple[Store, Store]]:
    with servers.opened(postgres_url) as opened:
        yield sqlite_store, opened


def test_a_book_gives_the_same_figures_on_sqlite_and_postgresql(
    both: tuple[Store, Store], tmp_path: Path
) -> None:
    company = make_world(5, date(2026, 6, 1)).companies[1]
    write_ledger(company, tmp_path)
    files = []
    for store in both:
        client_id = worlds.found_client(store, currency=company.currency)
        with store.begin(worlds.CENTRE_CALLER) as session:
            client = mandates.client(session, client_id=client_id)
            import_ledger(session, client=client, directory=tmp_path, now=worlds.NOW)
        with store.read(worlds.CENTRE_CALLER) as session:
            found = series(session, client_id=client_id, dates=MONTH_ENDS, by_segment=True)
        file = io.StringIO()
        wide_csv(found, file)
        files.append(file.getvalue())

    assert files[0] == files[1]
    assert len(files[0].splitlines()) > len(MONTH_ENDS)
