"""A contact of the past is judged by what was known before it, not by what it brought."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

import worlds
from carecredit.contact_policy import queries, rules
from carecredit.customers import operations as customers
from carecredit.customers import queries as customer_queries
from carecredit.customers.rules import CareNeed
from carecredit.holds.operations import NewHold, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.calendars import start_of_day
from carecredit.kernel.ids import ClientId, CustomerId, new_id
from carecredit.store.session import Store
from worlds import NOW

AFTER = NOW + timedelta(minutes=3)
Brought = Callable[[Session, ClientId, CustomerId], object]


def complain(session: Session, client_id: ClientId, customer_id: CustomerId) -> None:
    hold = NewHold(customer_id, HoldReason.COMPLAINT, new_id(), AFTER)
    place(session, client_id=client_id, hold=hold, now=AFTER)


def contest_from_this_morning(
    session: Session, client_id: ClientId, customer_id: CustomerId
) -> None:
    began = start_of_day(NOW.date(), worlds.ROME)
    hold = NewHold(customer_id, HoldReason.DISPUTE, new_id(), began)
    place(session, client_id=client_id, hold=hold, now=AFTER)


def die(session: Session, client_id: ClientId, customer_id: CustomerId) -> None:
    hold = NewHold(customer_id, HoldReason.DECEASED, new_id(), NOW - timedelta(days=9))
    place(session, client_id=client_id, hold=hold, now=AFTER)


def opt_out(session: Session, client_id: ClientId, customer_id: CustomerId) -> None:
    customers.opt_out(
        session, client_id=client_id, customer_id=customer_id, channel="voice", proof="x",
        now=AFTER,
    )  # fmt: skip


def need_a_pause(session: Session, client_id: ClientId, customer_id: CustomerId) -> None:
    customers.state_need(
        session, client_id=client_id, customer_id=customer_id, basis="call", now=AFTER,
        need=CareNeed("pause", True, NOW - timedelta(days=1), None, None),
    )  # fmt: skip


def ring_in_vain(session: Session, client_id: ClientId, customer_id: CustomerId) -> None:
    reach = customer_queries.reach(session, client_id=client_id, customer_id=customer_id)
    customers.mark_point_bad(
        session, client_id=client_id, point_id=reach.points[0].id, reason="unassigned", now=AFTER
    )


EVERY = [complain, contest_from_this_morning, die, opt_out, need_a_pause, ring_in_vain]


class TestWouldHaveSaid:
    @pytest.mark.parametrize("bring", EVERY, ids=lambda bring: bring.__name__)
    def test_holds_nothing_against_a_call_that_it_brought(
        self, store: Store, bring: Brought
    ) -> None:
        client_id = worlds.found_client(store)
        worlds.approve(store, client_id)
        customer_id = worlds.add_customer(store, client_id, phone="+390612345678")
        asked: dict[str, Any] = {
            "client_id": client_id, "customer_id": customer_id, "channel": "voice",
            "purpose": "debt_collection", "debts": (), "requested": False,
        }  # fmt: skip

        with store.begin(worlds.CENTRE_CALLER) as session:
            bring(session, client_id, customer_id)

        def said(minutes: int) -> rules.Verdict:
            at = NOW + timedelta(minutes=minutes)
            with store.read(worlds.only(client_id)) as session:
                return queries.would_have_said(session, at=at, **asked)

        assert said(0).allowed, said(0).reasons
        assert said(4).decision == "never"
