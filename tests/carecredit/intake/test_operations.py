"""A book comes in: whole or not at all, once, and every bad row with the way out."""

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

import worlds
from carecredit.customers import model as customers
from carecredit.holds import model as holds
from carecredit.intake.operations import ImportRefused
from carecredit.intake.operations.ledger import NoLedger
from carecredit.intake.views import Problem, Report
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.receivables import model as receivables
from carecredit.receivables import queries
from carecredit.store.session import Store
from csv_ledgers import open_of, rows_of
from worlds import CENTRE_CALLER, NOW, customer_row, invoice_row, payment_row

pytestmark = pytest.mark.usefixtures("chains_hold")

CREDIT_NOTE = {
    "credit_note_id": "N-1", "customer_id": "K-1", "invoice_id": "F-1", "credit_date": "2026-05-02",
    "applied_date": "", "currency": "EUR", "gross_amount": "20.00", "tax_amount": "",
    "recorded_at": "", "segment": "",
}  # fmt: skip
WRITE_OFF = {
    "write_off_id": "W-1", "customer_id": "K-1", "invoice_id": "F-1",
    "write_off_date": "2026-06-01", "currency": "EUR", "amount": "10.00", "recorded_at": "",
}  # fmt: skip


class TestImportLedger:
    def test_takes_in_every_kind_of_file(
        self, store: Store, client_id: ClientId, bring: Callable[..., Report]
    ) -> None:
        report = bring(
            customers=[customer_row()],
            invoices=[invoice_row()],
            credit_notes=[CREDIT_NOTE],
            payments=[payment_row(amount="50.00")],
            write_offs=[WRITE_OFF],
        )

        assert {one.file: one.added for one in report.files} == {
            "customers.csv": 1, "invoices.csv": 1, "credit_notes.csv": 1, "payments.csv": 1,
            "write_offs.csv": 1,
        }  # fmt: skip
        assert report.sums_minor == {
            "credit_note.EUR": 2_000, "invoice.EUR": 12_000, "payment.EUR": 5_000,
            "write_off.EUR": 1_000,
        }  # fmt: skip
        assert open_of(store) == (4_000, None)
        assert worlds.actions(store, client_id)[-1] == "book.imported"

    def test_changes_nothing_when_the_same_files_come_again_and_says_so(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        files: dict[str, worlds.Rows] = {
            "customers": [customer_row()],
            "invoices": [
                invoice_row(tax_amount="21.64", segment="Nord", disputed_from="2026-05-10"),
                invoice_row("F-2", disputed_from="2026-05-10", disputed_to="2026-05-20"),
            ],
            "payments": [payment_row(), payment_row("P-2", invoice_id="")],
            "credit_notes": [CREDIT_NOTE],
            "write_offs": [WRITE_OFF],
        }
        bring(**files)
        before = worlds.row_counts(store)

        again = bring(**files, now=NOW.replace(day=9))

        assert not again.changed
        assert again.book_id is None
        assert {one.unchanged - one.read for one in again.files} == {0}
        assert worlds.row_counts(store) == before

    def test_adds_only_the_rows_that_are_new(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(invoices=[invoice_row()])

        report = bring(invoices=[invoice_row(), invoice_row("F-2")])

        (count,) = report.files
        assert (count.read, count.added, count.unchanged) == (2, 1, 1)
        assert len(rows_of(store, receivables.Invoice.number)) == 2

    def test_never_rewrites_a_document(
        self,
        bring: Callable[..., Report],
        problems: Callable[..., list[tuple[str, int, str, str]]],
    ) -> None:
        changed = {
            "gross_amount": "121.00",
            "customer_id": "K-2",
            "invoice_date": "2026-04-02",
            "due_date": "2026-05-02",
            "currency": "USD",
            "tax_amount": "1.00",
            "segment": "Sud",
            "recorded_at": "2026-04-03",
        }
        rows = {column: invoice_row(f"F-{column}") for column in changed}
        bring(invoices=list(rows.values()))

        found = problems(invoices=[row | {column: changed[column]} for column, row in rows.items()])

        assert found == [
            ("invoices.csv", line, column, value)
            for line, (column, value) in enumerate(changed.items(), start=2)
        ]

    def test_never_rewrites_a_payment(
        self,
        bring: Callable[..., Report],
        problems: Callable[..., list[tuple[str, int, str, str]]],
    ) -> None:
        changed = {
            "payment_date": "2026-05-06",
            "amount": "1.00",
            "recorded_at": "2026-05-07",
            "invoice_id": "F-2",
            "applied_date": "2026-05-09",
        }
        invoices = [invoice_row(), invoice_row("F-2")]
        rows = {column: payment_row(f"P-{column}", amount="2.00") for column in changed}
        bring(invoices=invoices, payments=list(rows.values()))

        found = problems(payments=[row | {column: changed[column]} for column, row in rows.items()])

        assert found == [
            ("payments.csv", line, column, value)
            for line, (column, value) in enumerate(changed.items(), start=2)
        ]

    def test_writes_nothing_at_all_where_one_row_is_bad(
        self, store: Store, problems: Callable[..., list[tuple[str, int, str, str]]]
    ) -> None:
        before = worlds.row_counts(store)

        found = problems(
            customers=[customer_row()],
            invoices=[invoice_row(disputed_from="2026-05-10")],
            payments=[payment_row(), payment_row("P-2", amount="1,50")],
        )

        assert found == [("payments.csv", 3, "amount", "1,50")]
        assert worlds.row_counts(store) == before

    def test_applies_a_payment_later_when_a_later_file_says_to_what(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(invoices=[invoice_row()], payments=[payment_row(invoice_id="")])
        assert open_of(store) == (12_000, None)

        report = bring(payments=[payment_row(applied_date="2026-06-01")])

        assert [one.changed for one in report.files] == [1]
        assert open_of(store) == (0, date(2026, 6, 1))
        assert rows_of(store, receivables.Allocation.recorded_at) == [(NOW,)]

    def test_takes_the_word_of_an_older_file_for_no_news(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        older = {"invoices": [invoice_row()], "payments": [payment_row(invoice_id="")]}
        bring(**older)
        bring(payments=[payment_row()])
        before = worlds.row_counts(store)

        again = bring(**older)

        assert not again.changed
        assert worlds.row_counts(store) == before

    def test_keeps_an_over_application_whole(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(
            invoices=[invoice_row()],
            payments=[payment_row(amount="100.00"), payment_row("P-2", amount="100.00")],
        )

        assert rows_of(store, receivables.Allocation.amount_minor) == [(10_000,), (10_000,)]
        assert open_of(store) == (0, date(2026, 5, 5))

    def test_counts_in_the_smallest_unit_of_each_currency(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        stated = {"XXX": "10.25", "JPY": "1025", "KWD": "1.025"}

        bring(
            invoices=[
                invoice_row(f"F-{code}", currency=code, gross_amount=amount)
                for code, amount in stated.items()
            ],
            payments=[
                payment_row(f"P-{code}", currency=code, amount=amount, invoice_id=f"F-{code}")
                for code, amount in stated.items()
            ],
        )

        invoice = receivables.Invoice
        assert rows_of(store, invoice.currency, invoice.gross_minor) == [
            ("JPY", 1_025),
            ("KWD", 1_025),
            ("XXX", 1_025),
        ]
        assert rows_of(store, receivables.Standing.open_minor) == [(0,), (0,), (0,)]

    def test_creates_customers_that_only_documents_name(
        self, store: Store, client_id: ClientId, bring: Callable[..., Report]
    ) -> None:
        bring(
            invoices=[invoice_row(customer="K-9")],
            payments=[payment_row(customer="K-9", amount="20.00")],
        )

        (found,) = rows_of(store, customers.Customer.number, customers.Customer.name)
        assert found == ("K-9", "")
        with store.read(CENTRE_CALLER) as session:
            (customer_id,) = session.execute(select(customers.Customer.id)).scalars()
        told = worlds.plan(store, client_id, customer_id)
        assert told.code == "no_contact_point"

    def test_refuses_an_application_that_does_not_fit_its_invoice(
        self, problems: Callable[..., list[tuple[str, int, str, str]]]
    ) -> None:
        found = problems(
            invoices=[invoice_row()],
            payments=[
                payment_row("P-1", invoice_id="F-404"),
                payment_row("P-2", currency="USD"),
                payment_row("P-3", customer="K-2"),
            ],
        )

        assert found == [
            ("payments.csv", 2, "invoice_id", "F-404"),
            ("payments.csv", 3, "currency", "USD"),
            ("payments.csv", 4, "customer_id", "K-2"),
        ]

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

    def test_never_writes_the_bad_rows_over_the_ledger_itself(
        self, store: Store, client_id: ClientId, tmp_path: Path
    ) -> None:
        folder = worlds.write_ledger(tmp_path / "ledger", invoices=[invoice_row(currency="?")])
        before = (folder / "invoices.csv").read_bytes()

        with pytest.raises(Invalid, match="another folder"):
            worlds.bring(store, client_id, folder, rejects=folder / ".." / "ledger")

        assert (folder / "invoices.csv").read_bytes() == before


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


class TestCustomersInALedger:
    def test_are_updated_and_counted_once_each(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(customers=[customer_row()])

        report = bring(customers=[customer_row(name="Nuovo", phone="+39 02 5555 0102")])

        (count,) = report.files
        assert (count.changed, count.unchanged) == (1, 0)
        assert rows_of(store, customers.Customer.name) == [("Nuovo",)]

    def test_keep_what_a_file_does_not_speak_of(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(customers=[customer_row(segment="Nord")])

        report = bring(customers=[{"customer_id": "K-1", "name": "Cliente K-1"}])

        assert not report.changed
        assert rows_of(store, customers.Customer.segment) == [("Nord",)]
        assert rows_of(store, customers.ContactPoint.bad_reason) == [(None,), (None,)]

    def test_lose_what_an_empty_cell_takes_away(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(customers=[customer_row(segment="Nord")])

        bring(customers=[customer_row(segment="", phone="")])

        assert rows_of(store, customers.Customer.segment) == [(None,)]
        point = customers.ContactPoint
        with store.read(CENTRE_CALLER) as session:
            found = {
                row.kind: row.bad_reason
                for row in session.execute(select(point.kind, point.bad_reason))
            }
        assert found == {"phone": "superseded", "email": None}

    def test_never_leave_a_readable_number_or_address_above_their_company(
        self, store: Store, bring: Callable[..., Report]
    ) -> None:
        bring(customers=[customer_row(name="Mario Verdi")])

        with store.read(CENTRE_CALLER) as session:
            kept = [
                tuple(row)
                for name in ("persons", "person_points", "audit_entries")
                for row in session.execute(text(f"SELECT * FROM {name}"))
            ]
        for secret in ("55550101", "k-1@example.org", "Mario", "mario"):
            assert secret not in repr(kept)


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


class TestInvoicesByNumber:
    def test_shows_nothing_of_another_client_company(
        self, store: Store, client_id: ClientId, bring: Callable[..., Report]
    ) -> None:
        bring(invoices=[invoice_row()])
        other = worlds.found_client(store, "GAS")

        with store.read(worlds.only(other)) as session:
            found = queries.invoices_by_number(session, client_id=client_id, numbers=["F-1"])

        assert found == {}
