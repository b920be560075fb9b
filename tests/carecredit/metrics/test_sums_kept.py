"""The sums that stand: kept between reads, stored by imports, closed to strangers."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from carecredit.desk import CareCredit
from carecredit.mandates.queries import UnknownClient
from carecredit.metrics.operations import forget_sums, sum_up
from carecredit.metrics.queries.layers import unsummed
from carecredit.store.session import Caller, Store
from ledgers import FOUNDED, Ledger
from summed import JAN, settle, stored


class TestWhoMayNot:
    @pytest.mark.parametrize("act", [sum_up, forget_sums])
    def test_changes_nothing_of_another_company(
        self, store: Store, act: Callable[..., object]
    ) -> None:
        ledger = Ledger()
        ledger.invoice(100, JAN)
        theirs, ours = ledger.write(store), Ledger().write(store)
        settle(store, theirs)
        before = stored(store, theirs)
        stranger = Caller("stranger", frozenset({ours}))

        with pytest.raises(UnknownClient), store.begin(stranger, steady=True) as session:
            act(session, client_id=theirs, now=FOUNDED)

        assert stored(store, theirs) == before
        assert any(before)


class TestImport:
    def test_stores_the_sums_at_its_end(self, database_url: str, tmp_path: Path) -> None:
        (tmp_path / "customers.csv").write_text(
            "customer_id,name,language,country\nK1,Rossi,it,IT\n"
        )
        (tmp_path / "invoices.csv").write_text(
            "invoice_id,customer_id,invoice_date,due_date,currency,gross_amount\n"
            "F1,K1,2024-01-10,2024-02-10,EUR,100.00\n"
        )
        now = datetime(2024, 3, 1, tzinfo=UTC)
        desk = CareCredit.open(database_url, secret="a made-up key, long enough for the tests")
        try:
            client = desk.add_client("ACQUE", "Acque")
            desk.import_ledger(tmp_path, client="ACQUE")
            with desk.store.read(desk.caller) as session:
                left = unsummed(session, client_id=client.id)
            again = desk.finance.sum_up(now=now)
            found = desk.metric("receivables.net", client="ACQUE", as_of=JAN)
        finally:
            desk.close()

        assert (left, [one.books for one in again], found.value) == ([], [], "100.00")
