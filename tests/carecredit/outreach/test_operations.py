"""Touches are made once: rung, claimed, sent, settled; what dies on the way goes to a person."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

import servers
import worlds
from carecredit.customers.operations import opt_out
from carecredit.holds.operations import contest
from carecredit.outreach.channels.mail import mail_server
from carecredit.outreach.views import Claimed, Passed, Ring
from carecredit.store.session import Store
from outgoing import GONE, Centre
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")


@pytest.fixture
def centre(store: Store) -> Centre:
    return Centre(store)


def at_once(count: int, work: Callable[[int], object]) -> list[object]:
    """Do the same in several threads that start together."""
    gate = threading.Barrier(count)

    def run(number: int) -> object:
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


class TestRing:
    def test_leases_each_due_touch_once_whoever_rings(self, store: Store) -> None:
        centre = Centre(store, 12)

        rung = at_once(8, lambda _: worlds.ring_due(store, limit=5))

        found = [one.touch_id for batch in rung for one in batch]  # type: ignore[attr-defined] # lists
        found += [one.touch_id for one in worlds.ring_due(store)]
        assert sorted(found) == sorted(centre.touch_ids)

    def test_leaves_what_is_not_due(self, centre: Centre) -> None:
        assert worlds.ring_due(centre.store, now=NOW - timedelta(days=1)) == []

    def test_raises_the_fence_with_each_ring(self, centre: Centre) -> None:
        first = centre.rung(lease=GONE)
        centre.sweep()

        assert centre.rung().fence == first.fence + 1


class TestClaim:
    def test_writes_the_intent_and_gives_the_message(self, centre: Centre) -> None:
        claimed = centre.claimed()

        assert centre.state() == ("dispatching", None)
        assert centre.attempts() == ["dispatching"]
        assert claimed.message.recipient == "k0@example.org"
        assert claimed.message.sender_name == "Acque ACQ"
        assert "120" not in claimed.message.text
        assert "F-0" in claimed.message.text
        assert "F-0" not in claimed.message.subject

    def test_answers_a_stale_ring_with_nothing(self, centre: Centre) -> None:
        stale = centre.rung(lease=GONE)
        centre.sweep()
        fresh = centre.rung()

        assert worlds.answer(centre.store, stale) == Passed("rung", "stale")
        assert isinstance(worlds.answer(centre.store, fresh), Claimed)
        assert worlds.answer(centre.store, fresh) == Passed("dispatching", "stale")

    @pytest.mark.parametrize("meanwhile", ["paid", "disputed", "promised", "opted_out"])
    def test_cancels_what_a_later_event_has_made_needless(
        self, centre: Centre, meanwhile: str
    ) -> None:
        rung = centre.rung()
        whom = {"client_id": centre.client_id, "customer_id": centre.customers[0]}
        if meanwhile == "paid":
            worlds.pay(centre.store, *whom.values())
        elif meanwhile == "promised":
            worlds.promise(centre.store, *whom.values())
        else:
            with centre.store.begin(CENTRE_CALLER) as session:
                if meanwhile == "opted_out":
                    opt_out(session, **whom, channel=None, proof="by letter", now=NOW)
                else:
                    touch = worlds.touches(centre.store, *whom.values())[0]
                    contest(session, **whom, invoice_id=touch.invoice_id, reason="wrong", now=NOW)

        passed = worlds.answer(centre.store, rung)

        told = {"paid": "nothing_open", "opted_out": "opted_out"}.get(meanwhile, "held")
        assert passed == Passed("cancelled", told)
        assert centre.attempts() == []

    def test_waits_for_the_next_allowed_hour(self, store: Store) -> None:
        centre = Centre(store)
        saturday = datetime(2026, 6, 13, 14, 0, tzinfo=UTC)  # 16:00 in Rome
        (rung,) = worlds.ring_due(store, now=saturday)

        passed = worlds.answer(store, rung, now=saturday)

        assert (passed.status, centre.state()[0]) == ("planned", "planned")
        due_at = worlds.touch(store, centre.client_id, centre.touch_ids[0]).due_at
        assert due_at == datetime(2026, 6, 15, 7, 0, tzinfo=UTC)  # Monday, nine
        assert worlds.ring_due(store, now=due_at - timedelta(seconds=1)) == []
        assert len(worlds.ring_due(store, now=due_at)) == 1

    def test_leaves_it_to_a_person_where_no_profile_is_approved(self, store: Store) -> None:
        centre = Centre(store, approved=False)

        passed = worlds.answer(store, centre.rung())

        assert passed.status == "parked"
        assert centre.state() == ("parked", "policy_denied")
        told = worlds.plan(store, centre.client_id, centre.customers[0])
        assert told.code == "with_a_person"


class TestMakingTouches:
    def test_sends_each_once_however_often_its_ring_is_delivered(
        self, store: Store, smtp_sink: servers.MailSink
    ) -> None:
        centre = Centre(store, 50)
        rings = [one for one in worlds.ring_due(store) for _ in range(3)]
        server = mail_server(smtp_sink.url, timeout_seconds=10)

        def deliver(rung: Ring) -> str:
            claimed = worlds.answer(store, rung)
            if isinstance(claimed, Passed):
                return claimed.reason
            outcome, detail = server.send(claimed.message)
            centre.settle(claimed.attempt_id, outcome, detail)
            return str(outcome)

        with ThreadPoolExecutor(8) as pool:
            told = Counter(pool.map(deliver, rings))

        assert told == {"accepted": 50, "stale": 100}
        sent = Counter(one.rcpt_tos[0] for one in smtp_sink.received)
        assert sorted(sent.values()) == [1] * 50
        assert Counter(centre.state(touch_id)[0] for touch_id in centre.touch_ids) == {"done": 50}
