"""Due dates by file: they come with their invoice and add up to it."""

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from carecredit.intake.views import Report
from carecredit.receivables import model as receivables
from carecredit.store.session import Store
from csv_ledgers import rows_of
from worlds import invoice_row, row_counts

pytestmark = pytest.mark.usefixtures("chains_hold")


Bring = Callable[..., Report]


Problems = Callable[..., list[tuple[str, int, str, str]]]


INSTALMENT, SHARE = receivables.Instalment, receivables.Allocation


def due_row(invoice: str, due: str, amount: str) -> dict[str, object]:
    return {"invoice_id": invoice, "due_date": due, "amount": amount, "recorded_at": ""}


HALVES = [due_row("F-1", "2026-05-01", "60.00"), due_row("F-1", "2026-06-01", "60.00")]


class TestInstalments:
    def test_come_in_with_their_invoice(self, store: Store, bring: Bring) -> None:
        report = bring(invoices=[invoice_row()], instalments=HALVES)

        assert [one.added for one in report.files] == [1, 2]
        assert rows_of(store, INSTALMENT.position, INSTALMENT.due_on, INSTALMENT.amount_minor) == [
            (1, date(2026, 5, 1), 6_000),
            (2, date(2026, 6, 1), 6_000),
        ]

    def test_need_not_stand_together_in_the_file(self, store: Store, bring: Bring) -> None:
        other = [due_row("F-2", "2026-05-01", "50.00"), due_row("F-2", "2026-06-01", "70.00")]

        bring(
            invoices=[invoice_row(), invoice_row("F-2")],
            instalments=[HALVES[0], other[1], HALVES[1], other[0]],
        )

        assert len(rows_of(store, INSTALMENT.invoice_id, INSTALMENT.position)) == 4

    @pytest.mark.parametrize(
        "due",
        [
            [due_row("F-1", "2026-05-01", "120.00")],
            [due_row("F-1", "2026-05-01", "60.00"), due_row("F-1", "2026-05-01", "60.00")],
            [due_row("F-1", "2020-01-01", "60.00"), due_row("F-1", "2026-05-01", "60.00")],
        ],
        ids=["a single one", "two on one day", "before the invoice"],
    )
    def test_are_refused_as_by_every_other_door(
        self, problems: Problems, due: list[dict[str, object]]
    ) -> None:
        fine = [due_row("F-2", "2026-05-01", "60.00"), due_row("F-2", "2026-06-01", "60.00")]

        found = problems(invoices=[invoice_row(), invoice_row("F-2")], instalments=[*fine, *due])

        assert [each[:3] for each in found] == [
            ("instalments.csv", line, "due_date") for line, _ in enumerate(due, start=4)
        ]

    def test_change_nothing_when_they_come_again(self, store: Store, bring: Bring) -> None:
        bring(invoices=[invoice_row()], instalments=HALVES)
        before = row_counts(store)

        again = bring(invoices=[invoice_row()], instalments=HALVES)

        assert not again.changed
        assert row_counts(store) == before

    def test_are_refused_row_by_row_where_they_do_not_add_up(
        self, store: Store, problems: Problems
    ) -> None:
        before = row_counts(store)

        found = problems(
            invoices=[invoice_row(), invoice_row("F-2")],
            instalments=[
                HALVES[0], due_row("F-2", "2026-05-01", "60.00"),
                due_row("F-1", "2026-06-01", "59.99"), due_row("F-2", "2026-06-01", "60.00"),
            ],
        )  # fmt: skip

        assert found == [
            ("instalments.csv", 2, "amount", "60.00"),
            ("instalments.csv", 4, "amount", "59.99"),
        ]
        assert row_counts(store) == before

    def test_that_do_not_add_up_are_put_aside_and_the_rest_is_kept(
        self, store: Store, bring: Bring, tmp_path: Path
    ) -> None:
        bad = tmp_path / "bad"

        report = bring(
            bad,
            invoices=[invoice_row(), invoice_row("F-2")],
            instalments=[*HALVES, due_row("F-2", "2026-05-01", "1.00")],
        )

        assert [(one.added, one.rejected) for one in report.files] == [(2, 0), (2, 1)]
        with (bad / "instalments.csv").open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        assert (row["invoice_id"], row["_line"]) == ("F-2", "4")
        assert "1.00 and 120.00 is owed" in row["_problem"]
        assert len(rows_of(store, INSTALMENT.position)) == 2

    def test_add_up_to_what_is_owed_where_payment_is_split(
        self, bring: Bring, problems: Problems
    ) -> None:
        split = invoice_row(tax_amount="20.00", split_payment="yes")
        bring(
            invoices=[split],
            instalments=[HALVES[0], due_row("F-1", "2026-06-01", "40.00")],
        )

        found = problems(
            invoices=[split | {"invoice_id": "F-2"}],
            instalments=[due_row("F-2", "2026-06-01", "120.00")],
        )

        assert found == [("instalments.csv", 2, "amount", "120.00")]

    @pytest.mark.parametrize("amounts", [("-60.00", "-60.00"), ("60.00", "60.00")])
    def test_are_refused_of_an_invoice_below_zero_that_asks_for_nothing(
        self, store: Store, bring: Bring, problems: Problems, tmp_path: Path,
        amounts: tuple[str, str],
    ) -> None:  # fmt: skip
        files = {
            "invoices": [invoice_row(gross_amount="-120.00")],
            "instalments": [
                due_row("F-1", f"2026-0{month}-01", amount)
                for month, amount in zip((5, 6), amounts, strict=True)
            ],
        }

        found = problems(**files)
        bring(tmp_path / "bad", **files)

        assert found == [("instalments.csv", line, "invoice_id", "F-1") for line in (2, 3)]
        told = (tmp_path / "bad" / "instalments.csv").read_text("utf-8")
        assert told.count("give it one date, or record a credit note") == 2
        assert rows_of(store, INSTALMENT.position) == []
        assert rows_of(store, receivables.Invoice.gross_minor) == [(-12_000,)]

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            (due_row("F-404", "2026-05-01", "60.00"), "invoice_id"),
            (due_row("F-1", "2026-05-01", "-60.00"), "amount"),
            (due_row("F-1", "2026-05-01", "1,5"), "amount"),
            (due_row("F-0", "2026-05-01", "120.00"), "due_date"),
        ],
    )
    def test_are_refused_where_they_fit_no_invoice_of_this_book(
        self, bring: Bring, problems: Problems, row: dict[str, object], column: str
    ) -> None:
        bring(invoices=[invoice_row("F-0")])

        found = problems(invoices=[invoice_row()], instalments=[row])

        assert (found[0][1], found[0][2]) == (2, column)
