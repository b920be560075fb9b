"""How SQLite finds what a customer has open, where nobody ever counted its tables."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from carecredit.kernel.ids import CustomerId, new_id
from carecredit.receivables import queries
from carecredit.store.session import Store
from ledgers import CALLER, FOUNDED, Ledger


@contextmanager
def plans(store: Store) -> Iterator[list[str]]:
    """Collect the steps by which each statement was answered."""
    steps: list[str] = []

    def explain(_: Any, cursor: Any, statement: str, given: Any, *_more: Any) -> None:
        asked = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)
        steps.extend(row[3] for row in asked)

    event.listen(store.engine, "after_cursor_execute", explain)
    yield steps
    event.remove(store.engine, "after_cursor_execute", explain)


class TestBalanceOfACustomer:
    def test_is_looked_up_by_the_keys_of_its_invoices(self, sqlite_store: Store) -> None:
        client_id = Ledger().write(sqlite_store)
        asked: dict[str, Any] = {
            "client_id": client_id,
            "customer_ids": [CustomerId(new_id())],
            "today": FOUNDED.date(),
        }

        with plans(sqlite_store) as steps, sqlite_store.read(CALLER) as session:
            queries.open_invoices(session, **asked)
            queries.unapplied(session, **asked)

        walked = [step for step in steps if step.endswith("(client_id=?)")]
        assert walked == []
        assert any("client_id=? AND invoice_id=?" in step for step in steps)
