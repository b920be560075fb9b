"""The team through the door: read by operators, changed by who acts for every company."""

from typing import Any

import pytest

import worlds
from carecredit.team.operations import add_key
from carecredit.team.rules import Role
from centre import Centre

API = "/api/v1"
SPAN = {"starts_at": "2026-06-08T06:00:00Z", "ends_at": "2026-06-08T14:00:00Z"}


def added(centre: Centre, name: str = "Carla", *served: str) -> str:
    made = centre.post(f"{API}/operators", key="admin", json={"name": name})
    assert made.status_code == 200, made.text
    operator_id: str = made.json()["id"]
    put(centre, operator_id, "served", clients=served or ["ACQ"])
    return operator_id


def put(centre: Centre, operator_id: str, what: str, **body: Any) -> Any:
    answer = centre.ask("PUT", f"{API}/operators/{operator_id}/{what}", key="admin", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestOperators:
    def test_say_what_they_can_do(self, any_centre: Centre) -> None:
        carla = added(any_centre)
        put(any_centre, carla, "languages", languages=[{"language": "it", "level": "C2"}])
        put(any_centre, carla, "skills", skills=["billing_water"])
        planned = any_centre.post(f"{API}/shifts", key="admin", json=SPAN | {"operator_id": carla})

        seen = any_centre.get(f"{API}/operators/{carla}").json()
        before = any_centre.get(f"{API}/operators/{carla}?at=2026-06-08T05:59:59Z").json()

        assert planned.status_code == 200, planned.text
        assert seen["languages"] == [{"language": "it", "level": "C2"}]
        assert (seen["skills"], seen["clients"]) == (["billing_water"], ["ACQ"])
        assert (seen["on_shift"], seen["away"]) == (True, False)
        assert (before["on_shift"], before["skills"]) == (False, [])

    def test_come_a_page_at_a_time(self, centre: Centre) -> None:
        for name in ("Carla", "Dario"):
            added(centre, name)
        names, cursor = [], ""
        while cursor is not None:
            page = centre.get(f"{API}/operators?limit=2{cursor and '&cursor=' + cursor}").json()
            names += [one["name"] for one in page["items"]]
            cursor = page["cursor"]

        assert names == ["Key operator", "Carla", "Dario"]

    def test_are_away_until_they_are_back(self, centre: Centre) -> None:
        carla = added(centre)

        assert put(centre, carla, "presence", away=True)["away"]
        assert not put(centre, carla, "presence", away=False)["away"]

    def test_refuse_what_says_nothing(self, centre: Centre) -> None:
        carla = added(centre)
        told = {"languages": [{"language": "it", "level": "D1"}]}
        path = f"{API}/operators/{carla}/languages"

        bad = centre.ask("PUT", path, key="admin", json=told)
        taken = centre.post(f"{API}/operators", key="admin", json={"name": "Carla"})

        assert (bad.status_code, taken.status_code) == (422, 422)
        assert taken.json()["code"] == "operator_taken"

    def test_of_another_company_are_not_found(self, centre: Centre) -> None:
        theirs = added(centre, "Dario", "NRD")
        squad = centre.post(
            f"{API}/squads", key="admin", json={"name": "Verde", "captain_id": theirs}
        ).json()
        centre.post(f"{API}/shifts", key="admin", json=SPAN | {"operator_id": theirs})

        answers = [
            centre.get(f"{API}/operators/{theirs}"),
            centre.get(f"{API}/squads/{squad['id']}"),
        ]

        assert [answer.status_code for answer in answers] == [404, 404]
        assert [answer.json()["code"] for answer in answers] == [
            "operator_unknown", "squad_unknown",
        ]  # fmt: skip
        assert centre.get(f"{API}/squads").json()["items"] == []
        assert centre.get(f"{API}/shifts").json()["items"] == []
        assert len(centre.get(f"{API}/operators").json()["items"]) == 1
        both = put(centre, theirs, "served", clients=["ACQ", "NRD"])
        assert both["clients"] == ["ACQ", "NRD"]
        assert centre.get(f"{API}/operators/{theirs}").json()["clients"] == ["ACQ"]

    def test_are_not_changed_by_a_key_for_some_companies(self, any_centre: Centre) -> None:
        with any_centre.store.begin(worlds.CENTRE_CALLER) as session:
            made = add_key(
                session, name="Admin of ours", role=Role.ADMIN, clients=[any_centre.ours.id],
                now=worlds.NOW,
            )  # fmt: skip

        answer = any_centre.post(f"{API}/operators", key=made.secret, json={"name": "Carla"})

        assert (answer.status_code, answer.json()["code"]) == (403, "right_missing")

    @pytest.mark.parametrize("name", ["operators", "squads", "shifts"])
    def test_are_no_business_of_finance(self, centre: Centre, name: str) -> None:
        assert centre.get(f"{API}/{name}", key="finance").status_code == 403


class TestSquads:
    def test_are_founded_joined_and_left(self, any_centre: Centre) -> None:
        carla, dario = added(any_centre, "Carla"), added(any_centre, "Dario")
        founded = any_centre.post(
            f"{API}/squads", key="admin", json={"name": "Blu", "captain_id": carla}
        )
        path = f"{API}/squads/{founded.json()['id']}"

        def act(what: str, whom: str) -> Any:
            return any_centre.post(f"{path}/{what}", key="admin", json={"operator_id": whom})

        assert founded.status_code == 200, founded.text
        assert act("join", dario).json()["members"] == [carla, dario]
        refused = act("leave", carla)
        assert (refused.status_code, refused.json()["code"]) == (409, "squad_captain_leaves")
        assert act("captain", dario).json()["captain_id"] == dario
        assert act("leave", carla).json()["members"] == [dario]
        assert any_centre.get(path).json()["members"] == [dario]
        assert [one["name"] for one in any_centre.get(f"{API}/squads").json()["items"]] == ["Blu"]


class TestShifts:
    def test_are_planned_and_cancelled(self, any_centre: Centre) -> None:
        carla = added(any_centre)
        told = SPAN | {"operator_id": carla}
        shift = any_centre.post(f"{API}/shifts", key="admin", json=told).json()
        again = any_centre.post(f"{API}/shifts", key="admin", json=told)
        path = f"{API}/shifts/{shift['id']}/cancel"

        cancelled = any_centre.post(path, key="admin")
        twice = any_centre.post(path, key="admin")

        assert (again.status_code, again.json()["code"]) == (409, "shift_overlaps")
        assert cancelled.json()["cancelled_at"] == "2026-06-08T10:00:00Z"
        assert twice.json() == cancelled.json()
        query = f"from=2026-06-08T00:00:00Z&to=2026-06-09T00:00:00Z&operator={carla}"
        (listed,) = any_centre.get(f"{API}/shifts?{query}").json()["items"]
        assert listed["id"] == shift["id"]
        assert not any_centre.get(f"{API}/operators/{carla}").json()["on_shift"]
