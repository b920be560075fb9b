"""People through the door: contracts come in as text/csv, answers go out with their method."""

from typing import Any

from carecredit.metrics.queries.leaving import LABEL

API = "/api/v1"
CSV = {"Content-Type": "text/csv"}
CONTRACTS = (
    "customer_id,contract_id,started_on,ended_on,ended_reason,monthly_value,value_from\n"
    "K-1,A,2025-01-01,2026-05-11,chose_to_leave,10.00,\n"
    "K-2,A,2025-01-01,,,10.00,\n"
    "K-2,A,2025-01-01,,,8.00,2026-05-10\n"
)
LIVES = "time;state\n6;1\n6;1\n6;1\n6;0\n7;1\n"


def bring(centre: Any, body: str, query: str = "", **headers: str) -> Any:
    return centre.post(
        f"{API}/relationships{query}", key="integrator", content=body, headers=CSV | headers
    )


class TestRelationships:
    def test_come_in_and_are_answered_from(self, any_centre: Any) -> None:
        first, again = bring(any_centre, CONTRACTS), bring(any_centre, CONTRACTS)
        churn = any_centre.get(
            f"{API}/metrics/churn/reasons?as_of=2026-05&window=p1m", key="finance"
        ).json()
        net = any_centre.get(
            f"{API}/metrics/retention.net.p1m?as_of=2026-05-31", key="finance"
        ).json()

        assert first.status_code == 200, first.text
        assert (first.json()["added"], again.json()["unchanged"]) == (3, 3)
        (row,) = churn["rows"]
        assert (row["active"], row["churn"]["value"]) == (2, "0.5000000000")
        assert row["by_reason"]["chose_to_leave"]["hits"] == 1
        assert row["value"][0]["contraction"] == "2.00"
        assert (net["value"], net["numerator"]) == ("0.4000000000", "8.00")

    def test_name_each_bad_row_and_write_nothing(self, centre: Any) -> None:
        answer = bring(centre, CONTRACTS + "K-3,A,yesterday,,,,\n")
        survival = centre.get(f"{API}/metrics/survival", key="finance").json()

        assert (answer.status_code, answer.json()["code"]) == (422, "relationships_refused")
        assert [each["pointer"] for each in answer.json()["errors"]] == ["/5/started_on"]
        assert survival["groups"][0]["n"] == 0

    def test_act_once_under_one_key(self, centre: Any) -> None:
        first = bring(centre, CONTRACTS, **{"Idempotency-Key": "one"})
        again = bring(centre, CONTRACTS, **{"Idempotency-Key": "one"})

        assert again.headers["Idempotency-Replayed"] == "true"
        assert again.json() == first.json()

    def test_are_declared_as_what_they_are(self, centre: Any) -> None:
        answer = bring(centre, CONTRACTS, **{"Content-Type": "application/json"})

        assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")

    def test_are_not_for_finance_to_write(self, centre: Any) -> None:
        answer = centre.post(f"{API}/relationships", key="finance", content=CONTRACTS, headers=CSV)

        assert answer.status_code == 403


class TestAStudy:
    def test_comes_in_under_a_name_and_is_answered_from(self, centre: Any) -> None:
        unnamed = bring(centre, LIVES, "?duration=time&event=state")
        named = bring(centre, LIVES, "?duration=time&event=state&study=small")
        answer = centre.get(
            f"{API}/metrics/survival?study=small&interval=plain&until=6", key="finance"
        ).json()
        incidence = centre.get(f"{API}/metrics/incidence?study=small", key="finance").json()
        unknown = centre.get(f"{API}/metrics/survival?study=large", key="finance")

        assert (unnamed.status_code, unnamed.json()["errors"][0]["pointer"]) == (422, "/study")
        assert named.json()["added"] == 5
        (group,) = answer["groups"]
        assert (group["n"], group["ended"], group["mean"]) == (5, 4, "6.0000000000")
        assert [step["share"] for step in group["steps"]] == ["0.4000000000", "0.0000000000"]
        assert (answer["interval"], answer["asked"]["population"]) == ("plain", "study small")
        assert incidence["groups"][0]["causes"][0]["cause"] == "event"
        assert (unknown.status_code, unknown.json()["code"]) == (404, "study_unknown")


class TestPeople:
    def test_are_answered_for_with_the_population_and_the_method(self, centre: Any) -> None:
        bring(centre, CONTRACTS)
        for path in ("survival", "incidence", "cohorts", "churn/reasons", "kept-after-late",
                     "contacted"):  # fmt: skip
            answer = centre.get(f"{API}/metrics/{path}?as_of=2026-05-31", key="finance")

            assert answer.status_code == 200, answer.text
            asked = answer.json()["asked"]
            assert asked["population"] == "customers with a contract"
            assert asked["method"]
            assert asked["as_of"] == "2026-05-31"

    def test_are_counted_anew_when_something_is_new_of_them(self, centre: Any) -> None:
        asked = f"{API}/metrics/survival?as_of=2026-05-31"
        metric = f"{API}/metrics/churn.customer.p1m?as_of=2026-05-31"
        found = []
        for body in (CONTRACTS, CONTRACTS.replace("K-2", "K-9")):
            bring(centre, body)
            group = centre.get(asked, key="finance").json()["groups"][0]
            found.append((group["n"], centre.get(metric, key="finance").json()["n"]))

        assert found == [(2, 2), (3, 3)]

    def test_contacted_are_said_not_to_be_randomised(self, centre: Any) -> None:
        answer = centre.get(f"{API}/metrics/contacted?window=p1m", key="finance").json()

        assert (answer["randomised"], answer["label"]) == (False, LABEL)

    def test_are_refused_where_a_question_means_nothing(self, centre: Any) -> None:
        for query, pointer in (
            ("churn/reasons?window=p0m", "/window"),
            ("survival?until=soon", "/until"),
            ("survival?segment=west", "/segment"),
            ("survival?study=x&lapse_days=3", "/study"),
            ("incidence?against=boredom", "/against"),
        ):
            answer = centre.get(f"{API}/metrics/{query}", key="finance")

            assert answer.status_code == 422, (query, answer.text)
            assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
