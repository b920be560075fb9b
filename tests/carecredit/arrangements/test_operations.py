"""A promise buys silence until its day and the bank's grace; each euro serves one promise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

import worlds
from agreements import FIRST, Agreed, noon
from carecredit.arrangements import queries
from carecredit.arrangements.operations import NewPromise, cancel_promise, record_promise
from carecredit.arrangements.rules import PayMethod, PromiseClosed, PromiseRefused
from carecredit.arrangements.views import Promise, Review
from carecredit.holds import queries as holds
from carecredit.kernel.ids import ClientId, CustomerId, new_id
from carecredit.kernel.money import Money
from carecredit.receivables.operations import NewCredit, record_credit_note
from carecredit.receivables.queries import UnknownInvoice
from carecredit.receivables.rules import Share
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

    def test_leaves_what_came_for_the_one_before_to_it(self, book: Book) -> None:
        book.promise(amount_minor=4_000)
        book.pay(amount_minor=1_500, received_on=NOW.date())
        book.promise(amount_minor=2_500, now=NOW + timedelta(hours=1))

        new, old = book.promises()
        assert (old.state, old.kept_minor) == ("superseded", 1_500)
        book.pay("P-2", amount_minor=1_000, received_on=FRIDAY)
        book.review(BROKEN_AT)
        new, _ = book.promises()
        assert (new.state, new.kept_minor) == ("partly_kept", 1_000), "no euro serves two words"

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
        assert told.code == "understanding_call"

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


class TestAPromise:
    def test_says_who_gave_it_how_and_for_which_invoices(self, store: Store) -> None:
        agreed = Agreed(store)
        contact = new_id()
        told = NewPromise(
            agreed.customer_id, Money(8_000, "EUR"), FRIDAY, "Anna", given_by=" Carlo Rossi ",
            method=PayMethod.CARD, invoices=(agreed.f2, agreed.f2), contact_id=contact, remind=True,
        )  # fmt: skip
        with store.begin(CENTRE_CALLER) as session:
            made = record_promise(session, client_id=agreed.client_id, promise=told, now=NOW)
            found = queries.promise(session, client_id=agreed.client_id, promise_id=made)

        assert (found.given_by, found.method, found.contact_id) == ("Carlo Rossi", "card", contact)
        assert found.invoices == (agreed.f2,)
        assert agreed.held() == [("promise", agreed.f2)]

    def test_is_for_no_more_than_its_invoices_have_open(self, store: Store) -> None:
        agreed = Agreed(store)
        told = NewPromise(
            agreed.customer_id, Money(8_001, "EUR"), FRIDAY, "Anna", invoices=(agreed.f2,)
        )

        with pytest.raises(PromiseRefused), store.begin(CENTRE_CALLER) as session:
            record_promise(session, client_id=agreed.client_id, promise=told, now=NOW)

    def test_names_no_invoice_of_another(self, store: Store) -> None:
        agreed = Agreed(store)
        other = worlds.add_customer(store, agreed.client_id, "K-2")
        theirs = worlds.add_invoice(store, agreed.client_id, other, "F-9")
        told = NewPromise(agreed.customer_id, Money(1, "EUR"), FRIDAY, "Anna", invoices=(theirs,))

        with pytest.raises(UnknownInvoice), store.begin(CENTRE_CALLER) as session:
            record_promise(session, client_id=agreed.client_id, promise=told, now=NOW)

    def test_stays_in_the_history_beside_the_one_that_stands_for_it(self, book: Book) -> None:
        book.promise()
        book.promise(promised_on=date(2026, 6, 20), now=NOW + timedelta(hours=1))

        new, old = book.promises()
        assert (old.superseded_by, new.superseded_by) == (new.id, None)

    def test_may_be_taken_back_until_it_is_judged(self, book: Book) -> None:
        book.promise()
        (made,) = book.promises()
        whose = {"client_id": book.client_id, "customer_id": book.customer_id}

        with book.store.begin(CENTRE_CALLER) as session:
            cancel_promise(session, promise_id=made.id, now=NOW, **whose)  # type: ignore[arg-type] # a test's ids

        assert [one.state for one in book.promises()] == ["cancelled"]
        assert not book.held(NOW)
        with pytest.raises(PromiseClosed), book.store.begin(CENTRE_CALLER) as session:
            cancel_promise(session, promise_id=made.id, now=NOW, **whose)  # type: ignore[arg-type] # the same

    def test_counts_no_money_that_the_bank_took_back(self, store: Store) -> None:
        agreed = Agreed(store)
        worlds.promise(store, agreed.client_id, agreed.customer_id)
        receipt = agreed.pay("P-1", 12_000, date(2026, 6, 9))
        agreed.take_back(receipt.entry_id, date(2026, 6, 11))

        found = agreed.review(date(2026, 6, 18))

        assert (found.kept, found.broken) == (0, 1)

    def test_is_not_broken_where_a_credit_left_nothing_to_pay(self, store: Store) -> None:
        agreed = Agreed(store)
        worlds.promise(store, agreed.client_id, agreed.customer_id)
        with store.begin(CENTRE_CALLER) as session:
            credit = NewCredit(
                agreed.customer_id,
                "NC-1",
                date(2026, 6, 10),
                Money(20_000, "EUR"),
                shares=(Share(agreed.f1, 12_000), Share(agreed.f2, 8_000)),
            )
            record_credit_note(
                session, client_id=agreed.client_id, credit=credit, now=noon(date(2026, 6, 10))
            )

        found = agreed.review(date(2026, 6, 18))

        assert (found.broken, found.cancelled) == (0, 1)
        assert agreed.unanswered() == ()


class TestAWordNotKept:
    def test_asks_for_a_call_until_somebody_spoke_about_it(self, book: Book) -> None:
        book.promise()
        book.pay(amount_minor=4_000)
        book.review(BROKEN_AT)
        whose = {"client_id": book.client_id, "customer_ids": [book.customer_id]}
        with book.store.read(CENTRE_CALLER) as session:
            found = queries.broken_unanswered(session, **whose)  # type: ignore[arg-type] # a test's ids

        (word,) = found[book.customer_id]
        assert (word.kind, word.state, word.paid_minor) == ("promise", "partly_kept", 4_000)
        book.promise(amount_minor=8_000, promised_on=date(2026, 6, 25), now=BROKEN_AT)
        with book.store.read(CENTRE_CALLER) as session:
            assert queries.broken_unanswered(session, **whose) == {}  # type: ignore[arg-type] # the same


class TestReminders:
    def test_are_due_the_day_before_to_those_who_wanted_one(self, store: Store) -> None:
        agreed = Agreed(store)
        told = NewPromise(agreed.customer_id, Money(100, "EUR"), FRIDAY, "Anna", remind=True)
        with store.begin(CENTRE_CALLER) as session:
            record_promise(session, client_id=agreed.client_id, promise=told, now=NOW)

        def due(today: date) -> list[str]:
            with store.read(CENTRE_CALLER) as session:
                found = queries.reminders_due(session, client_id=agreed.client_id, now=noon(today))
            return [f"{one.kind} {one.position}" for one in found]

        assert [due(FRIDAY - timedelta(days=ahead)) for ahead in (2, 1, 0)] == [
            [], ["promise 0"], [],
        ]  # fmt: skip
        agreed.propose(instalments=2, remind=True)
        assert due(FRIDAY - timedelta(days=1)) == []
        assert due(FIRST - timedelta(days=1)) == ["instalment 1"]
