"""Centres behind their doors, for the tests of the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import servers
from centre import Centre, opened


@pytest.fixture
def centre(sqlite_url: str, tmp_path: Path) -> Iterator[Centre]:
    """A centre on SQLite."""
    with opened(sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
def any_centre(database_url: str, tmp_path: Path) -> Iterator[Centre]:
    """A centre on each of the two databases."""
    with opened(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def guest_centre(sqlite_url: str, tmp_path: Path) -> Iterator[Centre]:
    """A centre whose console opens without a sign-in."""
    with opened(sqlite_url, tmp_path, console_guest="yes") as made:
        yield made


@pytest.fixture(scope="module")
def shared_centre(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Centre]:
    """One centre for all the tests of a file: nothing of what they ask changes anything."""
    folder = tmp_path_factory.mktemp("shared")
    with opened(servers.copy_database(sqlite_template, folder / "carecredit.db"), folder) as made:
        yield made
