"""A complaint during a plan: what is contested is left out, what was agreed goes on."""

from collections.abc import Iterator

import pytest

from carecredit.timeline.rules import Kind
from lives import Life, day, lived


@pytest.fixture
def life(database_url: str) -> Iterator[Life]:
    with lived(database_url) as life:
        yield life


class TestAComplaintDuringAPlan:
    def test_leaves_the_plan_be_and_holds_what_it_is_about(  # noqa: PLR0915 - a life
        self, life: Life
    ) -> None:
        agreed = life.desk.arrangements(client="ACQ")
        life.customer(name="Carla Riva")
        life.owe("F-1", "200.00", day(5, 27))
        life.owe("F-2", "100.00", day(5, 29))
        first, second = life.invoice("F-1"), life.invoice("F-2")
        life.on(6, 2, 11)
        wished = {"currency": "EUR", "first_on": "2026-06-30", "instalments": 3}
        closed = life.calls_us(plan=wished)
        assert closed.plan_id is not None
        planned = [("plan", first), ("plan", second)]
        assert life.held() == sorted(planned)

        life.on(6, 10, 11)
        complaint = {
            "kind": "complaint",
            "subject": "Consumo doppio",
            "invoices": [second],
            "proof": "photo of the meter",
        }
        (case,) = life.calls_us(opens=[complaint], mood="upset").case_ids
        assert life.held() == sorted([*planned, ("complaint", second)])
        life.on(6, 30, 11)
        life.pay("P-1", "100.00")
        assert life.each_day((7, 1), (7, 6)) == []
        plan = agreed.plan(closed.plan_id)
        assert (plan.card.state, plan.paid_minor) == ("active", 10_000), "nothing was called off"

        life.on(7, 7, 11)
        life.desk.ledger(client="ACQ").credit_note(
            "NC-1", customer="K-1", amount="60.00", credited_on=day(7, 7), on={"F-2": "60.00"}
        )
        life.cases.resolve(case, "Il consumo era contato due volte.")
        assert life.held() == sorted(planned), "the plan's own silence stays"
        life.on(7, 30, 11)
        life.pay("P-2", "100.00")
        assert life.each_day((7, 31), (8, 10), (8, 17)) == []
        life.on(8, 28, 11)
        life.pay("P-3", "40.00")
        life.morning()
        (done,) = agreed.unthanked()
        assert (done.state, life.code()) == ("completed", "nothing_open"), "sixty were not owed"
        agreed.thank(done.id)
        assert agreed.unthanked() == []
        assert life.held() == []
        assert life.touches() == [], "nobody was called at all"

        matters = (Kind.CASE, Kind.PLAN, Kind.MONEY)
        assert life.story("it", kinds=matters) == [
            "Piano di rate proposto: 300,00 €.",
            "Piano di rate concordato: 300,00 €.",
            "Reclamo, Consumo doppio: il caso è stato aperto.",
            "Reclamo, Consumo doppio: una fattura è stata aggiunta al caso.",
            "Pagamento ricevuto: 100,00 € (P-1).",
            "Nota di credito NC-1: 60,00 €.",
            "Reclamo, Consumo doppio: il caso è stato risolto.",
            "Pagamento ricevuto: 100,00 € (P-2).",
            "Pagamento ricevuto: 40,00 € (P-3).",
            "Piano di rate concluso: 300,00 €.",
        ]
        assert life.story("en", kinds=[Kind.PLAN])[-1] == "Payment plan paid to the end: €300.00."
