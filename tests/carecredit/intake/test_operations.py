"""A book comes in: whole or not at all, once, and every bad row with the way out."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

import worlds
from carecredit.customers import model as customers
from carecredit.intake.views import Report
from carecredit.kernel.ids import ClientId
from carecredit.receivables import model as receivables
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
