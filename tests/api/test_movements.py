"""Roll, cure, recovery and the cash to come, through the real door."""

from typing import Any

import pytest

API = "/api/v1"


class TestRoll:
    def test_says_where_balances_went_with_the_question_to_ask_again(self, any_centre: Any) -> None:
        found = any_centre.get(f"{API}/metrics/roll?as_of=2026-07-31", key="finance").json()
        current = found["rows"][0]

        assert [row["bucket"] for row in found["rows"]] == [
            "current", "1_30", "31_60", "61_90", "91_plus",
        ]  # fmt: skip
        assert [to["bucket"] for to in found["rows"][0]["to"]][-3:] == [
            "paid", "credited", "written_off",
        ]  # fmt: skip
        assert (found["first_on"], found["last_on"]) == ("2026-06-30", "2026-07-31")
        assert (current["count"], current["to"][1]["bucket"]) == (1, "1_30")
        assert current["to"][1]["amount"] == current["amount"]
        assert current["to"][1]["share"]["value"] == "100.0000000000"
        assert found["question"]["filters"] == {"client": "ACQ"}

    def test_takes_other_buckets(self, centre: Any) -> None:
        found = centre.get(f"{API}/metrics/roll?buckets=1,8", key="finance").json()

        assert [row["bucket"] for row in found["rows"]] == ["current", "1_7", "8_plus"]


class TestCure:
    def test_is_by_amount_by_balance_and_by_customer(self, any_centre: Any) -> None:
        found = any_centre.get(f"{API}/metrics/cure?as_of=2026-08-31", key="finance").json()

        assert [part["measured"] for part in found["parts"]] == ["amount", "balances", "customers"]
        assert [part["cured"]["value"] for part in found["parts"]] == ["0.0000000000"] * 3
        assert found["parts"][2]["cured"]["n"] == 1


class TestRecovery:
    def test_is_by_month_of_placement(self, any_centre: Any) -> None:
        found = any_centre.get(f"{API}/metrics/recovery?as_of=2026-07-31", key="finance").json()

        assert [cohort["first_on"] for cohort in found["cohorts"]][-2:] == [
            "2026-06-01", "2026-07-01",
        ]  # fmt: skip
        assert [each["days"] for each in found["cohorts"][0]["within"]] == [30, 60, 90]
        assert (found["cohorts"][-1]["count"], found["cohorts"][-2]["count"]) == (1, 0)
        assert found["cohorts"][-1]["within"][0]["received"] is None

    def test_may_be_placed_by_the_first_touch(self, centre: Any) -> None:
        path = f"{API}/metrics/recovery?placed_by=first_touch"

        assert centre.get(path, key="finance").json()["placed_by"] == "first_touch"


class TestCareReports:
    def test_say_what_repeats_come_from_and_how_time_is_spread(self, any_centre: Any) -> None:
        whose = f"{API}/customers/{any_centre.ours.customer_id}/contacts"
        for cause in ("invoice_unclear", None):
            begun = any_centre.post(whose, json={"channel": "voice", "topic": "copy"}).json()
            said = {"disposition": "right_party", "seconds": {"talk": 60}, "root_cause": cause}
            any_centre.post(f"{API}/contacts/{begun['contact']['id']}/wrap-up", json=said)
        asked = {"key": "finance", "params": {"as_of": "2026-06-08"}}

        repeats = any_centre.get(f"{API}/metrics/repeats", **asked).json()
        handling = any_centre.get(f"{API}/metrics/handling", **asked).json()

        (cause,) = repeats["causes"]
        assert (cause["cause"], cause["repeats"], repeats["identified"]) == (
            "invoice_unclear", 1, 2,
        )  # fmt: skip
        assert [part["part"] for part in handling["parts"]] == ["talk", "hold", "wrap_up", "whole"]
        assert handling["parts"][0]["p50"] == "60"
        assert "repeat.7d" in {each["id"] for each in handling["quality"]}

    def test_are_refused_of_one_operator(self, centre: Any) -> None:
        refused = centre.get(f"{API}/metrics/handling?operator=Anna", key="finance")

        assert (refused.status_code, refused.json()["code"]) == (409, "time_not_by_operator")


class TestForecast:
    def test_shows_its_error_beside_the_baselines(self, any_centre: Any) -> None:
        path = f"{API}/metrics/forecast?as_of=2026-07-08&weeks=4"
        found = any_centre.get(path, key="finance").json()

        assert len(found["weeks"]) == len(found["backtest"]["weeks"]) == 4
        assert found["weeks"][0]["naive"] == found["open_amount"] != "0.00"
        assert [error["forecaster"] for error in found["backtest"]["errors"]] == [
            "naive", "run_rate",
        ]  # fmt: skip


class TestRefusals:
    @pytest.mark.parametrize(
        ("path", "field"),
        [
            ("roll?buckets=31,1", "buckets"),
            ("roll?buckets=1,x", "buckets"),
            ("roll?segment=nowhere", "segment"),
            ("cure?as_of=2026-13", "as_of"),
            ("cure?currency=EUX", "currency"),
            ("forecast?weeks=53", "weeks"),
            ("recovery?placed_by=luck", "placed_by"),
        ],
    )
    def test_name_the_field(self, centre: Any, path: str, field: str) -> None:
        answer = centre.get(f"{API}/metrics/{path}", key="finance")

        assert 400 <= answer.status_code < 500
        assert field in answer.text

    def test_ask_for_the_right_to_read_metrics(self, centre: Any) -> None:
        assert centre.get(f"{API}/metrics/roll", key=None).status_code == 401


class TestDefinitions:
    def test_have_the_reports_beside_the_measures(self, centre: Any) -> None:
        found = centre.get(f"{API}/metrics/definitions", key="finance").json()

        assert [each["id"] for each in found["reports"]] == [
            "aging",
            "roll",
            "cure",
            "recovery",
            "forecast",
            "repeats",
            "handling",
        ]


class TestAging:
    def test_takes_any_buckets_by_either_date(self, any_centre: Any) -> None:
        path = f"{API}/metrics/aging?as_of=2026-07-31&buckets=1,8,15"
        found = any_centre.get(path, key="finance").json()
        (row,) = found["rows"]

        assert [each["bucket"] for each in row["buckets"]] == [
            "current", "1_7", "8_14", "15_plus",
        ]  # fmt: skip
        assert row["buckets"][3]["amount"] == row["net"] == "120.00"
        assert row["buckets"][3]["count"] == row["count"] == 1

        by_invoice = any_centre.get(f"{path}&by=invoice&by_segment=true", key="finance").json()
        assert by_invoice["aged_by"] == "invoice"
        assert by_invoice["rows"][0]["buckets"][0]["bucket"] == "0_0"

    @pytest.mark.parametrize(
        "query", ["buckets=31,61", "buckets=1,x", "by=luck", "rate_set=none", "buckets="]
    )
    def test_refuses_what_cannot_be(self, centre: Any, query: str) -> None:
        answer = centre.get(f"{API}/metrics/aging?{query}", key="finance")

        assert answer.status_code in {400, 422}
        assert query.split("=", maxsplit=1)[0] in answer.text


class TestRateSets:
    @pytest.mark.parametrize(
        "name",
        [
            "summary",
            "receivables.net",
            "receivables.net/parts",
            "receivables.net/segments",
            "series?at=2026-07",
        ],
    )
    def test_that_are_not_known_are_refused_by_name(self, centre: Any, name: str) -> None:
        path = f"{API}/metrics/{name}{'&' if '?' in name else '?'}rate_set=ECB"
        answer = centre.get(path, key="finance")

        assert answer.status_code == 422
        assert answer.json()["code"] == "unknown_rate_set"
