"""Calls of our own motion: one at a time, and never beside what is under way."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

import worlds
from calls import Desk
from carecredit.cadence.operations import ask_callback
from carecredit.outreach.operations import CallNotNow, call_out
from carecredit.outreach.rules import Outcome
from carecredit.outreach.views import Passed
from carecredit.store.session import Caller, Store
from outgoing import Centre
from worlds import CENTRE_CALLER, NOW


def call(store: Store, client_id: Any, customer_id: Any, *, by: str = "Anna") -> Any:
    with store.begin(Caller(by)) as session:
        return call_out(
            session, client_id=client_id, customer_id=customer_id, operator_id=None, now=NOW
        )


class TestCallOut:
    def test_takes_the_place_of_what_was_offered(self, store: Store) -> None:
        desk = Desk(store)

        taken = call(store, desk.client_id, desk.customers[0])

        new, old = worlds.touches(store, desk.client_id, desk.customers[0])
        assert (new.id, new.status) == (taken.touch_id, "taken")
        assert (old.status, old.status_reason) == ("cancelled", "superseded")

    def test_takes_the_place_of_what_was_only_rung(self, store: Store) -> None:
        desk = Centre(store)
        desk.rung()
        before = worlds.row_counts(store)

        # The person of this world is reached by mail alone: no call, and nothing is left behind.
        with pytest.raises(CallNotNow, match="no_contact_point"):
            call(store, desk.client_id, desk.customers[0])

        assert worlds.row_counts(store) == before
        assert desk.state()[0] == "rung"

    def test_waits_for_a_message_on_its_way(self, store: Store) -> None:
        desk = Centre(store)
        claimed = desk.claimed()

        with pytest.raises(CallNotNow, match="a message on its way"):
            call(store, desk.client_id, desk.customers[0])

        desk.settle(claimed.attempt_id, Outcome.ACCEPTED)

    def test_of_eight_at_once_is_one_operators(self, store: Store) -> None:
        desk = Desk(store)

        def grab(number: int) -> bool:
            try:
                call(store, desk.client_id, desk.customers[0], by=f"operator {number}")
            except CallNotNow:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(grab, range(8))) == 1


class TestACallBack:
    def test_asked_for_takes_the_place_of_a_message_that_was_only_rung(self, store: Store) -> None:
        desk = Centre(store)
        rung = desk.rung()

        with store.begin(CENTRE_CALLER) as session:
            ask_callback(
                session,
                client_id=desk.client_id,
                customer_id=desk.customers[0],
                invoice_id=None,
                due_at=NOW + timedelta(hours=1),
                now=NOW,
            )

        new, old = worlds.touches(store, desk.client_id, desk.customers[0])
        assert (old.status, old.status_reason, new.status) == ("cancelled", "superseded", "planned")
        assert isinstance(worlds.answer(store, rung), Passed), "whoever answers leaves it alone"
