"""Sixteen at once at the gate of two hundred people; `make load` does the same for longer."""

import contextlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy.orm import Session

import worlds
from carecredit.contact_policy.operations import claim_contact
from carecredit.customers import operations, queries
from carecredit.customers.rules import CareNeed
from carecredit.holds.operations import NewHold, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.ids import new_id
from carecredit.store.session import Store
from load.gate import Plan, Result, run

STEPS = 16


class _Undo(Exception):
    """Nothing of this stays."""


def told(result: Result) -> str:
    return msgspec.json.encode(result).decode()[:2_000]


class TestTheGate:
    def test_lets_no_cap_be_exceeded_and_no_claim_follow_a_stop(self, database_url: str) -> None:
        result = run(Plan(database_url, steps=STEPS))

        assert result.clean, told(result)
        assert result.stops == 200
        assert result.claimed > 50
        assert result.released > 10

    def test_without_its_lock_lets_claims_follow_stops(self, postgres_url: str) -> None:
        """Hold that the test above could fail (on SQLite the writing itself is the lock)."""
        result = run(Plan(postgres_url, steps=STEPS, locked=False))

        assert result.after_stop, told(result)


class TestAnOlderClock:
    def test_passes_no_stop_that_was_committed_while_it_waited(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        worlds.approve(store, client_id)
        customer_id = worlds.add_customer(store, client_id, phone="+390612345678")
        whom: dict[str, Any] = {"client_id": client_id, "customer_id": customer_id}
        after = worlds.NOW + timedelta(seconds=20)
        stops: list[Callable[[Session], object]] = [
            lambda session: operations.opt_out(
                session, channel="voice", proof="x", now=after, **whom
            ),
            lambda session: operations.state_need(
                session, need=CareNeed("pause", True, after, None, None), basis="call",
                now=after, **whom,
            ),
            lambda session: place(
                session, client_id=client_id, now=after,
                hold=NewHold(customer_id, HoldReason.COMPLAINT, new_id(), after),
            ),
        ]  # fmt: skip
        for stop in stops:
            with contextlib.suppress(_Undo), store.begin(worlds.CENTRE_CALLER) as session:
                stop(session)
                (point,) = queries.reach(session, **whom).points
                claim = claim_contact(
                    session, point=point, channel="voice", purpose="debt_collection", debts=(),
                    requested=False, now=worlds.NOW, **whom,
                )  # fmt: skip
                assert claim.event_id is None, claim.verdict
                raise _Undo
