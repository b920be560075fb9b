"""Planning: one live touch for each customer, however many pulses run."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

import worlds
from carecredit.cadence import queries
from carecredit.cadence.operations import ask_callback, claim_job, finish_job
from carecredit.cadence.queries import UnknownTouch
from carecredit.cadence.queries.policies import UnknownPolicy
from carecredit.customers.operations import lock_gate_of
from carecredit.customers.queries import UnknownCustomer
from carecredit.kernel.ids import ClientId, CustomerId, TouchId, new_id
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")
HOUR = timedelta(hours=1)


@pytest.fixture
def client_id(store: Store) -> ClientId:
    return worlds.found_client(store)


@pytest.fixture
def customer_id(store: Store, client_id: ClientId) -> CustomerId:
    """A customer who owes one invoice, five weeks past due, and has an e-mail address."""
    found = worlds.add_customer(store, client_id, email="k1@example.org")
    worlds.add_invoice(store, client_id, found)
    return found


class TestPlanCustomers:
    def test_changes_nothing_when_it_runs_again(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        first = worlds.pulse(store, client_id)
        before = worlds.row_counts(store)

        again = worlds.pulse(store, client_id)

        assert (first.planned, again.planned, again.kept) == (1, 0, 1)
        assert worlds.row_counts(store) == before
        (planned,) = worlds.touches(store, client_id, customer_id)
        assert planned.reason["code"] == "follow_up"

    def test_leaves_one_live_touch_when_pulses_meet(
        self, store: Store, client_id: ClientId
    ) -> None:
        for number in range(20):
            customer_id = worlds.add_customer(
                store, client_id, f"K-{number}", email=f"k{number}@example.org"
            )
            worlds.add_invoice(store, client_id, customer_id, f"F-{number}")

        with ThreadPoolExecutor(4) as pool:
            planned = [one.result() for one in [
                pool.submit(worlds.pulse, store, client_id) for _ in range(4)
            ]]  # fmt: skip

        assert sum(one.planned for one in planned) == 20
        assert worlds.pulse(store, client_id).kept == 20

    def test_leaves_a_customer_in_somebodys_hands_for_the_next_time(
        self, postgres_store: Store
    ) -> None:
        store = postgres_store
        client_id = worlds.found_client(store)
        customer_id = worlds.add_customer(store, client_id, email="k1@example.org")
        worlds.add_invoice(store, client_id, customer_id)

        with store.begin(CENTRE_CALLER) as session:
            lock_gate_of(session, client_id=client_id, customer_id=customer_id)
            busy = worlds.pulse(store, client_id)

        assert (busy.customers, busy.planned) == (0, 0)
        assert worlds.pulse(store, client_id).planned == 1

    def test_cancels_what_a_payment_makes_needless(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        worlds.pulse(store, client_id)
        worlds.pay(store, client_id, customer_id)

        assert worlds.pulse(store, client_id).cancelled == 1
        (gone,) = worlds.touches(store, client_id, customer_id)
        assert (gone.status, gone.status_reason) == ("cancelled", "nothing_open")

    def test_replaces_a_step_whose_time_has_gone(self, store: Store, client_id: ClientId) -> None:
        customer_id = worlds.add_customer(store, client_id, phone="+39 02 5555 0101")
        issued = worlds.TODAY - timedelta(days=5)
        worlds.add_invoice(store, client_id, customer_id, invoiced_on=issued, due_on=worlds.TODAY)
        worlds.pulse(store, client_id)

        worlds.pulse(store, client_id, now=NOW + timedelta(days=1))

        new, old = worlds.touches(store, client_id, customer_id)
        assert (old.step_key, old.status, old.status_reason) == (
            "friendly_note", "cancelled", "superseded",
        )  # fmt: skip
        assert (new.step_key, new.status) == ("follow_up", "planned")

    def test_asks_no_longer_whether_it_arrived_once_the_note_is_due(
        self, store: Store, client_id: ClientId
    ) -> None:
        customer_id = worlds.add_customer(store, client_id, phone="+39 02 5555 0101")
        due = worlds.TODAY + timedelta(days=7)
        worlds.add_invoice(store, client_id, customer_id, due_on=due)
        worlds.pulse(store, client_id)

        worlds.pulse(store, client_id, now=NOW + timedelta(days=2))

        new, old = worlds.touches(store, client_id, customer_id)
        assert (old.step_key, old.status_reason) == ("courtesy_call", "superseded")
        assert (new.step_key, new.status) == ("friendly_note", "planned")

    def test_plans_nobody_without_a_contact_point_and_says_why(
        self, store: Store, client_id: ClientId
    ) -> None:
        customer_id = worlds.add_customer(store, client_id)
        worlds.add_invoice(store, client_id, customer_id)

        assert worlds.pulse(store, client_id).silent == {"no_contact_point": 1}
        told = worlds.plan(store, client_id, customer_id)
        assert told.sentence["en"] == "We know no contact point that works."


class TestAskCallback:
    def test_takes_the_place_of_what_was_planned(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        worlds.pulse(store, client_id)

        with store.begin(CENTRE_CALLER) as session:
            ask_callback(
                session,
                client_id=client_id,
                customer_id=customer_id,
                invoice_id=None,
                due_at=NOW + HOUR,
                now=NOW,
            )

        new, old = worlds.touches(store, client_id, customer_id)
        assert (new.step_key, new.due_at) == ("callback", NOW + HOUR)
        assert (old.status, old.status_reason) == ("cancelled", "superseded")
        told = worlds.plan(store, client_id, customer_id).sentence["en"]
        # Said in UTC, it is told by the company's clock.
        assert told == "The customer asked to be called back: 8 June 2026, 10:00 (UTC+02:00)."


class TestPlanOf:
    def test_tells_what_is_foreseen_before_it_is_planned(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        told = worlds.plan(store, client_id, customer_id)

        assert (told.code, told.touch_id, told.invoice) == ("follow_up", None, "F-1")
        assert "38 days past due" in told.sentence["en"]

    def test_knows_no_stranger(self, store: Store, client_id: ClientId) -> None:
        with pytest.raises(UnknownCustomer):
            worlds.plan(store, client_id, CustomerId(new_id()))

    def test_tells_one_client_company_nothing_of_another(
        self, store: Store, client_id: ClientId, customer_id: CustomerId
    ) -> None:
        worlds.pulse(store, client_id)
        (planned,) = worlds.touches(store, client_id, customer_id)
        other = worlds.found_client(store, "GAS")

        with store.read(worlds.only(other)) as session:
            with pytest.raises(UnknownTouch):
                queries.touch(session, client_id=client_id, touch_id=planned.id)
            assert queries.counts_by_status(session, client_id=client_id) == {}


class TestTouch:
    def test_is_unknown_where_there_is_none(self, store: Store, client_id: ClientId) -> None:
        with pytest.raises(UnknownTouch):
            worlds.touch(store, client_id, TouchId(new_id()))


class TestPolicy:
    def test_names_those_there_are(self) -> None:
        with pytest.raises(UnknownPolicy, match="gentle"):
            queries.policy("harsh")


class TestClaimJob:
    def take(self, store: Store) -> object:
        with store.begin(CENTRE_CALLER) as session:
            return claim_job(session, name="pulse", schedule="*/5 * * * *", lease=HOUR, now=NOW)

    def test_gives_a_run_to_one_ticker_of_many(self, store: Store) -> None:
        with ThreadPoolExecutor(6) as pool:
            runs = list(pool.map(self.take, [store] * 6))

        assert sum(run is not None for run in runs) == 1

    def test_gives_it_again_when_its_time_has_come_round(self, store: Store) -> None:
        with store.begin(CENTRE_CALLER) as session:
            run = claim_job(session, name="pulse", schedule="*/5 * * * *", lease=HOUR, now=NOW)
            assert run is not None
            assert finish_job(session, run=run, note="done", now=NOW)

        assert self.take(store) is None
        with store.begin(CENTRE_CALLER) as session:
            later = NOW + timedelta(minutes=5)
            assert claim_job(session, name="pulse", schedule="0 0 * * *", lease=HOUR, now=later)

    def test_takes_it_from_a_ticker_that_died(self, store: Store) -> None:
        with store.begin(CENTRE_CALLER) as session:
            dead = claim_job(session, name="pulse", schedule="0 0 * * *", lease=-HOUR, now=NOW)

        assert self.take(store) is not None
        with store.begin(CENTRE_CALLER) as session:
            assert dead is not None
            assert not finish_job(session, run=dead, note="late", now=NOW)
