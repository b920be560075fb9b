"""What is open, unapplied, contested or written off, as of any day."""

from datetime import date

import pytest

from carecredit.store.session import Store
from ledgers import Ledger
from numbers_of import answer, cells, day, of

JAN, FEB, MAR = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)


class TestUnapplied:
    def test_is_what_came_in_and_waits_for_its_application(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(10_000, day(1, 5), segment="north")
        ledger.payment(10_000, day(1, 20), to=invoice, applied=day(2, 10))

        found = of(store, ledger, JAN, FEB, by_segment=True)

        unapplied = cells(found, "receivables.unapplied")
        assert unapplied["ALL", "EUR", JAN] == unapplied["north", "EUR", JAN] == 10_000
        assert unapplied["ALL", "EUR", FEB] == 0
        assert cells(found, "receivables.net")["north", "EUR", JAN] == 0
        assert cells(found, "receivables.open")["north", "EUR", JAN] == 10_000

    def test_without_an_invoice_belongs_to_the_whole_only(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(10_000, day(1, 5), segment="north")
        ledger.payment(3_000, day(1, 20))
        ledger.entry("credit_note", 2_000, day(1, 21), segment="north")

        found = of(store, ledger, JAN, by_segment=True)

        assert cells(found, "receivables.unapplied")["ALL", "EUR", JAN] == 5_000
        assert cells(found, "receivables.unapplied")["north", "EUR", JAN] == 0
        assert cells(found, "sales.p1m")["ALL", "EUR", JAN] == 8_000
        assert cells(found, "sales.p1m")["north", "EUR", JAN] == 10_000

    def test_beyond_the_gross_follows_the_invoice(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(10_000, day(1, 5), segment="north")
        ledger.payment(14_000, day(1, 20), to=invoice)

        found = of(store, ledger, JAN, by_segment=True)

        assert cells(found, "receivables.open")["north", "EUR", JAN] == 0
        assert cells(found, "receivables.unapplied")["north", "EUR", JAN] == 4_000
        assert cells(found, "aging.due.unapplied")["north", "EUR", JAN] == -4_000

    def test_holds_what_is_put_on_an_invoice_of_a_later_day(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(10_000, day(2, 5), segment="north")
        ledger.payment(10_000, day(1, 20), to=invoice)

        found = of(store, ledger, JAN, FEB, by_segment=True)

        assert cells(found, "receivables.net")["north", "EUR", JAN] == -10_000
        assert cells(found, "receivables.net")["north", "EUR", FEB] == 0

    def test_comes_back_when_an_application_is_undone(self, store: Store) -> None:
        ledger = Ledger()
        first = ledger.invoice(10_000, day(1, 5), segment="north")
        second = ledger.invoice(10_000, day(1, 5), segment="south")
        payment = ledger.payment(10_000, day(1, 10), to=first)
        ledger.share(payment, first, -10_000, day(2, 10))
        ledger.share(payment, second, 10_000, day(2, 10))

        found = of(store, ledger, JAN, FEB, by_segment=True)

        opened = cells(found, "receivables.open")
        assert (opened["north", "EUR", JAN], opened["south", "EUR", JAN]) == (0, 10_000)
        assert (opened["north", "EUR", FEB], opened["south", "EUR", FEB]) == (10_000, 0)
        assert not any(cells(found, "receivables.unapplied").values())


class TestAge:
    def test_has_due_today_as_current_and_no_due_date_as_due_at_once(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, day(1, 1), JAN)
        ledger.invoice(10, JAN)
        ledger.invoice(1, day(1, 30))

        found = of(store, ledger, JAN)

        assert cells(found, "aging.due.current")["ALL", "EUR", JAN] == 110
        assert cells(found, "aging.due.1_30")["ALL", "EUR", JAN] == 1
        assert cells(found, "receivables.past_due")["ALL", "EUR", JAN] == 1

    def test_leaves_out_an_invoice_of_a_later_day(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, day(2, 1), day(1, 1))

        assert answer(store, ledger, "receivables.open", JAN).value == "0.00"


class TestNegativeInvoice:
    def test_keeps_its_sign_in_balance_and_aging(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(-500, day(1, 5), day(1, 10))

        found = of(store, ledger, JAN)

        assert cells(found, "receivables.net")["ALL", "EUR", JAN] == -500
        assert cells(found, "aging.due.1_30")["ALL", "EUR", JAN] == -500
        assert cells(found, "invoices.open_count")["ALL", "EUR", JAN] == 1
        assert cells(found, "dso.countback.month")["ALL", "EUR", JAN] == 0


class TestWriteOff:
    def test_leaves_the_balance_and_never_touches_sales(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(10_000, day(1, 5))
        ledger.entry("write_off", 1_000, day(1, 20), to=invoice)

        found = of(store, ledger, JAN)

        assert cells(found, "receivables.net")["ALL", "EUR", JAN] == 9_000
        assert cells(found, "sales.p3m")["ALL", "EUR", JAN] == 10_000
        assert cells(found, "bad_debt_ratio.p12m")["ALL", "EUR", JAN] == 10
        assert cells(found, "days_to_pay.mean.p3m")["ALL", "EUR", JAN] is None


class TestDisputed:
    @pytest.mark.parametrize(
        ("as_of", "minor"), [(day(2, 2), 0), (day(2, 3), 100), (day(2, 9), 100), (day(2, 10), 0)]
    )
    def test_is_open_from_the_first_day_to_before_the_end(
        self, store: Store, as_of: date, minor: int
    ) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(100, day(1, 5))
        ledger.dispute(invoice, day(2, 3), day(2, 10))
        ledger.dispute(invoice, day(2, 4), day(2, 8))

        found = of(store, ledger, as_of)

        assert cells(found, "receivables.disputed")["ALL", "EUR", as_of] == minor
