"""Two people with one phone: it does not ring twice as often, and neither hears of the other."""

from collections.abc import Iterator

import pytest

from carecredit.timeline.rules import Kind
from lives import Life, day, lived


@pytest.fixture
def life(database_url: str) -> Iterator[Life]:
    with lived(database_url) as life:
        yield life


class TestTwoPeopleWithOnePhone:
    def test_share_what_may_be_called_and_nothing_else(  # noqa: PLR0915 - a life
        self, life: Life
    ) -> None:
        life.customer("K-1", name="Rosa Gallo")
        life.customer("K-2", name="Bruno Gallo")
        life.owe("F-1", "300.00", day(5, 29))
        life.owe("F-2", "80.00", day(5, 29), customer="K-2")
        life.on(6, 3, 10, 30)
        life.morning()
        taken = life.call()
        promise = {"amount": "300.00", "currency": "EUR", "promised_on": "2026-06-12"}
        life.after_call(taken, non_payment_reason="forgotten", promise=promise)
        assert taken.card.customer.name == "Rosa Gallo"
        assert [one.number for one in taken.card.invoices] == ["F-1"]
        assert (life.held("K-1"), life.held("K-2")) == ([("promise", None)], [])

        # One talk a week rings this phone, whoever of the two it is for.
        assert life.next_call() is None
        assert life.each_day((6, 4), (6, 5), (6, 8), (6, 9)) == []
        life.on(6, 10, 10, 30)
        life.morning()
        taken = life.call()
        assert taken.card.customer.name == "Bruno Gallo"
        assert "Rosa" not in repr(taken.card)
        assert "F-1" not in repr(taken.card)

        life.after_call(taken, opens=[{"kind": "hardship", "subject": "Lavora a giornata"}])
        life.on(6, 12, 12)
        life.pay("P-1", "300.00")
        life.morning()
        assert (life.code("K-1"), life.code("K-2")) == ("nothing_open", "waiting")
        balances = life.desk.ledger(client="ACQ").balance
        assert [one.open_minor for one in balances("K-2")] == [8_000], "her money pays her bill"

        assert life.story("it", kinds=[Kind.CASE, Kind.PROMISE], customer="K-2") == [
            "Scaduto, Fatture scadute: il caso è stato aperto.",
            "Scaduto, Fatture scadute: una fattura è stata aggiunta al caso.",
            "Difficoltà nel pagamento, Lavora a giornata: il caso è stato aperto.",
        ]
        hers = life.story("en", customer="K-1")
        assert "Promise kept: €300.00." in hers
        assert not any("giornata" in line for line in hers)

    def test_one_who_dies_is_not_called_and_the_other_still_may_be(self, life: Life) -> None:
        life.customer("K-1", name="Rosa Gallo")
        life.customer("K-2", name="Bruno Gallo")
        life.owe("F-1", "300.00", day(5, 29))
        life.owe("F-2", "80.00", day(5, 29), customer="K-2")
        life.desk.wishes(client="ACQ", customer="K-1").hold("deceased", proof="her brother")

        life.on(6, 3, 10, 30)
        life.morning()
        assert life.touches("K-1") == []
        assert life.call().card.customer.name == "Bruno Gallo"
