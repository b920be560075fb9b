"""Balances, limits, disputes in part, late charges and their waivers, the ledger page by page."""

from datetime import timedelta
from typing import Any

import pytest

from carecredit.holds import queries as holds
from carecredit.holds.operations import contest, resolve_dispute
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money
from carecredit.receivables import operations, queries
from carecredit.receivables.operations.disputes import AlreadyDisputed
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
