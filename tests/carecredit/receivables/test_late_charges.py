"""What lateness would come to: shown line by line, given up, as it was known."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import worlds
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money
from carecredit.receivables import operations, queries
from carecredit.receivables.operations import Charge, NewInvoice
from carecredit.receivables.rules import LateRuleUnknown, Share
from worlds import NOW, TODAY

Book = Any


def ago_on(days: int) -> Any:
    return TODAY - timedelta(days=days)


class TestLateCharges:
    def charges(self, book: Book, **words: Any) -> Any:
        whose = {"customer_id": book.customer_id, "today": TODAY}
        return book.ask(queries.late_charges, **whose | words)

    def test_are_shown_by_the_rule_of_the_mandate_and_never_booked(
        self, booked: Callable[..., Book]
    ) -> None:
        book = booked(late_charges="it_b2b")
        book.invoice("F-1", 100_000, due=30)
        book.invoice("F-2", 100_000, due=0)
        before = worlds.row_counts(book.store)

        (found,) = self.charges(book)

        assert (found.number, found.compensation_minor) == ("F-1", 4_000)
        assert found.interest_minor == round(100_000 * 10.15 * 30 / 36_500)
        assert [(line.days, line.percent) for line in found.lines] == [(30, "10.15")]
        assert found.chargeable_minor == found.interest_minor + 4_000
        assert worlds.row_counts(book.store) == before

    def test_show_nothing_where_the_mandate_names_no_rule(self, book: Book) -> None:
        book.invoice()

        assert self.charges(book) == []
        assert self.charges(book, rule="it_consumer")[0].compensation_minor == 0
        with pytest.raises(LateRuleUnknown):
            self.charges(book, rule="usury")

    def test_end_with_the_day_the_money_came_not_the_day_it_was_matched(
        self, booked: Callable[..., Book]
    ) -> None:
        book = booked(late_charges="it_b2b", allocation_order="as_stated")
        key = book.invoice(due=30)
        paid = book.pay("P-1", 10_000, ago=20)
        put = {"entry_id": paid.entry_id, "applied_on": TODAY}
        book.do(operations.allocate, shares=[Share(key, 10_000)], **put)

        (found,) = self.charges(book)

        assert sum(line.days for line in found.lines) == 10

    def test_are_those_of_the_new_invoice_where_one_was_put_right(
        self, booked: Callable[..., Book]
    ) -> None:
        book = booked(late_charges="it_b2b")
        key = book.invoice("F-1", 100_000, due=30)
        (before,) = self.charges(book)
        new = NewInvoice(book.customer_id, "F-1/B", ago_on(60), ago_on(30), Money(90_000, "EUR"))
        book.do(
            operations.correct_invoice, invoice_id=key, credit_number="NC-1", replacement=new,
            corrected_on=ago_on(4), reason="wrong price",
        )  # fmt: skip

        (after,) = self.charges(book)

        assert (before.number, after.number) == ("F-1", "F-1/B")
        assert after.interest_minor == round(90_000 * 10.15 * 30 / 36_500)

    def test_run_on_the_part_undone_alone_where_the_rest_stays(
        self, booked: Callable[..., Book]
    ) -> None:
        book = booked(late_charges="it_b2b", allocation_order="as_stated")
        key = book.invoice(minor=100_000, due=30)
        paid = book.pay("P-1", 100_000, ago=30)
        put = {"entry_id": paid.entry_id, "applied_on": ago_on(20)}
        book.do(operations.allocate, shares=[Share(key, 100_000)], **put)
        assert self.charges(book) == []

        book.do(operations.undo_entry, entry_id=paid.entry_id, undone_on=ago_on(10))
        put["applied_on"] = ago_on(10)
        book.do(operations.allocate, shares=[Share(key, 99_000)], **put)
        (found,) = self.charges(book)

        assert [(line.days, line.principal_minor) for line in found.lines] == [(10, 1_000)]

    def test_run_until_money_that_served_another_invoice_is_put_here(
        self, booked: Callable[..., Book]
    ) -> None:
        book = booked(late_charges="it_b2b", allocation_order="as_stated")
        first, second = book.invoice("F-1", due=30), book.invoice("F-2", due=30)
        paid = book.pay("P-1", 15_000, ago=30, on={first: 10_000})
        book.do(operations.undo_entry, entry_id=paid.entry_id, undone_on=ago_on(10))
        put = {"entry_id": paid.entry_id, "applied_on": ago_on(10)}
        book.do(operations.allocate, shares=[Share(second, 10_000)], **put)

        found = {it.number: it.lines for it in self.charges(book)}

        # 50.00 had waited since it came; the other 50.00 had served F-1 for twenty days.
        assert [(it.days, it.principal_minor) for it in found["F-2"]] == [(20, 5_000)]
        assert [(it.days, it.principal_minor) for it in found["F-1"]] == [(10, 10_000)]

    def test_begin_again_when_the_payment_comes_back(self, booked: Callable[..., Book]) -> None:
        book = booked(late_charges="it_b2b")
        book.invoice(due=30)
        paid = book.pay("P-1", 10_000, ago=30)
        book.do(operations.record_chargeback, payment_id=paid.entry_id, returned_on=ago_on(10))

        (found,) = self.charges(book)

        assert sum(line.days for line in found.lines) == 10

    def test_are_given_up_through_a_day_or_whole(self, booked: Callable[..., Book]) -> None:
        book = booked(late_charges="it_b2b")
        key = book.invoice(minor=100_000, due=30)
        words = {"invoice_id": key, "waived_by": "Anna Bianchi", "reason": "a good customer"}

        book.do(operations.waive, charge=Charge.INTEREST, through_on=ago_on(10), **words)
        (part,) = self.charges(book)
        book.do(operations.waive, charge=Charge.BOTH, **words)
        (whole,) = self.charges(book)

        rest = part.interest_minor - part.interest_waived_minor
        assert rest == round(100_000 * 10.15 * 10 / 36_500)
        assert part.chargeable_minor == rest + 4_000
        assert (whole.chargeable_minor, whole.interest_waived_minor) == (0, part.interest_minor)
        assert [one.waived_by for one in whole.waivers] == ["Anna Bianchi"] * 2
        assert worlds.actions(book.store, book.client_id)[-1] == "late_charge.waived"
        with pytest.raises(Invalid):
            book.do(operations.waive, charge=Charge.COMPENSATION, through_on=TODAY, **words)

    def test_are_as_they_were_known_at_an_earlier_instant(
        self, booked: Callable[..., Book]
    ) -> None:
        book = booked(late_charges="it_b2b")
        key, later = book.invoice(due=30), NOW + timedelta(days=3)
        paid = book.do(
            operations.record_payment, customer_id=book.customer_id, number="P-1",
            amount=Money(4_000, "EUR"), received_on=ago_on(20), now=later,
        )  # fmt: skip
        book.do(
            operations.record_chargeback, payment_id=paid.entry_id, returned_on=ago_on(10),
            now=later + timedelta(days=1),
        )  # fmt: skip
        book.do(
            operations.waive, invoice_id=key, charge=Charge.BOTH, waived_by="Anna", reason="r",
            now=later + timedelta(days=2),
        )  # fmt: skip

        def principals(**words: Any) -> list[tuple[int, int]]:
            (found,) = self.charges(book, **words)
            return [(line.days, line.principal_minor) for line in found.lines]

        assert self.charges(book, known_at=NOW - timedelta(seconds=1)) == []
        assert principals(known_at=NOW) == [(30, 10_000)]
        assert principals(known_at=later) == [(10, 10_000), (20, 6_000)]
        assert principals(known_at=later + timedelta(days=1)) == [
            (10, 10_000), (10, 6_000), (10, 10_000),
        ]  # fmt: skip
        assert self.charges(book)[0].chargeable_minor == 0
        before = self.charges(book, known_at=later + timedelta(days=1))[0]
        assert before.chargeable_minor > 4_000
        assert before.waivers == ()

    def test_are_of_the_principal_alone(self, booked: Callable[..., Book]) -> None:
        book = booked(late_charges="it_b2b")
        book.invoice("N-1", 500, kind="interest_note", due=30)
        book.invoice("N-2", 500, kind="cost_note", due=30)

        assert self.charges(book) == []
