"""A statement says what is open, what came in and how to pay: of any day, as known at any time."""

from datetime import date

import pytest

import worlds
from carecredit.customers.queries import UnknownCustomer
from carecredit.kernel.ids import CustomerId, new_id
from carecredit.metrics.queries import series
from carecredit.receivables import model
from carecredit.store.session import Store
from stated import APRIL, AS_OF, IBAN, JUNE, MAY, Account, adds_up


@pytest.fixture
def account(store: Store) -> Account:
    return Account(store, payee="Acque del Nord", iban=IBAN, bic="BPMOIT22")


class TestWhatIsOpen:
    def test_is_told_by_invoice_the_oldest_due_first(self, account: Account) -> None:
        account.invoice("F-2", 5_000, JUNE)
        account.invoice("F-1", 12_000, MAY)
        account.invoice("F-3", 7_000, date(2026, 7, 1))

        told = account.euro()

        assert [item.number for item in told.items] == ["F-1", "F-2", "F-3"]
        assert [item.days_past_due for item in told.items] == [38, 7, 0]
        assert (told.past_due_minor, told.upcoming_minor) == (17_000, 7_000)
        assert adds_up(told)

    def test_shows_a_partial_payment_right(self, account: Account) -> None:
        invoice = account.invoice("F-1", 12_000)
        account.share(account.entry("P-1", 5_000), invoice, 5_000)

        (item,) = account.euro().items

        assert (item.gross_minor, item.open_minor) == (12_000, 7_000)

    def test_due_today_has_not_passed(self, account: Account) -> None:
        account.invoice("F-1", 12_000, AS_OF)

        told = account.euro()

        assert (told.past_due_minor, told.upcoming_minor) == (0, 12_000)

    def test_without_a_due_date_is_due_on_its_own(self, account: Account) -> None:
        account.invoice("F-1", 12_000, None)

        assert account.euro().items[0].due_on == APRIL

    def test_fills_instalments_in_order_of_their_dates(self, account: Account) -> None:
        invoice = account.invoice("F-1", 15_620)
        for position, (due, minor) in enumerate([(MAY, 5_207), (JUNE, 5_207),
                                                 (date(2026, 7, 1), 5_206)], start=1):  # fmt: skip
            account.instalment(invoice, position, due, minor)
        account.share(account.entry("P-1", 6_000), invoice, 6_000)

        told = account.euro()

        assert [(it.position, it.open_minor) for it in told.items] == [(2, 4_414), (3, 5_206)]
        assert (told.past_due_minor, told.upcoming_minor) == (4_414, 5_206)

    def test_never_goes_below_zero_and_the_rest_is_loose(self, account: Account) -> None:
        invoice = account.invoice("F-1", 12_000)
        account.share(account.entry("P-1", 15_000), invoice, 15_000)

        told = account.euro()

        assert (told.items, told.unapplied_minor, told.balance_minor) == ((), 3_000, -3_000)

    def test_leaves_out_what_is_not_issued_yet(self, account: Account) -> None:
        invoice = account.invoice("F-1", 12_000, invoiced_on=date(2026, 6, 20), due_on=None)
        account.share(account.entry("P-1", 2_000), invoice, 2_000)

        told = account.euro()

        assert (told.items, told.unapplied_minor) == ((), 2_000)

    def test_of_another_customer_is_not_told(self, account: Account) -> None:
        other = worlds.add_customer(account.store, account.client_id, "K-2")
        account.invoice("F-9", 9_900, customer_id=other)

        assert account.euro().items == ()


class TestADispute:
    def test_takes_an_amount_out_of_what_is_asked(self, account: Account) -> None:
        account.dispute(account.invoice("F-1", 12_000), 3_000)

        told = account.euro()

        assert (told.disputed_minor, told.past_due_minor, told.asked_minor) == (3_000, 9_000, 9_000)
        assert adds_up(told)

    def test_of_all_is_never_more_than_is_open(self, account: Account) -> None:
        invoice = account.invoice("F-1", 12_000)
        account.dispute(invoice, 9_000)
        account.dispute(invoice, 9_000, JUNE)

        told = account.euro()

        assert (told.disputed_minor, told.past_due_minor) == (12_000, 0)

    def test_that_has_ended_takes_nothing_out(self, account: Account) -> None:
        dispute = account.dispute(account.invoice("F-1", 12_000))
        account.add(model.DisputeEnd, dispute_id=dispute, disputed_to=JUNE)

        assert account.euro(date(2026, 5, 31)).disputed_minor == 12_000
        assert account.euro(JUNE).disputed_minor == 0

    def test_over_instalments_is_off_the_oldest(self, account: Account) -> None:
        invoice = account.invoice("F-1", 10_000)
        account.instalment(invoice, 1, MAY, 5_000)
        account.instalment(invoice, 2, date(2026, 7, 1), 5_000)
        account.dispute(invoice, 6_000)

        assert [item.disputed_minor for item in account.euro().items] == [5_000, 1_000]


class TestHowToPay:
    def test_names_payee_account_and_reference(self, account: Account) -> None:
        pay = account.read().pay

        assert pay is not None
        assert (pay.payee, pay.iban, pay.bic) == ("Acque del Nord", IBAN, "BPMOIT22")
        assert pay.reference == "RF09K1"
        assert pay.currencies == ("EUR",)

    def test_is_left_open_where_no_account_is_known(self, sqlite_store: Store) -> None:
        assert Account(sqlite_store).read().pay is None

    def test_asks_for_what_has_passed_less_what_is_loose(self, account: Account) -> None:
        account.invoice("F-1", 12_000)
        account.invoice("F-2", 5_000, date(2026, 7, 1))
        account.entry("P-1", 2_000)

        assert account.euro().asked_minor == 10_000

    def test_offers_what_is_to_come_where_nothing_has_passed(self, account: Account) -> None:
        account.invoice("F-2", 5_000, date(2026, 7, 1))

        assert account.euro().asked_minor == 5_000


class TestTheControlAccount:
    def test_is_what_the_statement_says_on_every_day(self, account: Account) -> None:
        first = account.invoice("F-1", 12_000)
        second = account.invoice("F-2", 9_000, JUNE, invoiced_on=date(2026, 5, 4))
        account.instalment(second, 1, date(2026, 5, 20), 4_000)
        account.instalment(second, 2, JUNE, 5_000)
        account.invoice("F-3", -2_000, invoiced_on=date(2026, 5, 11))
        payment = account.entry("P-1", 20_000, date(2026, 5, 6))
        share = account.share(payment, first, 13_000, date(2026, 5, 7), effective_on=MAY)
        account.share(payment, first, -13_000, date(2026, 5, 12), undoes_id=share)
        account.share(payment, second, 6_000, date(2026, 5, 13))
        account.entry("B-1", 3_000, date(2026, 5, 15), kind="chargeback", related_id=payment)
        account.share(account.entry("C-1", 1_000, date(2026, 5, 16), kind="credit_note"), first,
                      1_000, date(2026, 5, 18))  # fmt: skip
        account.dispute(second, 2_500, date(2026, 5, 9))
        days = [APRIL, *(date(2026, 5, number) for number in range(3, 22, 2)), JUNE, AS_OF]
        ids = ("receivables.open", "receivables.unapplied", "receivables.disputed")

        with account.store.read(worlds.CENTRE_CALLER) as session:
            found = series(session, client_id=account.client_id, dates=days)

        for row in found.rows:
            told = account.euro(row.as_of)
            numbers = [int(row.measures[found.ids.index(each)].value or 0) for each in ids]
            stated = [told.open_minor, told.unapplied_minor, told.disputed_minor]
            assert stated == numbers, row.as_of
            assert adds_up(told)


class TestWhoIsUnknown:
    def test_has_no_statement(self, account: Account) -> None:
        account.customer_id = CustomerId(new_id())

        with pytest.raises(UnknownCustomer):
            account.read()
