"""Procedures and their gaps through the door."""

from typing import Any

from bodies import BODIES, UNKNOWN
from centre import Centre

API = "/api/v1"
ADMIN = {"key": "admin"}
TEXTS = {
    "it": {
        "title": "Perché la bolletta è in ritardo",
        "body": "Chieda la **città** di consegna.",
        "sentences": {"opening": "Capisco, vediamo insieme."},
        "avoid": ["Non è colpa nostra."],
    },
    "en": {"title": "A bill that is late", "body": "Ask when it was delivered."},
}


def published(centre: Centre, *, client: str = "ACQ", **facts: Any) -> Any:
    told = BODIES["procedures"] | {"texts": TEXTS} | facts
    return centre.post(f"{API}/procedures?client={client}", **ADMIN, json=told)


def raised(centre: Centre, **facts: Any) -> str:
    answer = centre.post(f"{API}/gaps", json=BODIES["gaps"] | facts)
    assert answer.status_code == 200, answer.text
    gap_id: str = answer.json()["gap"]["id"]
    return gap_id


def move(centre: Centre, gap_id: str, name: str, version: int, **told: Any) -> Any:
    body = {"move": name, "version": version} | told
    return centre.post(f"{API}/gaps/{gap_id}/move?client=ACQ", **ADMIN, json=body)


class TestProcedures:
    def test_are_published_and_read_in_ones_language(self, any_centre: Centre) -> None:
        made = published(any_centre)

        read = any_centre.get(f"{API}/procedures/late-bill").json()
        english = any_centre.get(f"{API}/procedures/late-bill?language=en").json()
        german = any_centre.get(f"{API}/procedures/late-bill?language=de").json()

        assert made.status_code == 200, made.text
        assert made.json() == read
        assert read["sentences"] == {"opening": "Capisco, vediamo insieme."}
        assert (read["card"]["version"], read["card"]["languages"]) == (1, ["en", "it"])
        assert english["card"]["title"] == "A bill that is late"
        assert german["card"]["language"] == "it"

    def test_are_superseded_and_stay_readable(self, centre: Centre) -> None:
        published(centre)
        stale = published(centre)
        second = published(centre, supersedes=1)

        assert (stale.status_code, stale.json()["code"]) == (409, "procedure_stale")
        assert second.json()["card"]["version"] == 2
        path = f"{API}/procedures/late-bill"
        assert centre.get(f"{path}?version=1").json()["card"]["version"] == 1
        versions = centre.get(f"{path}/versions").json()["items"]
        assert [card["version"] for card in versions] == [1, 2]

    def test_are_published_once_for_a_key(self, centre: Centre) -> None:
        once = {"headers": {"Idempotency-Key": "p-1"}, "json": BODIES["procedures"]}

        first = centre.post(f"{API}/procedures?client=ACQ", **ADMIN, **once)
        again = centre.post(f"{API}/procedures?client=ACQ", **ADMIN, **once)

        assert first.json() == again.json()
        assert len(centre.get(f"{API}/procedures/late-bill/versions").json()["items"]) == 1

    def test_come_a_page_at_a_time(self, centre: Centre) -> None:
        for key in ("c", "a", "b"):
            published(centre, key=key)
        keys, cursor = [], ""
        while cursor is not None:
            page = centre.get(f"{API}/procedures?limit=2{cursor and '&cursor=' + cursor}").json()
            keys += [card["key"] for card in page["items"]]
            cursor = page["cursor"]

        assert keys == ["a", "b", "c"]

    def test_search_perche_citta(self, any_centre: Centre) -> None:
        published(any_centre)

        for words in ("perche", "citta", "PERCHÉ CITTÀ", "delivered"):
            found = any_centre.get(f"{API}/procedures/search", params={"q": words}).json()
            assert [card["key"] for card in found["items"]] == ["late-bill"], words

    def test_count_a_search_in_vain(self, any_centre: Centre) -> None:
        for words in ("subentro", "Subentro"):
            found = any_centre.get(f"{API}/procedures/search", params={"q": words}).json()
            assert found == {"count": 0, "items": []}

        path = f"{API}/procedures/searches-in-vain?client=ACQ"
        (vain,) = any_centre.get(path, **ADMIN).json()["items"]
        assert (vain["words"], vain["times"]) == ("subentro", 2)
        assert any_centre.get(path).status_code == 403

    def test_say_what_is_wrong_and_where(self, centre: Centre) -> None:
        wrong = published(centre, texts={"it": {"title": "", "body": "x"}})
        empty = centre.get(f"{API}/procedures/search?q=%20")

        assert wrong.json()["errors"][0]["pointer"] == "/texts/it/title"
        assert (empty.status_code, empty.json()["errors"][0]["pointer"]) == (422, "/q")
        assert centre.get(f"{API}/procedures/%00").status_code in {400, 404, 422}

    def test_are_written_by_admins_alone(self, centre: Centre) -> None:
        for role in ("operator", "finance", "integrator"):
            answer = centre.post(f"{API}/procedures", key=role, json=BODIES["procedures"])
            assert answer.status_code == 403

    def test_operator_of_client_a_asks_for_a_procedure_of_client_b(self, centre: Centre) -> None:
        published(centre, client="NRD")

        assert centre.get(f"{API}/procedures/late-bill").status_code == 404
        assert centre.get(f"{API}/procedures/late-bill/versions").json()["items"] == []
        assert centre.get(f"{API}/procedures").json()["items"] == []
        found = centre.get(f"{API}/procedures/search?q=perche").json()
        assert found == {"count": 0, "items": []}


class TestGaps:
    def test_go_their_way_until_whoever_raised_them_is_told(self, any_centre: Centre) -> None:
        gap_id = raised(any_centre)
        published(any_centre)
        published_as = {"procedure": {"key": "late-bill", "version": 1}}

        for version, name in enumerate(("send", "acknowledge", "agree"), start=1):
            assert move(any_centre, gap_id, name, version).status_code == 200
        move(any_centre, gap_id, "publish", 4, **published_as)
        mine = any_centre.get(f"{API}/gaps/to-tell").json()["items"]
        told = move(any_centre, gap_id, "tell", 5).json()

        assert [gap["id"] for gap in mine] == [gap_id]
        assert any_centre.get(f"{API}/gaps/to-tell").json()["items"] == []
        assert told["gap"]["state_name"]["it"] == "Comunicata a chi l’ha segnalata"
        assert told["events"][4]["procedure"] == {"key": "late-bill", "version": 1}
        assert any_centre.get(f"{API}/gaps/{gap_id}").json() == told

    def test_that_are_stale_are_told_what_happened(self, centre: Centre) -> None:
        gap_id = raised(centre)
        move(centre, gap_id, "send", 1)

        stale = move(centre, gap_id, "decline", 1, why="no")

        assert (stale.status_code, stale.json()["code"]) == (409, "gap_stale")
        assert "send by api:Key admin" in stale.json()["detail"]

    def test_are_listed_by_state_and_overdue(self, centre: Centre) -> None:
        first, second = raised(centre), raised(centre)
        move(centre, second, "send", 1)

        def listed(query: str) -> list[str]:
            items = centre.get(f"{API}/gaps{query}").json()["items"]
            return [gap["id"] for gap in items]

        assert listed("") == [first, second]
        assert listed("?state=sent") == [second]
        assert listed("/overdue") == []
        centre.clock.write_text("2026-06-20T10:00:00+00:00", encoding="ascii")
        assert listed("/overdue") == [second]
        assert centre.get(f"{API}/gaps?state=lost").status_code == 422
        page = centre.get(f"{API}/gaps?limit=1").json()
        assert listed(f"?cursor={page['cursor']}") == [second]

    def test_are_moved_by_who_sets_up_alone(self, centre: Centre) -> None:
        gap_id = raised(centre)

        answer = centre.post(f"{API}/gaps/{gap_id}/move", json=BODIES["move"])

        assert answer.status_code == 403

    def test_are_of_a_contact_that_one_may_see(self, centre: Centre) -> None:
        path = f"{API}/customers/{centre.ours.customer_id}/contacts"
        contact = centre.post(path, json={"channel": "voice"}).json()["contact"]["id"]

        known = raised(centre, contact_id=contact)
        unknown = centre.post(f"{API}/gaps", json=BODIES["gaps"] | {"contact_id": UNKNOWN})

        assert centre.get(f"{API}/gaps/{known}").json()["gap"]["contact_id"] == contact
        assert unknown.status_code == 404

    def test_operator_of_client_a_asks_for_a_gap_of_client_b(self, centre: Centre) -> None:
        answer = centre.post(f"{API}/gaps?client=NRD", **ADMIN, json=BODIES["gaps"])
        theirs = answer.json()["gap"]["id"]

        assert centre.get(f"{API}/gaps/{theirs}").status_code == 404
        assert centre.get(f"{API}/gaps").json() == {"items": [], "cursor": None}
        assert centre.get(f"{API}/gaps/overdue").json()["items"] == []
        assert move(centre, theirs, "send", 1).status_code == 404
