"""What came in and went out of a statement, as it was known, by currency."""

from datetime import UTC, date, datetime, timedelta

import pytest

from carecredit.kernel.errors import Invalid
from carecredit.store.session import Store
from stated import AS_OF, IBAN, JUNE, MAY, Account


@pytest.fixture
def account(store: Store) -> Account:
    return Account(store, payee="Acque del Nord", iban=IBAN, bic="BPMOIT22")


class TestMovements:
    def test_say_how_they_were_used(self, account: Account) -> None:
        first, second = account.invoice("F-1", 4_000), account.invoice("F-2", 9_000)
        payment = account.entry("P-1", 12_000)
        account.share(payment, first, 4_000)
        account.share(payment, second, 5_000, JUNE, effective_on=MAY)

        (told,) = account.euro().movements

        assert [(it.invoice, it.minor) for it in told.applied] == [("F-1", 4_000), ("F-2", 5_000)]
        assert told.unapplied_minor == 3_000

    def test_before_since_are_told_only_where_they_wait(self, account: Account) -> None:
        account.entry("P-1", 2_000, date(2026, 1, 10))
        account.entry("P-2", 1_000, JUNE)

        told = account.euro()

        assert [it.number for it in told.movements] == ["P-2"]
        assert [it.number for it in told.loose] == ["P-1", "P-2"]
        assert told.unapplied_minor == 3_000

    def test_taken_back_by_the_bank_opens_the_invoice_again(self, account: Account) -> None:
        invoice = account.invoice("F-1", 12_000)
        payment = account.entry("P-1", 12_000)
        share = account.share(payment, invoice, 12_000)
        account.entry("B-1", 12_000, JUNE, kind="chargeback", related_id=payment)
        account.share(payment, invoice, -12_000, JUNE, undoes_id=share)

        before, after = account.euro(date(2026, 5, 31)), account.euro(JUNE)

        assert (before.open_minor, before.unapplied_minor) == (0, 0)
        assert (after.open_minor, after.unapplied_minor) == (12_000, 0)
        assert [it.kind for it in after.movements] == ["payment", "chargeback"]
        assert [it.applied for it in after.movements] == [(), ()]
        assert after.loose == ()

    def test_given_back_are_loose_no_more(self, account: Account) -> None:
        payment = account.entry("P-1", 5_000)
        account.entry("R-1", 2_000, JUNE, kind="refund", related_id=payment)

        told = account.euro()

        assert told.unapplied_minor == 3_000
        assert [it.unapplied_minor for it in told.loose] == [3_000]

    def test_of_what_was_written_off_leave_the_balance_alone(self, account: Account) -> None:
        given_up = account.entry("W-1", 12_000, kind="write_off")
        account.share(given_up, account.invoice("F-1", 12_000), 12_000)
        account.entry("P-9", 4_000, JUNE, kind="recovery", related_id=given_up)

        assert account.euro().balance_minor == 0

    def test_asked_for_from_after_the_day_are_refused(self, account: Account) -> None:
        with pytest.raises(Invalid) as refused:
            account.read(since=AS_OF + timedelta(days=1))

        assert refused.value.field == "since"


class TestKnownAt:
    def test_leaves_out_what_was_written_later(self, account: Account) -> None:
        early = datetime(2026, 5, 2, tzinfo=UTC)
        invoice = account.invoice("F-1", 12_000, recorded_at=early)
        payment = account.entry("P-1", 12_000)
        account.share(payment, invoice, 12_000)

        then, now = account.euro(known_at=early), account.euro()

        assert (then.open_minor, then.movements) == (12_000, ())
        assert now.open_minor == 0
        assert account.read(known_at=early).known_at == early


class TestCurrencies:
    def test_stand_side_by_side_the_own_one_first(self, account: Account) -> None:
        account.invoice("F-1", 12_000, currency="CHF")
        account.invoice("F-2", 7_000)

        told = account.read().accounts

        assert [(it.currency, it.open_minor) for it in told] == [("EUR", 7_000), ("CHF", 12_000)]

    def test_of_an_empty_account_is_the_own_one(self, account: Account) -> None:
        told = account.euro()

        assert (told.currency, told.open_minor, told.items) == ("EUR", 0, ())
