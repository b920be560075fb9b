"""Remainders too small to ask for: listed as of any day, given up in one call."""

from collections.abc import Callable
from typing import Any

import worlds
from carecredit.kernel.money import Money
from carecredit.receivables import operations, queries
from carecredit.receivables.rules import Share
from worlds import NOW, TODAY

Book = Any


AGO = worlds.timedelta


def ago_on(days: int) -> Any:
    return TODAY - AGO(days=days)


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


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
