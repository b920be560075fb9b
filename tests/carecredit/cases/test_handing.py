"""Cases handed over, our own word, and how a case is found."""

import contextlib
import random
from datetime import timedelta
from typing import Any

import pytest

import worlds
from carecredit.cases import operations, queries
from carecredit.cases.operations import (
    HandOver,
    NewCase,
    NewExpectation,
    UnknownHands,
)
from carecredit.cases.queries import Wanted
from carecredit.cases.rules import (
    MOVES,
    CaseKind,
    CaseState,
    HandTo,
    Party,
    Priority,
    TransitionRefused,
    case_policy,
)
from carecredit.kernel.errors import CareCreditError
from carecredit.store.session import Store
from case_worlds import Desk
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")
DAY = timedelta(days=1)
DISPUTE, COMPLAINT, OVERDUE = CaseKind.DISPUTE, CaseKind.COMPLAINT, CaseKind.OVERDUE


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


class TestHandingOver:
    PACK = HandOver(
        HandTo.SQUAD, "Billing", "a new bill", "explained the meter", "a call", "worried"
    )

    @pytest.fixture(autouse=True)
    def team(self, desk: Desk) -> None:
        desk.operator("Anna")
        desk.squad("Billing")

    def test_takes_the_story_along_and_owes_the_customer_a_word(self, desk: Desk) -> None:
        case = desk.open(owner="Anna")

        handed = desk.act(
            operations.hand_over, case_id=case.id, pack=self.PACK, version=case.version
        )

        assert (handed.owner, handed.squad, handed.state) == (None, "Billing", "open")
        assert handed.tell_owed_since == NOW
        told = desk.read(queries.events, case_id=case.id)[-1]
        assert told.words["asked"] == "a new bill"
        assert told.words["mood"] == "worried"
        (owed,) = desk.read(queries.cases, now=NOW, wanted=Wanted(to_be_told=True))
        assert owed.case.id == case.id
        (word,) = desk.read(queries.expectations, case_id=case.id)
        assert (word.purpose, word.state) == ("hand_over", "open")
        assert word.due_at == NOW + timedelta(hours=9)  # eight of them working hours

        done = desk.act(operations.customer_told, case_id=case.id, how="by mail")

        assert done.tell_owed_since is None
        assert desk.read(queries.expectations, case_id=case.id)[0].state == "kept"

    def test_once_more_gives_no_second_word_and_puts_none_off(self, desk: Desk) -> None:
        case = desk.open()
        told = {"case_id": case.id, "version": None}
        desk.act(operations.hand_over, pack=self.PACK, **told)
        to_anna = HandOver(HandTo.OPERATOR, "Anna", "a new bill", "explained the meter")

        desk.act(operations.hand_over, pack=to_anna, now=NOW + timedelta(hours=2), **told)

        words = desk.read(queries.expectations, case_id=case.id)
        assert sorted(word.state for word in words) == ["open", "withdrawn"]
        assert {word.due_at for word in words} == {NOW + timedelta(hours=9)}

    def test_is_to_somebody_we_know(self, desk: Desk) -> None:
        case = desk.open()
        told = {"case_id": case.id, "version": None}
        ghosts = [HandOver(to, "Anne", "a bill", "explained") for to in HandTo]

        with pytest.raises(UnknownHands, match="Anna") as nobody:
            desk.act(operations.hand_over, pack=ghosts[0], **told)
        with pytest.raises(UnknownHands, match="Billing"):
            desk.act(operations.hand_over, pack=ghosts[1], **told)

        assert nobody.value.field == "name"
        assert desk.act(operations.hand_over, pack=ghosts[2], **told).state == "waiting_client"

    def test_to_the_client_company_waits_for_it(self, desk: Desk) -> None:
        case = desk.open(owner="Anna")
        pack = HandOver(HandTo.CLIENT, "Ufficio letture", "a reading", "asked the customer")

        handed = desk.act(operations.hand_over, case_id=case.id, pack=pack, version=None)

        assert (handed.state, handed.owner) == ("waiting_client", "Anna")


class TestAnExpectation:
    def give(self, desk: Desk, **facts: Any) -> Any:
        told = {"what": "You will hear by Friday", "due_at": NOW + 4 * DAY} | facts
        new = NewExpectation(desk.customer_id, **told)
        return desk.act(operations.expect, expectation=new)

    def test_is_kept_in_time_and_broken_when_late(self, desk: Desk) -> None:
        kept, late, never = (self.give(desk) for _ in range(3))

        kept = desk.act(operations.fulfil, expectation_id=kept.id, now=NOW + 4 * DAY)
        late = desk.act(operations.fulfil, expectation_id=late.id, now=NOW + 5 * DAY)
        count = desk.act(operations.review_expectations, now=NOW + 5 * DAY)

        assert (kept.state, late.state, count) == ("kept", "broken", 1)
        assert late.fulfilled_at == NOW + 5 * DAY
        with worlds_read(desk) as session:
            (open_,) = queries.unfulfilled(session, client_ids=[desk.client_id])
        assert open_[1].id == never.id
        good = desk.act(operations.fulfil, expectation_id=never.id, now=NOW + 6 * DAY)
        assert (good.state, good.fulfilled_at) == ("broken", NOW + 6 * DAY)
        with pytest.raises(CareCreditError, match="already"):
            desk.act(operations.fulfil, expectation_id=never.id, now=NOW + 6 * DAY)

    def test_is_withdrawn_with_a_reason_before_its_time(self, desk: Desk) -> None:
        one, other = self.give(desk), self.give(desk)

        gone = desk.act(operations.withdraw, expectation_id=one.id, reason="solved at once")

        assert (gone.state, gone.reason) == ("withdrawn", "solved at once")
        with pytest.raises(CareCreditError, match="broken"):
            desk.act(operations.withdraw, expectation_id=other.id, reason="late", now=NOW + 9 * DAY)

    def test_is_found_when_it_is_due(self, desk: Desk) -> None:
        one = self.give(desk)

        with worlds_read(desk) as session:
            ids = [desk.client_id]
            early = queries.due_expectations(session, client_ids=ids, by=NOW + 3 * DAY)
            due = queries.due_expectations(session, client_ids=ids, by=NOW + 4 * DAY)

        assert early == []
        assert [(client_id, it.id) for client_id, it in due] == [(desk.client_id, one.id)]

    def test_lies_ahead_and_belongs_to_the_customers_own_case(self, desk: Desk) -> None:
        other = worlds.add_customer(desk.store, desk.client_id, "K-2")
        theirs = desk.act(operations.open_case, case=NewCase(other, CaseKind.QUESTION, "?"))

        with pytest.raises(CareCreditError, match="ahead"):
            self.give(desk, due_at=NOW)
        with pytest.raises(queries.UnknownCase):
            self.give(desk, case_id=theirs.id)


def worlds_read(desk: Desk) -> Any:
    return desk.store.read(worlds.CENTRE_CALLER)


class TestACase:
    def test_gets_its_priority_by_the_rules_and_another_with_a_reason(self, desk: Desk) -> None:
        plain, upset = desk.open(), desk.open(COMPLAINT)
        urgent = desk.open(topic="no_service")

        raised = desk.act(
            operations.prioritise,
            case_id=plain.id,
            priority=Priority.URGENT,
            reason="a clinic",
            version=plain.version,
        )

        assert [it.priority for it in (plain, upset, urgent)] == ["normal", "high", "urgent"]
        assert raised.priority == "urgent"
        first, _ = desk.read(queries.stored_deadlines, case_id=plain.id)
        assert first.goal_minutes == 60

    def test_has_an_owner_a_subject_and_notes(self, desk: Desk) -> None:
        case = desk.open()
        key = {"case_id": case.id, "version": None}
        desk.operator("Anna")
        desk.act(operations.assign, owner="Anna", squad=None, **key)
        wanted = operations.Description("Meter", "meter", "en")
        desk.act(operations.describe, description=wanted, **key)

        noted = desk.act(operations.note, case_id=case.id, text="Calls after six")

        assert (noted.owner, noted.subject, noted.topic, noted.language) == (
            "Anna", "Meter", "meter", "en",
        )  # fmt: skip
        assert noted.version == 4
        assert desk.read(queries.events, case_id=case.id)[-1].reason == "Calls after six"

    def test_belongs_to_somebody_we_know_or_to_who_writes_it(self, desk: Desk) -> None:
        desk.operator("Anna")
        case = desk.open(owner=CENTRE_CALLER.name)
        key = {"case_id": case.id, "version": None}

        for names, field in (({"owner": "Ana"}, "owner"), ({"squad": "Bills"}, "squad")):
            with pytest.raises(UnknownHands) as refused:
                desk.act(operations.assign, **{"owner": None, "squad": None} | names, **key)
            assert refused.value.field == field
        with pytest.raises(UnknownHands, match="there is: Anna"):
            desk.open(owner="Ana")

    def test_is_found_by_what_it_is(self, desk: Desk) -> None:
        desk.operator("Anna")
        invoice = desk.invoice()
        dispute, question = desk.open(DISPUTE, invoice), desk.open(owner="Anna")
        desk.resolve(question.id)
        for wanted, found in (
            (Wanted(), {dispute.id, question.id}),
            (Wanted(kinds=("dispute",)), {dispute.id}),
            (Wanted(states=("resolved",)), {question.id}),
            (Wanted(unresolved=True), {dispute.id}),
            (Wanted(owner="Anna"), {question.id}),
            (Wanted(invoice_id=invoice), {dispute.id}),
            (Wanted(customer_id=desk.customer_id), {dispute.id, question.id}),
            (Wanted(overdue=True), set()),
        ):
            listed = desk.read(queries.cases, now=NOW, wanted=wanted)
            counts = desk.read(queries.counts, now=NOW, wanted=wanted)
            assert {one.case.id for one in listed} == found, wanted
            assert counts.total == len(found)
        later = NOW + 9 * DAY
        assert desk.read(queries.counts, now=later).overdue == 1
        newest = desk.read(queries.cases, now=NOW, limit=1)
        rest = desk.read(queries.cases, now=NOW, before=newest[0].case.id)
        assert [one.case.id for one in (*newest, *rest)] == [question.id, dispute.id]

    @pytest.mark.parametrize("seed", range(3))
    def test_has_stored_what_a_replay_of_its_events_gives(self, desk: Desk, seed: int) -> None:
        chance, now = random.Random(seed), NOW
        case = desk.open(now=now)
        for _ in range(12):
            now += timedelta(minutes=chance.randrange(4_000))
            found = desk.read(queries.case, case_id=case.id)
            allowed = case_policy().allowed(CaseState(found.state), Party.OPERATOR)
            event = chance.choice([*MOVES, "resolve"])
            with contextlib.suppress(TransitionRefused):
                if event == "resolve" and "resolved" in allowed:
                    desk.resolve(case.id, now=now)
                elif event != "resolve":
                    desk.move(case.id, event, now=now, automatic=chance.random() < 0.3)
        found = desk.read(queries.case, case_id=case.id)
        stored = desk.read(queries.stored_deadlines, case_id=case.id)

        told = desk.read(queries.worked_out, found=found, at=found.reckoned_at)

        assert found.version > 3
        assert {one.deadline for one in told} == set(stored)

    def test_forgets_the_words_of_who_is_erased(self, desk: Desk) -> None:
        desk.squad("Billing")
        case = desk.open(reason="ill")
        desk.act(operations.hand_over, case_id=case.id, pack=TestHandingOver.PACK, version=None)

        count = desk.act_plain(operations.forget_words, customer_id=desk.customer_id)

        assert count == 4
        whole = desk.read(queries.whole, case_id=case.id)
        assert whole.case.subject == ""
        assert {(event.reason, str(event.words)) for event in whole.events} == {("", "{}")}
        assert {one.what for one in whole.expectations} == {""}
