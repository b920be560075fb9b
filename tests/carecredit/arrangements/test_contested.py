"""What is contested is left in peace: no reminder, no judgement, nothing new agreed about it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

import worlds
from agreements import FIRST, Agreed, after, noon
from carecredit.arrangements import queries
from carecredit.arrangements.operations import NewPromise, note_reminder, record_promise
from carecredit.arrangements.rules import (
    Contested,
    NothingToRemind,
    PromiseRefused,
    last_day_unless_contested,
)
from carecredit.arrangements.views import Promise
from carecredit.customers import queries as customers
from carecredit.customers.model import Customer
from carecredit.holds.operations import NewHold, contest, end_of_source, place, resolve_dispute
from carecredit.holds.rules import HoldReason
from carecredit.kernel.ids import DisputeId, InvoiceId, new_id
from carecredit.kernel.money import Money
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW, TODAY

pytestmark = pytest.mark.usefixtures("chains_hold")
FRIDAY = date(2026, 6, 12)
GRACE = date(2026, 6, 17)
"""Three working days after it."""
SPOKEN = date(2026, 6, 9)


class Contest:
    """A customer who owes 120 euros (F-1) and 80 (F-2), and contests something of it."""

    def __init__(self, store: Store) -> None:
        self.agreed = Agreed(store)
        self.store, self.client_id = store, self.agreed.client_id

    def dispute(
        self, on: date = SPOKEN, invoice: InvoiceId | None = None, minor: int | None = None
    ) -> DisputeId:
        with self.store.begin(CENTRE_CALLER) as session:
            return contest(
                session, customer_id=self.agreed.customer_id, client_id=self.client_id,
                invoice_id=invoice or self.agreed.f1, reason="x", amount_minor=minor,
                now=noon(on),
            )  # fmt: skip

    def resolve(self, dispute_id: DisputeId, on: date) -> None:
        with self.store.begin(CENTRE_CALLER) as session:
            resolve_dispute(
                session, client_id=self.client_id, dispute_id=dispute_id, disputed_to=on,
                now=noon(on),
            )  # fmt: skip

    def hold(self, reason: HoldReason, on: date, invoice: InvoiceId | None = None) -> UUID:
        source = new_id()
        hold = NewHold(self.agreed.customer_id, reason, source, noon(on), invoice_id=invoice)
        with self.store.begin(CENTRE_CALLER) as session:
            place(session, client_id=self.client_id, hold=hold, now=noon(on))
        return source

    def promise(
        self, minor: int = 100, *invoices: InvoiceId, now: datetime = NOW, remind: bool = False
    ) -> Promise:
        told = NewPromise(
            self.agreed.customer_id, Money(minor, "EUR"), FRIDAY, "Anna", invoices=invoices,
            remind=remind,
        )  # fmt: skip
        with self.store.begin(CENTRE_CALLER) as session:
            record_promise(session, client_id=self.client_id, promise=told, now=now)
        return self.promises()[0]

    def promises(self) -> list[Promise]:
        with self.store.read(CENTRE_CALLER) as session:
            return queries.promises_of(session, **self.agreed.whose)

    def due(self, on: date) -> list[str]:
        with self.store.read(CENTRE_CALLER) as session:
            found = queries.reminders_due(session, client_id=self.client_id, now=noon(on))
        return [one.kind for one in found]

    def state(self, on: date) -> str:
        self.agreed.review(on)
        return self.promises()[0].state


@pytest.fixture
def it(store: Store) -> Contest:
    return Contest(store)


class TestAPromiseContestedSince:
    def test_is_not_judged_while_it_is(self, it: Contest) -> None:
        it.promise()
        it.dispute()

        assert it.state(after(GRACE, 30)) == "active"
        assert it.agreed.unanswered() == ()
        assert ("promise", None) in it.agreed.held(noon(after(GRACE, 30))), "and silent on"

    def test_has_the_days_longer_that_it_was(self, it: Contest) -> None:
        it.promise()
        it.resolve(it.dispute(), after(SPOKEN, 10))

        assert it.state(after(GRACE, 10)) == "active"
        assert it.state(after(GRACE, 11)) == "broken"
        assert it.agreed.held(noon(after(GRACE, 12))) == []

    def test_is_kept_by_what_comes_in_those_days(self, it: Contest) -> None:
        it.promise(4_000)
        it.resolve(it.dispute(), after(SPOKEN, 10))
        it.agreed.pay("P-1", 4_000, after(GRACE, 5))

        assert it.state(after(GRACE, 5)) == "kept"

    def test_is_kept_while_it_is_contested_too(self, it: Contest) -> None:
        it.promise(4_000)
        it.dispute()
        it.agreed.pay("P-1", 4_000, FRIDAY)

        assert it.state(FRIDAY) == "kept"

    def test_is_no_matter_of_an_invoice_outside_of_it(self, it: Contest) -> None:
        it.promise(100, it.agreed.f2)
        it.dispute()

        assert it.state(after(GRACE, 1)) == "broken"

    def test_counts_a_complaint_as_it_counts_a_dispute(self, it: Contest) -> None:
        it.promise()
        it.hold(HoldReason.COMPLAINT, SPOKEN, it.agreed.f2)

        assert it.state(after(GRACE, 1)) == "active"


class TestAPlanContestedSince:
    def test_misses_nothing_meanwhile_and_has_the_days_longer(self, it: Contest) -> None:
        plan, last = it.agreed.propose(), date(2026, 7, 3)
        dispute = it.dispute(FIRST)

        assert it.agreed.review(after(last, 9)).instalments_missed == 0
        it.resolve(dispute, after(FIRST, 10))
        assert it.agreed.review(after(last, 10)).instalments_missed == 0
        assert it.agreed.review(after(last, 11)).instalments_missed == 1
        assert it.agreed.plan(plan).instalments[0].last_on == last, "what was agreed stays written"

    def test_keeps_what_was_missed_before(self, it: Contest) -> None:
        plan = it.agreed.propose()
        it.agreed.review(date(2026, 7, 4))
        it.dispute(date(2026, 7, 5))

        assert it.agreed.review(date(2026, 7, 6)).instalments_missed == 0
        assert it.agreed.plan(plan).instalments[0].state == "missed"

    def test_is_paid_by_what_comes_meanwhile(self, it: Contest) -> None:
        plan = it.agreed.propose()
        it.dispute(FIRST)
        it.agreed.pay("P-1", 5_000, after(FIRST, 5))
        it.agreed.review(after(FIRST, 5))

        assert it.agreed.plan(plan).instalments[0].state == "paid"


class TestAReminder:
    @pytest.mark.parametrize("reason", ["dispute", "complaint", "deceased", "cease"])
    def test_is_not_due_of_what_is_held(self, it: Contest, reason: str) -> None:
        made = it.promise(remind=True)
        eve = after(FRIDAY, -1)
        assert it.due(eve) == ["promise"]
        contested = reason in {"dispute", "complaint"}
        it.hold(HoldReason(reason), SPOKEN, it.agreed.f1 if contested else None)

        assert it.due(eve) == []
        with pytest.raises(NothingToRemind), it.store.begin(CENTRE_CALLER) as session:
            note_reminder(session, client_id=it.client_id, source_id=made.id, now=noon(eve))

    def test_is_not_due_of_an_instalment_either(self, it: Contest) -> None:
        it.agreed.propose(remind=True)
        eve = after(FIRST, -1)
        assert it.due(eve) == ["instalment"]
        it.dispute()

        assert it.due(eve) == []

    def test_is_due_to_nobody_whom_a_stop_elsewhere_spares(self, it: Contest) -> None:
        it.promise(remind=True)
        other = worlds.found_client(it.store, "NRD")
        card = worlds.add_customer(it.store, other, email="k1@example.org")
        hold = NewHold(card, HoldReason.DECEASED, new_id(), noon(SPOKEN))
        with it.store.begin(CENTRE_CALLER) as session:
            who = customers.person_of(session, **it.agreed.whose)
            session.execute(update(Customer).where(Customer.id == card).values(person_id=who))
            place(session, client_id=other, hold=hold, now=noon(SPOKEN))

        assert it.due(after(FRIDAY, -1)) == []

    def test_is_due_of_an_invoice_that_nobody_contests(self, it: Contest) -> None:
        it.promise(100, it.agreed.f2, remind=True)
        it.dispute()

        assert it.due(after(FRIDAY, -1)) == ["promise"]


class TestAgreeingAboutWhatIsContested:
    def test_is_refused_by_name_and_where_there_is_nothing_else(self, it: Contest) -> None:
        it.dispute(TODAY)
        for invoices in ((it.agreed.f1,), (it.agreed.f1, it.agreed.f2)):
            with pytest.raises(Contested, match="resolve") as refused:
                it.promise(100, *invoices, now=noon(TODAY))
            assert (refused.value.code, refused.value.field) == ("invoice_contested", "invoices")
            with pytest.raises(Contested):
                it.agreed.propose(invoices=invoices, now=noon(TODAY))
        it.hold(HoldReason.COMPLAINT, TODAY, it.agreed.f2)
        with pytest.raises(Contested):
            it.promise(now=noon(TODAY))
        with pytest.raises(Contested):
            it.agreed.propose(now=noon(TODAY))
        assert (it.promises(), it.agreed.plans()) == ([], [])

    def test_leaves_it_out_where_none_is_named(self, it: Contest) -> None:
        it.dispute(TODAY)
        now = noon(TODAY) + timedelta(hours=1)
        with pytest.raises(PromiseRefused, match="not contested"):
            it.promise(8_001, now=now)
        it.promise(8_000, now=now)

        plan = it.agreed.propose(now=now)

        assert (plan.card.amount_minor, plan.invoices) == (8_000, (it.agreed.f2,))
        assert it.agreed.review(after(GRACE, 30)).instalments_missed == 1, "it is about the rest"

    def test_leaves_a_part_of_it_out(self, it: Contest) -> None:
        it.dispute(TODAY, minor=5_000)
        now = noon(TODAY) + timedelta(hours=1)
        with pytest.raises(PromiseRefused, match="not contested"):
            it.promise(7_001, it.agreed.f1, now=now)
        it.promise(7_000, it.agreed.f1, now=now)

        assert it.agreed.propose(now=now).card.amount_minor == 15_000

    def test_is_possible_once_it_is_settled(self, it: Contest) -> None:
        source = it.hold(HoldReason.COMPLAINT, TODAY, it.agreed.f1)
        with it.store.begin(CENTRE_CALLER) as session:
            end_of_source(
                session, client_id=it.client_id, source_id=source, ends_at=noon(SPOKEN),
                now=noon(SPOKEN),
            )  # fmt: skip

        assert it.promise(12_000, it.agreed.f1, now=noon(SPOKEN)).state == "active"


class TestTheLastDay:
    @given(
        st.lists(st.tuples(st.integers(0, 40), st.integers(0, 20)), max_size=4),
        st.integers(1, 20),
        st.integers(0, 60),
    )
    def test_is_the_first_with_as_many_days_free(
        self, told: list[tuple[int, int]], grace: int, ahead: int
    ) -> None:
        begun = date(2026, 6, 1)

        def at(days: int) -> datetime:
            return datetime.combine(begun, datetime.min.time(), UTC) + timedelta(days=days)

        spans = [(at(start), at(start + length)) for start, length in told]
        free = [
            day
            for day in range(1, 200)
            if not any(start <= day < start + length for start, length in told)
        ]
        today = after(begun, ahead)
        moved = last_day_unless_contested(
            after(begun, grace), spans, after=begun, now=at(ahead), today=today, at=UTC
        )

        stands = any(start <= ahead < start + length for start, length in told)
        over = ahead > free[grace - 1] and not stands
        assert (today > moved) == over
