"""Touches are made once: rung, claimed, sent, settled; what dies on the way goes to a person."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import servers
import worlds
from carecredit.customers.operations import lock_gate_of, opt_out
from carecredit.holds.operations import contest
from carecredit.kernel.ids import AttemptId, CustomerId, TouchId
from carecredit.outreach import model
from carecredit.outreach.channels.mail import mail_server
from carecredit.outreach.operations import (
    Finding,
    NotParked,
    resolve_parked,
    settle,
    sweep,
)
from carecredit.outreach.rules import Outcome
from carecredit.outreach.views import Claimed, Passed, Ring, Swept
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, LEASE, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")

GONE = timedelta(seconds=-1)
"""A lease that has run out when it is given."""


class Centre:
    """A client company with customers whose follow-up by e-mail is due now."""

    def __init__(self, store: Store, customers: int = 1, *, approved: bool = True) -> None:
        self.store = store
        self.client_id = worlds.found_client(store)
        if approved:
            worlds.approve(store, self.client_id)
        self.customers = [self._customer(number) for number in range(customers)]
        worlds.pulse(store, self.client_id)
        self.touch_ids = [
            worlds.touches(store, self.client_id, customer_id)[0].id
            for customer_id in self.customers
        ]

    def _customer(self, number: int) -> CustomerId:
        customer_id = worlds.add_customer(
            self.store, self.client_id, f"K-{number}", email=f"k{number}@example.org"
        )
        worlds.add_invoice(self.store, self.client_id, customer_id, f"F-{number}")
        return customer_id

    def rung(self, lease: timedelta = LEASE) -> Ring:
        """Ring the one touch that is due."""
        (found,) = worlds.ring_due(self.store, lease=lease)
        return found

    def claimed(self, lease: timedelta = LEASE) -> Claimed:
        """Ring and claim the one touch that is due."""
        found = worlds.answer(self.store, self.rung(), lease=lease)
        assert isinstance(found, Claimed)
        return found

    def state(self, touch_id: TouchId | None = None) -> tuple[str, str | None]:
        """Say where a touch stands, and why."""
        found = worlds.touch(self.store, self.client_id, touch_id or self.touch_ids[0])
        return found.status, found.status_reason

    def settle(
        self, attempt_id: AttemptId, outcome: Outcome, detail: str = "250", now: datetime = NOW
    ) -> bool:
        """Record what came of a message."""
        with self.store.begin(CENTRE_CALLER) as session:
            return settle(
                session,
                client_id=self.client_id,
                attempt_id=attempt_id,
                outcome=outcome,
                detail=detail,
                now=now,
            )

    def sweep(self, now: datetime = NOW) -> Swept:
        """Put right what was left behind."""
        with self.store.begin(CENTRE_CALLER) as session:
            return sweep(session, now=now)

    def attempts(self) -> list[str]:
        """List the states of the attempts."""
        with self.store.read(CENTRE_CALLER) as session:
            return sorted(session.execute(select(model.Attempt.state)).scalars())


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


class TestSettle:
    def test_closes_an_accepted_message(self, centre: Centre) -> None:
        claimed = centre.claimed()

        assert centre.settle(claimed.attempt_id, Outcome.ACCEPTED)

        assert centre.state() == ("done", None)
        assert centre.attempts() == ["accepted"]
        assert worlds.actions(centre.store, centre.client_id)[-2:] == [
            "contact.settled", "touch.done",
        ]  # fmt: skip

    def test_marks_an_address_that_refuses(self, centre: Centre) -> None:
        claimed = centre.claimed()

        centre.settle(claimed.attempt_id, Outcome.REFUSED, "recipient refused: 550")

        assert centre.state() == ("cancelled", "refused_by_recipient")
        told = worlds.plan(centre.store, centre.client_id, centre.customers[0])
        assert told.code == "no_contact_point"

    def test_leaves_a_refused_text_to_a_person_and_sends_it_no_more(self, centre: Centre) -> None:
        claimed = centre.claimed()

        centre.settle(claimed.attempt_id, Outcome.REFUSED, "the mail server refused the text: 554")

        assert centre.state() == ("parked", "text_refused")
        assert worlds.pulse(centre.store, centre.client_id).planned == 0

    def test_tries_again_later_what_was_surely_not_sent_and_not_for_ever(
        self, centre: Centre
    ) -> None:
        now, waits = NOW, []
        for _ in range(5):
            (rung,) = worlds.ring_due(centre.store, now=now)
            claimed = worlds.answer(centre.store, rung, now=now)
            assert isinstance(claimed, Claimed)
            centre.settle(claimed.attempt_id, Outcome.NOT_SENT, "421", now=now)
            later = worlds.touch(centre.store, centre.client_id, centre.touch_ids[0]).due_at
            waits.append(later - now)
            now = later

        assert waits[:4] == [timedelta(minutes=minutes) for minutes in (5, 10, 20, 40)]
        assert centre.state() == ("parked", "channel_down")

    def test_leaves_an_unknown_outcome_to_a_person(self, centre: Centre) -> None:
        claimed = centre.claimed()

        centre.settle(claimed.attempt_id, Outcome.UNKNOWN, "no answer")

        assert centre.state() == ("parked", "unknown_outcome")
        assert worlds.ring_due(centre.store, now=NOW + timedelta(days=30)) == []

    def test_writes_down_a_word_that_comes_too_late(self, centre: Centre) -> None:
        claimed = centre.claimed(lease=GONE)
        centre.sweep()

        assert not centre.settle(claimed.attempt_id, Outcome.ACCEPTED)

        assert centre.state() == ("parked", "unknown_outcome")
        assert worlds.actions(centre.store, centre.client_id)[-1] == "attempt.answered_late"


class TestSweep:
    def test_rings_again_what_nobody_answered(self, centre: Centre) -> None:
        centre.rung(lease=GONE)

        assert centre.sweep() == Swept(rung_again=1, unknown=0, parked=0)
        assert centre.state() == ("planned", None)

    def test_leaves_what_is_in_time(self, centre: Centre) -> None:
        centre.rung()

        assert centre.sweep() == Swept(rung_again=0, unknown=0, parked=0)

    def test_gives_up_after_a_few_rings(self, centre: Centre) -> None:
        for _ in range(4):
            centre.rung(lease=GONE)
            centre.sweep()
        centre.rung(lease=GONE)

        assert centre.sweep() == Swept(rung_again=0, unknown=0, parked=1)
        assert centre.state() == ("parked", "poison")

    def test_leaves_a_message_whose_sender_died_to_a_person(self, centre: Centre) -> None:
        centre.claimed(lease=GONE)

        assert centre.sweep() == Swept(rung_again=0, unknown=1, parked=0)
        assert centre.state() == ("parked", "unknown_outcome")
        assert centre.attempts() == ["unknown"]

    def test_never_gives_up_a_ring_that_is_being_claimed(self, postgres_store: Store) -> None:
        centre = Centre(postgres_store)
        rung = centre.rung(lease=GONE)
        whom = {"client_id": centre.client_id, "customer_id": centre.customers[0]}

        with postgres_store.begin(CENTRE_CALLER) as session:
            lock_gate_of(session, **whom)  # type: ignore[arg-type] # ids both
            busy = centre.sweep()

        assert busy == Swept(rung_again=0, unknown=0, parked=0)
        assert isinstance(worlds.answer(postgres_store, rung), Claimed)


class TestResolveParked:
    def test_closes_by_what_a_person_found(self, store: Store) -> None:
        centre = Centre(store, 3)
        for rung in worlds.ring_due(store):
            claimed = worlds.answer(store, rung)
            assert isinstance(claimed, Claimed)
            centre.settle(claimed.attempt_id, Outcome.UNKNOWN, "no answer")

        with store.begin(CENTRE_CALLER) as session:
            for touch_id, finding in zip(centre.touch_ids, Finding, strict=True):
                resolve_parked(
                    session,
                    client_id=centre.client_id,
                    touch_id=touch_id,
                    finding=finding,
                    now=NOW,
                )

        assert [centre.state(touch_id) for touch_id in centre.touch_ids] == [
            ("done", "found_made"),
            ("cancelled", "found_not_made"),
            ("done", "let_go"),
        ]
        # Only what was not made is planned anew; the others' next step keeps its distance.
        assert worlds.pulse(store, centre.client_id).planned == 1

    def test_refuses_what_waits_for_nobody(self, centre: Centre) -> None:
        with centre.store.begin(CENTRE_CALLER) as session, pytest.raises(NotParked):
            resolve_parked(
                session,
                client_id=centre.client_id,
                touch_id=centre.touch_ids[0],
                finding=Finding.MADE,
                now=NOW,
            )


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
