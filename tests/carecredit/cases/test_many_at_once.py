"""Many operators at one case: nobody's word is lost, and there is one overdue case."""

from concurrent.futures import ThreadPoolExecutor

import pytest

import worlds
from carecredit.cases import operations, queries
from carecredit.cases.operations import Stale
from carecredit.cases.rules import CaseKind
from carecredit.store.session import Store
from case_worlds import Desk
from worlds import NOW

pytestmark = pytest.mark.usefixtures("chains_hold")
OPERATORS = 16


class TestManyAtOnce:
    def test_one_of_those_who_saw_the_same_wins_and_the_others_hear_of_it(
        self, store: Store
    ) -> None:
        desk = Desk(store)
        case = desk.open()

        def write(number: int) -> str | Stale:
            try:
                desk.move(case.id, "answered", reason=f"operator {number}", version=1)
            except Stale as stale:
                return stale
            return f"operator {number}"

        with ThreadPoolExecutor(OPERATORS) as pool:
            said = list(pool.map(write, range(OPERATORS)))

        won = [one for one in said if isinstance(one, str)]
        lost = [one for one in said if isinstance(one, Stale)]
        assert (len(won), len(lost)) == (1, OPERATORS - 1)
        assert {one.since[0].reason for one in lost} == set(won)
        assert desk.read(queries.case, case_id=case.id).version == 2

    def test_notes_without_a_version_are_all_kept(self, store: Store) -> None:
        desk = Desk(store)
        case = desk.open()

        with ThreadPoolExecutor(OPERATORS) as pool:
            list(
                pool.map(
                    lambda number: desk.act(
                        operations.note, case_id=case.id, text=f"note {number}"
                    ),
                    range(OPERATORS),
                )
            )

        told = desk.read(queries.events, case_id=case.id)
        assert len({event.reason for event in told}) == 1 + OPERATORS
        assert [event.position for event in told] == list(range(1, 2 + OPERATORS))

    def test_follow_ups_open_one_overdue_case(self, store: Store) -> None:
        desk = Desk(store)
        invoices = [desk.invoice(f"F-{number}") for number in range(4)]

        def follow_up(number: int) -> object:
            whom = {"customer_id": desk.customer_id, "invoice_ids": [invoices[number % 4]]}
            return desk.act(operations.open_overdue, **whom).id

        with ThreadPoolExecutor(OPERATORS) as pool:
            opened = set(pool.map(follow_up, range(OPERATORS)))

        counts = desk.read(queries.counts, now=NOW)
        assert (len(opened), counts.by_kind) == (1, {CaseKind.OVERDUE.value: 1})
        (case_id,) = opened
        assert len(desk.read(queries.invoices_of, case_id=case_id)) == len(invoices)
        assert worlds.broken_chains(store) == {}
