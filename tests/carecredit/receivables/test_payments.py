"""Money received and credits: where they go, and how that is undone."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

import worlds
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import EntryId, new_id
from carecredit.kernel.money import CurrencyMismatch, Money
from carecredit.receivables import model, operations
from carecredit.receivables.operations import NewCredit
from carecredit.receivables.operations.applying import (
    AllocationUndone,
    NotApplicable,
    NothingUnapplied,
    UndoneTooEarly,
)
from carecredit.receivables.operations.pen import DayAhead, NumberTaken
from carecredit.receivables.queries import UnknownAllocation, UnknownEntry, UnknownInvoice
from carecredit.receivables.rules import Share, ShareBeyondOpen
from worlds import CENTRE_CALLER, TODAY

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

        assert refused.value.field == "received_on"


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
