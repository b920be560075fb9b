"""Contact profiles through the door: switched on and off in a named person's name."""

from typing import Any

API = "/api/v1/policy/profiles"


def states(centre: Any) -> dict[str, Any]:
    answer = centre.get(API)
    assert answer.status_code == 200, answer.text
    return {each["profile_key"]: each for each in answer.json()["items"]}


def say(centre: Any, word: str, by: str, *, profile: str = "it_debt_unirec") -> Any:
    return centre.post(
        f"{API}/{profile}/{word}", key="admin", params={"client": "ACQ"}, json={"by": by}
    )


class TestProfiles:
    def test_lists_what_is_on_and_in_whose_name(self, centre: Any) -> None:
        found = states(centre)

        assert found["house_gentle"]["state"] == "on"
        assert found["house_gentle"]["approvals"][0]["approved_by"] == "Test"
        assert (found["it_debt_unirec"]["state"], found["it_debt_unirec"]["approvals"]) == (
            "off", [],
        )  # fmt: skip
        assert not found["mx_condusef"]["may_be_approved"]

    def test_keeps_who_approved_and_who_took_it_back(self, centre: Any) -> None:
        for word, by in (("approve", "Anna"), ("approve", "Marco"), ("revoke", "Lia")):
            answer = say(centre, word, by)
            assert answer.status_code == 200, answer.text

        found = states(centre)["it_debt_unirec"]

        assert found["state"] == "off"
        assert [(it["approved_by"], it["ended_by"]) for it in found["approvals"]] == [
            ("Marco", "Lia"),
            ("Anna", "Marco"),
        ]

    def test_binds_every_decision_from_then_on(self, centre: Any) -> None:
        assert say(centre, "revoke", "Lia", profile="house_gentle").status_code == 200

        told = centre.get(
            f"/api/v1/customers/{centre.ours.customer_id}/contactability?channel=voice"
        ).json()

        assert [reason["code"] for reason in told["reasons"]] == ["profile_unknown"]

    def test_refuses_what_cannot_be_said(self, centre: Any) -> None:
        assert say(centre, "revoke", "Lia").json()["code"] == "profile_not_approved"
        assert say(centre, "approve", "Lia", profile="nowhere").json()["code"] == "profile_unknown"
        unverified = say(centre, "approve", "Lia", profile="mx_condusef")
        assert unverified.json()["code"] == "profile_unverified"
        assert say(centre, "approve", " ").status_code == 422
        assert centre.post(f"{API}/house_gentle/revoke", json={"by": "Lia"}).status_code == 403
