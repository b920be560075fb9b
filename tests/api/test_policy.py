"""The contact policy through its door: a verdict in words, and reckonings."""

from datetime import timedelta
from typing import Any

import pytest

import worlds
from carecredit.contact_policy.operations import record_inbound

API = "/api/v1"
NIGHT = "2026-06-08T23:30:00+02:00"
MORNING = "2026-06-08T10:00:00%2B02:00"


@pytest.fixture
def ask(centre: Any) -> Any:
    def ask(at: str, **query: str) -> Any:
        words = "&".join(f"{key}={value}" for key, value in ({"channel": "voice"} | query).items())
        path = f"{API}/customers/{centre.ours.customer_id}/contactability?{words}&at={at}"
        answer = centre.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


class TestContactability:
    def test_says_in_both_languages_that_a_call_may_be_made_now(self, ask: Any) -> None:
        told = ask(MORNING)

        assert told["decision"] == "allow"
        assert told["summary"] == {
            "it": "Sì: si può contattare adesso.",
            "en": "Yes: may be contacted now.",
        }
        assert told["not_before"] == told["at"]
        assert told["reasons"] == []
        assert told["zones"] == ["Europe/Rome"]

    def test_names_what_blocks_and_the_first_allowed_moment(self, ask: Any) -> None:
        told = ask(NIGHT)

        (reason,) = told["reasons"]
        assert told["decision"] == "defer"
        assert told["not_before"] == "2026-06-09T07:00:00Z"
        assert told["first_allowed"]["it"] == "martedì 09/06/2026 alle 09:00 (Europe/Rome)"
        assert "Tuesday 09/06/2026 at 09:00" in told["summary"]["en"]
        assert (reason["code"], reason["rule_id"]) == ("outside_window", "house_gentle.windows")
        assert reason["not_before"] == "2026-06-09T07:00:00Z"
        assert reason["sentence"].keys() == {"it", "en"}
        assert any("House policy" in line for line in reason["evidence"])

    def test_says_while_it_is_deferred_what_to_respect_then(self, ask: Any) -> None:
        now, later = ask(MORNING), ask(NIGHT)

        codes = [duty["code"] for duty in later["obligations"]]
        assert codes == [duty["code"] for duty in now["obligations"]]
        assert "identity_first" in codes
        (margin,) = (duty for duty in later["obligations"] if duty["code"] == "quiet_margin")
        assert margin["until"] == "2026-06-09T17:50:00Z"

    def test_names_the_opt_out_line_for_messages(self, ask: Any) -> None:
        told = ask(MORNING, channel="sms")

        assert "opt_out_line" in [duty["code"] for duty in told["obligations"]]

    def test_says_never_where_no_approved_rule_permits(self, ask: Any) -> None:
        told = ask(MORNING, purpose="marketing")

        assert told["decision"] == "never"
        assert (told["not_before"], told["first_allowed"]) == (None, None)
        assert told["summary"]["it"].startswith("No:")
        assert told["obligations"] == []
        assert [reason["code"] for reason in told["reasons"]] == [
            "profile_unknown", "hold:consent_missing",
        ]  # fmt: skip

    def test_takes_the_purpose_from_what_is_past_due(self, centre: Any, ask: Any) -> None:
        before, after = ask(MORNING), ask("2026-07-20T10:00:00%2B02:00")
        named = ask("2026-07-20T10:00:00%2B02:00", debt=str(centre.ours.invoice_id))

        assert (before["purpose"], after["purpose"]) == ("service", "debt_collection")
        assert named["purpose"] == "debt_collection"
        assert named["inputs_hash"] != after["inputs_hash"]

    def test_lets_what_the_customer_asked_for_pass_the_house_caps(
        self, centre: Any, ask: Any
    ) -> None:
        whom = {"client_id": centre.ours.id, "customer_id": centre.ours.customer_id}
        now = worlds.NOW - timedelta(hours=1)
        with centre.store.begin(worlds.CENTRE_CALLER) as session:
            record_inbound(
                session, channel="voice", purpose="service", kind="conversation", debts=(), now=now,
                **whom,
            )  # fmt: skip

        assert ask(MORNING)["decision"] == "defer"
        assert ask(MORNING, requested="true")["decision"] == "allow"

    def test_holds_a_message_that_also_promotes_to_the_rules_of_marketing(self, ask: Any) -> None:
        told = ask(MORNING, channel="sms", promotion="true")

        assert ask(MORNING, channel="sms")["decision"] == "allow"
        assert told["decision"] == "never"
        assert {"profile_unknown", "hold:consent_missing"} <= {
            reason["code"] for reason in told["reasons"]
        }

    def test_names_the_parameter_that_is_missing(self, centre: Any) -> None:
        answer = centre.get(f"{API}/customers/{centre.ours.customer_id}/contactability")

        assert answer.status_code == 422
        assert answer.json()["detail"] == "channel: this query parameter must be given"
        assert answer.json()["errors"] == [
            {
                "pointer": "/channel",
                "code": "invalid",
                "message": "this query parameter must be given",
            }
        ]

    def test_does_not_know_the_invoice_of_another(self, centre: Any) -> None:
        answer = centre.get(
            f"{API}/customers/{centre.ours.customer_id}/contactability?channel=voice"
            f"&debt={centre.theirs.invoice_id}"
        )

        assert (answer.status_code, answer.json()["code"]) == (404, "invoice_unknown")

    def test_tells_by_which_data_and_on_which_inputs(self, ask: Any) -> None:
        told, again, other = ask(NIGHT), ask(NIGHT), ask(MORNING)

        assert told["versions"]["rules"].keys() == {"house_gentle"}
        assert all(told["versions"][name] for name in ("tzdata", "holidays", "phonenumbers"))
        assert told["inputs_hash"] == again["inputs_hash"] != other["inputs_hash"]
        assert len(told["inputs_hash"]) == 64


class TestReplay:
    def test_takes_the_decision_of_an_attempt_once_more(self, centre: Any) -> None:
        taken = centre.post(f"{API}/worklist/take").json()
        path = f"{API}/customers/{centre.ours.customer_id}/attempts"

        (attempt,) = centre.get(path).json()["items"]
        told = centre.get(f"{API}/policy/attempts/{attempt['id']}/replay")

        assert attempt["id"] == taken["call"]["attempt_id"]
        assert (attempt["channel"], attempt["state"]) == ("voice", "dispatching")
        assert told.status_code == 200, told.text
        again = told.json()
        assert (again["same"], again["decision"], again["changed"]) == (True, "allow", [])
        assert again["hash_then"] == again["hash_now"]
        assert again["versions_then"] == again["versions_now"]

    def test_knows_no_attempt_of_another(self, centre: Any) -> None:
        answer = centre.get(f"{API}/policy/attempts/{centre.ours.customer_id}/replay")

        assert (answer.status_code, answer.json()["code"]) == (404, "decision_not_kept")


class TestReckonings:
    def test_gives_the_first_lawful_day_of_a_notice(self, centre: Any) -> None:
        inputs = {"received_on": "2026-11-02", "deadline_on": "2026-11-17", "reducible": True}

        told = centre.post(
            f"{API}/policy/reckonings",
            json={"function": "it_electricity_request", "inputs": inputs},
        )

        assert told.status_code == 200, told.text
        assert told.json()["answers"] == {"first_day": "2026-11-28"}
        assert "27/11/2026" in told.json()["why"][0]["it"]

    def test_gives_late_interest_with_its_segments(self, centre: Any) -> None:
        inputs = {
            "country": "IT", "parties": "B2B", "currency": "EUR", "principals": ["1000.00"],
            "due_on": "2026-03-31", "paid_on": "2026-06-30",
        }  # fmt: skip

        told = centre.post(
            f"{API}/policy/reckonings", json={"function": "late_interest", "inputs": inputs}
        ).json()

        assert told["answers"] == {"interest": "25.31", "fixed": "40.00", "currency": "EUR"}
        assert "91 days on 1000.00 EUR at 10.15 %" in told["why"][0]["en"]

    @pytest.mark.parametrize(
        ("parties", "paid_on", "why"),
        [
            ("B2C", "2026-06-30", "Nothing of this kind is asked of consumers"),
            ("B2B", "2026-03-31", "Paid by the due date: nothing is late. Rule: D.Lgs."),
            ("B2B", "2026-06-30", "Fixed sums, one for each invoice: 40.00 EUR. Rule: D.Lgs."),
        ],
    )
    def test_says_why_a_claim_comes_to_what_it_does(
        self, centre: Any, parties: str, paid_on: str, why: str
    ) -> None:
        inputs = {
            "country": "IT", "parties": parties, "currency": "EUR", "principals": ["1000.00"],
            "due_on": "2026-03-31", "paid_on": paid_on,
        }  # fmt: skip

        told = centre.post(
            f"{API}/policy/reckonings", json={"function": "late_interest", "inputs": inputs}
        ).json()

        assert told["why"][-1]["en"].startswith(why)

    @pytest.mark.parametrize(
        ("function", "inputs", "code"),
        [
            ("it_wind_notice", {}, "function_unknown"),
            ("it_water_notice", {"due_on": "soon"}, "invalid"),
            ("it_water_notice", {"due_on": "2026-10-01", "more": 1}, "invalid"),
            ("it_water_notice", {"due_on": "9999-12-31"}, "invalid"),
            (
                "it_electricity_request",
                {"received_on": "2026-11-02", "deadline_on": "2026-11-05", "reducible": True},
                "notice_too_soon",
            ),
            (
                "it_water_action",
                {"reminder_received_on": "2026-10-28", "deadline_on": "2026-11-01"},
                "notice_too_soon",
            ),
        ],
    )
    def test_refuses_what_it_cannot_reckon(
        self, centre: Any, function: str, inputs: dict[str, Any], code: str
    ) -> None:
        answer = centre.post(
            f"{API}/policy/reckonings", json={"function": function, "inputs": inputs}
        )

        assert answer.status_code in {400, 422}, answer.text
        assert answer.json()["code"] == code
