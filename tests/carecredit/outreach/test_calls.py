"""Calls in operators' hands: taken by one, given back, wrapped up whole or not at all."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

import worlds
from calls import Desk
from carecredit.kernel.ids import ClientId, CustomerId, OperatorId, TouchId
from carecredit.outreach import queries
from carecredit.outreach.operations import NotYours
from carecredit.outreach.views import Call, Passed
from carecredit.store.session import Store
from carecredit.worklist import queries as worklist
from carecredit.worklist.operations import take_next
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


class TestTake:
    def test_gives_the_number_and_reserves_the_call(self, desk: Desk) -> None:
        call = desk.take()

        assert isinstance(call, Call)
        assert call.number == "+390255550100"
        assert desk.state() == ("taken", None)

    def test_gives_a_call_to_one_of_two_operators(self, desk: Desk) -> None:
        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(desk.take, (desk.anna, desk.bruno)))

        assert sorted(type(one).__name__ for one in found) == ["Call", "Passed"]

    def test_lets_a_call_go_that_is_no_longer_wanted(self, desk: Desk) -> None:
        worlds.pay(desk.store, desk.client_id, desk.customers[0])

        assert desk.take() == Passed("cancelled", "nothing_open")

    def test_puts_a_call_off_that_may_not_be_made_now(self, desk: Desk) -> None:
        passed = desk.take(now=datetime(2026, 6, 13, 14, tzinfo=UTC))  # Saturday, 16:00 in Rome

        assert isinstance(passed, Passed)
        assert desk.state()[0] == "planned"


class TestTakeNext:
    def test_gives_two_operators_two_calls(self, store: Store) -> None:
        desk = Desk(store, 2)

        def next_call(operator_id: OperatorId) -> TouchId:
            with store.begin(CENTRE_CALLER) as session:
                taken = take_next(
                    session, client_ids=[desk.client_id], operator_id=operator_id, now=NOW
                )
            assert taken is not None
            assert taken.card.invoices[0].open_minor == 12_000
            return taken.call.touch_id

        with ThreadPoolExecutor(2) as pool:
            found = list(pool.map(next_call, (desk.anna, desk.bruno)))

        assert sorted(found) == sorted(desk.touch_ids)

    def test_gives_nothing_where_nothing_waits(self, store: Store) -> None:
        client_id = worlds.found_client(store)

        with store.begin(CENTRE_CALLER) as session:
            assert take_next(session, client_ids=[client_id], operator_id=None, now=NOW) is None


class TestItems:
    def test_say_whom_and_why_in_both_languages(self, desk: Desk) -> None:
        with desk.store.read(CENTRE_CALLER) as session:
            (item,) = worklist.items(session, client_ids=[desk.client_id])

        assert (item.customer_number, item.step_kind) == ("K-0", "follow_up")
        assert "38 giorni" in item.sentence["it"]
        assert "38 days" in item.sentence["en"]

    def test_show_one_client_company_nothing_of_another(self, desk: Desk) -> None:
        other = worlds.found_client(desk.store, "GAS")

        with desk.store.read(worlds.only(other)) as session:
            assert worklist.items(session, client_ids=[desk.client_id, other]) == []


class TestGiveBack:
    def test_offers_the_call_again_with_its_budget(self, desk: Desk) -> None:
        for _ in range(4):  # more often than the day's cap of calls made
            assert isinstance(desk.take(), Call)
            desk.give_back()

        assert desk.state() == ("offered", None)

    def test_is_for_the_one_who_holds_it(self, desk: Desk) -> None:
        desk.take(desk.anna)

        with pytest.raises(NotYours):
            desk.give_back(desk.bruno)
        assert desk.state() == ("taken", None)


class TestContactsOf:
    def test_shows_nothing_to_another_client_company(self, desk: Desk) -> None:
        desk.take()
        desk.close()
        other = worlds.found_client(desk.store, "GAS")

        whom: dict[str, ClientId | CustomerId] = {
            "client_id": desk.client_id,
            "customer_id": desk.customers[0],
        }
        with desk.store.read(worlds.only(other)) as session:
            assert queries.contacts_of(session, **whom) == []  # type: ignore[arg-type] # ids both
