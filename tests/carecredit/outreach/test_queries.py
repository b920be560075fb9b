"""What the rules would have said of the history: each contact at its own time."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest

import worlds
from carecredit.contact_policy.operations import record_inbound
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.mandates import queries as mandates
from carecredit.outreach import queries
from carecredit.outreach.views import Claimed, Simulation
from carecredit.store.session import Store

NOW = worlds.NOW
DUE = date(2026, 5, 25)


def simulated(
    store: Store,
    client_id: ClientId,
    *,
    days: int = 30,
    profiles: Sequence[str] = (),
    now: datetime = NOW + timedelta(days=1),
) -> Simulation:
    with store.read(worlds.only(client_id)) as session:
        client = mandates.client(session, client_id=client_id)
        return queries.simulation(session, client=client, days=days, profiles=profiles, now=now)


def counts(found: Simulation) -> list[tuple[str, str, str, str, int]]:
    return [(it.source, it.channel, it.purpose, it.decision, it.contacts) for it in found.decisions]


def reasons(found: Simulation) -> set[tuple[str, str]]:
    return {(it.code, it.rule_id) for it in found.reasons}


def talk(store: Store, client_id: ClientId, customer_id: CustomerId, at: datetime) -> None:
    with store.begin(worlds.CENTRE_CALLER) as session:
        record_inbound(
            session, client_id=client_id, customer_id=customer_id, channel="voice",
            purpose="service", kind="conversation", debts=(), now=at,
        )  # fmt: skip


@pytest.fixture
def written(store: Store) -> ClientId:
    """A client company with one message sent, and one touch planned and not made."""
    client_id = worlds.found_client(store)
    worlds.approve(store, client_id)
    for number, name in enumerate(("Anna", "Bruno")):
        customer_id = worlds.add_customer(
            store, client_id, number=f"K-{number}", name=name, email=f"{name}@example.org"
        )
        worlds.add_invoice(
            store, client_id, customer_id, number=f"F-{number}", invoiced_on=date(2026, 5, 1),
            due_on=DUE,
        )  # fmt: skip
    worlds.pulse(store, client_id)
    first, *_ = worlds.ring_due(store, limit=1, now=NOW + timedelta(hours=2))
    claimed = worlds.answer(store, first, now=NOW + timedelta(hours=2))
    assert isinstance(claimed, Claimed)
    return client_id


class TestSimulation:
    def test_counts_what_was_made_and_what_was_planned(
        self, store: Store, written: ClientId
    ) -> None:
        found = simulated(store, written)

        assert found.profiles == ("house_gentle",)
        assert counts(found) == [
            ("made", "email", "debt_collection", "allow", 1),
            ("planned", "email", "debt_collection", "allow", 1),
        ]
        assert found.reasons == ()

    def test_tries_profiles_that_nobody_approved_yet(self, store: Store, written: ClientId) -> None:
        found = simulated(store, written, profiles=["it_debt_unirec"])

        assert {it.decision for it in found.decisions} == {"never"}
        assert reasons(found) == {("profile_unknown", "debt_collection/email")}
        assert sum(it.contacts for it in found.reasons) == 2

    def test_decides_each_on_what_had_happened_before_it(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        worlds.approve(store, client_id)
        customer_id = worlds.add_customer(store, client_id, email="anna@example.org")
        worlds.add_invoice(store, client_id, customer_id, invoiced_on=date(2026, 5, 1), due_on=DUE)
        worlds.pulse(store, client_id)
        (rung,) = worlds.ring_due(store, now=NOW + timedelta(hours=2))
        worlds.answer(store, rung, now=NOW + timedelta(hours=2))
        talk(store, client_id, customer_id, NOW + timedelta(hours=3))

        found = simulated(store, client_id)

        # The talk came after: it does not reach back, and the message does not count for itself.
        assert counts(found) == [("made", "email", "debt_collection", "allow", 1)]

    def test_refuses_after_a_talk_that_came_before(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        worlds.approve(store, client_id)
        customer_id = worlds.add_customer(store, client_id, email="anna@example.org")
        worlds.add_invoice(store, client_id, customer_id, invoiced_on=date(2026, 5, 1), due_on=DUE)
        worlds.pulse(store, client_id)
        (rung,) = worlds.ring_due(store, now=NOW + timedelta(hours=2))
        worlds.answer(store, rung, now=NOW + timedelta(hours=2))
        talk(store, client_id, customer_id, NOW - timedelta(days=1))

        found = simulated(store, client_id)

        assert reasons(found) == {("cooloff", "house_gentle.cooloff")}
        assert counts(found) == [("made", "email", "debt_collection", "defer", 1)]

    def test_leaves_out_what_lies_before_the_span(self, store: Store, written: ClientId) -> None:
        assert counts(simulated(store, written, days=1, now=NOW + timedelta(days=9))) == []

    def test_leaves_everything_as_it_is(self, store: Store, written: ClientId) -> None:
        before = worlds.row_counts(store)

        simulated(store, written)

        assert worlds.row_counts(store) == before

    @pytest.mark.parametrize("days", [0, 367])
    def test_refuses_a_span_beyond_its_bounds(self, store: Store, days: int) -> None:
        client_id = worlds.found_client(store)

        with pytest.raises(Invalid, match="366"):
            simulated(store, client_id, days=days)

    def test_refuses_a_profile_that_it_does_not_know(self, store: Store) -> None:
        client_id = worlds.found_client(store)

        with pytest.raises(Invalid, match="atlantis"):
            simulated(store, client_id, profiles=["atlantis"])
