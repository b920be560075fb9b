"""Files that repeat themselves, are odd, or are none: each is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

import worlds
from carecredit.intake.operations import ImportRefused
from carecredit.intake.operations.ledger import NoLedger
from carecredit.intake.views import Report
from carecredit.kernel.ids import ClientId
from carecredit.store.session import Store
from worlds import customer_row, invoice_row, payment_row

pytestmark = pytest.mark.usefixtures("chains_hold")


class TestOddFiles:
    def test_refuses_one_number_told_twice_differently_and_passes_over_a_repeat(
        self, problems: Callable[..., list[tuple[str, int, str, str]]]
    ) -> None:
        found = problems(
            customers=[customer_row(), customer_row(), customer_row(name="Altro")],
            invoices=[invoice_row(), invoice_row(), invoice_row(gross_amount="1.00")],
            payments=[payment_row(), payment_row(), payment_row(amount="1.00")],
        )

        assert found == [
            ("customers.csv", 4, "customer_id", "K-1"),
            ("invoices.csv", 4, "invoice_id", "F-1"),
            ("payments.csv", 4, "payment_id", "P-1"),
        ]

    def test_sees_a_customer_told_twice_across_the_chunks_of_a_long_file(
        self,
        problems: Callable[..., list[tuple[str, int, str, str]]],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("carecredit.intake.operations.ledger.FIRST_CHUNK", 1)
        monkeypatch.setattr("carecredit.intake.operations.ledger.CHUNK", 1)

        found = problems(customers=[customer_row(), customer_row("K-2"), customer_row(name="Al")])

        assert found == [("customers.csv", 4, "customer_id", "K-1")]

    def test_counts_one_bad_row_as_one(self, bring: Callable[..., Report]) -> None:
        with pytest.raises(ImportRefused, match=r"^1 bad row, so nothing was written"):
            bring(invoices=[invoice_row(gross_amount="much")])

    def test_says_what_is_odd_and_takes_it_as_stated(self, bring: Callable[..., Report]) -> None:
        report = bring(
            invoices=[
                invoice_row(due_date="2026-03-31"),
                invoice_row("F-2", due_date="2026-03-01"),
                invoice_row("F-3", gross_amount="0.00"),
            ],
            payments=[
                payment_row(applied_date="2026-05-04", amount="20.00"),
                payment_row("P-2", invoice_id="", amount="20.00"),
            ],
            allocations=[
                {"entry_id": "P-2", "invoice_id": "F-2", "amount": "5.00", "applied_date": day}
                for day in ("2026-05-01", "2026-05-05")
            ],
        )

        first = "an applied date before the entry's own, counted from the later of the two"
        assert report.notes == (
            "invoices.csv: 2 rows have a due date before the invoice date, taken as stated",
            "invoices.csv: 1 row has an amount of zero, taken as stated",
            f"payments.csv: 1 row has {first}",
            f"allocations.csv: 1 row has {first}",
        )
        assert report.problems == ()

    def test_names_files_and_columns_that_nobody_read(self, bring: Callable[..., Report]) -> None:
        report = bring(invoices=[invoice_row(colour="blue")], refunds=[{"a": "b"}])

        assert report.notes == (
            "refunds.csv is no file of the ledger and was not read",
            "invoices.csv: the column 'colour' is not part of the ledger and was not read",
        )

    def test_says_when_a_folder_is_none_or_holds_no_ledger(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        (tmp_path / "empty").mkdir()

        with pytest.raises(NoLedger, match="empty holds no ledger"):
            worlds.bring(store, client_id, tmp_path / "empty")
        with pytest.raises(NoLedger, match="missing is no folder"):
            worlds.bring(store, client_id, tmp_path / "missing")
