"""A shelf of procedures, on each of the two databases."""

import pytest

from carecredit.store.session import Store
from shelves import Shelf


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)
