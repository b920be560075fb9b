"""What is given up, given back and taken back: one call, in one book, never more than there is."""

from typing import Any

import pytest

import worlds
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money
from carecredit.receivables import operations
from carecredit.receivables.operations import NewCredit
from carecredit.receivables.operations.applying import (
    WriteOffStands,
)
from carecredit.receivables.operations.giving_back import (
    BeyondPayment,
    BeyondUnapplied,
    NotRefundable,
)
from carecredit.receivables.operations.giving_up import NothingOpen, NotWrittenOff
from carecredit.receivables.rules import Share
from worlds import TODAY

Book = Any


AGO = worlds.timedelta


def ago_on(days: int) -> Any:
    return TODAY - AGO(days=days)


def euro(minor: int) -> Money:
    return Money(minor, "EUR")


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
