"""The page of a person, and what there is to do, as people see them."""

from typing import Any

import pytest

from carecredit.timeline.rules import Kind
from carecredit_api.console.person_pages import ICONS


@pytest.fixture
def desk(centre: Any) -> Any:
    return centre


def page(desk: Any, language: str = "it", **more: Any) -> Any:
    path = f"/people/{desk.ours.customer_id}?client=ACQ&lang={language}"
    return desk.get(path, **more)


class TestThePageOfAPerson:
    def test_puts_the_person_before_the_debt(self, desk: Any) -> None:
        shown = page(desk)

        assert shown.status_code == 200, shown.text
        text = shown.text
        assert text.index("Anna ACQ") < text.index("Fatture aperte") < text.index("La storia")
        assert "Prossimo passo" in text
        assert "120,00" in text

    def test_speaks_english_too(self, desk: Any) -> None:
        assert "The story" in page(desk, "en").text

    def test_of_another_company_is_not_there(self, desk: Any) -> None:
        path = f"/people/{desk.ours.customer_id}?client=TEL"

        assert desk.get(path).status_code == 404

    def test_tells_what_a_person_said_without_a_script_in_it(self, desk: Any) -> None:
        whose = f"/api/v1/customers/{desk.ours.customer_id}"
        begun = desk.post(f"{whose}/contacts", json={"channel": "voice"}).json()
        desk.post(
            f"/api/v1/contacts/{begun['contact']['id']}/wrap-up",
            json={"disposition": "right_party", "note": "<script>alert(1)</script>"},
        )

        assert "<script>alert" not in page(desk).text
        assert "&lt;script&gt;alert" in page(desk).text

    def test_has_a_picture_for_every_kind_of_line(self) -> None:
        assert set(ICONS) == {kind.value for kind in Kind}


class TestTheFirstPage:
    def test_lists_what_there_is_to_do_and_leads_to_the_person(self, desk: Any) -> None:
        whose = {"customer_id": str(desk.ours.customer_id), "what": "una risposta"}
        given = desk.post("/api/v1/expectations", json=whose | {"due_at": "2026-06-08T11:30:00Z"})

        shown = desk.get("/?lang=it").text

        assert given.status_code == 201, given.text
        assert "Abbiamo promesso: una risposta." in shown
        assert f"/people/{desk.ours.customer_id}" in shown
