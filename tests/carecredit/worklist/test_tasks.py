"""Tasks besides calling: what is there, in whose hands, and what was proposed to whom."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

import worlds
from calls import Desk
from carecredit.cases.operations import NewExpectation, expect, fulfil
from carecredit.kernel.errors import CareCreditError
from carecredit.kernel.ids import OperatorId
from carecredit.store.session import Caller, Store
from carecredit.worklist import operations, queries
from carecredit.worklist.operations import TaskHeld
from carecredit.worklist.rules import Decision, TaskKind
from carecredit.worklist.views import Task
from worlds import CENTRE_CALLER, NOW

DUE = NOW + timedelta(hours=1)
LATER = NOW + timedelta(hours=2)


class Words:
    """A desk whose customers were promised an answer."""

    def __init__(self, store: Store, promised: int = 1) -> None:
        self.desk = Desk(store)
        self.store, self.client_id = store, self.desk.client_id
        self.ids = [self.promise(f"an answer, {n}").id for n in range(promised)]

    def promise(self, what: str) -> Any:
        """Give our word."""
        word = NewExpectation(self.desk.customers[0], what, DUE)
        return self.act(expect, expectation=word)

    def act(self, act: Callable[..., Any], *, by: str = "tests", **said: Any) -> Any:
        """Act in a transaction of its own."""
        with self.store.begin(Caller(by)) as session:
            return act(session, client_id=self.client_id, now=NOW, **said)

    def tasks(self, *, at: Any = NOW) -> list[Task]:
        """List the tasks."""
        with self.store.read(CENTRE_CALLER) as session:
            return queries.tasks(session, client_ids=[self.client_id], now=at)

    def hands(self, operator_id: OperatorId | None, number: int = 0) -> dict[str, Any]:
        """Name a task and who acts."""
        subject = self.ids[number]
        return {"kind": TaskKind.OUR_WORD, "subject_id": subject, "operator_id": operator_id}


@pytest.fixture
def words(store: Store) -> Words:
    """Give a desk with one word given."""
    return Words(store)


class TestTasks:
    def test_tell_our_word_before_it_is_due_and_not_long_before(self, words: Words) -> None:
        (task,) = words.tasks()

        assert (task.kind, task.customer_number, task.due_at) == ("our_word", "K-0", DUE)
        assert task.sentence["it"] == "Abbiamo promesso: an answer, 0."
        assert words.tasks(at=NOW - timedelta(hours=4)) == []

    def test_are_gone_when_they_are_done(self, words: Words) -> None:
        words.act(fulfil, expectation_id=words.ids[0])

        assert words.tasks() == []

    def test_put_what_is_late_first(self, words: Words) -> None:
        with words.store.begin(CENTRE_CALLER) as session:
            whose = {"client_id": words.client_id, "now": NOW}
            late = NewExpectation(words.desk.customers[0], "sooner", NOW + timedelta(minutes=5))
            expect(session, expectation=late, **whose)

        assert [task.sentence["en"] for task in words.tasks(at=LATER)] == [
            "We promised: sooner.", "We promised: an answer, 0.",
        ]  # fmt: skip


class TestAClaim:
    def test_keeps_a_task_in_one_pair_of_hands(self, words: Words) -> None:
        held = words.act(operations.claim, by="Anna", **words.hands(words.desk.anna))

        assert held.held_by == "Anna"
        with pytest.raises(TaskHeld, match="Anna holds"):
            words.act(operations.claim, by="Bruno", **words.hands(words.desk.bruno))
        words.act(operations.claim, by="Anna", **words.hands(words.desk.anna))

    def test_ends_when_it_is_given_back(self, words: Words) -> None:
        words.act(operations.claim, by="Anna", **words.hands(words.desk.anna))
        with pytest.raises(TaskHeld):
            words.act(operations.give_back, by="Bruno", **words.hands(words.desk.bruno))
        words.act(operations.give_back, by="Anna", **words.hands(words.desk.anna))

        words.act(operations.claim, by="Bruno", **words.hands(words.desk.bruno))
        assert words.tasks()[0].held_by == "Bruno"

    def test_of_somebody_without_an_operators_card_is_theirs_by_name(self, words: Words) -> None:
        words.act(operations.claim, by="Carla", **words.hands(None))

        with pytest.raises(TaskHeld):
            words.act(operations.give_back, by="Dario", **words.hands(None))
        assert words.tasks()[0].held_by == "Carla"

    def test_is_taken_over_on_record(self, words: Words) -> None:
        words.act(operations.claim, by="Anna", **words.hands(words.desk.anna))
        words.act(operations.take_over, by="Bruno", **words.hands(words.desk.bruno))

        assert words.tasks()[0].held_by == "Bruno"
        assert worlds.actions(words.store, words.client_id)[-1] == "task.taken_over"

    def test_of_what_is_done_is_refused(self, words: Words) -> None:
        words.act(fulfil, expectation_id=words.ids[0])

        with pytest.raises(queries.UnknownTask):
            words.act(operations.claim, **words.hands(words.desk.anna))

    def test_of_sixteen_at_once_is_one_operators(self, store: Store) -> None:
        words = Words(store, promised=4)

        def grab(number: int) -> list[int]:
            won = []
            for task in range(4):
                try:
                    hands = words.hands(None, task)
                    words.act(operations.claim, by=f"operator {number}", **hands)
                except TaskHeld:
                    continue
                won.append(task)
            return won

        with ThreadPoolExecutor(16) as pool:
            won = [task for mine in pool.map(grab, range(16)) for task in mine]

        assert sorted(won) == [0, 1, 2, 3]


class TestChoose:
    def choose(self, words: Words, **said: Any) -> Any:
        return words.act(operations.choose, customer_id=words.desk.customers[0], **said)

    def test_is_counted_by_rule_and_by_nobodys_name(self, words: Words) -> None:
        self.choose(words, decision=Decision.ACCEPTED)
        self.choose(words, decision=Decision.CHANGED, chosen="offer_plan")
        self.choose(words, decision=Decision.REJECTED, reason="speaks no Italian")

        with words.store.read(CENTRE_CALLER) as session:
            (found,) = queries.choices(
                session,
                client_id=words.client_id,
                since=NOW - timedelta(days=1),
                until=NOW + timedelta(days=1),
            )
        assert (found.accepted, found.changed, found.rejected) == (1, 1, 1)
        assert found.proposed == "listen_and_take_promise"

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"decision": Decision.CHANGED}, "chosen"),
            ({"decision": Decision.CHANGED, "chosen": "shout"}, "chosen"),
            ({"decision": Decision.REJECTED}, "reason"),
            ({"decision": Decision.REJECTED, "reason": "x" * 501}, "reason"),
        ],
    )
    def test_needs_to_know_what_was_done_or_why_not(
        self, words: Words, said: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(CareCreditError) as refused:
            self.choose(words, **said)

        assert refused.value.field == field
