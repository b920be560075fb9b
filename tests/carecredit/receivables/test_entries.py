"""Every kind of entry: one call, in one book, and never more than there is on any day."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

import worlds
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import EntryId, InvoiceId, new_id
from carecredit.kernel.money import CurrencyMismatch, Money
from carecredit.receivables import model, operations, queries
from carecredit.receivables.operations import NewCredit, NewInvoice
from carecredit.receivables.operations.applying import (
    AllocationUndone,
    NotApplicable,
    NothingUnapplied,
    UndoneTooEarly,
    WriteOffStands,
)
from carecredit.receivables.operations.correcting import NotCorrectable
from carecredit.receivables.operations.giving_back import (
    BeyondPayment,
    BeyondUnapplied,
    NotRefundable,
)
from carecredit.receivables.operations.giving_up import NothingOpen, NotWrittenOff
from carecredit.receivables.operations.pen import DayAhead, NumberTaken
from carecredit.receivables.queries import UnknownAllocation, UnknownEntry, UnknownInvoice
from carecredit.receivables.rules import Share, ShareBeyondOpen
from worlds import CENTRE_CALLER, NOW, TODAY

Book = Any
AGO = worlds.timedelta


def ago_on(days: int) -> Any:
    return TODAY - AGO(days=days)


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


def share_ids(book: Book, entry_id: EntryId) -> list[Any]:
    with book.store.read(CENTRE_CALLER) as session:
        query = select(model.Allocation.id).where(
            model.Allocation.entry_id == entry_id, model.Allocation.undoes_id.is_(None)
        )
        return list(session.execute(query.order_by(model.Allocation.id)).scalars())


class TestAnInvoice:
    def test_falls_due_by_instalments_which_payments_fill_in_order(self, book: Book) -> None:
        key = book.invoice(minor=30_000, parts=((10, 10_000), (40, 10_000), (-20, 10_000)))
        book.pay("P-1", 15_000)

        it = book.ask(queries.invoice, invoice_id=key, today=TODAY)

        assert [part.open_minor for part in it.instalments] == [0, 5_000, 10_000]
        assert (it.due_on, it.past_due_minor, it.open_minor) == (ago_on(10), 5_000, 15_000)
        assert it.days_past_due(TODAY) == 10

    def test_below_zero_asks_for_nothing_and_has_no_instalments(self, book: Book) -> None:
        for parts in (((10, -5_000), (5, -5_000)), ((10, 5_000), (5, 5_000))):
            with pytest.raises(Invalid, match="give it one date, or record a credit note"):
                book.invoice(minor=-10_000, parts=parts)

        key = book.invoice(minor=-10_000)
        assert book.open(key) == -10_000

    def test_under_split_payment_asks_for_no_vat(self, book: Book) -> None:
        key = book.invoice(minor=12_200, tax_minor=2_200, split_payment=True)

        assert book.open(key) == 10_000
        with pytest.raises(Invalid, match="VAT"):
            book.invoice("F-2", split_payment=True)

    def test_may_be_dated_ahead_and_is_owed_from_then(self, book: Book) -> None:
        book.invoice(ago=-5, due=-30)

        assert (book.balance().open_minor, book.balance(-5).open_minor) == (0, 10_000)

    @pytest.mark.parametrize(
        ("fault", "field"),
        [
            ({"parts": ((10, 5_000), (5, 4_000))}, "instalments"),
            ({"parts": ((10, 10_000),)}, "instalments"),
            ({"tax_minor": 10_001}, "tax"),
            ({"tax_minor": -1}, "tax"),
            ({"kind": "cost_note", "minor": -5}, "gross"),
        ],
    )
    def test_that_does_not_agree_with_itself_is_refused(
        self, book: Book, fault: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            book.invoice(**fault)

        assert refused.value.field == field
        assert worlds.row_counts(book.store)["books"] == 0


class TestAPayment:
    def test_follows_the_customers_instruction_before_the_mandate(self, book: Book) -> None:
        old, new = book.invoice("F-1"), book.invoice("F-2", due=10)

        receipt = book.pay("P-1", 12_000, on={new: 10_000})

        assert (book.open(old), book.open(new)) == (8_000, 0)
        assert {one.invoice_id: one.minor for one in receipt.shares} == {old: 2_000, new: 10_000}

    def test_beyond_what_its_invoice_has_open_is_refused_whole(self, book: Book) -> None:
        key = book.invoice()

        with pytest.raises(ShareBeyondOpen):
            book.pay("P-1", 20_000, on={key: 10_001})
        assert worlds.row_counts(book.store)["ledger_entries"] == 0

    def test_goes_to_nobody_elses_invoice_and_to_no_other_currency(self, book: Book) -> None:
        other = worlds.add_customer(book.store, book.client_id, "K-2")
        theirs = book.invoice("F-1", customer_id=other)
        dollars = book.invoice("F-2", currency="USD")

        with pytest.raises(UnknownInvoice):
            book.pay("P-1", 100, on={theirs: 100})
        with pytest.raises(CurrencyMismatch):
            book.pay("P-1", 100, on={dollars: 100})

    def test_settles_costs_and_interest_first(self, book: Book) -> None:
        principal = book.invoice("F-1")
        interest = book.invoice("N-1", 500, kind="interest_note", ago=9, due=9)
        costs = book.invoice("N-2", 4_000, kind="cost_note", ago=9, due=9)

        book.pay("P-1", 4_600, ago=5)

        assert [book.open(key) for key in (costs, interest, principal)] == [0, 0, 9_900]

    def test_goes_by_the_order_of_the_mandate(self, booked: Callable[..., Book]) -> None:
        book = booked(allocation_order="proportional")
        keys = [book.invoice("F-1"), book.invoice("F-2", 20_000)]

        book.pay("P-1", 10_000)

        assert [book.open(key) for key in keys] == [6_667, 13_333]

    def test_without_a_word_waits_where_the_mandate_says_as_stated(
        self, booked: Callable[..., Book]
    ) -> None:
        book = booked(allocation_order="as_stated")
        key = book.invoice()

        assert book.pay("P-1", 5_000).unapplied_minor == 5_000
        assert book.pay("P-2", 5_000, on={key: 5_000}).unapplied_minor == 0

    def test_dated_back_settles_only_what_no_later_day_has_settled(self, book: Book) -> None:
        key = book.invoice()
        first = book.pay("P-1", 10_000, ago=10)
        book.do(operations.undo_entry, entry_id=first.entry_id, undone_on=ago_on(5))

        late = book.pay("P-2", 10_000, ago=15)

        assert late.applied_minor == 0
        found = book.do(operations.allocate, entry_id=late.entry_id, applied_on=ago_on(5))
        assert found.applied_minor == 10_000
        assert [book.open(key, day) for day in (15, 10, 5)] == [10_000, 0, 0]

    def test_is_never_dated_ahead(self, book: Book) -> None:
        with pytest.raises(DayAhead) as refused:
            book.pay("P-1", 100, ago=-1)

        assert refused.value.field == "effective_on"


class TestACreditNote:
    def test_lowers_what_it_names_and_the_rest_stands_loose(self, book: Book) -> None:
        key = book.invoice()
        credit = NewCredit(
            book.customer_id, "NC-1", ago_on(20), euro(3_000), reason="returned goods",
            shares=(Share(key, 1_000),),
        )  # fmt: skip

        receipt = book.do(operations.record_credit_note, credit=credit)

        assert (receipt.applied_minor, receipt.unapplied_minor) == (1_000, 2_000)
        balance = book.balance()
        assert (balance.open_minor, balance.unapplied_minor, balance.net_minor) == (
            9_000,
            2_000,
            7_000,
        )
        with pytest.raises(NumberTaken):
            book.do(operations.record_credit_note, credit=credit)

    def test_of_the_opening_is_a_credit_of_its_own_kind(self, book: Book) -> None:
        credit = NewCredit(book.customer_id, "AP-1", ago_on(90), euro(500))
        book.do(operations.record_opening_credit, credit=credit)
        book.invoice("AP-2", kind="opening_balance", ago=90, due=90)

        assert (book.balance(80).open_minor, book.balance(80).unapplied_minor) == (10_000, 500)


class TestAllocating:
    def test_puts_what_stands_unapplied_on_invoices_from_its_own_day(self, book: Book) -> None:
        loose = book.pay("P-1", 10_000, ago=50)
        key = book.invoice(ago=40)

        found = book.do(
            operations.allocate, entry_id=loose.entry_id, shares=[Share(key, 4_000)],
            applied_on=ago_on(3),
        )  # fmt: skip

        assert (found.applied_minor, found.unapplied_minor) == (4_000, 6_000)
        assert [book.open(key, day) for day in (4, 3)] == [10_000, 6_000]
        assert [book.balance(day).net_minor for day in (45, 4, 3)] == [-10_000, 0, 0]

    def test_of_all_goes_through_a_customers_money_oldest_first(self, book: Book) -> None:
        for number, ago in (("P-2", 45), ("P-1", 50)):
            book.pay(number, 6_000, ago=ago)
        key = book.invoice(ago=40)

        made = book.do(operations.allocate_all, customer_id=book.customer_id, applied_on=ago_on(0))

        assert [one.applied_minor for one in made] == [6_000, 4_000]
        assert (book.open(key), book.balance().unapplied_minor) == (0, 2_000)
        again = {"customer_id": book.customer_id, "applied_on": TODAY}
        assert book.do(operations.allocate_all, **again) == []

    def test_takes_nothing_twice_and_nothing_before_it_was_there(self, book: Book) -> None:
        key = book.invoice()
        paid = book.pay("P-1", 10_000, ago=20, on={key: 10_000})
        other = book.invoice("F-2")
        put = {"entry_id": paid.entry_id, "shares": [Share(other, 1)]}

        with pytest.raises(NothingUnapplied):
            book.do(operations.allocate, applied_on=ago_on(0), **put)
        with pytest.raises(Invalid, match="then or later"):
            book.do(operations.allocate, applied_on=ago_on(21), **put)
        with pytest.raises(DayAhead):
            book.do(operations.allocate, applied_on=ago_on(-1), **put)
        with pytest.raises(UnknownEntry):
            book.do(operations.allocate, applied_on=TODAY, entry_id=EntryId(new_id()))

    def test_of_what_was_refunded_is_refused(self, book: Book) -> None:
        loose = book.pay("P-1", 1_000, ago=50)
        key = book.invoice()
        refund = book.do(
            operations.record_refund, entry_id=loose.entry_id, amount=euro(600),
            refunded_on=ago_on(0),
        )  # fmt: skip

        with pytest.raises(NotApplicable):
            book.do(operations.allocate, entry_id=refund.entry_id, applied_on=TODAY)
        with pytest.raises(Invalid):
            book.do(
                operations.allocate, entry_id=loose.entry_id, shares=[Share(key, 401)],
                applied_on=ago_on(30),
            )  # fmt: skip


class TestUndoing:
    def test_opens_the_invoice_again_from_its_day_and_leaves_the_past_alone(
        self, book: Book
    ) -> None:
        key = book.invoice()
        paid = book.pay("P-1", 10_000, ago=20)
        (share_id,) = share_ids(book, paid.entry_id)

        undone = book.do(operations.undo_allocation, allocation_id=share_id, undone_on=ago_on(5))

        assert (undone.minor, undone.invoice_ids) == (10_000, (key,))
        assert [book.open(key, day) for day in (20, 6, 5)] == [0, 0, 10_000]
        assert [book.balance(day).net_minor for day in (6, 5)] == [0, 0]
        with pytest.raises(AllocationUndone):
            book.do(operations.undo_allocation, allocation_id=share_id, undone_on=ago_on(0))

    def test_is_no_earlier_than_what_it_undoes(self, book: Book) -> None:
        book.invoice()
        paid = book.pay("P-1", 10_000, ago=20)

        with pytest.raises(UndoneTooEarly):
            book.do(operations.undo_entry, entry_id=paid.entry_id, undone_on=ago_on(21))
        with pytest.raises(UnknownAllocation):
            book.do(operations.undo_allocation, allocation_id=new_id(), undone_on=TODAY)


class TestAWriteOff:
    def test_lowers_an_invoice_by_the_whole_or_a_part(self, book: Book) -> None:
        key = book.invoice()
        give_up = {"invoice_id": key, "reason": "insolvent", "written_on": ago_on(9)}

        part = book.do(operations.write_off, amount=euro(4_000), **give_up)
        assert (part.applied_minor, book.open(key)) == (4_000, 6_000)
        rest = book.do(operations.write_off, **give_up)

        assert (rest.applied_minor, book.open(key), book.balance().net_minor) == (6_000, 0, 0)
        with pytest.raises(NothingOpen):
            book.do(operations.write_off, **give_up)
        with pytest.raises(WriteOffStands, match="recovery"):
            book.do(operations.undo_entry, entry_id=rest.entry_id, undone_on=TODAY)
        with pytest.raises(NotRefundable):
            book.do(
                operations.record_refund, entry_id=rest.entry_id, amount=euro(1), refunded_on=TODAY
            )

    def test_may_be_recovered_without_touching_the_balance(self, book: Book) -> None:
        key = book.invoice()
        gone = book.do(
            operations.write_off, invoice_id=key, reason="insolvent", written_on=ago_on(9)
        )
        money = {"write_off_id": gone.entry_id, "received_on": ago_on(2)}

        book.do(operations.record_recovery, amount=euro(7_000), **money)

        assert (book.balance().net_minor, book.open(key)) == (0, 0)
        with pytest.raises(NotWrittenOff, match=r"30\.00"):
            book.do(operations.record_recovery, amount=euro(3_001), **money)
        with pytest.raises(Invalid, match="before that"):
            book.do(
                operations.record_recovery, amount=euro(1), write_off_id=gone.entry_id,
                received_on=ago_on(10),
            )  # fmt: skip


class TestARefund:
    def test_gives_back_what_stands_unapplied_and_no_more(self, book: Book) -> None:
        book.invoice()
        paid = book.pay("P-1", 15_000)
        back = {"entry_id": paid.entry_id, "refunded_on": ago_on(2)}

        with pytest.raises(BeyondUnapplied, match=r"50\.00"):
            book.do(operations.record_refund, amount=euro(5_001), **back)
        book.do(operations.record_refund, amount=euro(5_000), **back)

        assert [book.balance(day).unapplied_minor for day in (3, 2)] == [5_000, 0]
        with pytest.raises(BeyondUnapplied):
            book.do(operations.record_refund, amount=euro(1), **back)
        with pytest.raises(Invalid):
            book.do(
                operations.record_refund, entry_id=paid.entry_id, amount=euro(1),
                refunded_on=ago_on(21),
            )  # fmt: skip


class TestAChargeback:
    def test_opens_what_the_payment_had_settled_from_its_day(self, book: Book) -> None:
        key = book.invoice()
        paid = book.pay("P-1", 10_000)

        back = book.do(
            operations.record_chargeback, payment_id=paid.entry_id, returned_on=ago_on(8)
        )

        assert (back.undone_minor, back.invoice_ids) == (10_000, (key,))
        assert [book.open(key, day) for day in (9, 8)] == [0, 10_000]
        assert [book.balance(day).net_minor for day in (9, 8)] == [0, 10_000]
        with pytest.raises(BeyondPayment):
            book.do(operations.record_chargeback, payment_id=paid.entry_id, returned_on=ago_on(7))

    def test_in_part_takes_what_stands_loose_then_what_was_applied_last(self, book: Book) -> None:
        first, last = book.invoice("F-1"), book.invoice("F-2", ago=50, due=20)
        paid = book.pay("P-1", 15_000, ago=40, on={first: 10_000, last: 1_000})
        book.do(operations.undo_entry, entry_id=paid.entry_id, undone_on=ago_on(30))
        put = {"entry_id": paid.entry_id}
        book.do(operations.allocate, shares=[Share(first, 6_000)], applied_on=ago_on(30), **put)
        book.do(operations.allocate, shares=[Share(last, 6_000)], applied_on=ago_on(10), **put)

        back = book.do(
            operations.record_chargeback, payment_id=paid.entry_id, amount=euro(5_000),
            returned_on=ago_on(20),
        )  # fmt: skip

        assert (back.undone_minor, back.invoice_ids) == (2_000, (last,))
        assert (book.open(first), book.open(last)) == (4_000, 6_000)
        for day in range(41):
            balance = book.balance(day)
            assert balance.unapplied_minor >= 0
            assert balance.net_minor == 5_000 + 5_000 * (day <= 20)

    def test_is_of_a_payment(self, book: Book) -> None:
        credit = NewCredit(book.customer_id, "NC-1", ago_on(20), euro(500))
        receipt = book.do(operations.record_credit_note, credit=credit)

        with pytest.raises(NotRefundable):
            book.do(operations.record_chargeback, payment_id=receipt.entry_id, returned_on=TODAY)


class TestCorrecting:
    def new(self, book: Book, minor: int) -> NewInvoice:
        return NewInvoice(book.customer_id, "F-1/B", ago_on(60), ago_on(30), euro(minor))

    def correct(self, book: Book, key: InvoiceId, minor: int) -> Any:
        return book.do(
            operations.correct_invoice, invoice_id=key, credit_number="NC-1",
            replacement=self.new(book, minor), corrected_on=ago_on(4), reason="wrong price",
        )  # fmt: skip

    def test_is_a_credit_note_and_a_new_invoice_and_the_money_moves_over(self, book: Book) -> None:
        key = book.invoice()
        book.pay("P-1", 9_000)

        done = self.correct(book, key, 8_000)

        assert (book.open(key), book.open(done.invoice_id), done.moved_minor) == (0, 0, 8_000)
        assert (book.balance().net_minor, book.balance().unapplied_minor) == (-1_000, 1_000)
        assert worlds.actions(book.store, book.client_id)[-1] == "invoice.corrected"
        with book.store.read(CENTRE_CALLER) as session:
            books = session.execute(select(func.count()).select_from(model.Book)).scalar_one()
        assert books == 3

    def test_is_left_to_hands_where_part_was_written_off(self, book: Book) -> None:
        key = book.invoice()
        book.do(
            operations.write_off, invoice_id=key, reason="r", written_on=ago_on(9), amount=euro(1)
        )

        with pytest.raises(NotCorrectable):
            self.correct(book, key, 8_000)
        assert book.open(key) == 9_999


class TestSmallBalances:
    def test_are_listed_and_given_up_in_one_call(self, booked: Callable[..., Book]) -> None:
        book = booked(small_balance_minor=100)
        small = book.invoice("F-1", 99)
        book.invoice("F-2", 100)
        book.invoice("F-3", 50, due=-5)
        contested = book.invoice("F-4", 50)
        book.do(
            operations.open_dispute, invoice_id=contested, disputed_from=TODAY, reason="not ours"
        )

        listed = book.ask(queries.small_balances, today=TODAY)
        done = book.do(operations.write_off_small_balances)

        assert [one.invoice_id for one in listed] == [small]
        assert (done.count, done.minor, done.more) == (1, 99, False)
        assert book.open(small) == 0
        assert book.do(operations.write_off_small_balances).count == 0
        assert worlds.actions(book.store, book.client_id)[-1] == "write_off.small_balances"

    def test_are_listed_as_of_another_day_and_as_known_then(
        self, booked: Callable[..., Book]
    ) -> None:
        book = booked(small_balance_minor=100)
        settled, grown = book.invoice("F-1", 99), book.invoice("F-2", 5_000)
        paid = book.pay("P-1", 4_950, ago=20, on={grown: 4_950})
        book.do(operations.undo_entry, entry_id=paid.entry_id, undone_on=ago_on(9))
        later = NOW + AGO(days=1)
        book.do(
            operations.record_payment, customer_id=book.customer_id, number="P-2",
            amount=euro(99), received_on=ago_on(5), shares=[Share(settled, 99)], now=later,
        )  # fmt: skip

        def small(**words: Any) -> list[str]:
            return [it.number for it in book.ask(queries.small_balances, today=TODAY, **words)]

        assert small() == []
        assert small(as_of=ago_on(10)) == ["F-1", "F-2"]
        assert small(as_of=ago_on(9)) == ["F-1"]
        assert small(as_of=ago_on(35)) == []
        assert small(known_at=NOW) == ["F-1"]
        assert small(known_at=later) == []
