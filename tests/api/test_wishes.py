"""What customers say of being contacted, through the door."""

from typing import Any

import pytest

import worlds
from centre import Centre

SAID = {"basis": "letter", "proof": "letter of 5 June"}


@pytest.fixture
def at(centre: Centre) -> Any:
    """Ask about our customer: `at("post", "consents", json={...})`."""

    def ask(method: str, what: str, **options: Any) -> Any:
        path = f"/api/v1/customers/{centre.ours.customer_id}/{what}"
        return centre.ask(method.upper(), path, **options)

    return ask


def decision(at: Any, channel: str = "voice", purpose: str = "service") -> str:
    found: str = at("get", f"contactability?channel={channel}&purpose={purpose}").json()["decision"]
    return found


class TestConsents:
    def test_are_recorded_once_for_a_key_and_listed(self, at: Any) -> None:
        told = SAID | {"stance": "granted", "channel": "email", "purpose": "marketing"}
        once = {"Idempotency-Key": "c-1"}

        first = at("post", "consents", json=told, headers=once)
        again = at("post", "consents", json=told, headers=once)
        other = at("post", "consents", json=told | {"channel": "sms"}, headers=once)

        assert first.status_code == 200, first.text
        assert first.json() == again.json()
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        (listed,) = at("get", "consents").json()["items"]
        assert listed["said"]["recorded_by"].startswith("api:")

    def test_refused_stop_at_once_and_lifted_free_again(self, at: Any) -> None:
        assert decision(at) == "allow"
        at("post", "consents", json=SAID | {"stance": "refused", "channel": "voice"})
        assert decision(at) == "never"
        at("post", "consents", json=SAID | {"stance": "lifted", "channel": "voice"})
        assert decision(at) == "allow"

    def test_say_what_is_missing(self, at: Any) -> None:
        answer = at("post", "consents", json=SAID | {"stance": "granted"})

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
        assert answer.json()["errors"][0]["pointer"] == "/purpose"

    def test_may_be_sent_by_the_client_companys_own_system(self, at: Any) -> None:
        told = SAID | {"stance": "refused"}

        assert at("post", "consents", json=told, key="integrator").status_code == 200
        assert at("post", "consents", json=told, key="finance").status_code == 403


class TestPreferences:
    def test_narrow_the_hours(self, at: Any) -> None:
        told = {"basis": "call", "hours": {"mon": ["18:00-19:00"]}, "language": "en"}

        answer = at("post", "preferences", json=told)

        assert answer.json()["hours"] == {"mon": ["18:00-19:00"]}
        assert decision(at) == "defer"
        assert len(at("get", "preferences").json()["items"]) == 1

    def test_that_are_no_hours_are_refused_with_the_way_out(self, at: Any) -> None:
        answer = at("post", "preferences", json={"basis": "call", "hours": {"mon": ["late"]}})

        assert answer.status_code == 422
        assert "18:00-21:00" in answer.json()["detail"]


class TestSuppressions:
    def test_say_where_nothing_is_sent(self, at: Any) -> None:
        answer = at("post", "suppressions", json=SAID | {"channel": "voice"})

        (kept,) = answer.json()["items"]
        assert (kept["channel"], kept["purpose"], kept["everywhere"]) == ("voice", None, False)
        assert at("get", "suppressions").json() == answer.json()
        assert decision(at) == "never"


class TestNeeds:
    def test_are_seen_by_those_who_speak_with_people_alone(self, at: Any) -> None:
        told = {"kind": "pause", "basis": "call"}

        assert at("post", "needs", json=told).status_code == 200
        assert [each["kind"] for each in at("get", "needs").json()["items"]] == ["pause"]
        for role in ("finance", "integrator"):
            assert at("get", "needs", key=role).status_code == 403
        assert decision(at, purpose="debt_collection") == "never"

    def test_take_no_word_of_the_cause(self, at: Any) -> None:
        told = {"kind": "pause", "basis": "call", "note": "migraine"}

        assert at("post", "needs", json=told).status_code == 422


class TestContactPoints:
    def test_are_added_from_one_field_and_marked(self, at: Any) -> None:
        told = {"kind": "phone", "given": "0549 882345 / 02 5555 0101"}

        added = at("post", "contact-points", json=told).json()["items"]
        path = f"contact-points/{added[0]['id']}/state"
        verified = at("post", path, json={"state": "verified", "said": "called back"})
        bad = at("post", path, json={"state": "bad", "said": "wrong_number"})
        works = at("post", path, json={"state": "works"})

        assert [each["value"] for each in added] == ["+3780549882345", "+390255550101"]
        assert verified.json()["verified_how"] == "called back"
        assert bad.json()["bad_reason"] == "wrong_number"
        assert works.json()["bad_since"] is None
        assert len(at("get", "contact-points").json()["items"]) == 3

    def test_that_are_none_are_refused(self, at: Any) -> None:
        answer = at("post", "contact-points", json={"kind": "phone", "given": "none"})

        assert (answer.status_code, answer.json()["code"]) == (422, "phone_invalid")


class TestErasure:
    def test_wants_the_number_and_nothing_open(self, centre: Centre, at: Any) -> None:
        query = "erasure?client=ACQ"
        assert at("post", query, json={"number": "K-1"}, key="operator").status_code == 403
        wrong = at("post", query, json={"number": "K-2"}, key="admin")
        open_ = at("post", query, json={"number": "K-1"}, key="admin")
        worlds.pay(centre.store, centre.ours.id, centre.ours.customer_id)

        done = at("post", query, json={"number": "K-1"}, key="admin")

        assert wrong.json()["errors"][0]["pointer"] == "/number"
        assert (open_.status_code, open_.json()["code"]) == (409, "erasure_refused")
        assert done.json()["points"] == 1, done.text
        account = centre.get(f"/api/v1/customers/{centre.ours.customer_id}").json()
        assert account["customer"]["name"] == ""


class TestIdentity:
    def test_is_known_once_the_address_is_verified(self, at: Any) -> None:
        def duties(channel: str) -> list[str]:
            answer = at("get", f"contactability?channel={channel}").json()
            return [duty["code"] for duty in answer["obligations"]]

        before = duties("sms")
        (point,) = at("get", "contact-points").json()["items"]
        verified = at(
            "post",
            f"contact-points/{point['id']}/state",
            json={"state": "verified", "said": "code"},
        )

        assert verified.status_code == 200, verified.text
        assert "identity_first" in before
        assert "identity_first" not in duties("sms")
        assert "identity_first" in duties("voice")


class TestHolds:
    def test_stop_and_free_again(self, at: Any) -> None:
        told = {"reason": "represented", "proof": "letter of their lawyer"}

        placed = at("post", "holds", json=told)
        stopped = decision(at, purpose="debt_collection")
        hold = f"holds/{placed.json()['id']}"
        later = at("post", f"{hold}/look-again", json={"review_on": "2026-07-01"})
        behind = at("post", f"{hold}/look-again", json={"review_on": "2026-06-01"})
        ended = at("post", f"{hold}/end")
        over = at("post", f"{hold}/look-again", json={"review_on": "2026-07-01"})

        assert (placed.status_code, ended.status_code) == (200, 200), placed.text
        assert stopped == "never"
        assert (later.status_code, behind.status_code) == (200, 422)
        assert behind.json()["errors"][0]["pointer"] == "/review_on"
        assert (over.status_code, over.json()["code"]) == (404, "hold_unknown")
        assert decision(at, purpose="debt_collection") == "allow"

    def test_of_an_invoice_are_of_ones_own(self, centre: Centre, at: Any) -> None:
        ours, theirs = str(centre.ours.invoice_id), str(centre.theirs.invoice_id)
        told = {"reason": "vulnerability", "proof": "call", "invoice_id": ours}
        foreign = told | {"invoice_id": theirs}

        assert at("post", "holds", json=told).status_code == 200
        assert at("post", "holds", json=foreign).status_code == 404

    def test_of_a_moratorium_have_its_days(self, at: Any) -> None:
        told = {"reason": "breathing_space", "proof": "notice of the register"}

        endless = at("post", "holds", json=told)
        counted = at("post", "holds", json=told | {"registered_on": "2026-06-01"})

        assert (endless.status_code, endless.json()["code"]) == (422, "hold_needs_end")
        assert endless.json()["errors"][0]["pointer"] == "/registered_on"
        assert counted.json()["ends_at"] == "2026-07-30T23:00:00Z", counted.text

    @pytest.mark.parametrize("reason", ["dispute", "complaint"])
    def test_of_a_matter_have_another_door(self, at: Any, reason: str) -> None:
        answer = at("post", "holds", json={"reason": reason, "proof": "x"})

        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")
