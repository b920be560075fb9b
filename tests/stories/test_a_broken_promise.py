"""The life of a broken promise: we ask why, nothing gets harsher, and each euro serves one word."""

from collections.abc import Iterator

import pytest

from carecredit.timeline.rules import Kind
from lives import Life, day, lived


@pytest.fixture
def life(database_url: str) -> Iterator[Life]:
    with lived(database_url) as life:
        yield life


class TestABrokenPromise:
    def test_leads_to_a_question_and_each_euro_serves_one_word(  # noqa: PLR0915 - a life
        self, life: Life
    ) -> None:
        agreed = life.desk.arrangements(client="ACQ")
        life.customer(name="Paolo Neri")
        life.owe("F-1", "300.00", day(5, 29))
        life.on(6, 3, 10, 30)
        life.morning()
        promise = {"amount": "200.00", "currency": "EUR", "promised_on": "2026-06-12"}
        life.after_call(life.call(), non_payment_reason="short_of_money", promise=promise)

        life.on(6, 10, 12)
        life.pay("P-1", "50.00")
        assert life.each_day((6, 15), (6, 17)) == [], "a bank needs its days"
        life.on(6, 18, 10, 30)
        (pulse,) = life.desk.pulse()
        assert (pulse.promises_kept, pulse.promises_broken) == (0, 1)
        (first,) = agreed.promises("K-1")
        assert (first.state, first.kept_minor) == ("partly_kept", 5_000)

        life.on(6, 19, 10, 30)
        life.morning()
        taken = life.call()
        assert (taken.card.item.step_kind, life.tone(taken)) == ("understanding_call", "listening")
        again = {"amount": "250.00", "currency": "EUR", "promised_on": "2026-06-26"}
        life.after_call(taken, promise=again, mood="worried")
        assert agreed.unanswered(["K-1"]) == []

        life.on(6, 25, 12)
        life.pay("P-2", "200.00")
        assert life.each_day((6, 26), (6, 29), (6, 30)) == []
        life.on(7, 2, 10, 30)
        life.morning()
        second = agreed.promises("K-1")[0]
        assert (second.state, second.kept_minor) == ("partly_kept", 20_000)
        kept = sum(one.kept_minor or 0 for one in agreed.promises("K-1"))
        assert kept == 5_000 + 20_000, "the first fifty are not counted twice"
        assert life.code() == "understanding_call", "and the second is asked about as kindly"
        assert life.touches() == [
            "follow_up:done",
            "understanding_call:done",
            "understanding_call:planned",
        ]

        words = (Kind.PROMISE, Kind.MONEY)
        assert life.story("it", kinds=words) == [
            "Promessa di pagamento: 200,00 € entro il 12 giugno 2026.",
            "Pagamento ricevuto: 50,00 € (P-1).",
            "Promessa mantenuta in parte: 200,00 € entro il 12 giugno 2026.",
            "Promessa di pagamento: 250,00 € entro il 26 giugno 2026.",
            "Pagamento ricevuto: 200,00 € (P-2).",
            "Promessa mantenuta in parte: 250,00 € entro il 26 giugno 2026.",
        ]
        assert "Promise kept in part: €250.00 by 26 June 2026." in life.story("en")
