"""The stored sums and what came in since: always the same numbers, whoever stored what when."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

import rows
from carecredit.desk.finance import Finance
from carecredit.kernel.ids import ClientId
from carecredit.metrics.model import CustomerCash, OpenSpan
from carecredit.metrics.operations import sum_up
from carecredit.metrics.queries import aging, forecast, metric
from carecredit.metrics.queries.layers import unsummed
from carecredit.metrics.queries.proof import differing
from carecredit.metrics.views import Forecast
from carecredit.receivables.model import Allocation, Invoice, LedgerEntry
from carecredit.receivables.operations import open_book
from carecredit.store.session import Caller, Store
from ledgers import CALLER, FOUNDED, Ledger, start_of
from mirrors import Mirror
from summed import FEB, JAN, MAR, TABLES, ask, forget, settle, stored


def foresee(store: Store, client_id: ClientId) -> Forecast:
    with store.read(CALLER) as session:
        return forecast(session, client_id=client_id, as_of=MAR, now=FOUNDED)


def aged(store: Store, client_id: ClientId, known: date | None) -> list[tuple[str, str]]:
    with store.read(CALLER) as session:
        found = aging(
            session, client_id=client_id, as_of=MAR, now=FOUNDED, known_at=known, edges=(1, 31)
        )
    return [
        (each.bucket, each.amount)
        for row in found.rows
        if row.segment == "ALL"
        for each in row.buckets
        if each.count
    ]


def proven(store: Store, client_id: ClientId) -> bool:
    with store.read(CALLER) as session:
        return differing(session, client_id=client_id) == []


def a_book(*stores: Store) -> tuple[Mirror, rows.Row]:
    """An invoice of 100.00 of January, recorded then."""
    book = Mirror(*stores)
    on = date(2024, 1, 10)
    invoice = rows.invoice("invoice", 100_00, on, FEB, recorded_at=start_of(on), segment="north")
    book.write((Invoice, invoice))
    return book, invoice


def pay(book: Mirror, invoice: rows.Row, minor: int, on: date, known: date) -> None:
    """Record a payment of a day, on the invoice."""
    at = start_of(known)
    entry = rows.entry("payment", minor, on, recorded_at=at)
    share = rows.share(entry, invoice, minor, on, at)
    book.write((LedgerEntry, entry), (Allocation, share))


class TestSumUp:
    @pytest.mark.parametrize("summed", [False, True])
    def test_lets_a_late_entry_change_a_past_month_at_once(
        self, store: Store, *, summed: bool
    ) -> None:
        book, invoice = a_book(store)
        settle(store, book.client_id)
        before = ask(store, book.client_id, JAN)

        pay(book, invoice, 30_00, date(2024, 1, 20), known=MAR)
        if summed:
            settle(store, book.client_id)

        assert (before, ask(store, book.client_id, JAN)) == ("100.00", "70.00")
        assert proven(store, book.client_id)

    @pytest.mark.parametrize("summed", [False, True])
    def test_keeps_what_was_known_before_a_late_row(self, store: Store, *, summed: bool) -> None:
        book, invoice = a_book(store)
        pay(book, invoice, 30_00, date(2024, 1, 20), known=MAR)
        if summed:
            settle(store, book.client_id)

        known = [ask(store, book.client_id, JAN, at) for at in (JAN, FEB, MAR, None)]

        assert known == ["100.00", "100.00", "70.00", "70.00"]

    def test_stores_nothing_twice(self, store: Store) -> None:
        book, invoice = a_book(store)
        pay(book, invoice, 30_00, JAN, known=FEB)

        assert settle(store, book.client_id) == 2
        once = stored(store, book.client_id)
        assert settle(store, book.client_id) == 0
        assert stored(store, book.client_id) == once

    def test_gives_the_same_rows_after_they_were_forgotten(self, store: Store) -> None:
        book, invoice = a_book(store)
        settle(store, book.client_id)
        pay(book, invoice, 30_00, JAN, known=FEB)
        settle(store, book.client_id)
        by_the_way = stored(store, book.client_id)

        forget(store, book.client_id)
        empty = stored(store, book.client_id)
        assert ask(store, book.client_id, JAN) == "70.00"
        settle(store, book.client_id)

        assert all(by_the_way[:3])
        assert (empty, stored(store, book.client_id)) == ([[] for _ in TABLES], by_the_way)

    def test_stores_more_than_a_page_on_each_database(self, store: Store) -> None:
        book = Mirror(store)
        many = [
            rows.invoice("invoice", 1_00 + place, date(2024, 1, 1) + timedelta(days=place % 90),
                         recorded_at=FOUNDED)
            for place in range(2_100)
        ]  # fmt: skip
        book.write(*((Invoice, row) for row in many))

        assert settle(store, book.client_id) == 1
        assert proven(store, book.client_id)
        assert ask(store, book.client_id, MAR) is not None

    def test_waits_for_a_book_that_is_not_committed(self, postgres_store: Store) -> None:
        book, invoice = a_book(postgres_store)
        late = rows.entry("payment", 30_00, JAN, recorded_at=FOUNDED)

        with postgres_store.begin(CALLER) as half:
            book_id = open_book(half, client_id=book.client_id, now=FOUNDED)
            mine = {"client_id": book.client_id, "book_id": book_id}
            mine["customer_id"] = book.customers[0]
            half.add(LedgerEntry(**late, **mine))
            half.flush()
            assert settle(postgres_store, book.client_id) == 1
            assert ask(postgres_store, book.client_id, JAN) == "100.00"

        assert ask(postgres_store, book.client_id, JAN) == "70.00"
        assert settle(postgres_store, book.client_id) == 1
        assert proven(postgres_store, book.client_id)
        assert invoice["gross_minor"] == 100_00

    def test_leaves_nothing_of_a_book_that_was_taken_back(self, store: Store) -> None:
        book, _ = a_book(store)

        def fail() -> None:
            with store.begin(CALLER) as session:
                open_book(session, client_id=book.client_id, now=FOUNDED)
                raise RuntimeError("the import stops here")

        with pytest.raises(RuntimeError):
            fail()

        assert settle(store, book.client_id) == 1

    def test_lets_one_of_two_at_once_win(self, postgres_store: Store) -> None:
        book, invoice = a_book(postgres_store)
        settle(postgres_store, book.client_id)
        for day in range(1, 20):
            pay(book, invoice, 1_00, date(2024, 1, 10 + day % 20), known=FEB)
        gate, counts = threading.Barrier(2), list[int]()

        def compete() -> None:
            def summed() -> int:
                with postgres_store.begin(CALLER, steady=True) as session:
                    unsummed(session, client_id=book.client_id)  # its look at the book is taken
                    gate.wait()
                    return sum_up(session, client_id=book.client_id, now=FOUNDED)

            counts.append(_unless_beaten(summed))

        both = [threading.Thread(target=compete) for _ in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()

        assert sorted(counts) == [0, 19]
        assert proven(postgres_store, book.client_id)
        assert ask(postgres_store, book.client_id, MAR) == "81.00"

    def test_is_not_an_error_where_another_was_first(self, postgres_store: Store) -> None:
        book, _ = a_book(postgres_store)
        desk = Finance(postgres_store, CALLER, lambda: FOUNDED)
        both = [threading.Thread(target=desk.sum_up) for _ in range(2)]
        for each in both:
            each.start()
        for each in both:
            each.join()

        assert proven(postgres_store, book.client_id)
        assert ask(postgres_store, book.client_id, JAN) == "100.00"


def _unless_beaten(act: Callable[[], int]) -> int:
    try:
        return act()
    except OperationalError as error:
        assert getattr(error.orig, "sqlstate", None) == "40001"  # noqa: PT017 - any other is a fault
        return 0


class TestKeeping:
    def test_shows_nothing_kept_to_another_client_company_s_caller(self, store: Store) -> None:
        mine, _ = a_book(store)
        theirs = Ledger().write(store)
        settle(store, mine.client_id)
        assert ask(store, mine.client_id, JAN) == "100.00"  # now it is kept in this process

        with store.read(Caller("theirs", frozenset({theirs}))) as session:
            asked = {"metric_id": "receivables.net", "as_of": JAN, "now": FOUNDED}
            own = metric(session, client_id=theirs, **asked)
            with pytest.raises(Exception, match="client"):
                metric(session, client_id=mine.client_id, **asked)

        assert own.value == "0.00"

    def test_never_outlives_a_change_made_by_another_process(self, store: Store) -> None:
        book, invoice = a_book(store)
        settle(store, book.client_id)
        assert ask(store, book.client_id, JAN) == "100.00"
        beside = Store(store.engine, b"")
        other = Mirror.of(book, beside)

        pay(other, invoice, 30_00, JAN, known=JAN)
        unstored = ask(store, book.client_id, JAN)
        settle(beside, book.client_id)
        pay(other, invoice, 20_00, JAN, known=JAN)
        settle(beside, book.client_id)

        assert (unstored, ask(store, book.client_id, JAN)) == ("70.00", "50.00")

    @pytest.mark.parametrize("table", [OpenSpan, CustomerCash])
    def test_proves_what_is_stored_by_customer(self, store: Store, table: Any) -> None:
        book, invoice = a_book(store)
        pay(book, invoice, 10_00, JAN, known=JAN)
        settle(store, book.client_id)
        assert proven(store, book.client_id)

        with store.begin(CALLER) as session:
            other = book.customers[1]
            session.execute(
                update(table).where(table.client_id == book.client_id).values(customer_id=other)
            )

        with store.read(CALLER) as session:
            (told, *_) = differing(session, client_id=book.client_id)
        assert "of customers, EUR" in told

    @pytest.mark.parametrize("summed", [False, True])
    def test_forecasts_by_all_that_came_in(self, store: Store, *, summed: bool) -> None:
        book, invoice = a_book(store)
        pay(book, invoice, 10_00, JAN, known=JAN)
        settle(store, book.client_id)
        before = foresee(store, book.client_id)

        pay(book, invoice, 30_00, date(2024, 3, 20), known=MAR)
        if summed:
            settle(store, book.client_id)
        after = foresee(store, book.client_id)

        assert after == foresee(Store(store.engine, b""), book.client_id)  # which kept nothing
        assert (before.open_amount, after.open_amount) == ("90.00", "60.00")
        assert before.company_days_late != after.company_days_late

    @pytest.mark.parametrize("summed", [False, True])
    @pytest.mark.parametrize("known", [None, date(2024, 3, 25)])
    def test_ages_by_all_that_came_in(
        self, store: Store, *, known: date | None, summed: bool
    ) -> None:
        book, invoice = a_book(store)
        settle(store, book.client_id)
        before = aged(store, book.client_id, known)

        pay(book, invoice, 30_00, date(2024, 3, 20), known=date(2024, 3, 20))
        if summed:
            settle(store, book.client_id)
        after = aged(store, book.client_id, known)

        assert (before, after) == ([("31_plus", "100.00")], [("31_plus", "70.00")])
