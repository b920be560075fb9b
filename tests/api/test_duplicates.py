"""Persons that may be one, through the door and on their page."""

import re
from typing import Any

import pytest

import worlds
from centre import Centre

API = "/api/v1"
MAIL = "anna@example.org"
HTML = {"Accept": "text/html"}


def token_in(html: str) -> str:
    """Find the token that a page's forms carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found
    return found[1]


def sign_in(centre: Centre, key: str) -> None:
    """Open the pages with the key of a role."""
    token = token_in(centre.http.get("/sign-in", headers=HTML).text)
    data = {"key": centre.keys[key], "csrf": token, "next": "/"}
    assert centre.http.post("/sign-in", data=data, follow_redirects=False).status_code == 303


def doubled(centre: Centre, times: int = 1) -> None:
    """Let customers of ours be known a second time, by another number and an initial."""
    for number in range(times):
        for name in (f"Anna{'b' * number} Rossi", f"A. Rossi{'i' * number}"):
            worlds.add_customer(
                centre.store, centre.ours.id, f"D-{number}-{name[:5]}",
                email=f"{number}{MAIL}", name=name,
            )  # fmt: skip


def proposed(centre: Centre, more: str = "") -> Any:
    answer = centre.get(f"{API}/duplicates?client=ACQ{more}", key="admin")
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(pair: Any, **more: Any) -> dict[str, Any]:
    words = {"kept_id": pair["first_id"], "gone_id": pair["second_id"], "reason": "same tax code"}
    return words | more


def post(centre: Centre, path: str, **options: Any) -> Any:
    return centre.post(f"{API}/{path}?client=ACQ", key="admin", **options)


class TestProposals:
    def test_say_why_by_the_cards_of_both(self, any_centre: Centre) -> None:
        doubled(any_centre)

        (pair,) = proposed(any_centre)["items"]

        assert [it["code"] for it in pair["reasons"]] == ["same_email", "similar_name"]
        assert pair["reasons"][0]["sentence"]["it"] == "Stesso indirizzo e-mail"
        assert {pair["first"][0]["client"], pair["second"][0]["client"]} == {"ACQ"}

    def test_come_a_page_at_a_time(self, centre: Centre) -> None:
        doubled(centre, 3)
        every = proposed(centre)["items"]
        pages, cursor = [], ""
        while cursor is not None:
            page = proposed(centre, f"&limit=2{cursor and '&cursor=' + cursor}")
            pages.append(page["items"])
            cursor = page["cursor"]

        assert [len(page) for page in pages] == [2, 1]
        assert sum(pages, []) == every  # noqa: RUF017 - two short lists
        assert proposed(centre, f"&customer_id={centre.ours.customer_id}")["items"] == []
        whose = every[0]["second"][0]["customer_id"]
        assert proposed(centre, f"&customer_id={whose}")["items"] == every[:1]

    def test_rejected_do_not_come_back(self, centre: Centre) -> None:
        doubled(centre)
        (pair,) = proposed(centre)["items"]
        body = {"one_id": pair["first_id"], "other_id": pair["second_id"], "reason": "twins"}

        answers = [post(centre, "duplicates/rejections", json=body) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert proposed(centre)["items"] == []


class TestAMerge:
    def test_acts_once_for_a_key_and_is_undone(self, any_centre: Centre) -> None:
        doubled(any_centre)
        (pair,) = proposed(any_centre)["items"]
        once = {"json": told(pair), "headers": {"Idempotency-Key": "m-1"}}

        first, again = (post(any_centre, "merges", **once) for _ in range(2))
        merges = any_centre.get(
            f"{API}/customers/{pair['first'][0]['customer_id']}/merges?client=ACQ", key="admin"
        )
        undone = post(any_centre, f"merges/{first.json()['id']}/undo")

        assert first.status_code == 200, first.text
        assert first.json() == again.json()
        assert first.json()["merged_by"] == "api:Key admin"
        assert merges.json()["items"] == [first.json()]
        assert undone.json()["merge"]["undone_by"] == "api:Key admin"
        assert undone.json()["stayed"] == {}
        assert proposed(any_centre)["items"] == [pair]

    def test_is_refused_where_it_is_late(self, centre: Centre) -> None:
        doubled(centre)
        (pair,) = proposed(centre)["items"]
        done = post(centre, "merges", json=told(pair)).json()

        late = post(centre, "merges", json=told(pair))
        post(centre, f"merges/{done['id']}/undo")
        twice = post(centre, f"merges/{done['id']}/undo")

        assert (late.status_code, late.json()["code"]) == (409, "merge_stale")
        assert late.json()["errors"][0]["pointer"] == "/gone_id"
        assert pair["first_id"] in late.json()["detail"]
        assert (twice.status_code, twice.json()["code"]) == (409, "merge_not_undoable")

    def test_is_for_those_who_may_merge_people(self, centre: Centre) -> None:
        for role in ("operator", "finance", "integrator"):
            assert centre.get(f"{API}/duplicates", key=role).status_code == 403


@pytest.fixture
def of_two(centre: Centre) -> tuple[Centre, Any, str]:
    """Our two, and the address of the page of the first."""
    doubled(centre)
    (pair,) = proposed(centre)["items"]
    whose = pair["first"][0]["customer_id"]
    sign_in(centre, "admin")
    return centre, pair, f"/people/{whose}?client=ACQ&lang=en"


def send(centre: Centre, path: str, page: str, what: str, **changes: Any) -> Any:
    """Send a form of the page with all that stands hidden in it."""
    form = next(it for it in re.findall(r"<form.*?</form>", page, re.DOTALL) if what in it)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return centre.http.post(
        path, data=hidden | changes, headers={"Origin": "http://testserver.local"} | HTML,
        follow_redirects=False,
    )  # fmt: skip


class TestThePageOfAPerson:
    def test_merges_and_parts_again(self, of_two: tuple[Centre, Any, str]) -> None:
        centre, pair, address = of_two
        page = centre.http.get(address, headers=HTML).text

        merged = send(centre, "/people/merge", page, "/people/merge", reason="same tax code")
        after = centre.http.get(address, headers=HTML).text
        undone = send(centre, "/people/undo", after, "/people/undo")
        parted = centre.http.get(undone.headers["location"] + "&lang=it", headers=HTML).text

        assert "Perhaps the same person: A. Rossi (ACQ" in page
        assert "The same e-mail address" in page
        assert (merged.status_code, undone.status_code) == (303, 303), merged.text
        assert "Perhaps the same person" not in after
        assert "same tax code" in after
        assert "Separate di nuovo" in parted
        assert proposed(centre)["items"] == [pair]

    def test_takes_the_word_that_they_are_two(self, of_two: tuple[Centre, Any, str]) -> None:
        centre, _, address = of_two
        page = centre.http.get(address, headers=HTML).text

        answer = send(centre, "/people/reject", page, "/people/merge", reason="twins")

        assert answer.status_code == 303
        assert "Is it the same person?" not in centre.http.get(address, headers=HTML).text

    def test_tells_who_sends_it_late(self, of_two: tuple[Centre, Any, str]) -> None:
        centre, _, address = of_two
        page = centre.http.get(address, headers=HTML).text

        answers = [
            send(centre, "/people/merge", page, "/people/merge", reason="same tax code")
            for _ in range(2)
        ]

        assert [answer.status_code for answer in answers] == [303, 409]

    def test_takes_no_form_from_elsewhere(self, of_two: tuple[Centre, Any, str]) -> None:
        centre, pair, address = of_two
        page = centre.http.get(address, headers=HTML).text

        answer = send(centre, "/people/merge", page, "/people/merge", reason="x", csrf="made-up")

        assert answer.status_code == 409
        assert proposed(centre)["items"] == [pair]

    def test_shows_nothing_of_it_to_who_may_not_decide(self, of_two: Any) -> None:
        centre, _, address = of_two
        page = centre.http.get(address, headers=HTML).text
        centre.http.cookies.clear()
        sign_in(centre, "operator")

        shown = centre.http.get(address, headers=HTML).text
        token = token_in(shown)
        sent = send(centre, "/people/merge", page, "/people/merge", reason="x", csrf=token)

        assert "Is it the same person?" not in shown
        assert sent.status_code == 403
