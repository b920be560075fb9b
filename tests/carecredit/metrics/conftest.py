"""Stores that last for a file of tests: each example writes a client company of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import servers
from carecredit.store.session import Store


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
