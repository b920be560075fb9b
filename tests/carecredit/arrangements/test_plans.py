"""A plan: proposed, approved by a second person, paid, missed, changed; nobody's write is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

import worlds
from agreements import FIRST, Agreed, after, noon
from carecredit.arrangements import operations, queries
from carecredit.arrangements.rules import (
    PlanNotSo,
    PlanRefused,
    PlanRuns,
    PromiseRefused,
    SecondPersonNeeded,
    StalePlan,
    UnknownPlan,
)
from carecredit.arrangements.views import PaymentPlan
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money
from carecredit.receivables.operations import NewCredit, record_credit_note
from carecredit.receivables.queries import UnknownInvoice
from carecredit.receivables.rules import Share
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")
DUE = (FIRST, date(2026, 7, 30), date(2026, 8, 31), date(2026, 9, 30))
"""The 30th of each month; 30 August is a Sunday."""
LAST_OF_GRACE = date(2026, 7, 3)
"""Three working days after Tuesday 30 June."""


@pytest.fixture
def agreed(store: Store) -> Agreed:
    return Agreed(store)


def paid(plan: PaymentPlan) -> list[tuple[int, str]]:
    return [(part.paid_minor, part.state) for part in plan.instalments]


class TestProposePlan:
    def test_agrees_at_once_within_the_powers_and_is_silent(self, agreed: Agreed) -> None:
        plan = agreed.propose()

        assert (plan.card.state, plan.card.amount_minor, plan.card.version) == ("active", 20_000, 2)
        assert [part.amount_minor for part in plan.instalments] == [5_000] * 4
        assert tuple(part.due_on for part in plan.instalments) == DUE
        assert plan.instalments[0].last_on == LAST_OF_GRACE
        assert [event.kind for event in plan.events] == ["proposed", "agreed"]
        assert set(agreed.held()) == {("plan", agreed.f1), ("plan", agreed.f2)}
        assert worlds.pulse(agreed.store, agreed.client_id).silent == {"held": 1}

    def test_puts_the_odd_cents_where_the_mandate_says(self, agreed: Agreed) -> None:
        agreed.terms(odd_cents="first")

        plan = agreed.propose(instalments=3)

        assert [part.amount_minor for part in plan.instalments] == [6_668, 6_666, 6_666]

    def test_waits_for_a_second_person_beyond_the_powers(self, agreed: Agreed) -> None:
        agreed.terms(plan_amount_max_minor=19_999, plan_instalments_max=3)

        plan = agreed.propose()

        assert (plan.card.state, plan.card.beyond) == ("proposed", "amount,instalments")
        assert agreed.held() != []
        with pytest.raises(SecondPersonNeeded):
            agreed.approve(plan, by="ANNA ")
        with pytest.raises(SecondPersonNeeded, match="login"):
            agreed.approve(plan, caller=CENTRE_CALLER)
        approved = agreed.approve(plan, version=1)
        assert (approved.card.state, approved.card.agreed_by) == ("active", "Carlo")

    def test_is_one_for_a_customer_and_currency(self, agreed: Agreed) -> None:
        agreed.propose()

        with pytest.raises(PlanRuns, match="renegotiate"):
            agreed.propose()

    def test_may_be_about_some_invoices_alone(self, agreed: Agreed) -> None:
        plan = agreed.propose(invoices=(agreed.f2,), instalments=None, each_minor=3_000)

        assert [part.amount_minor for part in plan.instalments] == [3_000, 3_000, 2_000]
        assert agreed.held() == [("plan", agreed.f2)]

    def test_refuses_what_is_no_plan(self, agreed: Agreed) -> None:
        for fault in (
            {"instalments": None}, {"each_minor": 100}, {"instalments": 241}, {"currency": "USD"},
            {"first_on": date(2026, 6, 7)}, {"instalments": None, "each_minor": 1},
        ):  # fmt: skip
            with pytest.raises(PlanRefused):
                agreed.propose(**fault)
        assert agreed.plans() == []

    def test_knows_no_invoice_of_another(self, agreed: Agreed) -> None:
        other = worlds.add_customer(agreed.store, agreed.client_id, "K-2")
        theirs = worlds.add_invoice(agreed.store, agreed.client_id, other, "F-9")

        with pytest.raises(UnknownInvoice):
            agreed.propose(invoices=(theirs,))

    def test_stands_for_the_promise_that_it_covers(self, agreed: Agreed) -> None:
        worlds.promise(agreed.store, agreed.client_id, agreed.customer_id)
        agreed.propose()

        with agreed.store.read(CENTRE_CALLER) as session:
            (found,) = queries.promises_of(session, **agreed.whose)
        assert found.state == "superseded"
        assert {reason for reason, _ in agreed.held(noon(FIRST))} == {"plan"}

    def test_leaves_no_room_for_a_promise_about_the_same(self, agreed: Agreed) -> None:
        agreed.propose()

        with pytest.raises(PromiseRefused, match="payment plan runs"):
            worlds.promise(agreed.store, agreed.client_id, agreed.customer_id)


class TestRejectPlan:
    def test_ends_the_silence_and_says_why(self, agreed: Agreed) -> None:
        agreed.terms(plan_days_max=10)
        plan = agreed.propose()

        with pytest.raises(Invalid, match="why"):
            agreed.act(operations.reject_plan, plan, reason=" ", by="Carlo")
        rejected = agreed.act(operations.reject_plan, plan, reason="too long", by="Carlo")

        assert rejected.card.state == "rejected"
        assert rejected.events[-1].reason == "too long"
        assert agreed.held() == []
        with pytest.raises(PlanNotSo):
            agreed.approve(plan)


class TestAStaleWrite:
    def test_is_refused_with_what_changed(self, agreed: Agreed) -> None:
        agreed.terms(plan_instalments_max=1)
        plan = agreed.propose()
        agreed.approve(plan, version=1)

        with pytest.raises(StalePlan, match=r"version 2, not 1 \(2 agreed by Carlo"):
            agreed.act(operations.cancel_plan, plan, reason="changed my mind", version=1)

    def test_is_that_of_the_slower_of_two_who_approve(self, postgres_store: Store) -> None:
        agreed = Agreed(postgres_store)
        agreed.terms(plan_instalments_max=1)
        plan = agreed.propose()

        def approve(by: str) -> str:
            try:
                return agreed.approve(plan, by=by, version=1).card.state
            except StalePlan as error:
                return error.code

        with ThreadPoolExecutor(8) as pool:
            found = sorted(pool.map(approve, [f"Second {place}" for place in range(8)]))

        assert found == ["active"] + ["plan_stale"] * 7
        assert [one.kind for one in agreed.plan(plan).events] == ["proposed", "agreed"]

    def test_knows_no_plan_of_another_company(self, agreed: Agreed) -> None:
        theirs = Agreed(agreed.store, "NRD").propose()

        with pytest.raises(UnknownPlan):
            agreed.act(operations.cancel_plan, theirs, reason="x")


class TestPayments:
    def test_fill_instalments_in_order_of_their_days(self, agreed: Agreed) -> None:
        plan = agreed.propose()
        agreed.pay("P-1", 7_000, date(2026, 6, 20))

        found = agreed.review(date(2026, 6, 21))

        assert found.instalments_paid == 1
        assert paid(agreed.plan(plan)) == [
            (5_000, "paid"), (2_000, "waiting"), (0, "waiting"), (0, "waiting"),
        ]  # fmt: skip
        assert agreed.review(date(2026, 6, 21)).instalments_paid == 0

    def test_that_the_bank_took_back_fill_nothing(self, agreed: Agreed) -> None:
        plan = agreed.propose()
        receipt = agreed.pay("P-1", 5_000, date(2026, 6, 20))
        agreed.review(date(2026, 6, 21))
        agreed.take_back(receipt.entry_id, date(2026, 6, 25))

        agreed.review(date(2026, 6, 26))

        assert paid(agreed.plan(plan))[0] == (0, "waiting")

    def test_of_all_before_its_time_complete_it_and_thanks_are_owed(self, agreed: Agreed) -> None:
        plan = agreed.propose()
        agreed.pay("P-1", 20_000, date(2026, 6, 20))

        assert agreed.review(date(2026, 6, 21)).plans_completed == 1

        assert agreed.held(noon(date(2026, 6, 22))) == []
        with agreed.store.begin(CENTRE_CALLER) as session:
            (owed,) = queries.completed_unthanked(session, client_id=agreed.client_id)
            operations.thank(session, client_id=agreed.client_id, plan_id=owed.id, now=NOW)
            operations.thank(session, client_id=agreed.client_id, plan_id=owed.id, now=NOW)
            assert queries.completed_unthanked(session, client_id=agreed.client_id) == []
        assert owed.id == plan.card.id
        assert worlds.actions(agreed.store, agreed.client_id).count("plan.thanked") == 1

    def test_that_a_credit_makes_needless_are_released(self, agreed: Agreed) -> None:
        plan = agreed.propose()
        with agreed.store.begin(CENTRE_CALLER) as session:
            credit = NewCredit(
                agreed.customer_id, "NC-1", date(2026, 6, 19), Money(5_000, "EUR"),
                shares=(Share(agreed.f1, 5_000),),
            )  # fmt: skip
            later = noon(date(2026, 6, 19))
            record_credit_note(session, client_id=agreed.client_id, credit=credit, now=later)
        agreed.pay("P-1", 15_000, date(2026, 6, 20))

        assert agreed.review(date(2026, 6, 21)).plans_completed == 1

        states = [part.state for part in agreed.plan(plan).instalments]
        assert states == ["paid", "paid", "paid", "released"]

    def test_made_before_do_not_count_a_second_time(self, agreed: Agreed) -> None:
        agreed.pay("P-0", 6_000, date(2026, 6, 8))
        plan = agreed.propose(now=noon(date(2026, 6, 8)))

        agreed.review(date(2026, 6, 21))

        assert plan.card.amount_minor == 14_000
        assert paid(agreed.plan(plan))[0] == (0, "waiting")

    def test_on_a_bill_outside_of_it_do_not_fill_it(self, agreed: Agreed) -> None:
        plan = agreed.propose(invoices=(agreed.f2,), instalments=2)
        agreed.pay("P-1", 12_000, date(2026, 6, 20))  # the mandate puts it on F-1

        agreed.review(date(2026, 6, 21))

        assert paid(agreed.plan(plan)) == [(0, "waiting"), (0, "waiting")]


class TestAMissedInstalment:
    def test_is_one_only_after_the_grace_and_asks_for_one_call(self, agreed: Agreed) -> None:
        plan = agreed.propose()
        agreed.pay("P-1", 2_000, date(2026, 6, 20))

        assert agreed.review(LAST_OF_GRACE).instalments_missed == 0
        assert agreed.review(after(LAST_OF_GRACE, 1)).instalments_missed == 1
        assert agreed.review(after(LAST_OF_GRACE, 2)).instalments_missed == 0

        (word,) = agreed.unanswered()
        assert (word.kind, word.source_id, word.position) == ("instalment", plan.card.id, 1)
        assert (word.amount_minor, word.paid_minor) == (5_000, 2_000)
        assert agreed.plan(plan).card.state == "active"
        # The plan runs on, and its silence waits for the call to understand.
        assert agreed.held(noon(LAST_OF_GRACE)) != []
        assert agreed.held(noon(after(LAST_OF_GRACE, 3))) == []

    def test_is_answered_once_somebody_spoke_of_it(self, agreed: Agreed) -> None:
        agreed.propose()
        agreed.review(after(LAST_OF_GRACE, 1))

        spoken = noon(after(LAST_OF_GRACE, 2))
        with agreed.store.begin(CENTRE_CALLER) as session:
            assert operations.answer_broken(session, now=spoken, **agreed.whose) == 1
            assert operations.answer_broken(session, now=spoken, **agreed.whose) == 0

        assert agreed.unanswered() == ()
        assert agreed.held(noon(after(LAST_OF_GRACE, 3))) != [], "silent again"

    def test_is_paid_by_money_that_comes_late(self, agreed: Agreed) -> None:
        plan = agreed.propose()
        agreed.review(after(LAST_OF_GRACE, 1))
        agreed.pay("P-1", 5_000, after(LAST_OF_GRACE, 5))

        agreed.review(after(LAST_OF_GRACE, 6))

        assert paid(agreed.plan(plan))[0] == (5_000, "paid")
        assert agreed.unanswered() == ()

    def test_breaks_the_plan_once_there_are_as_many_as_the_mandate_says(
        self, agreed: Agreed
    ) -> None:
        plan = agreed.propose()
        agreed.review(after(LAST_OF_GRACE, 1))
        with pytest.raises(PlanNotSo, match="1 instalments are missed, and 2"):
            agreed.act(operations.break_plan, plan, reason="no answer")

        found = agreed.review(date(2026, 8, 6))

        assert (found.instalments_missed, found.plans_broken) == (1, 1)
        assert agreed.plan(plan).card.state == "broken"
        assert agreed.held(noon(date(2026, 8, 7))) == []
        assert len(agreed.unanswered()) == 2


class TestRenegotiatePlan:
    def test_keeps_what_was_paid_and_the_old_plan_in_the_history(self, agreed: Agreed) -> None:
        old = agreed.propose()
        agreed.pay("P-1", 7_000, date(2026, 6, 20))
        then = noon(date(2026, 6, 22))

        new = agreed.act(
            operations.renegotiate_plan, old, plan=agreed.wish(10, reason="less a month"),
            by="Anna", version=2, now=then,
        )  # fmt: skip
        agreed.review(date(2026, 6, 23))

        assert (new.card.amount_minor, new.card.supersedes_id) == (13_000, old.card.id)
        assert agreed.plan(old).card.state == "superseded"
        assert agreed.plan(old).events[-1].reason == "less a month"
        assert agreed.plan(old).paid_minor == 7_000
        assert agreed.plan(new).paid_minor == 0
        assert agreed.served() == dict.fromkeys(agreed.served(), 7000)

    def test_beyond_the_powers_leaves_the_old_plan_running_meanwhile(self, agreed: Agreed) -> None:
        old = agreed.propose()
        new = agreed.act(
            operations.renegotiate_plan, old, plan=agreed.wish(13, reason="less a month"), by="Anna"
        )
        agreed.pay("P-1", 5_000, date(2026, 6, 20))
        agreed.review(date(2026, 6, 21))

        assert (new.card.state, agreed.plan(old).card.state) == ("proposed", "active")
        assert paid(agreed.plan(old))[0] == (5_000, "paid")
        agreed.approve(new, now=noon(date(2026, 6, 22)))
        agreed.review(date(2026, 6, 23))
        # The payment came after the new plan was worked out: it pays the new one.
        assert agreed.plan(old).paid_minor == 0
        assert agreed.plan(new).paid_minor == 5_000

    def test_says_why(self, agreed: Agreed) -> None:
        old = agreed.propose()

        with pytest.raises(Invalid, match="why"):
            agreed.act(operations.renegotiate_plan, old, plan=agreed.wish(8))
