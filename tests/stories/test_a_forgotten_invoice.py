"""The life of a forgotten invoice: one kind call, a promise, silence, and thanks."""

from collections.abc import Iterator

import pytest

from lives import Life, day, lived


@pytest.fixture
def life(database_url: str) -> Iterator[Life]:
    with lived(database_url) as life:
        yield life


class TestAForgottenInvoice:
    def test_needs_one_call_and_nothing_more_is_said(self, life: Life) -> None:
        life.customer(name="Bar Centrale")
        life.owe("F-1", "90.00", day(5, 29))

        assert life.each_day((5, 30), (6, 1)) == [], "nobody is called the day after"
        life.on(6, 3, 10, 30)
        life.morning()
        taken = life.call()
        assert (taken.card.item.step_kind, life.tone(taken)) == ("follow_up", "empathetic")
        life.after_call(
            taken,
            non_payment_reason="forgotten",
            promise={"amount": "90.00", "currency": "EUR", "promised_on": "2026-06-08"},
            resolved="yes",
            understood=True,
            mood="content",
        )
        assert life.code() == "held"
        assert life.each_day((6, 4), (6, 5), (6, 8), (6, 9)) == []

        life.on(6, 9, 15)
        life.pay("P-1", "90.00", received_on=day(6, 8))
        life.on(6, 10, 10, 30)
        (pulse,) = life.desk.pulse()
        assert (pulse.promises_kept, pulse.cases_paid) == (1, 1)
        assert life.code() == "nothing_open"
        assert life.touches() == ["follow_up:done"]
        assert life.held() == []

        assert life.story("it") == [
            "Fattura F-1 emessa: 90,00 €, scade il 29 maggio 2026.",
            "Abbiamo cercato il cliente (telefono): abbiamo parlato con la persona.",
            "Scaduto, Fatture scadute: il caso è stato aperto.",
            "Scaduto, Fatture scadute: una fattura è stata aggiunta al caso.",
            "Promessa di pagamento: 90,00 € entro l’8 giugno 2026.",
            "Pagamento ricevuto: 90,00 € (P-1).",
            "Scaduto, Fatture scadute: il caso è stato risolto.",
            "Promessa mantenuta: 90,00 €.",
        ]
        assert life.story("en")[-4:] == [
            "Promise to pay: €90.00 by 8 June 2026.",
            "Payment received: €90.00 (P-1).",
            "Overdue, Fatture scadute: the case was resolved.",
            "Promise kept: €90.00.",
        ]
