"""The life of a wrong bill: it alone is left in peace, the rest is asked about more softly."""

from collections.abc import Iterator

import pytest

from carecredit.timeline.rules import Kind
from lives import Life, day, lived


@pytest.fixture
def life(database_url: str) -> Iterator[Life]:
    with lived(database_url) as life:
        yield life


class TestAWrongBill:
    def test_is_left_in_peace_until_it_is_put_right_and_the_rest_is_softened(  # noqa: PLR0915 - a life
        self, life: Life
    ) -> None:
        life.customer(name="Officina Rossi")
        life.owe("F-1", "1250.00", day(5, 31))
        life.owe("F-2", "80.00", day(6, 1))
        wrong, right = life.invoice("F-1"), life.invoice("F-2")

        life.on(6, 3, 11)  # before anybody has asked for anything
        closed = life.calls_us(
            opens=[
                {
                    "kind": "complaint",
                    "subject": "Consumo stimato invece che letto",
                    "invoices": [wrong],
                    "proof": "reading of 2 June",
                }
            ],
            expects=[{"what": "che cosa dice il contatore", "by": "2026-06-12"}],
            mood="upset",
        )
        (case,) = closed.case_ids
        assert life.held() == [("complaint", wrong)]

        called = life.each_day((6, 4), (6, 5))
        assert called == []
        life.on(6, 11, 10, 30)
        life.morning()
        assert life.live_about() == {right}, "the other one is still asked about"
        taken = life.call()
        assert (taken.card.item.invoice, life.tone(taken)) == ("F-2", "listening")
        assert ("complaint", wrong) in [
            (one.reason, str(one.invoice_id)) for one in taken.card.holds
        ]
        life.after_call(taken, non_payment_reason="forgotten")

        life.on(6, 12, 15)
        life.cases.move(case, "asked_client", reason="Is the reading of May an estimate?")
        life.on(6, 15, 10)
        life.cases.move(case, "client_answered", reason="It is: 300 euros are given back.")
        life.desk.ledger(client="ACQ").credit_note(
            "NC-1", customer="K-1", amount="300.00", credited_on=day(6, 15), on={"F-1": "300.00"}
        )
        life.cases.resolve(case, "La lettura di maggio era una stima: 300 euro restituiti.")
        (word,) = life.cases.expectations(customer="K-1")
        assert word.state == "broken", "we had said by Friday, and answered on Monday"
        assert life.held() == []

        life.on(6, 16, 12)
        life.cases.move(case, "customer_thanked")
        assert life.cases.show(case).case.state == "resolved", "a thanks opens nothing again"

        assert life.each_day((6, 16), (6, 17), (6, 18), (6, 19)) == [], "ten days apart, not five"
        life.on(6, 22, 10, 30)
        life.morning()
        taken = life.call()
        assert (taken.card.item.invoice, life.tone(taken)) == ("F-1", "listening")
        promise = {"amount": "1030.00", "currency": "EUR", "promised_on": "2026-06-26"}
        life.after_call(taken, promise=promise, resolved="yes", understood=True)
        life.on(6, 24, 11)
        life.pay("P-1", "1030.00")
        life.morning()
        assert life.code() == "nothing_open"
        assert life.touches() == ["follow_up:done", "follow_up:done"], "two calls in three weeks"

        matters = (Kind.CASE, Kind.EXPECTATION, Kind.PROMISE)
        subject = "Reclamo, Consumo stimato invece che letto"
        assert life.story("it", kinds=matters) == [
            f"{subject}: il caso è stato aperto.",
            f"{subject}: una fattura è stata aggiunta al caso.",
            "Abbiamo promesso: che cosa dice il contatore, entro il 12 giugno 2026.",
            "Scaduto, Fatture scadute: il caso è stato aperto.",
            "Scaduto, Fatture scadute: una fattura è stata aggiunta al caso.",
            f"{subject}: abbiamo chiesto qualcosa all’azienda.",
            f"{subject}: l’azienda ha risposto.",
            f"{subject}: il caso è stato risolto.",
            "Promessa nostra non mantenuta: che cosa dice il contatore.",
            f"{subject}: il cliente ha ringraziato.",
            "Scaduto, Fatture scadute: una fattura è stata aggiunta al caso.",
            "Promessa di pagamento: 1.030,00 € entro il 26 giugno 2026.",
            "Scaduto, Fatture scadute: il caso è stato risolto.",
            "Promessa mantenuta: 1.030,00 €.",
        ]
        told = life.story("en")
        assert told[2] == "The customer came to us (phone): we spoke with the person."
        assert "Credit note NC-1: €300.00." in told
        assert "Our word was not kept: che cosa dice il contatore." in told
