"""Entries by kind: documents, what settles, and what is taken back of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from carecredit.intake.views import Report
from carecredit.receivables import model as receivables
from carecredit.store.session import Store
from csv_ledgers import entry_row, open_of, rows_of, share_row
from worlds import NOW, invoice_row, payment_row, row_counts

pytestmark = pytest.mark.usefixtures("chains_hold")

Bring = Callable[..., Report]
Problems = Callable[..., list[tuple[str, int, str, str]]]
ENTRY, SHARE, INVOICE = receivables.LedgerEntry, receivables.Allocation, receivables.Invoice


class TestEntriesByKind:
    def test_come_in_whatever_their_order_in_the_file(self, store: Store, bring: Bring) -> None:
        report = bring(
            entries=[
                entry_row("chargeback", "B-1", related_id="P-1", amount="20.00"),
                entry_row("recovery", "R-1", related_id="W-1", amount="5.00"),
                entry_row("write_off", "W-1", invoice_id="I-1", amount="10.00"),
                entry_row("payment", "P-1", invoice_id="O-1", amount="30.00"),
                entry_row("credit_note", "N-1", amount="7.00", tax_amount="1.26", segment="Nord"),
                entry_row("opening_credit", "C-1", amount="3.00"),
                entry_row("refund", "G-1", related_id="C-1", amount="2.00", reason="asked for it"),
                entry_row("opening_balance", "O-1", due_date="2026-06-30"),
                entry_row("interest_note", "I-1", amount="10.00"),
                entry_row("cost_note", "X-1", amount="40.00"),
                entry_row("invoice", "F-9", tax_amount="21.64", split_payment="yes"),
            ]
        )

        (count,) = report.files
        assert (count.read, count.added, count.rejected) == (11, 11, 0)
        assert rows_of(store, INVOICE.number, INVOICE.kind, INVOICE.gross_minor) == [
            ("F-9", "invoice", 9_836),
            ("I-1", "interest_note", 1_000),
            ("O-1", "opening_balance", 12_000),
            ("X-1", "cost_note", 4_000),
        ]
        assert rows_of(store, ENTRY.number, ENTRY.kind, ENTRY.amount_minor) == [
            ("B-1", "chargeback", 2_000),
            ("C-1", "opening_credit", 300),
            ("G-1", "refund", 200),
            ("N-1", "credit_note", 700),
            ("P-1", "payment", 3_000),
            ("R-1", "recovery", 500),
            ("W-1", "write_off", 1_000),
        ]
        assert open_of(store, "O-1") == (11_000, None)
        assert open_of(store, "I-1") == (0, date(2026, 5, 20))
        assert report.sums_minor["chargeback.EUR"] == 2_000

    def test_change_nothing_when_they_come_again(self, store: Store, bring: Bring) -> None:
        files: dict[str, Any] = {
            "invoices": [invoice_row(kind="opening_balance")],
            "payments": [payment_row()],
            "entries": [
                entry_row("chargeback", "B-1", related_id="P-1", reason="no cover"),
                entry_row("write_off", "W-1", invoice_id="F-1", amount="1.00"),
                entry_row("recovery", "R-1", related_id="W-1", amount="0.50"),
                entry_row("cost_note", "X-1"),
            ],
        }
        bring(**files)
        before = row_counts(store)

        again = bring(**files, now=NOW.replace(day=9))

        assert not again.changed
        assert row_counts(store) == before

    def test_are_never_rewritten(self, bring: Bring, problems: Problems) -> None:
        refund = entry_row("refund", "G-1", amount="1.00", reason="asked for it")
        balance = entry_row("opening_balance", "O-1")
        bring(entries=[refund, balance])

        found = problems(
            entries=[refund | {"reason": "by mistake"}, balance | {"date": "2026-05-21"}]
        )

        assert sorted(found) == [
            ("entries.csv", 2, "reason", "by mistake"),
            ("entries.csv", 3, "date", "2026-05-21"),
        ]

    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ({"kind": "chargeback", "related_id": "P-404"}, "related_id"),
            ({"kind": "chargeback", "related_id": "P-1", "amount": "120.01"}, "amount"),
            ({"kind": "chargeback", "related_id": "P-1", "currency": "USD"}, "currency"),
            ({"kind": "chargeback", "related_id": "P-1", "customer_id": "K-2"}, "customer_id"),
            ({"kind": "chargeback", "related_id": "P-1", "date": "2026-05-04"}, "date"),
            (
                {
                    "kind": "refund",
                    "related_id": "T-1",
                    "related_kind": "payment",
                    "amount": "1.00",
                    "date": "2026-05-04",
                },
                "date",
            ),
            ({"kind": "recovery", "related_id": "P-1"}, "related_id"),
            ({"kind": "recovery", "related_id": "W-1", "date": "2026-05-05"}, "date"),
            ({"kind": "recovery", "related_id": "W-1", "amount": "10.01"}, "amount"),
            (
                {"kind": "refund", "related_id": "P-1", "related_kind": "write_off"},
                "related_kind",
            ),
            ({"kind": "refund", "related_id": "T-1"}, "related_kind"),
        ],
    )
    def test_fit_what_they_relate_to(
        self, problems: Problems, cells: dict[str, str], column: str
    ) -> None:
        found = problems(
            invoices=[invoice_row()],
            payments=[payment_row(), payment_row("T-1", invoice_id="")],
            entries=[
                entry_row("credit_note", "T-1"),
                entry_row("refund", "X-1") | cells,
                entry_row("write_off", "W-1", invoice_id="F-1", amount="10.00", date="2026-05-06"),
            ],
        )

        assert [(line, at) for _, line, at, _ in found] == [(3, column)]

    def test_never_take_back_more_than_there_was(self, bring: Bring, problems: Problems) -> None:
        back = {"related_id": "P-1", "amount": "70.00"}
        bring(payments=[payment_row(invoice_id="")], entries=[entry_row("refund", "G-1", **back)])

        found = problems(entries=[entry_row("chargeback", "B-1", **back)])

        assert found == [("entries.csv", 2, "amount", "70.00")]

    def test_recover_no_more_than_was_written_off(self, bring: Bring, problems: Problems) -> None:
        back = {"related_id": "W-1", "amount": "6.00"}
        bring(
            invoices=[invoice_row()],
            entries=[
                entry_row("write_off", "W-1", invoice_id="F-1", amount="10.00"),
                entry_row("recovery", "R-1", **back),
            ],
        )

        found = problems(entries=[entry_row("recovery", "R-2", **back)])

        assert found == [("entries.csv", 2, "amount", "6.00")]
        assert not bring(entries=[entry_row("recovery", "R-1", **back)]).changed

    def test_leave_nothing_behind_where_one_is_bad(self, store: Store, problems: Problems) -> None:
        before = row_counts(store)

        found = problems(
            payments=[payment_row(invoice_id="")],
            entries=[
                entry_row("refund", "G-1", related_id="P-1"),
                entry_row("chargeback", "B-1", related_id="P-1", amount="1.00"),
                entry_row("gift", "Y-1"),
            ],
        )

        assert sorted(found) == [
            ("entries.csv", 3, "amount", "1.00"),
            ("entries.csv", 4, "kind", "gift"),
        ]
        assert row_counts(store) == before


class TestADebitThatCameBack:
    def test_opens_the_invoice_again_from_its_day_on(self, store: Store, bring: Bring) -> None:
        bring(
            invoices=[invoice_row()],
            payments=[payment_row()],
            entries=[entry_row("chargeback", "B-1", related_id="P-1", recorded_at="2026-05-22")],
        )

        assert open_of(store) == (12_000, None)
        undone = rows_of(store, SHARE.amount_minor, SHARE.applied_on, SHARE.undoes_id)
        assert [row[:2] for row in undone] == [
            (-12_000, date(2026, 5, 20)),
            (12_000, date(2026, 5, 5)),
        ]
        assert undone[0][2] is not None

    def test_takes_off_what_was_applied_latest_first(self, store: Store, bring: Bring) -> None:
        bring(
            invoices=[invoice_row(), invoice_row("F-2"), invoice_row("F-3")],
            payments=[payment_row(invoice_id="", amount="300.00")],
            allocations=[
                share_row(applied_date="2026-05-06"),
                share_row(invoice="F-2", applied_date="2026-05-08", amount="100.00"),
                share_row(invoice="F-3", applied_date="2026-05-07", amount="50.00"),
            ],
            entries=[entry_row("chargeback", "B-1", related_id="P-1", amount="150.00")],
        )

        # 30.00 were on no invoice; of the 120.00 beyond, 100.00 come off F-2 and 20.00 off F-3.
        assert [open_of(store, one)[0] for one in ("F-1", "F-2", "F-3")] == [0, 12_000, 9_000]

    def test_leaves_shares_alone_that_the_files_undo_themselves(
        self, store: Store, bring: Bring
    ) -> None:
        bring(
            invoices=[invoice_row(), invoice_row("F-2")],
            payments=[payment_row(invoice_id="", amount="240.00")],
            allocations=[
                share_row(applied_date="2026-05-06"),
                share_row(invoice="F-2", applied_date="2026-05-08"),
                share_row(applied_date="2026-05-20", amount="-120.00"),
            ],
            entries=[entry_row("chargeback", "B-1", related_id="P-1", amount="120.00")],
        )

        assert [open_of(store, one)[0] for one in ("F-1", "F-2")] == [12_000, 0]

    def test_undoes_what_was_applied_after_it_too(self, store: Store, bring: Bring) -> None:
        bring(
            invoices=[invoice_row()],
            payments=[payment_row(invoice_id="")],
            entries=[entry_row("chargeback", "B-1", related_id="P-1")],
        )

        bring(allocations=[share_row(applied_date="2026-05-25")])

        assert open_of(store) == (12_000, None)
        assert rows_of(store, SHARE.applied_on, SHARE.amount_minor) == [
            (date(2026, 5, 25), -12_000),
            (date(2026, 5, 25), 12_000),
        ]

    def test_may_come_in_a_later_import(self, store: Store, bring: Bring) -> None:
        bring(invoices=[invoice_row()], payments=[payment_row()])
        assert open_of(store) == (0, date(2026, 5, 5))

        bring(entries=[entry_row("chargeback", "B-1", related_id="P-1", amount="20.00")])

        assert open_of(store) == (2_000, None)
