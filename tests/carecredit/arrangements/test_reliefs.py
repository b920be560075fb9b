"""Relief keeps the least and ends by itself; a payment on its way is waited for, not for ever."""

from datetime import date, timedelta

import pytest
from sqlalchemy import inspect

import worlds
from agreements import FIRST, Agreed, after, noon
from carecredit.arrangements import operations, queries
from carecredit.arrangements.model import HardshipRelief
from carecredit.arrangements.operations import NewPromise, ProofWaits
from carecredit.arrangements.rules import (
    ProofClosed,
    ProofRefused,
    ReliefOver,
    ReliefRefused,
    UnknownBonus,
    UnknownPlan,
    UnknownRelief,
)
from carecredit.holds.operations import HoldOfAnother
from carecredit.holds.operations import end as end_hold
from carecredit.holds.queries import standing
from carecredit.kernel.money import Money
from carecredit.outreach.operations import erase
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW, TODAY

pytestmark = pytest.mark.usefixtures("chains_hold")
WAITED = date(2026, 6, 15)
"""Five working days after Monday 8 June."""


@pytest.fixture
def agreed(store: Store) -> Agreed:
    return Agreed(store)


def states(agreed: Agreed) -> list[str]:
    with agreed.store.read(CENTRE_CALLER) as session:
        return [one.state for one in queries.reliefs_of(session, **agreed.whose)]


class TestAPause:
    def test_is_silent_through_its_last_day_and_ends_by_itself(self, agreed: Agreed) -> None:
        made = agreed.grant(until=FIRST, review_on=date(2026, 6, 20), proof_seen=True)

        assert agreed.held(noon(FIRST)) == [("hardship", None)]
        assert agreed.held(noon(after(FIRST, 1))) == []
        assert agreed.review(FIRST).reliefs_ended == 0
        assert agreed.review(after(FIRST, 1)).reliefs_ended == 1
        assert agreed.review(after(FIRST, 1)).reliefs_ended == 0
        assert (made.proof_seen, states(agreed)) == (True, ["ended"])

    def test_is_looked_at_again_on_its_review_date(self, agreed: Agreed) -> None:
        agreed.grant(until=FIRST, review_on=date(2026, 6, 20))

        with agreed.store.read(CENTRE_CALLER) as session:
            (hold,) = standing(session, at=NOW, **agreed.whose)
        assert hold.review_on == date(2026, 6, 20)

    def test_ends_when_somebody_ends_it_and_not_by_its_hold(self, agreed: Agreed) -> None:
        made = agreed.grant()
        with agreed.store.begin(CENTRE_CALLER) as session:
            (hold,) = standing(session, at=NOW, **agreed.whose)
            with pytest.raises(HoldOfAnother):
                end_hold(session, client_id=agreed.client_id, hold_id=hold.id, now=NOW)
            operations.end_relief(session, relief_id=made.id, now=NOW, **agreed.whose)
            with pytest.raises(ReliefOver):
                operations.end_relief(session, relief_id=made.id, now=NOW, **agreed.whose)

        assert agreed.held() == []

    def test_is_not_for_ever(self, agreed: Agreed) -> None:
        with pytest.raises(ReliefRefused, match="2026-12-05"):
            agreed.grant(until=date(2026, 12, 6))
        with pytest.raises(ReliefRefused):
            agreed.grant(review_on=after(FIRST, 1))


class TestARelief:
    def test_has_no_place_for_why(self) -> None:
        texts = {
            column.key
            for column in inspect(HardshipRelief).columns
            if column.type.python_type is str
        }

        assert texts == {
            "kind", "bonus", "catalogue_version", "state", "granted_by", "ended_by",
        }  # fmt: skip

    def test_is_told_to_the_audit_without_its_kind(self, agreed: Agreed) -> None:
        agreed.grant("bonus_information", bonus="it_social_waste")

        assert worlds.actions(agreed.store, agreed.client_id)[-1] == "relief.granted"
        assert agreed.held() == []

    def test_tells_only_of_help_that_is_known(self, agreed: Agreed) -> None:
        with pytest.raises(UnknownBonus):
            agreed.grant("bonus_information", bonus="made_up")
        with pytest.raises(ReliefRefused):
            agreed.grant("bonus_information")
        with pytest.raises(ReliefRefused):
            agreed.grant("pause", bonus="it_social_waste")

    def test_of_another_customer_is_not_found(self, agreed: Agreed) -> None:
        made = agreed.grant()
        other = worlds.add_customer(agreed.store, agreed.client_id, "K-2")

        with pytest.raises(UnknownRelief), agreed.store.begin(CENTRE_CALLER) as session:
            operations.end_relief(
                session, client_id=agreed.client_id, customer_id=other, relief_id=made.id, now=NOW
            )

    def test_goes_with_the_customers_name(self, agreed: Agreed) -> None:
        agreed.grant()
        plan = agreed.propose(reason="told us much")
        told = NewPromise(
            agreed.customer_id, Money(1, "USD"), TODAY, "Anna", given_by="Carlo Rossi"
        )
        worlds.add_invoice(
            agreed.store, agreed.client_id, agreed.customer_id, "F-3", currency="USD"
        )
        with agreed.store.begin(CENTRE_CALLER) as session:
            operations.record_promise(session, client_id=agreed.client_id, promise=told, now=NOW)
        for number, minor, currency in (("P-1", 20_000, "EUR"), ("P-2", 12_000, "USD")):
            agreed.pay(number, minor, TODAY, currency=currency)

        with agreed.store.begin(CENTRE_CALLER) as session:
            erase(session, now=noon(after(TODAY, 1)), **agreed.whose)

        with agreed.store.read(CENTRE_CALLER) as session:
            (promise,) = queries.promises_of(session, **agreed.whose)
        assert (states(agreed), promise.given_by) == ([], "")
        assert {one.reason for one in agreed.plan(plan).events} == {""}


class TestSmallerInstalments:
    def test_change_the_plan_that_runs(self, agreed: Agreed) -> None:
        old = agreed.propose()

        made = agreed.grant(
            "smaller_instalments", plan_id=old.card.id, plan=agreed.wish(8), version=2
        )

        assert made.plan_id is not None
        new = agreed.plan(made.plan_id)
        assert (new.card.state, agreed.plan(old).card.state) == ("active", "superseded")
        assert [part.amount_minor for part in new.instalments] == [2_500] * 8

    @pytest.mark.parametrize(
        ("answer", "state"),
        [("approve", "active"), ("reject", "ended"), ("cancel", "ended")],
    )
    def test_wait_with_a_plan_that_waits(self, agreed: Agreed, answer: str, state: str) -> None:
        old = agreed.propose()
        made = agreed.grant("smaller_instalments", plan_id=old.card.id, plan=agreed.wish(40))
        assert made.plan_id is not None
        new = agreed.plan(made.plan_id)
        assert (new.card.state, made.state) == ("proposed", "waiting")

        if answer == "approve":
            agreed.approve(new)
        else:
            act = {"reject": operations.reject_plan, "cancel": operations.cancel_plan}[answer]
            agreed.act(act, new, reason="too long", by="Carlo")

        assert states(agreed) == [state]
        agreed.review(after(FIRST, 1))
        assert states(agreed) == ["ended"], "it ends by itself in any case"

    def test_that_wait_end_by_themselves_or_by_hand(self, agreed: Agreed) -> None:
        old = agreed.propose()
        made = agreed.grant("smaller_instalments", plan_id=old.card.id, plan=agreed.wish(40))

        agreed.review(after(FIRST, 1))

        assert states(agreed) == ["ended"]
        assert made.plan_id is not None
        agreed.approve(agreed.plan(made.plan_id), now=noon(after(FIRST, 2)))
        assert states(agreed) == ["ended"]

    def test_end_with_the_plan_that_ran(self, agreed: Agreed) -> None:
        old = agreed.propose()
        made = agreed.grant("smaller_instalments", plan_id=old.card.id, plan=agreed.wish(8))
        assert (made.state, made.plan_id is None) == ("active", False)
        new = agreed.plan(made.plan_id)  # type: ignore[arg-type] # told above

        agreed.act(operations.cancel_plan, new, reason="moved", by="Anna")

        assert states(agreed) == ["ended"]

    def test_that_are_not_smaller_are_refused(self, agreed: Agreed) -> None:
        old = agreed.propose()

        with pytest.raises(ReliefRefused, match="not smaller"):
            agreed.grant("smaller_instalments", plan_id=old.card.id, plan=agreed.wish(4))
        with pytest.raises(ReliefRefused):
            agreed.grant("smaller_instalments")
        assert agreed.plan(old).card.state == "active"

    def test_of_another_company_are_not_found(self, agreed: Agreed) -> None:
        theirs = Agreed(agreed.store, "NRD").propose()

        with pytest.raises(UnknownPlan):
            agreed.grant("smaller_instalments", plan_id=theirs.card.id, plan=agreed.wish(8))


class TestAProof:
    def test_silences_its_invoice_for_the_days_of_the_mandate(self, agreed: Agreed) -> None:
        made = agreed.announce()

        assert made.last_on == WAITED
        assert agreed.held(noon(WAITED)) == [("proof_of_payment", agreed.f1)]
        assert agreed.held(noon(after(WAITED, 1))) == []

    def test_settles_itself_when_the_money_arrives(self, agreed: Agreed) -> None:
        agreed.announce()
        agreed.pay("P-1", 12_000, date(2026, 6, 10))

        assert agreed.review(date(2026, 6, 10)).proofs_settled == 1
        assert agreed.review(date(2026, 6, 10)).proofs_settled == 0
        (found,) = agreed.proofs()
        assert (found.state, found.came_minor) == ("settled", 12_000)
        assert agreed.held(noon(date(2026, 6, 10))) == []

    def test_lapses_after_its_days(self, agreed: Agreed) -> None:
        agreed.announce()

        assert agreed.review(WAITED).proofs_lapsed == 0
        assert agreed.review(after(WAITED, 1)).proofs_lapsed == 1
        assert [one.state for one in agreed.proofs()] == ["lapsed"]

    def test_is_not_settled_by_money_that_settles_another(self, agreed: Agreed) -> None:
        agreed.announce(amount_minor=5_000)
        agreed.announce(amount_minor=5_000, invoice=agreed.f2)
        agreed.pay("P-1", 5_000, date(2026, 6, 10))

        assert agreed.review(date(2026, 6, 10)).proofs_settled == 1
        assert agreed.review(date(2026, 6, 11)).proofs_settled == 0

    def test_is_not_settled_by_what_was_on_the_books_already(self, agreed: Agreed) -> None:
        agreed.pay("P-1", 5_000, date(2026, 6, 8))
        agreed.announce(amount_minor=5_000, now=noon(TODAY))

        assert agreed.review(date(2026, 6, 9)).proofs_settled == 0

    def test_is_one_for_an_invoice_and_says_what_is_wrong_with_it(self, agreed: Agreed) -> None:
        agreed.announce()
        with pytest.raises(ProofWaits):
            agreed.announce()
        for fault in (
            {"amount_minor": 0}, {"amount_minor": 8_001}, {"currency": "USD"},
            {"paid_on": TODAY + timedelta(days=1)}, {"paid_on": date(2026, 1, 1)},
        ):  # fmt: skip
            told = {"amount_minor": 1, "invoice": agreed.f2} | fault
            with pytest.raises(ProofRefused):
                agreed.announce(**told)  # type: ignore[arg-type] # a test's facts

    def test_may_be_taken_back(self, agreed: Agreed) -> None:
        made = agreed.announce()
        with agreed.store.begin(CENTRE_CALLER) as session:
            operations.withdraw_proof(session, proof_id=made.id, now=NOW, **agreed.whose)
            with pytest.raises(ProofClosed):
                operations.withdraw_proof(session, proof_id=made.id, now=NOW, **agreed.whose)

        assert agreed.held() == []
