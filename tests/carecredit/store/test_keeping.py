"""What is worked out once: for a state of things, or for a transaction that only reads."""

from collections.abc import Callable

import pytest

from carecredit.store.keeping import once
from carecredit.store.session import Caller, Store

CALLER = Caller("test")


@pytest.fixture
def counting() -> Callable[[], int]:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    return make


class TestOnce:
    def test_makes_a_value_once_for_a_transaction(
        self, store: Store, counting: Callable[[], int]
    ) -> None:
        with store.read(CALLER) as session:
            assert [once(session, "a", counting), once(session, "a", counting)] == [1, 1]
        with store.read(CALLER) as session:
            assert once(session, "a", counting) == 2

    def test_makes_it_each_time_where_the_transaction_writes(
        self, store: Store, counting: Callable[[], int]
    ) -> None:
        with store.begin(CALLER) as session:
            assert [once(session, "a", counting), once(session, "a", counting)] == [1, 2]
