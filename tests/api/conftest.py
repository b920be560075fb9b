"""Centres behind their doors, for the tests of the API."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
