"""Each kind of task comes of something that happened, and goes when it is done."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

import case_worlds
from agreements import Agreed
from carecredit.arrangements import operations as arrangements
from carecredit.arrangements.operations import NewPromise
from carecredit.arrangements.rules import NothingToRemind
from carecredit.cases import operations as cases
from carecredit.cases.operations import HandOver
from carecredit.cases.rules import CaseKind, HandTo
from carecredit.contact_policy.operations import NewStop, record_stop
from carecredit.holds.operations import UnknownHold, put_off_review
from carecredit.holds.operations import end as end_hold
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, PromiseId, new_id
from carecredit.kernel.money import Money
from carecredit.knowledge import operations as knowledge
from carecredit.outreach import operations as outreach
from carecredit.outreach.operations import NewContact
from carecredit.outreach.rules import Outcome
from carecredit.quality import operations as quality
from carecredit.quality.operations import EndedContact
from carecredit.quality.rules import SurveyKind, SurveyPolicy
from carecredit.store.session import Store
from carecredit.worklist import queries
from carecredit.worklist.rules import TaskKind, told
from carecredit.worklist.views import Task
from outgoing import Centre
from shelves import Shelf
from worlds import CENTRE_CALLER, NOW, TODAY

ASKED = SurveyPolicy(SurveyKind.CSAT, "Com'è andata?", "How was it?", 1_000, 90, 2)


def tasks(store: Store, client_id: ClientId, *, at: datetime = NOW) -> list[Task]:
    with store.read(CENTRE_CALLER) as session:
        return queries.tasks(session, client_ids=[client_id], now=at)


def only(store: Store, client_id: ClientId, kind: TaskKind, *, at: datetime = NOW) -> Task:
    (found,) = (task for task in tasks(store, client_id, at=at) if task.kind == kind)
    return found


def kinds(store: Store, client_id: ClientId, *, at: datetime = NOW) -> set[str]:
    return {task.kind for task in tasks(store, client_id, at=at)}


def promised(agreed: Agreed, *, remind: bool) -> PromiseId:
    promise = NewPromise(
        customer_id=agreed.customer_id,
        amount=Money(5_000, "EUR"),
        promised_on=TODAY + timedelta(days=4),
        given_to="Anna",
        remind=remind,
    )
    with agreed.store.begin(CENTRE_CALLER) as session:
        return arrangements.record_promise(
            session, client_id=agreed.client_id, promise=promise, now=NOW
        )


class TestACase:
    def test_is_told_of_when_it_changes_hands(self, store: Store) -> None:
        desk = case_worlds.Desk(store)
        desk.squad("Billing")
        case = desk.open()
        pack = HandOver(HandTo.SQUAD, "Billing", asked="a copy", tried="explained")
        desk.act(cases.hand_over, case_id=case.id, pack=pack, version=None)

        task = only(store, desk.client_id, TaskKind.CUSTOMER_TO_TELL)
        desk.act(cases.customer_told, case_id=case.id, how="by mail")

        assert (task.subject_id, task.due_at) == (case.id, NOW)
        assert "“The bill is wrong” changed hands" in task.sentence["en"]
        assert TaskKind.CUSTOMER_TO_TELL not in kinds(store, desk.client_id)

    def test_comes_into_sight_before_its_deadline(self, store: Store) -> None:
        desk = case_worlds.Desk(store)
        case = desk.open()

        # Opened at nine; the first answer is owed by the end of the working day.
        assert TaskKind.CASE_DUE not in kinds(store, desk.client_id, at=NOW)
        near = datetime(2026, 6, 8, 14, tzinfo=UTC)
        assert only(store, desk.client_id, TaskKind.CASE_DUE, at=near).subject_id == case.id
        desk.move(case.id, "answered", now=near)
        assert TaskKind.CASE_DUE not in kinds(store, desk.client_id, at=near)

    def test_that_holds_reminders_is_looked_at_again(self, store: Store) -> None:
        desk = case_worlds.Desk(store)
        case = desk.open(CaseKind.DISPUTE, desk.invoice())
        review_on = case.review_on
        assert review_on is not None
        at = datetime.combine(review_on, datetime.min.time(), UTC) + timedelta(hours=12)

        task = only(store, desk.client_id, TaskKind.HOLD_TO_REVIEW, at=at)

        assert task.due_at == case_worlds.rome(f"{review_on} 00:00")
        assert TaskKind.HOLD_TO_REVIEW not in kinds(
            store, desk.client_id, at=at - timedelta(days=1)
        )


class TestAPlan:
    def test_beyond_the_operators_powers_waits_for_a_second_person(self, store: Store) -> None:
        agreed = Agreed(store)
        agreed.terms(plan_instalments_max=2)
        plan = agreed.propose()

        task = only(store, agreed.client_id, TaskKind.PLAN_TO_APPROVE)
        agreed.approve(plan, by="Bruno")

        assert task.sentence["it"] == (
            "Un piano di rate attende una seconda persona (numero di rate)."
        )
        assert kinds(store, agreed.client_id) == set()

    def test_paid_to_the_end_is_thanked_for(self, store: Store) -> None:
        agreed = Agreed(store)
        plan = agreed.propose()
        agreed.pay("P-1", 20_000, date(2026, 6, 20))
        agreed.review(date(2026, 6, 21))

        assert only(store, agreed.client_id, TaskKind.THANKS_OWED).subject_id == plan.card.id
        with store.begin(CENTRE_CALLER) as session:
            arrangements.thank(session, client_id=agreed.client_id, plan_id=plan.card.id, now=NOW)
        assert kinds(store, agreed.client_id) == set()


class TestAReminder:
    @pytest.mark.parametrize("wanted", [True, False])
    def test_is_given_the_day_before_to_whoever_wants_one(
        self, store: Store, *, wanted: bool
    ) -> None:
        agreed = Agreed(store)
        promise_id = promised(agreed, remind=wanted)
        before, on_the_day = NOW + timedelta(days=3), NOW + timedelta(days=4)

        found = [
            (task.subject_id, task.sentence["en"])
            for task in tasks(store, agreed.client_id, at=before)
        ]

        said = "50.00 EUR fall due tomorrow: the customer asked to be reminded."
        assert found == ([(promise_id, said)] if wanted else [])
        assert kinds(store, agreed.client_id, at=NOW) == set()
        assert kinds(store, agreed.client_id, at=on_the_day) == set()

    def test_of_an_instalment_is_given_once(self, store: Store) -> None:
        agreed = Agreed(store)
        plan = agreed.propose(remind=True)
        before = case_worlds.rome(f"{plan.instalments[0].due_on} 09:00") - timedelta(days=1)
        note = {"client_id": agreed.client_id, "source_id": plan.card.id, "now": before}

        assert only(store, agreed.client_id, TaskKind.REMINDER_WANTED, at=before)
        with store.begin(CENTRE_CALLER) as session:
            arrangements.note_reminder(session, **note)
            with pytest.raises(NothingToRemind):
                arrangements.note_reminder(session, **note)
        assert kinds(store, agreed.client_id, at=before) == set()


class TestASilence:
    def test_that_no_case_looks_after_is_looked_at_on_its_day(self, store: Store) -> None:
        desk = case_worlds.Desk(store)
        tomorrow = NOW + timedelta(days=1)
        stop = NewStop("represented", "their lawyer's letter", review_on=tomorrow.date())
        placed = desk.act(record_stop, customer_id=desk.customer_id, stop=stop)
        assert kinds(store, desk.client_id) == set()

        task = only(store, desk.client_id, TaskKind.SILENCE_TO_REVIEW, at=tomorrow)
        desk.act(
            put_off_review,
            customer_id=desk.customer_id,
            hold_id=placed.hold_id,
            review_on=date(2026, 7, 1),
            today=tomorrow.date(),
            now=tomorrow,
        )

        assert task.subject_id == placed.hold_id
        assert task.sentence["it"] == "Il silenzio va riguardato (rappresentante nominato)."
        assert kinds(store, desk.client_id, at=tomorrow) == set()
        july = case_worlds.rome("2026-07-01 09:00")
        assert only(store, desk.client_id, TaskKind.SILENCE_TO_REVIEW, at=july)
        desk.act(end_hold, hold_id=placed.hold_id, now=july)
        assert kinds(store, desk.client_id, at=july) == set()

    def test_of_a_pause_is_looked_at_too(self, store: Store) -> None:
        agreed = Agreed(store)
        review_on = TODAY + timedelta(days=2)
        agreed.grant("pause", review_on=review_on)

        at = NOW + timedelta(days=2)
        assert only(store, agreed.client_id, TaskKind.SILENCE_TO_REVIEW, at=at)
        assert kinds(store, agreed.client_id) == set()

    def test_is_put_off_to_a_day_ahead_and_only_of_its_customer(self, store: Store) -> None:
        desk = case_worlds.Desk(store)
        stop = NewStop("represented", "their lawyer's letter")
        placed = desk.act(record_stop, customer_id=desk.customer_id, stop=stop)
        asked = {"hold_id": placed.hold_id, "today": TODAY}
        day = {"review_on": TODAY + timedelta(days=1)}

        with pytest.raises(Invalid, match="lies ahead") as refused:
            desk.act(put_off_review, customer_id=desk.customer_id, review_on=TODAY, **asked)
        with pytest.raises(UnknownHold):
            desk.act(put_off_review, customer_id=CustomerId(new_id()), **day, **asked)

        assert refused.value.field == "review_on"


class TestALowRating:
    def test_waits_until_somebody_has_learnt_from_it(self, store: Store) -> None:
        desk = case_worlds.Desk(store)
        desk.act(quality.set_terms, policy=ASKED)
        contact_id = desk.act(
            outreach.receive, contact=NewContact(desk.customer_id, "voice"), operator_id=None
        )
        ended = EndedContact(
            contact_id, desk.customer_id, None, "Anna", "it", talked=True, complains=False
        )
        survey_id = desk.act(quality.ask_after, contact=ended)
        desk.act(quality.answer, survey_id=survey_id, score=1)

        assert only(store, desk.client_id, TaskKind.LOW_RATING).subject_id == survey_id
        desk.act(quality.own, survey_id=survey_id, owner="Bruno")
        desk.act(quality.conclude, survey_id=survey_id, conclusion="we promised a call back")
        assert TaskKind.LOW_RATING not in kinds(store, desk.client_id)


class TestAGap:
    def test_that_came_to_its_end_is_told_to_whoever_raised_it(self, store: Store) -> None:
        shelf = Shelf(store)
        new = knowledge.NewGap(text="no rule", topic="late_bill", operator_id=shelf.anna)
        gap_id = shelf.do(knowledge.raise_gap, gap=new)
        assert kinds(store, shelf.ours) == set()

        shelf.do(knowledge.move_gap, gap_id=gap_id, move="decline", version=1, why="not allowed")

        task = only(store, shelf.ours, TaskKind.GAP_TO_TELL)
        assert (task.subject_id, task.customer_id) == (gap_id, None)


class TestAParkedContact:
    def test_says_why_it_waits_in_words(self, store: Store) -> None:
        centre = Centre(store)
        claimed = centre.claimed()
        centre.settle(claimed.attempt_id, Outcome.UNKNOWN, "no answer")

        task = only(store, centre.client_id, TaskKind.PARKED)

        assert task.sentence["it"].endswith("(non si sa se è partito).")
        assert task.sentence["en"].endswith("(nobody knows whether it went out).")


class TestEverySentence:
    @pytest.mark.parametrize(
        "reason",
        ["channel_down", "poison", "policy_denied", "text_refused", "unknown_outcome"],
    )
    def test_has_words_for_why_a_contact_is_parked(self, reason: str) -> None:
        assert "_" not in "".join(told("parked", {"reason": (reason,)}).values())

    @pytest.mark.parametrize("kind", list(TaskKind))
    def test_is_there_for_every_kind(self, kind: TaskKind) -> None:
        data: dict[str, Any] = {"what": "w", "subject": "s", "beyond": ("days",), "reason": ()}
        data["amount"] = "50.00 EUR"

        assert set(told(kind, data)) == {"it", "en"}
