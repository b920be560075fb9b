"""The life of a lost job: a plan, a relief, an instalment missed, and a call to understand."""

from collections.abc import Iterator

import pytest

from carecredit.timeline.rules import Kind
from lives import Life, day, lived


@pytest.fixture
def life(database_url: str) -> Iterator[Life]:
    with lived(database_url) as life:
        yield life


class TestALostJob:
    def test_is_met_with_a_plan_a_pause_and_a_call_to_understand_what_was_missed(  # noqa: PLR0915 - a life
        self, life: Life
    ) -> None:
        agreed = life.desk.arrangements(client="ACQ")
        life.customer(name="Lucia Verdi")
        life.owe("F-1", "600.00", day(5, 29))

        life.on(6, 2, 11)
        closed = life.calls_us(
            non_payment_reason="short_of_money",
            opens=[{"kind": "hardship", "subject": "Ha perso il lavoro"}],
            plan={"currency": "EUR", "first_on": "2026-06-30", "instalments": 6},
            mood="worried",
        )
        assert closed.plan_id is not None
        plan = agreed.plan(closed.plan_id)
        assert [one.amount_minor for one in plan.instalments] == [10_000] * 6
        assert life.code() == "held"
        assert life.each_day((6, 3), (6, 8), (6, 15), (6, 24)) == []

        life.on(6, 25, 10)
        agreed.grant("K-1", "pause", until=day(7, 3), review_on=day(7, 1))
        assert ("hardship", None) in life.held(), "nothing of ours is said about money at all"
        life.on(6, 30, 12)
        life.pay("P-1", "100.00")
        life.each_day((7, 1), (7, 6))
        assert agreed.reliefs("K-1")[0].state == "ended"
        assert agreed.plan(plan.card.id).instalments[0].state == "paid"

        assert life.each_day((7, 31), (8, 3), (8, 5)) == [], "a bank needs its days"
        life.on(8, 10)
        life.morning()
        assert agreed.plan(plan.card.id).instalments[1].state == "missed"
        assert agreed.plan(plan.card.id).card.state == "active", "one missed ends nothing"
        assert life.code() == "understanding_call"
        life.on(8, 11, 10, 30)
        life.morning()
        first = life.call()
        assert (first.card.item.step_kind, life.tone(first)) == ("understanding_call", "listening")
        life.after_call(first, non_payment_reason="short_of_money", mood="worried")
        assert life.code() == "held", "spoken of: the plan runs on, and we are silent again"
        assert life.each_day((8, 14), (8, 21), (9, 1)) == []

        life.on(9, 7, 10, 30)  # the second in a row, and the days of the bank after it
        life.morning()
        assert agreed.plan(plan.card.id).card.state == "broken"
        life.on(9, 8, 10, 30)
        life.morning()
        taken = life.call()
        assert (taken.card.item.step_kind, life.tone(taken)) == ("understanding_call", "listening")
        smaller = {"currency": "EUR", "first_on": "2026-09-30", "instalments": 10}
        life.after_call(taken, non_payment_reason="short_of_money", plan=smaller, mood="calm")
        assert life.code() == "held"
        assert life.each_day((9, 14), (9, 21), (9, 28)) == []
        assert agreed.unanswered(["K-1"]) == []
        assert life.touches() == ["understanding_call:done"] * 2, "a call for each that was missed"

        matters = (Kind.PLAN, Kind.CASE)
        assert life.story("it", kinds=matters) == [
            "Difficoltà nel pagamento, Ha perso il lavoro: il caso è stato aperto.",
            "Piano di rate proposto: 600,00 €.",
            "Piano di rate concordato: 600,00 €.",
            "Piano di rate: una rata non è arrivata (600,00 € in tutto).",
            "Scaduto, Fatture scadute: il caso è stato aperto.",
            "Scaduto, Fatture scadute: una fattura è stata aggiunta al caso.",
            "Piano di rate: una rata non è arrivata (600,00 € in tutto).",
            "Piano di rate interrotto: 600,00 €.",
            "Piano di rate proposto: 500,00 €.",
            "Piano di rate concordato: 500,00 €.",
        ]
        assert life.story("en", kinds=[Kind.PLAN])[2:5] == [
            "Payment plan: an instalment did not come (€600.00 in all).",
            "Payment plan: an instalment did not come (€600.00 in all).",
            "Payment plan ended early: €600.00.",
        ]
        assert "pause" not in str(life.story("en")), "who reads the story need not know of a relief"
