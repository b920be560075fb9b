"""What each address answers when all is well."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import servers
import worlds
from centre import opened

API = "/api/v1"


@pytest.fixture(scope="module")
def calm(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One centre for all that only reads."""
    folder = tmp_path_factory.mktemp("answers")
    with opened(servers.copy_database(sqlite_template, folder / "carecredit.db"), folder) as made:
        yield made


class TestClients:
    def test_are_those_of_the_key(self, calm: Any) -> None:
        ours = calm.get(f"{API}/clients").json()["items"]
        every = calm.get(f"{API}/clients", key="admin").json()["items"]

        assert [client["code"] for client in ours] == ["ACQ"]
        assert [client["code"] for client in every] == ["ACQ", "NRD"]


class TestCustomers:
    def test_come_a_page_at_a_time(self, centre: Any) -> None:
        for number in range(4):
            worlds.add_customer(centre.store, centre.ours.id, f"K-1{number}")
        numbers, cursor = [], ""
        while cursor is not None:
            page = centre.get(f"{API}/customers?limit=2{cursor and '&cursor=' + cursor}").json()
            numbers += [customer["number"] for customer in page["items"]]
            cursor = page["cursor"]

        assert numbers == ["K-1", "K-10", "K-11", "K-12", "K-13"]

    def test_keep_a_cursor_to_its_own_list(self, centre: Any) -> None:
        worlds.add_customer(centre.store, centre.ours.id, "K-2")
        cursor = centre.get(f"{API}/customers?limit=1").json()["cursor"]

        answer = centre.get(f"{API}/customers?client=NRD&cursor={cursor}", key="admin")

        assert (answer.status_code, answer.json()["code"]) == (422, "cursor_invalid")

    def test_are_found_by_number(self, calm: Any) -> None:
        found = calm.get(f"{API}/customers?number=K-1").json()["items"]
        none = calm.get(f"{API}/customers?number=K-9").json()["items"]

        assert [customer["id"] for customer in found] == [str(calm.ours.customer_id)]
        assert none == []


class TestACustomer:
    def test_shows_what_is_open(self, calm: Any) -> None:
        account = calm.get(f"{API}/customers/{calm.ours.customer_id}").json()

        assert account["customer"]["name"] == "Anna ACQ"
        (invoice,) = account["invoices"]
        assert (invoice["gross"], invoice["open"], invoice["currency"]) == (
            "120.00",
            "120.00",
            "EUR",
        )
        assert invoice["due_on"] == "2026-07-15"
        assert not any("minor" in field for field in invoice)

    def test_says_what_comes_next(self, calm: Any) -> None:
        plan = calm.get(f"{API}/customers/{calm.ours.customer_id}/plan").json()

        assert plan["code"] == "courtesy_call"
        assert "F-1" in plan["sentence"]["en"]
        assert plan["touch_id"] == str(calm.ours.touch_id)

    def test_may_be_called_in_the_morning_and_not_at_night(self, calm: Any) -> None:
        path = f"{API}/customers/{calm.ours.customer_id}/contactability?channel=voice"

        morning = calm.get(f"{path}&at=2026-06-08T10:00:00%2B02:00").json()
        night = calm.get(f"{path}&at=2026-06-08T23:30:00+02:00").json()

        assert morning["decision"] == "allow"
        assert night["decision"] == "defer"
        assert night["not_before"] > night["at"]
        assert night["reasons"][0]["sentence"].keys() == {"it", "en"}


class TestATouch:
    def test_is_shown_with_its_reason(self, calm: Any) -> None:
        touch = calm.get(f"{API}/touches/{calm.ours.touch_id}").json()

        assert (touch["client"], touch["status"]) == ("ACQ", "offered")
        assert "F-1" in touch["sentence"]["it"]

    def test_is_counted_where_it_stands(self, calm: Any) -> None:
        assert calm.get(f"{API}/outreach/status").json() == {
            "client": "ACQ",
            "touches": {"offered": 1},
            "attempts": {},
        }

    def test_is_taken_given_back_and_taken_again(self, centre: Any) -> None:
        path = f"{API}/touches/{centre.ours.touch_id}"

        taken = centre.post(f"{path}/take")
        twice = centre.post(f"{path}/take")
        in_hands = centre.get(f"{API}/worklist?status=taken").json()["items"]
        back = centre.post(f"{path}/give-back")
        not_mine = centre.post(f"{path}/give-back")
        again = centre.post(f"{path}/take")

        assert taken.status_code == 200, taken.text
        assert taken.json()["call"]["number"] == "+390612345678"
        assert (twice.status_code, twice.json()["code"]) == (409, "call_passed")
        assert [item["touch_id"] for item in in_hands] == [str(centre.ours.touch_id)]
        assert (back.status_code, back.json()["status"]) == (200, "offered")
        assert (not_mine.status_code, not_mine.json()["code"]) == (409, "call_not_yours")
        assert again.status_code == 200

    def test_that_may_not_be_made_now_says_where_it_went(self, centre: Any) -> None:
        centre.clock.write_text("2026-06-08T21:30:00+00:00", encoding="ascii")

        answer = centre.post(f"{API}/touches/{centre.ours.touch_id}/take")

        assert (answer.status_code, answer.json()["code"]) == (409, "call_passed")
        touch = centre.get(f"{API}/touches/{centre.ours.touch_id}").json()
        assert touch["status"] != "offered"

    def test_that_is_not_parked_cannot_be_resolved(self, calm: Any) -> None:
        path = f"{API}/touches/{calm.ours.touch_id}/resolve"

        answer = calm.post(path, json={"finding": "made"})

        assert (answer.status_code, answer.json()["code"]) == (409, "touch_not_parked")


class TestTheWorklist:
    def test_is_empty_once_all_is_taken(self, centre: Any) -> None:
        assert centre.post(f"{API}/worklist/take").status_code == 200

        nothing = centre.post(f"{API}/worklist/take")

        assert (nothing.status_code, nothing.content) == (204, b"")
        assert centre.get(f"{API}/worklist").json() == {"items": []}

    def test_of_all_companies_is_one_list(self, calm: Any) -> None:
        items = calm.get(f"{API}/worklist", key="admin").json()["items"]

        assert {item["client"] for item in items} == {"ACQ", "NRD"}


class TestMetrics:
    def test_are_defined_with_source_and_example(self, calm: Any) -> None:
        items = calm.get(f"{API}/metrics/definitions", key="finance").json()["items"]

        assert "dso.simple.p3m" in {item["id"] for item in items}
        assert all(item["formula"] and item["source"] and item["example"] for item in items)
        names = {item["id"]: item["name"]["it"] for item in items}
        assert names["receivables.past_due"] == "Scaduto"
        assert all(item["meaning"].keys() == {"it", "en"} for item in items)

    def test_come_in_a_summary(self, calm: Any) -> None:
        items = calm.get(f"{API}/metrics/summary", key="finance").json()["items"]

        values = {item["id"]: item["value"] for item in items}
        assert values["receivables.open"] == "120.00"
        assert {item["as_of"] for item in items} == {"2026-06-08"}

    def test_say_what_was_known_then(self, calm: Any) -> None:
        path = f"{API}/metrics/receivables.open?as_of=2026-06-30"

        before = calm.get(f"{path}&known_at=2026-06-07", key="finance").json()
        after = calm.get(f"{path}&known_at=2026-06-08T07:00:00%2B00:00", key="finance").json()

        assert (before["value"], after["value"]) == ("0.00", "120.00")
        assert after["known_at"] == "2026-06-08T07:00:00Z"

    def test_come_in_a_series_of_month_ends(self, calm: Any) -> None:
        query = "from=2026-05&to=2026-07&every=month&ids=receivables.open,sales.p1m"

        series = calm.get(f"{API}/metrics/series?{query}", key="finance").json()

        assert series["ids"] == ["receivables.open", "sales.p1m"]
        assert [
            (row["as_of"], row["metrics"]["receivables.open"]["value"]) for row in series["rows"]
        ] == [("2026-05-31", "0.00"), ("2026-06-30", "120.00"), ("2026-07-31", "120.00")]

    def test_come_on_dates_of_ones_own(self, calm: Any) -> None:
        query = "at=2026-06-02,2026-06&by=segment"

        rows = calm.get(f"{API}/metrics/series?{query}", key="finance").json()["rows"]

        assert [(row["segment"], row["as_of"]) for row in rows] == [
            ("ALL", "2026-06-02"),
            ("ALL", "2026-06-30"),
        ]
