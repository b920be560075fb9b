"""A mandate's terms and the account that customers pay to, through the real door."""

from typing import Any

import pytest

API = "/api/v1"
IBAN = "IT60X0542811101000000123456"
HERE = "client=ACQ"


def agree(centre: Any, *, key: str = "admin", **terms: Any) -> Any:
    return centre.post(f"{API}/mandate?{HERE}", key=key, json={"valid_from": "2026-06-01"} | terms)


def pay_to(centre: Any, *, key: str = "admin", **account: Any) -> Any:
    whole = {"payee": None, "iban": None, "bic": None} | account
    return centre.ask("PUT", f"{API}/where-to-pay?{HERE}", key=key, json=whole)


class TestAMandate:
    def test_is_read_and_agreed_anew_from_a_day_on(self, any_centre: Any) -> None:
        terms = {
            "small_balance": "2.50",
            "allocation_order": "proportional",
            "allocation_natures": ["principal", "interest", "costs"],
            "late_charges": "it_b2b",
            "promise_grace_days": 5,
        }

        agreed = agree(any_centre, **terms)
        now = any_centre.get(f"{API}/mandate").json()
        before = any_centre.get(f"{API}/mandate?on=2026-05-31").json()

        assert agreed.status_code == 201, agreed.text
        assert now == agreed.json()
        assert {name: now[name] for name in terms} == terms
        assert (now["currency"], now["promise_days_max"]) == ("EUR", 60)
        assert (before["small_balance"], before["late_charges"]) == ("1.00", "none")

    def test_says_when_somebody_is_there_to_speak(self, centre: Any) -> None:
        opening = {"mon": ["09:00-13:00", "14:00-18:00"], "fri": ["09:00-13:00"]}
        before = centre.get(f"{API}/mandate").json()

        agreed = agree(centre, opening_hours=opening, opening_calendar="IT-MI")
        told = centre.get(
            f"{API}/customers/{centre.ours.customer_id}/contactability?channel=voice"
            "&at=2026-06-08T13:30:00%2B02:00"
        ).json()

        assert (before["opening_hours"], before["opening_zone"]) == ("always", "client")
        assert agreed.status_code == 201, agreed.text
        assert agreed.json()["opening_hours"] == opening
        assert [reason["code"] for reason in told["reasons"]] == ["operator_closed"]
        assert told["not_before"] == "2026-06-08T12:00:00Z"
        free = agree(centre, valid_from="2026-06-02", opening_hours="always").json()
        assert free["opening_hours"] == "always"

    def test_keeps_what_is_not_named(self, centre: Any) -> None:
        agree(centre, late_charges="it_b2b")

        later = agree(centre, valid_from="2026-06-02", promise_days_max=30).json()

        assert (later["late_charges"], later["promise_days_max"]) == ("it_b2b", 30)

    def test_decides_what_lateness_would_come_to(self, centre: Any) -> None:
        late = {"invoiced_on": "2026-05-01", "due_on": "2026-05-10", "gross": "100.00"}
        of = {"customer_id": str(centre.ours.customer_id), "number": "F-2", "currency": "EUR"}
        centre.post(f"{API}/invoices", key="integrator", json=late | of)
        path = f"{API}/customers/{centre.ours.customer_id}/late-charges"
        nothing = centre.get(path).json()["items"]

        agree(centre, late_charges="it_b2b")

        assert nothing == []
        assert [it["rule"] for it in centre.get(path).json()["items"]] == ["it_b2b"]

    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({"late_charges": "usury"}, "late_charges"),
            ({"follow_up_policy": "harsh"}, "follow_up_policy"),
            ({"allocation_natures": ["costs", "costs", "principal"]}, "allocation_natures"),
            ({"allocation_order": "newest"}, "allocation_order"),
            ({"small_balance": "-1.00"}, "small_balance"),
            ({"small_balance": "1.001"}, "small_balance"),
            ({"promise_grace_days": -1}, "promise_grace_days"),
            ({"valid_from": "1970-01-01"}, "valid_from"),
        ],
    )
    def test_names_the_term_at_fault(self, centre: Any, terms: dict[str, Any], field: str) -> None:
        answer = agree(centre, **terms)

        assert answer.status_code == 422, answer.text
        assert [it["pointer"] for it in answer.json()["errors"]] == [f"/{field}"]
        assert centre.get(f"{API}/mandate").json()["late_charges"] == "none"

    def test_is_not_agreed_by_whoever_keeps_the_ledger(self, centre: Any) -> None:
        refused = [agree(centre, key=key).status_code for key in ("integrator", "finance")]

        assert refused == [403, 403]


class TestWhereToPay:
    def test_is_said_and_read(self, any_centre: Any) -> None:
        put = pay_to(any_centre, payee="Acque", iban="it60 x054 2811 1010 0000 0123 456")
        (card,) = any_centre.get(f"{API}/clients").json()["items"]

        assert put.json() == card
        assert (card["payee"], card["iban"], card["bic"]) == ("Acque", IBAN, None)
        paper = any_centre.get(f"{API}/customers/{any_centre.ours.customer_id}/statement").text
        assert IBAN in paper.replace(" ", "")

        assert pay_to(any_centre).json()["iban"] is None

    def test_names_the_part_at_fault_and_leaves_nothing_out(self, centre: Any) -> None:
        wrong = pay_to(centre, iban=IBAN[:-1] + "7")
        alone = pay_to(centre, bic="BPMOIT22")
        partial = centre.ask("PUT", f"{API}/where-to-pay?{HERE}", key="admin", json={"iban": IBAN})

        assert [it.status_code for it in (wrong, alone, partial)] == [422, 422, 422]
        assert [it.json()["errors"][0]["pointer"] for it in (wrong, alone)] == ["/iban", "/bic"]

    def test_is_not_said_by_whoever_keeps_the_ledger(self, centre: Any) -> None:
        assert pay_to(centre, key="integrator", iban=IBAN).status_code == 403
