"""What came of a message: recorded, swept up after a death, closed by a person."""

from datetime import timedelta

import pytest

import worlds
from carecredit.customers.operations import lock_gate_of
from carecredit.outreach.operations import (
    Finding,
    NotParked,
    resolve_parked,
)
from carecredit.outreach.rules import Outcome
from carecredit.outreach.views import Claimed, Swept
from carecredit.store.session import Store
from outgoing import GONE, Centre
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")


@pytest.fixture
def centre(store: Store) -> Centre:
    return Centre(store)


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
