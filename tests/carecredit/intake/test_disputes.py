"""Disputes that invoices.csv tells of."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

import worlds
from carecredit.holds import model as holds
from carecredit.intake.views import Report
from carecredit.kernel.ids import ClientId
from carecredit.receivables import model as receivables
from carecredit.store.session import Store
from csv_ledgers import rows_of
from worlds import CENTRE_CALLER, NOW, invoice_row

pytestmark = pytest.mark.usefixtures("chains_hold")


class TestDisputesInALedger:
    def test_bring_their_silence_with_them(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(
            invoices=[
                invoice_row(disputed_from="2026-05-10"),
                invoice_row("F-2", disputed_from="2026-05-10", disputed_to="2026-05-20"),
            ]
        )

        hold = holds.Hold
        with store.read(CENTRE_CALLER) as session:
            found = session.execute(
                select(hold.reason, hold.starts_at, hold.ends_at).order_by(hold.id)
            ).all()
        begin = datetime(2026, 5, 9, 22, tzinfo=UTC)
        assert [tuple(row) for row in found] == [
            ("dispute", begin, None),
            ("dispute", begin, datetime(2026, 5, 19, 22, tzinfo=UTC)),
        ]

    def test_may_begin_in_a_later_export(self, store: Store, bring: Callable[..., Report]) -> None:
        bring(invoices=[invoice_row()])

        report = bring(invoices=[invoice_row(disputed_from="2026-05-10")])

        assert [one.changed for one in report.files] == [1]
        assert len(rows_of(store, holds.Hold.id)) == 1
        # What was not known in May is not known in May afterwards.
        assert rows_of(store, receivables.Dispute.recorded_at) == [(NOW,)]

    def test_may_end_in_a_later_export(
        self, store: Store, client_id: ClientId, bring: Callable[..., Report]
    ) -> None:
        bring(invoices=[invoice_row(disputed_from="2026-05-10")])

        report = bring(invoices=[invoice_row(disputed_from="2026-05-10", disputed_to="2026-06-01")])

        assert [one.changed for one in report.files] == [1]
        assert rows_of(store, holds.Hold.ends_at) == [(datetime(2026, 5, 31, 22, tzinfo=UTC),)]
        assert worlds.actions(store, client_id)[-3:] == [
            "dispute.ended", "hold.ended", "book.imported",
        ]  # fmt: skip

    def test_end_where_the_next_one_begins(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(invoices=[invoice_row(disputed_from="2026-05-10")])

        bring(invoices=[invoice_row(disputed_from="2026-06-01")])

        table = receivables.Dispute
        assert rows_of(store, table.disputed_from) == [(date(2026, 5, 10),), (date(2026, 6, 1),)]
        assert rows_of(store, receivables.DisputeEnd.disputed_to) == [(date(2026, 6, 1),)]

    def test_are_not_moved_once_they_have_ended(
        self,
        bring: Callable[..., Report],
        problems: Callable[..., list[tuple[str, int, str, str]]],
    ) -> None:
        row = invoice_row(disputed_from="2026-05-10", disputed_to="2026-05-20")
        bring(invoices=[row])

        found = problems(invoices=[row | {"disputed_to": "2026-05-25"}])

        assert found == [("invoices.csv", 2, "disputed_to", "2026-05-25")]
