"""Stores that last for a file of tests, and customers who stay and go."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import servers
from carecredit.store.session import Store
from ledgers import Ledger
from stays import day


@pytest.fixture(scope="module")
def agreement_store(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """A SQLite store for a whole file of tests."""
    path = tmp_path_factory.mktemp("agreement") / "book.db"
    with servers.opened(servers.copy_database(sqlite_template, path)) as opened:
        yield opened


@pytest.fixture(scope="module")
def both_stores(
    agreement_store: Store, postgres_cluster: servers.Cluster
) -> Iterator[tuple[Store, Store]]:
    """The same, and one on PostgreSQL beside it."""
    url = postgres_cluster.create("agreement", template=servers.TEMPLATE)
    with servers.opened(url) as opened:
        yield agreement_store, opened
    postgres_cluster.drop("agreement")


@pytest.fixture
def ledger() -> Ledger:
    """Four customers with a contract (two of them gone), one without."""
    made = Ledger()
    made.customer(day(1, 1), day(3, 1), segment="north", value=300, reason="chose_to_leave")
    made.customer(day(1, 1), day(3, 11), segment="north", value=100, reason="write_off")
    made.customer(day(1, 21), segment="south", value=100)
    made.customer(day(2, 1), segment="south", value=50)
    made.customer(None, segment="south")
    return made
