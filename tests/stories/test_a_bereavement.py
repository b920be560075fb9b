"""A bereavement: from the word on, silence about money for the person, at every company."""

from collections.abc import Iterator

import pytest

from carecredit.timeline.rules import Kind
from lives import Life, day, lived


@pytest.fixture
def life(database_url: str) -> Iterator[Life]:
    with lived(database_url) as life:
        yield life


class TestABereavement:
    def test_silences_every_company_for_the_person(self, life: Life) -> None:
        life.found("GAS")
        life.customer(name="Mario Bruni")
        life.customer("G-9", client="GAS", name="Mario Bruni")
        life.owe("F-1", "300.00", day(5, 29))
        life.owe("G-1", "80.00", day(5, 29), customer="G-9", client="GAS")
        life.on(6, 3, 10, 30)
        life.morning()
        taken = life.call()
        said = "The daughter answers: he died in May."
        told = {"disposition": "third_party", "non_payment_reason": "deceased"}
        life.desk.wrap_up(taken, note=said, mood="worried", **told)

        assert life.held() == [("deceased", None)]
        assert life.next_call("GAS") is None, "what was on the other worklist is not called either"
        for of_month in (4, 8, 15, 22, 29):
            assert life.each_day((6, of_month)) == []
            assert life.next_call("GAS") is None
        assert life.code() == "held"
        for whose in (("K-1", "ACQ"), ("G-9", "GAS")):
            proposed = life.desk.work.next_action(client=whose[1], customer=whose[0])
            assert proposed is not None
            assert proposed.action == "express_condolences"
        assert life.touches() == ["follow_up:done"], "the one call in which we were told"
        assert life.touches("G-9", "GAS") == ["follow_up:parked"], "a person looks, nobody calls"

        assert life.story("it", kinds=[Kind.CONTACT]) == [
            "Abbiamo cercato il cliente (telefono): ha risposto un'altra persona."
        ]
        assert life.story("en", kinds=[Kind.CONTACT]) == [
            "We tried to reach the customer (phone): somebody else answered."
        ]
        assert life.story("en", customer="G-9", client="GAS", kinds=[Kind.CONTACT]) == []
        assert "daughter" not in repr(life.desk.timeline(client="GAS", customer="G-9")), (
            "who told whom stays with whom it was told to"
        )
