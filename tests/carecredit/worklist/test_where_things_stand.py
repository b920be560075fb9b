"""What a proposal is made of, read from real databases: each fact comes of what happened."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

import worlds
from carecredit.outreach.rules.wrap_up import WrapUpInvalid
from carecredit.worklist.queries import next_facts
from carecredit.worklist.rules import NextFacts
from lives import Life, day, lived

REASON = "forgotten"
Happens = Callable[[Life], Any]


@pytest.fixture
def life(database_url: str) -> Iterator[Life]:
    """Give a life in which K-1 owes 80.00, due on 20 May, and it is 8 June."""
    with lived(database_url) as life:
        life.customer()
        life.owe("F-1", "80.00", day(5, 20))
        life.on(6, 8)
        yield life


def facts(life: Life) -> NextFacts:
    with life.desk.store.read(life.desk.caller) as session:
        return next_facts(
            session, client_id=life.clients["ACQ"], customer_id=life.id_of(), now=life.now
        )


def agreed(life: Life) -> Any:
    return life.desk.arrangements(client="ACQ")


def disputes(life: Life) -> None:
    life.cases.open("dispute", customer="K-1", invoices=("F-1",), subject="Wrong", proof="call")


def breaks_a_promise(life: Life) -> None:
    agreed(life).promise("K-1", amount="80.00", on=day(6, 9))
    life.on(6, 20)
    life.desk.pulse()


def misses_an_instalment(life: Life) -> None:
    agreed(life).propose("K-1", instalments=2, first_on=day(6, 9))
    life.on(6, 20)
    life.desk.pulse()


def pays_ahead(life: Life) -> None:
    life.pay("P-1", "160.00")
    life.owe("F-2", "80.00", day(6, 5))


def gives_a_word(life: Life) -> None:
    life.cases.expect("a call", customer="K-1", by=life.now + timedelta(hours=1))
    life.now += timedelta(hours=2)


def says_why(life: Life) -> None:
    life.calls_us(non_payment_reason=REASON)


class TestNextFacts:
    def test_are_of_what_is_owed(self, life: Life) -> None:
        found = facts(life)

        assert (found.owes, found.past_due, found.days_past_due) == (True, True, 19)
        assert found == NextFacts(owes=True, past_due=True, days_past_due=19)

    @pytest.mark.parametrize(
        ("happens", "fact"),
        [
            (disputes, "disputed"),
            (
                lambda life: life.cases.open(
                    "complaint", customer="K-1", subject="Rude", proof="call"
                ),
                "complaint",
            ),
            (gives_a_word, "our_word_due"),
            (
                lambda life: life.desk.wishes(client="ACQ", customer="K-1").need(
                    "large_print", basis="call"
                ),
                "care_needed",
            ),
            (
                lambda life: agreed(life).promise("K-1", amount="80.00", on=day(6, 12)),
                "promised",
            ),
            (
                lambda life: agreed(life).propose("K-1", instalments=2, first_on=day(6, 30)),
                "promised",
            ),
            (breaks_a_promise, "promise_missed"),
            (misses_an_instalment, "instalment_missed"),
            (
                lambda life: agreed(life).announce("K-1", "F-1", amount="80.00", paid_on=day(6, 7)),
                "payment_on_its_way",
            ),
            (pays_ahead, "unapplied_covers"),
        ],
    )
    def test_follow_from_what_happens(self, life: Life, happens: Happens, fact: str) -> None:
        assert not getattr(facts(life), fact)

        happens(life)

        assert getattr(facts(life), fact)

    def test_tell_the_reason_that_was_said_last(self, life: Life) -> None:
        says_why(life)

        assert facts(life).reason == REASON

    @pytest.mark.parametrize(
        ("reason", "action"),
        [
            ("not_received", "resend_invoice"),
            ("forgotten", "take_promise"),
            ("paid_already", "ask_for_reference"),
            ("contested", "open_dispute"),
            ("unclear", "explain_invoice"),
            ("short_of_money", "offer_plan"),
            ("lasting_difficulty", "offer_plan"),
            ("waits_for_customers", "agree_day_with_business"),
            ("unhappy_with_service", "open_complaint"),
            ("payment_trouble", "change_method"),
            ("refuses", "pass_to_person"),
        ],
    )
    def test_reason_decides_what_is_proposed(self, life: Life, reason: str, action: str) -> None:
        life.calls_us(non_payment_reason=reason)

        proposed = life.desk.work.next_action(client="ACQ", customer="K-1")

        assert proposed is not None
        assert proposed.action == action

    @pytest.mark.parametrize(
        ("reason", "stop", "action"),
        [
            ("deceased", "deceased", "express_condolences"),
            ("wrong_person", "wrong_party", "check_address"),
        ],
    )
    def test_said_by_somebody_else_stops_everything(
        self, life: Life, reason: str, stop: str, action: str
    ) -> None:
        contacts = life.desk.contacts(client="ACQ")
        contact = contacts.receive("K-1", channel="voice")
        contacts.wrap_up(contact, disposition="third_party", non_payment_reason=reason)

        proposed = life.desk.work.next_action(client="ACQ", customer="K-1")

        assert life.held() == [(stop, None)]
        (hold,) = life.desk.wishes(client="ACQ", customer="K-1").holds()
        assert hold.review_on == day(6, 9), "the day after, a person looks at it"
        assert proposed is not None
        assert proposed.action == action
        with pytest.raises(WrapUpInvalid, match="said by somebody else"):
            life.calls_us(non_payment_reason=reason)

    def test_tell_that_something_was_late_before(self, life: Life) -> None:
        life.pay("P-1", "80.00")

        found = facts(life)

        assert (found.owes, found.past_due, found.late_before) == (False, False, True)

    def test_are_of_nobody_else(self, life: Life) -> None:
        life.customer("K-2", phone="+390255550102")
        life.owe("F-2", "50.00", worlds.TODAY + timedelta(days=5), customer="K-2")

        with life.desk.store.read(life.desk.caller) as session:
            found = next_facts(
                session,
                client_id=life.clients["ACQ"],
                customer_id=life.id_of("K-2"),
                now=life.now,
            )

        assert found == NextFacts(owes=True)
