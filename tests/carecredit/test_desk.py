"""The desk in a few calls, and its plain words at wrong turns."""

from pathlib import Path

import pytest

import worlds
from carecredit import CareCredit
from carecredit.kernel.errors import Invalid
from carecredit.mandates.queries import UnknownClient
from worlds import NOW, customer_row, invoice_row


@pytest.fixture
def desk(tmp_path: Path) -> CareCredit:
    desk = CareCredit.memory(clock=lambda: NOW)
    desk.add_client("ACQ", "Acque", profiles=("house_gentle",), by="Anna Bianchi")
    folder = worlds.write_ledger(
        tmp_path / "ledger", customers=[customer_row(email="")], invoices=[invoice_row()]
    )
    desk.import_ledger(folder, client="ACQ")
    return desk


class TestCareCredit:
    def test_does_the_main_job_in_a_few_calls(self, desk: CareCredit) -> None:
        (pulse,) = desk.pulse()
        for rung in worlds.ring_due(desk.store):
            worlds.answer(desk.store, rung)
        (item,) = desk.worklist()
        taken = desk.take_next()
        assert taken is not None

        closed = desk.wrap_up(
            taken,
            disposition="right_party",
            identified_by=["customer_number", "birth_date"],
            promise={"amount": "120.00", "currency": "EUR", "promised_on": "2026-06-12"},
        )

        assert (pulse.planned, item.invoice) == (1, "F-1")
        assert closed.promise_id is not None
        assert desk.plan(client="ACQ", customer="K-1").code == "held"
        desk.close()

    def test_knows_no_company_of_an_unknown_code(self, desk: CareCredit) -> None:
        for asked in (desk.worklist, desk.take_next, desk.pulse):
            with pytest.raises(UnknownClient, match="known: ACQ"):
                asked(client="NOBODY")

    def test_says_which_word_of_a_wrap_up_it_cannot_read(self, desk: CareCredit) -> None:
        desk.pulse()
        for rung in worlds.ring_due(desk.store):
            worlds.answer(desk.store, rung)
        taken = desk.take_next()
        assert taken is not None

        with pytest.raises(Invalid, match="disposition"):
            desk.wrap_up(taken, disposition="shouted at")
