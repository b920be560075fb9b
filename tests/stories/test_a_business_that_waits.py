"""A business that is paid late itself: a word for when its own customer pays, and no hurry."""

from collections.abc import Iterator
from typing import Any

import pytest

from carecredit.arrangements.rules import NonPaymentReason, catalogue
from carecredit.timeline.rules import Kind
from lives import Life, day, lived


@pytest.fixture
def life(database_url: str) -> Iterator[Life]:
    with lived(database_url) as life:
        yield life


class TestABusinessThatWaits:
    def test_pays_when_it_is_paid_and_is_not_hurried(  # noqa: PLR0915 - a life
        self, life: Life
    ) -> None:
        agreed = life.desk.arrangements(client="ACQ")
        life.customer(name="Edil Nord srl")
        life.owe("F-1", "4000.00", day(5, 29))
        life.on(6, 3, 10, 30)
        life.morning()
        taken = life.call()
        reason = catalogue().reasons[NonPaymentReason.WAITS_FOR_CUSTOMERS]
        assert reason.avoid["en"] == "Do not ask who its customers are."
        word = "un estratto conto da mostrare al suo cliente"
        life.after_call(
            taken,
            non_payment_reason="waits_for_customers",
            promise=promised("4000.00", "2026-06-30") | {"remind": True},
            callback_at="2026-06-30T16:00:00+02:00",
            expects=[{"what": word, "by": "2026-06-05"}],
        )
        life.on(6, 4, 15)
        (ours,) = life.cases.expectations(customer="K-1")
        assert life.cases.fulfil(ours.id).state == "kept"
        assert life.each_day((6, 8), (6, 15), (6, 22), (6, 26)) == []

        life.on(6, 29, 11)
        (reminder,) = agreed.reminders()
        assert (reminder.amount_minor, reminder.due_on) == (400_000, day(6, 30))
        life.pay("P-1", "1500.00")
        life.on(6, 30, 15, 55)
        life.morning()
        assert life.next_call() is None, "four o'clock was agreed"
        life.on(6, 30, 16, 5)
        life.morning()
        taken = life.call()
        assert taken.card.item.step_kind == "callback"
        life.after_call(
            taken,
            non_payment_reason="waits_for_customers",
            promise=promised("2500.00", "2026-07-15"),
        )
        assert [one.state for one in agreed.promises("K-1")] == ["active", "superseded"]
        assert life.each_day((7, 1), (7, 6), (7, 13)) == []
        life.on(7, 14, 11)
        life.pay("P-2", "2500.00")
        life.morning()
        assert [one.state for one in agreed.promises("K-1")] == ["kept", "superseded"]
        assert life.code() == "nothing_open"
        assert life.touches() == ["follow_up:done", "callback:done"]

        matters = (Kind.PROMISE, Kind.EXPECTATION, Kind.MONEY)
        assert life.story("it", kinds=matters) == [
            "Promessa di pagamento: 4.000,00 € entro il 30 giugno 2026.",
            f"Abbiamo promesso: {word}, entro il 5 giugno 2026.",
            f"Promessa nostra mantenuta: {word}.",
            "Pagamento ricevuto: 1.500,00 € (P-1).",
            "Promessa di pagamento: 2.500,00 € entro il 15 luglio 2026.",
            "Promessa sostituita da un nuovo accordo: 4.000,00 €.",
            "Pagamento ricevuto: 2.500,00 € (P-2).",
            "Promessa mantenuta: 2.500,00 €.",
        ]
        told = life.story("en")
        assert "Promise replaced by a new agreement: €4,000.00." in told
        assert told[-1] == "Promise kept: €2,500.00."


def promised(amount: str, on: str) -> dict[str, Any]:
    return {"amount": amount, "currency": "EUR", "promised_on": on}
