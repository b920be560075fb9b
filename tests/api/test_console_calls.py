"""A call of our own motion, from the person's page."""

from typing import Any

import pytest

from browsing import Desk
from centre import Centre


@pytest.fixture
def desk(any_centre: Centre) -> Desk:
    return Desk(any_centre)


class TestACall:
    def test_is_in_hand_with_its_number(self, desk: Desk) -> None:
        sent = desk.send("/call")

        assert sent.status_code == 303, sent.text
        page = desk.see(done="called")
        assert "The call is yours" in page
        assert "tel:+39" in page

    def test_to_whoever_wants_none_is_refused_on_the_page(self, desk: Desk) -> None:
        whose = f"/api/v1/customers/{desk.centre.ours.customer_id}/consents?client=ACQ"
        refusal: dict[str, Any] = {"stance": "refused", "channel": "voice", "basis": "call"}
        said = desk.centre.post(whose, json=refusal | {"proof": "call of today"})
        assert said.status_code < 300, said.text

        sent = desk.send("/call")

        assert sent.status_code == 409
        assert "Not now: the contact rules" in sent.text
        assert "contact.out" not in desk.story()
