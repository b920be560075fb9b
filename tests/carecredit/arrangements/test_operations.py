"""A promise buys silence until its day and the bank's grace; each euro serves one promise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

import worlds
from carecredit.arrangements import queries
from carecredit.arrangements.rules import PromiseRefused
from carecredit.arrangements.views import Promise, Review
from carecredit.holds import queries as holds
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")

FRIDAY = date(2026, 6, 12)
BROKEN_AT = datetime(2026, 6, 17, 22, tzinfo=UTC)
"""The first instant of 18 June in Rome: Friday and three working days of grace are over."""


class Book:
    """A customer who owes 120 euros and can be reached."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.client_id: ClientId = worlds.found_client(store)
        self.customer_id: CustomerId = worlds.add_customer(
            store, self.client_id, email="k1@example.org"
        )
        worlds.add_invoice(store, self.client_id, self.customer_id)

    def promise(self, **facts: object) -> None:
        worlds.promise(self.store, self.client_id, self.customer_id, **facts)  # type: ignore[arg-type] # a test's facts

    def pay(self, number: str = "P-1", **facts: object) -> None:
        worlds.pay(self.store, self.client_id, self.customer_id, number, **facts)  # type: ignore[arg-type] # the same

    def review(self, now: datetime = NOW) -> tuple[int, int, int]:
        found: Review = worlds.review(self.store, self.client_id, now=now)
        return found.kept, found.broken + found.partly_kept, found.waiting

    def promises(self) -> list[Promise]:
        with self.store.read(CENTRE_CALLER) as session:
            return queries.promises_of(
                session, client_id=self.client_id, customer_id=self.customer_id
            )

    def held(self, at: datetime) -> bool:
        with self.store.read(CENTRE_CALLER) as session:
            return bool(
                holds.standing(
                    session, client_id=self.client_id, customer_id=self.customer_id, at=at
                )
            )


@pytest.fixture
def book(store: Store) -> Book:
    return Book(store)


class TestRecordPromise:
    def test_is_silent_until_the_grace_is_over(self, book: Book) -> None:
        book.promise()

        assert book.held(NOW)
        assert book.held(BROKEN_AT - timedelta(seconds=1))
        assert not book.held(BROKEN_AT)
        assert worlds.pulse(book.store, book.client_id).silent == {"held": 1}
        assert worlds.actions(book.store, book.client_id)[-2:] == ["promise.taken", "hold.placed"]

    def test_refuses_what_is_no_promise(self, book: Book) -> None:
        for fault in (
            {"amount_minor": 0}, {"amount_minor": 12_001}, {"currency": "USD"},
            {"promised_on": date(2026, 6, 7)}, {"promised_on": date(2026, 8, 8)},
        ):  # fmt: skip
            with pytest.raises(PromiseRefused):
                book.promise(**fault)
        assert book.promises() == []
        book.promise(promised_on=date(2026, 8, 7))

    def test_stands_for_the_one_before(self, book: Book) -> None:
        book.promise()
        book.promise(promised_on=date(2026, 6, 20), now=NOW + timedelta(hours=1))

        assert [one.state for one in book.promises()] == ["active", "superseded"]
        assert book.held(BROKEN_AT)

    def test_calls_the_one_before_kept_where_its_money_is_there(self, book: Book) -> None:
        book.promise(amount_minor=5_000)
        book.pay(amount_minor=5_000)
        book.promise(amount_minor=7_000, now=NOW + timedelta(hours=1))

        assert [one.state for one in book.promises()] == ["active", "kept"]
        assert book.review(BROKEN_AT) == (0, 1, 0)


class TestReviewPromises:
    def test_waits_while_the_day_has_not_come(self, book: Book) -> None:
        book.promise()

        assert book.review(BROKEN_AT - timedelta(seconds=1)) == (0, 0, 1)

    def test_calls_it_kept_when_the_money_is_there_and_ends_the_silence(self, book: Book) -> None:
        book.promise(amount_minor=10_000)
        book.pay(amount_minor=10_000, received_on=FRIDAY)
        friday = NOW + timedelta(days=4)

        assert book.review(friday) == (1, 0, 0)
        assert not book.held(friday)
        assert book.review(friday) == (0, 0, 0)

    def test_calls_it_partly_kept_only_after_the_grace(self, book: Book) -> None:
        book.promise(amount_minor=10_000)
        book.pay(amount_minor=9_999, received_on=FRIDAY)

        assert book.review(BROKEN_AT) == (0, 1, 0)
        (found,) = book.promises()
        assert (found.state, found.kept_minor) == ("partly_kept", 9_999)
        told = worlds.plan(book.store, book.client_id, book.customer_id, now=BROKEN_AT)
        assert told.code == "follow_up"

    @pytest.mark.parametrize(("received_on", "kept"), [(17, 1), (18, 0)])
    def test_counts_money_to_the_last_day_of_grace(
        self, book: Book, received_on: int, kept: int
    ) -> None:
        book.promise()
        book.pay(received_on=date(2026, 6, received_on))

        assert book.review(BROKEN_AT + timedelta(days=5)) == (kept, 1 - kept, 0)

    def test_counts_each_euro_for_one_promise(self, book: Book) -> None:
        book.promise(amount_minor=5_000)
        book.pay(amount_minor=6_000)
        assert book.review(NOW + timedelta(minutes=1)) == (1, 0, 0)

        book.promise(amount_minor=6_000, now=NOW + timedelta(minutes=2))

        # A thousand of the payment is left over; it does not make six.
        assert book.review(NOW + timedelta(minutes=3)) == (0, 0, 1)

    def test_judges_once_though_two_reviews_meet(self, book: Book) -> None:
        book.promise()
        book.pay()

        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(lambda _: book.review(NOW + timedelta(days=1)), range(2)))

        assert sum(kept for kept, _, _ in found) == 1
        told = worlds.actions(book.store, book.client_id)
        assert told.count("promise.kept") == 1
