"""Bad rows: put aside to be mended, named with the way out."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import worlds
from carecredit.intake.operations import ImportRefused
from carecredit.intake.views import Problem, Report
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.store.session import Store
from csv_ledgers import open_of
from worlds import invoice_row, payment_row

pytestmark = pytest.mark.usefixtures("chains_hold")


class TestSkippingBadRows:
    def test_keeps_the_good_rows_and_writes_the_bad_ones_to_be_mended(
        self, store: Store, client_id: ClientId, bring: Callable[..., Report], tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad"

        report = bring(
            bad,
            invoices=[invoice_row(), invoice_row("F-2", gross_amount="12,00")],
            payments=[payment_row(), payment_row("P-2", invoice_id="F-2", amount="12.00")],
        )

        assert [(one.added, one.rejected) for one in report.files] == [(1, 1), (1, 1)]
        with (bad / "invoices.csv").open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        assert (row["_line"], row["_column"]) == ("3", "gross_amount")
        assert "1234.50" in row["_problem"]

        mended = (bad / "invoices.csv").read_text(encoding="utf-8").replace("12,00", "12.00")
        (bad / "invoices.csv").write_text(mended.replace('"12.00"', "12.00"), encoding="utf-8")
        again = worlds.bring(store, client_id, bad)

        assert [one.added for one in again.files] == [1, 1]
        assert open_of(store, "F-2") == (0, date(2026, 5, 5))

    def test_takes_back_a_file_of_payments_alone(
        self, store: Store, client_id: ClientId, bring: Callable[..., Report], tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad"
        bring(bad, invoices=[invoice_row()], payments=[payment_row(amount="x")])
        file = bad / "payments.csv"
        file.write_text(file.read_text(encoding="utf-8").replace(",x,", ",120.00,"), "utf-8")

        report = worlds.bring(store, client_id, bad)

        assert [one.added for one in report.files] == [1]

    def test_loses_no_cell_of_a_ragged_row(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        folder = tmp_path / "ledger"
        folder.mkdir()
        (folder / "invoices.csv").write_text(
            "invoice_id,customer_id,invoice_date,currency,gross_amount\n"
            "F-1,K-1\n"
            "F-2,K-1,2026-04-01,EUR,1,234.50\n",
            encoding="utf-8",
        )

        report = worlds.bring(store, client_id, folder, rejects=tmp_path / "bad")

        assert report.problems_count == 2
        with (tmp_path / "bad" / "invoices.csv").open(encoding="utf-8", newline="") as file:
            short, long = csv.DictReader(file)
        assert (short["invoice_id"], short["gross_amount"]) == ("F-1", "")
        assert (long["invoice_id"], long["gross_amount"]) == ("F-2", "1,234.50")

    def test_keeps_nothing_where_a_file_cannot_be_read_to_its_end(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        folder = worlds.write_ledger(
            tmp_path / "ledger", invoices=[invoice_row(), invoice_row("F-2")]
        )
        with (folder / "invoices.csv").open("a", encoding="utf-8") as file:
            file.write('F-3,"K"-1,2026-04-01\n')
        before = worlds.row_counts(store)

        with pytest.raises(ImportRefused) as refused:
            worlds.bring(store, client_id, folder, rejects=tmp_path / "bad")

        (problem,) = refused.value.report.problems
        assert (problem.line, "cannot be read on" in problem.message) == (4, True)
        assert worlds.row_counts(store) == before

    def test_never_writes_the_bad_rows_over_the_ledger_itself(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        folder = worlds.write_ledger(tmp_path / "ledger", invoices=[invoice_row(currency="?")])
        before = (folder / "invoices.csv").read_bytes()

        with pytest.raises(Invalid, match="another folder"):
            worlds.bring(store, client_id, folder, rejects=folder / ".." / "ledger")

        assert (folder / "invoices.csv").read_bytes() == before


class TestProblem:
    def test_tells_file_line_column_value_and_the_way_out(
        self, bring: Callable[..., Report]
    ) -> None:
        with pytest.raises(ImportRefused) as refused:
            bring(invoices=[invoice_row(), invoice_row("F-2", due_date="31/05/2026")])

        assert refused.value.report.problems == (
            Problem(
                "invoices.csv",
                3,
                "due_date",
                "31/05/2026",
                "'31/05/2026' is no date; write year-month-day, such as 2026-05-31",
            ),
        )
        assert "--skip-bad" in str(refused.value)
