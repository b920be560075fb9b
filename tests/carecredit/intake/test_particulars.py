"""Due dates, shares, disputes and rates: what files say of documents already told."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from carecredit.holds import model as holds
from carecredit.intake.views import Report
from carecredit.receivables import model as receivables
from carecredit.store.session import Store
from csv_ledgers import entry_row, open_of, rows_of, share_row
from worlds import NOW, invoice_row, payment_row, row_counts

pytestmark = pytest.mark.usefixtures("chains_hold")


Bring = Callable[..., Report]


Problems = Callable[..., list[tuple[str, int, str, str]]]


INSTALMENT, SHARE = receivables.Instalment, receivables.Allocation


DISPUTE, RATE = receivables.Dispute, receivables.Rate


def dispute_row(begin: str = "2026-05-10", **cells: object) -> dict[str, object]:
    return {
        "invoice_id": "F-1", "disputed_from": begin, "disputed_to": "", "amount": "",
        "reason": "", "recorded_at": "", "ended_recorded_at": "",
    } | cells  # fmt: skip


def rate_row(rate: str = "0.91", **cells: object) -> dict[str, object]:
    return {
        "rate_set": "month", "currency": "USD", "into": "EUR", "day": "2026-05-31", "rate": rate,
        "source": "ECB",
    } | cells  # fmt: skip


class TestAllocations:
    def test_split_an_entry_over_invoices(self, store: Store, bring: Bring) -> None:
        report = bring(
            invoices=[invoice_row(), invoice_row("F-2")],
            payments=[payment_row(invoice_id="", amount="200.00")],
            entries=[entry_row("write_off", "W-1", amount="40.00")],
            allocations=[
                share_row(),
                share_row(invoice="F-2", amount="80.00", applied_date="2026-05-09"),
                share_row("W-1", "F-2", kind="write_off", amount="40.00"),
            ],
        )

        assert report.sums_minor["allocation.EUR"] == 24_000
        assert open_of(store) == (0, date(2026, 5, 5))
        assert open_of(store, "F-2") == (0, date(2026, 5, 20))

    def test_take_a_share_off_and_put_it_on_again(self, store: Store, bring: Bring) -> None:
        files: dict[str, Any] = {
            "invoices": [invoice_row()],
            "payments": [payment_row(invoice_id="")],
            "allocations": [share_row(), share_row(amount="-120.00"), share_row()],
        }
        bring(**files)
        before = row_counts(store)

        again = bring(**files)

        assert rows_of(store, SHARE.amount_minor) == [(-12_000,), (12_000,), (12_000,)]
        assert open_of(store) == (0, date(2026, 5, 5))
        assert not again.changed
        assert row_counts(store) == before

    def test_say_the_same_across_the_chunks_of_a_long_file(
        self, store: Store, bring: Bring, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("carecredit.intake.operations.ledger.FIRST_CHUNK", 1)
        monkeypatch.setattr("carecredit.intake.operations.ledger.CHUNK", 1)

        self.test_take_a_share_off_and_put_it_on_again(store, bring)

    def test_take_what_an_entry_says_itself_for_no_news(self, store: Store, bring: Bring) -> None:
        report = bring(
            invoices=[invoice_row()], payments=[payment_row()], allocations=[share_row()]
        )

        assert report.files[-1].unchanged == 1
        assert rows_of(store, SHARE.amount_minor) == [(12_000,)]

    def test_point_from_an_undoing_to_the_share_it_takes_from(
        self, store: Store, bring: Bring
    ) -> None:
        bring(
            invoices=[invoice_row()],
            payments=[payment_row(invoice_id="")],
            allocations=[
                share_row(amount="50.00", applied_date="2026-05-06"),
                share_row(amount="70.00", applied_date="2026-05-07"),
                share_row(amount="-50.00", applied_date="2026-05-08"),
            ],
        )

        told = {
            row[0]: row for row in rows_of(store, SHARE.id, SHARE.undoes_id, SHARE.amount_minor)
        }
        (undoing,) = [row for row in told.values() if row[2] < 0]
        assert told[undoing[1]][2] == 5_000
        assert open_of(store) == (5_000, None)

    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ({"entry_id": "P-404"}, "entry_id"),
            ({"invoice_id": "F-404"}, "invoice_id"),
            ({"invoice_id": "F-USD"}, "invoice_id"),
            ({"invoice_id": "F-K2"}, "invoice_id"),
            ({"amount": "0"}, "amount"),
            ({"amount": "20.01"}, "amount"),
            ({"amount": "-100.01", "applied_date": "2026-06-01"}, "amount"),
            ({"amount": "-100.00", "applied_date": "2026-05-05"}, "amount"),
            ({"kind": "refund"}, "kind"),
        ],
    )
    def test_are_refused_where_the_entry_does_not_bear_them(
        self, problems: Problems, cells: dict[str, str], column: str
    ) -> None:
        found = problems(
            invoices=[
                invoice_row(), invoice_row("F-USD", currency="USD"), invoice_row("F-K2", "K-2"),
            ],
            payments=[payment_row(invoice_id="")],
            allocations=[
                share_row(amount="100.00", applied_date="2026-05-06"),
                share_row(amount="1.00") | cells,
            ],
        )  # fmt: skip

        assert [one[:3] for one in found] == [("allocations.csv", 3, column)]


class TestDisputesByFile:
    def test_stand_side_by_side_with_amount_and_reason(self, store: Store, bring: Bring) -> None:
        report = bring(
            invoices=[invoice_row()],
            disputes=[
                dispute_row(amount="20.00", reason="price"),
                dispute_row("2026-05-12", disputed_to="2026-05-20", recorded_at="2026-05-13",
                            ended_recorded_at="2026-05-21"),
            ],
        )  # fmt: skip

        assert report.files[-1].added == 2
        assert rows_of(store, DISPUTE.disputed_from, DISPUTE.amount_minor, DISPUTE.reason) == [
            (date(2026, 5, 10), 2_000, "price"),
            (date(2026, 5, 12), None, "stated in the ledger"),
        ]
        end = receivables.DisputeEnd
        assert rows_of(store, end.disputed_to, end.recorded_at) == [
            (date(2026, 5, 20), datetime(2026, 5, 20, 22, tzinfo=UTC))
        ]
        assert len(rows_of(store, holds.Hold.id)) == 2

    def test_change_nothing_when_they_come_again_and_may_end_later(
        self, store: Store, bring: Bring
    ) -> None:
        rows = [dispute_row(amount="20.00"), dispute_row("2026-05-12")]
        bring(invoices=[invoice_row()], disputes=rows)

        assert not bring(disputes=rows).changed
        report = bring(disputes=[rows[0] | {"disputed_to": "2026-06-01"}, rows[1]])

        assert (report.files[0].added, report.files[0].changed) == (0, 1)
        assert rows_of(store, receivables.DisputeEnd.disputed_to) == [(date(2026, 6, 1),)]

    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ({"invoice_id": "F-404"}, "invoice_id"),
            ({"amount": "0.00"}, "amount"),
            ({"amount": "-1.00"}, "amount"),
            ({"amount": "1.005"}, "amount"),
            ({"disputed_to": "2026-05-30"}, "disputed_to"),
            ({"disputed_to": "2026-05-20", "reason": "quality"}, "reason"),
        ],
    )
    def test_are_refused_where_they_say_otherwise(
        self, bring: Bring, problems: Problems, cells: dict[str, str], column: str
    ) -> None:
        stored = dispute_row(disputed_to="2026-05-20", reason="price")
        bring(invoices=[invoice_row()], disputes=[stored])

        found = problems(disputes=[stored | cells])

        assert [one[:3] for one in found] == [("disputes.csv", 2, column)]


class TestRates:
    def test_come_in_exactly_and_once(self, store: Store, bring: Bring) -> None:
        rows = [rate_row(), rate_row("1.0834", currency="GBP", into="USD")]
        bring(rates=rows)

        again = bring(rates=rows, now=NOW.replace(day=9))

        assert not again.changed
        assert rows_of(store, RATE.currency, RATE.into, RATE.rate_billionths, RATE.source) == [
            ("GBP", "USD", 1_083_400_000, "ECB"),
            ("USD", "EUR", 910_000_000, "ECB"),
        ]

    def test_are_never_rewritten(self, bring: Bring, problems: Problems) -> None:
        bring(rates=[rate_row()])

        found = problems(rates=[rate_row("0.92"), rate_row(source="newspaper")])

        assert found == [
            ("rates.csv", 2, "rate", "0.92"),
            ("rates.csv", 3, "source", "newspaper"),
        ]
