"""Balances, limits, disputes in part, late charges and their waivers, the ledger page by page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

import worlds
from carecredit.holds import queries as holds
from carecredit.holds.operations import contest, resolve_dispute
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money
from carecredit.receivables import operations, queries
from carecredit.receivables.operations import Charge
from carecredit.receivables.operations.disputes import AlreadyDisputed
from carecredit.receivables.rules import LateRuleUnknown, Share
from worlds import NOW, TODAY

Book = Any


def ago_on(days: int) -> Any:
    return TODAY - timedelta(days=days)


class TestTheBalance:
    def test_keeps_currencies_apart_and_nets_what_is_unapplied(self, book: Book) -> None:
        book.invoice("F-1", 10_000)
        book.invoice("F-2", 5_000, due=-5)
        book.invoice("F-3", 700, currency="USD")
        book.pay("P-1", 12_000, on={})

        found = book.ask(queries.balance, customer_id=book.customer_id, today=TODAY)

        told = [(it.currency, it.open_minor, it.past_due_minor, it.net_minor) for it in found]
        assert told == [("EUR", 3_000, 0, 3_000), ("USD", 700, 700, 700)]

    def test_is_as_it_was_known_at_an_earlier_instant(self, book: Book) -> None:
        book.invoice()
        later = NOW + timedelta(days=3)
        book.do(
            operations.record_payment, customer_id=book.customer_id, number="P-1",
            amount=Money(4_000, "EUR"), received_on=ago_on(9), now=later,
        )  # fmt: skip

        assert book.balance().open_minor == 6_000
        assert book.balance(known_at=NOW).open_minor == 10_000
        assert book.balance(known_at=later).open_minor == 6_000

    def test_keeps_the_sign_of_a_negative_invoice(self, book: Book) -> None:
        book.invoice("F-1", 10_000)
        book.invoice("F-2", -3_000)

        assert (book.balance().open_minor, book.balance().net_minor) == (7_000, 7_000)


class TestALimit:
    def limit(self, book: Book, minor: int | None, *, ahead: int = 0) -> None:
        book.do(
            operations.set_credit_limit, customer_id=book.customer_id, currency="EUR",
            limit_minor=minor, valid_from=ago_on(-ahead), set_by="Anna Bianchi",
        )  # fmt: skip

    def exposure(self, book: Book) -> Any:
        whose = {"customer_id": book.customer_id, "today": TODAY}
        (found,) = book.ask(queries.exposure, **whose)
        flagged = book.ask(queries.over_limit, customer_ids=[book.customer_id], today=TODAY)
        assert (flagged == {book.customer_id}) == found.over_limit
        return found

    def test_is_a_flag_beside_the_exposure_and_its_words_are_kept(self, book: Book) -> None:
        self.limit(book, 9_999)
        self.limit(book, 20_000, ahead=1)
        book.invoice()

        assert (self.exposure(book).exposure_minor, self.exposure(book).over_limit) == (
            10_000,
            True,
        )
        book.pay("P-1", 1)
        assert not self.exposure(book).over_limit
        self.limit(book, 0)
        assert self.exposure(book).over_limit
        self.limit(book, None)
        assert (self.exposure(book).limit_minor, self.exposure(book).over_limit) == (None, False)
        history = book.ask(queries.credit_limits, customer_id=book.customer_id)
        assert [one.limit_minor for one in history] == [None, 0, 20_000, 9_999]

    def test_is_never_below_zero_and_somebody_sets_it(self, book: Book) -> None:
        with pytest.raises(Invalid):
            self.limit(book, -1)


class TestADispute:
    def test_over_amounts_adds_up_and_is_silent_until_the_last_ends(self, book: Book) -> None:
        key = book.invoice()
        whose = {"customer_id": book.customer_id, "invoice_id": key, "reason": "price"}
        first = book.do(contest, amount_minor=3_000, **whose)
        second = book.do(contest, amount_minor=2_000, **whose)

        def held(day: int) -> int:
            at = NOW + timedelta(days=day)
            return len(book.ask(holds.standing, customer_id=book.customer_id, at=at))

        def disputed(day: int) -> int:
            on = TODAY + timedelta(days=day)
            return int(book.ask(queries.invoice, invoice_id=key, today=on).disputed_minor)

        assert (held(0), disputed(0)) == (2, 5_000)
        for number, dispute in enumerate((first, second), start=1):
            day = TODAY + timedelta(days=number)
            book.do(resolve_dispute, dispute_id=dispute, disputed_to=day)
        assert [held(1), held(2)] == [1, 0]
        assert [disputed(1), disputed(2)] == [2_000, 0]

    def test_over_the_whole_leaves_nothing_for_another(self, book: Book) -> None:
        key = book.invoice()
        begin = {"invoice_id": key, "reason": "price", "disputed_from": TODAY}
        with pytest.raises(Invalid, match="no more than the invoice"):
            book.do(operations.open_dispute, amount_minor=10_001, **begin)
        book.do(operations.open_dispute, **begin)

        with pytest.raises(AlreadyDisputed):
            book.do(operations.open_dispute, amount_minor=1, **begin)
        book.pay("P-1", 4_000, on={key: 4_000})
        assert book.balance().disputed_minor == 6_000


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


class TestTheLedger:
    def test_tells_everything_page_by_page_and_what_was_undone(self, book: Book) -> None:
        key = book.invoice()
        paid = book.pay("P-1", 10_000)
        book.do(operations.record_chargeback, payment_id=paid.entry_id, returned_on=ago_on(8))
        whose = {"customer_id": book.customer_id, "as_of": TODAY}

        whole = book.ask(queries.ledger, **whose)
        pages, after = [], None
        while True:
            page = book.ask(queries.ledger, after=after, limit=1, **whose)
            pages += page.lines
            after = page.next
            if after is None:
                break

        assert [line.kind for line in whole.lines] == ["invoice", "payment", "chargeback"]
        assert [line.change_minor for line in whole.lines] == [10_000, -10_000, 10_000]
        assert tuple(pages) == whole.lines
        applied, undone = whole.lines[1].applied
        assert (applied.other_id, applied.amount_minor) == (key, 10_000)
        assert (undone.amount_minor, undone.undoes_id) == (-10_000, applied.id)

    def test_is_told_as_of_a_day_and_as_known_at_an_instant(self, book: Book) -> None:
        book.invoice()
        later = NOW + timedelta(days=1)
        book.do(
            operations.record_payment, customer_id=book.customer_id, number="P-1",
            amount=Money(500, "EUR"), received_on=ago_on(40), now=later,
        )  # fmt: skip

        def kinds(ago: int, **words: Any) -> list[str]:
            page = book.ask(
                queries.ledger, customer_id=book.customer_id, as_of=ago_on(ago), **words
            )
            return [line.kind for line in page.lines]

        assert kinds(50) == ["invoice"]
        assert kinds(0) == ["invoice", "payment"]
        assert kinds(0, known_at=NOW) == ["invoice"]
