"""Two imports at once for one client company: the second waits, and finds what the first wrote."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import worlds
from carecredit.intake.operations import import_ledger
from carecredit.intake.views import Report
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW, customer_row, invoice_row

WAIT_SECONDS = 0.5


class TestTwoImportsAtOnce:
    def test_wait_for_each_other_and_the_second_has_no_news(
        self, store: Store, tmp_path: Path
    ) -> None:
        client_id = worlds.found_client(store)
        folder = worlds.write_ledger(
            tmp_path / "ledger", customers=[customer_row()], invoices=[invoice_row()]
        )
        written, never = threading.Event(), threading.Event()

        def bring(*, first: bool) -> Report:
            with store.begin(CENTRE_CALLER, unhurried=True) as session:
                client = worlds.mandates.client(session, client_id=client_id)
                found = import_ledger(session, client=client, directory=folder, now=NOW)
                if first:
                    written.set()
                    never.wait(WAIT_SECONDS)
            return found

        with ThreadPoolExecutor(2) as pool:
            first = pool.submit(bring, first=True)
            assert written.wait(10)
            second = pool.submit(bring, first=False)
            reports = first.result(30), second.result(30)

        assert [[file.added for file in one.files] for one in reports] == [[1, 1], [0, 0]]
        assert worlds.broken_chains(store) == {}
