"""What is agreed with customers, through the door."""

from datetime import timedelta
from typing import Any

import pytest

import worlds
from carecredit.kernel.ids import new_id
from carecredit.team.operations import add_key
from carecredit.team.rules import Role
from centre import Centre

API = "/api/v1"
PROMISE = {"amount": "50.00", "currency": "EUR", "promised_on": "2026-06-12"}
PLAN = {"currency": "EUR", "first_on": "2026-06-30", "instalments": 3}


@pytest.fixture
def at(any_centre: Centre) -> Any:
    """Ask about our customer: `at("post", "promises", json={...})`."""

    def ask(method: str, what: str, **options: Any) -> Any:
        path = f"{API}/customers/{any_centre.ours.customer_id}/{what}"
        return any_centre.ask(method.upper(), path, **options)

    return ask


@pytest.fixture
def strict(any_centre: Centre) -> Centre:
    """A centre in which an operator agrees to plans of two instalments at most."""
    terms = {"valid_from": "2026-01-01", "plan_instalments_max": 2}
    answer = any_centre.post(f"{API}/mandate?client=ACQ", key="admin", json=terms)
    assert answer.json()["plan_instalments_max"] == 2, answer.text
    return any_centre


class TestPromises:
    def test_are_taken_once_for_a_key_and_listed(self, any_centre: Centre, at: Any) -> None:
        told = PROMISE | {
            "given_by": "Carlo Rossi", "method": "card", "remind": True,
            "invoices": [str(any_centre.ours.invoice_id)],
        }  # fmt: skip
        once = {"Idempotency-Key": "p-1"}

        first = at("post", "promises", json=told, headers=once)
        again = at("post", "promises", json=told, headers=once)

        assert first.status_code == 200, first.text
        assert first.json() == again.json()
        (listed,) = at("get", "promises").json()["items"]
        assert (listed["state"], listed["amount"], listed["given_by"]) == (
            "active", "50.00", "Carlo Rossi",
        )  # fmt: skip
        assert listed["invoices"] == [str(any_centre.ours.invoice_id)]
        assert listed["given_to"].startswith("api:")

    def test_are_reminded_of_once(self, any_centre: Centre, at: Any) -> None:
        tomorrow = PROMISE | {"promised_on": str(worlds.TODAY + timedelta(days=1)), "remind": True}
        made = at("post", "promises", json=tomorrow).json()

        (due,) = any_centre.get(f"{API}/reminders").json()["items"]
        given = any_centre.post(f"{API}/reminders/{made['id']}/given")
        again = any_centre.post(f"{API}/reminders/{made['id']}/given")

        assert (due["source_id"], due["amount"], due["kind"]) == (made["id"], "50.00", "promise")
        assert (given.status_code, given.json()["items"]) == (200, [])
        assert (again.status_code, again.json()["code"]) == (409, "nothing_to_remind")

    def test_may_be_taken_back(self, at: Any) -> None:
        made = at("post", "promises", json=PROMISE).json()

        gone = at("post", f"promises/{made['id']}/withdraw")
        again = at("post", f"promises/{made['id']}/withdraw")

        assert gone.json()["state"] == "cancelled"
        assert (again.status_code, again.json()["code"]) == (409, "promise_closed")

    @pytest.mark.parametrize(
        ("fault", "field"),
        [
            ({"amount": "9999.00"}, "/amount"),
            ({"promised_on": "2027-06-12"}, "/promised_on"),
            ({"promised_on": "9999-12-31"}, "/promised_on"),
            ({"currency": "EUX"}, "/currency"),
        ],
    )
    def test_say_what_is_wrong_with_them(self, at: Any, fault: dict[str, Any], field: str) -> None:
        answer = at("post", "promises", json=PROMISE | fault)

        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["pointer"] == field

    def test_name_no_invoice_of_another_company(self, any_centre: Centre, at: Any) -> None:
        told = PROMISE | {"invoices": [str(any_centre.theirs.invoice_id)]}

        assert at("post", "promises", json=told).json()["code"] == "invoice_unknown"

    def test_are_taken_by_those_who_speak_with_people(self, at: Any) -> None:
        assert at("post", "promises", json=PROMISE, key="finance").status_code == 403
        assert at("get", "promises", key="finance").status_code == 200


class TestPlans:
    def test_within_the_powers_run_at_once(self, any_centre: Centre, at: Any) -> None:
        made = at("post", "plans", json=PLAN).json()

        assert (made["card"]["state"], made["card"]["beyond"]) == ("active", [])
        assert [part["amount"] for part in made["instalments"]] == ["40.00"] * 3
        seen = any_centre.get(f"{API}/plans/{made['card']['id']}")
        assert seen.json() == made
        assert at("get", "plans").json()["items"] == [made]

    def test_beyond_them_wait_for_a_second_person(self, strict: Centre, at: Any) -> None:
        made = at("post", "plans", json=PLAN, key="admin", params={"client": "ACQ"}).json()
        path = f"{API}/plans/{made['card']['id']}/approve?client=ACQ"
        seen = {"version": made["card"]["version"]}

        waiting = strict.get(f"{API}/plans?state=proposed").json()["items"]
        operator = strict.post(path, json=seen)
        same = strict.post(path, json=seen, key="admin")
        second = strict.post(path, json=seen, key="finance")
        late = strict.post(path, json=seen, key="finance")

        assert [card["id"] for card in waiting] == [made["card"]["id"]]
        assert operator.status_code == 403
        assert (same.status_code, same.json()["code"]) == (409, "second_person_needed")
        assert second.json()["card"]["state"] == "active", second.text
        assert (late.status_code, late.json()["code"]) == (409, "plan_stale")
        assert "version 2, not 1" in late.json()["detail"]

    def test_are_declined_with_a_reason(self, strict: Centre, at: Any) -> None:
        made = at("post", "plans", json=PLAN).json()
        path = f"{API}/plans/{made['card']['id']}/reject"

        bare = strict.post(path, json={"version": 1, "reason": " "}, key="finance")
        done = strict.post(path, json={"version": 1, "reason": "too long"}, key="finance")

        assert (bare.status_code, bare.json()["errors"][0]["pointer"]) == (422, "/reason")
        assert done.json()["events"][-1]["reason"] == "too long"

    def test_are_changed_and_ended(self, any_centre: Centre, at: Any) -> None:
        made = at("post", "plans", json=PLAN).json()
        path = f"{API}/plans/{made['card']['id']}"
        wish = {"version": 2, "plan": PLAN | {"instalments": 6, "reason": "less a month"}}

        new = any_centre.post(f"{path}/renegotiate", json=wish).json()
        broken = any_centre.post(
            f"{API}/plans/{new['card']['id']}/break", json={"version": 2, "reason": "x"}
        )
        ended = any_centre.post(
            f"{API}/plans/{new['card']['id']}/cancel", json={"version": 2, "reason": "moved"}
        )

        assert new["card"]["supersedes_id"] == made["card"]["id"]
        assert (broken.status_code, broken.json()["code"]) == (409, "plan_not_so")
        assert ended.json()["card"]["state"] == "cancelled"
        thanks = any_centre.post(f"{API}/plans/{new['card']['id']}/thank")
        assert thanks.json()["code"] == "plan_not_so"

    def test_come_a_page_at_a_time(self, any_centre: Centre, at: Any) -> None:
        first = at("post", "plans", json=PLAN).json()["card"]["id"]
        any_centre.post(f"{API}/plans/{first}/cancel", json={"version": 2, "reason": "x"})
        second = at("post", "plans", json=PLAN).json()["card"]["id"]

        page = any_centre.get(f"{API}/plans?limit=1").json()
        rest = any_centre.get(f"{API}/plans", params={"limit": 1, "cursor": page["cursor"]}).json()
        wrong = any_centre.get(f"{API}/plans", params={"state": "active", "cursor": page["cursor"]})

        assert [page["items"][0]["id"], rest["items"][0]["id"]] == [first, second]
        assert rest["cursor"] is None
        assert wrong.json()["code"] == "cursor_invalid"

    def test_say_what_is_wrong_with_them(self, at: Any) -> None:
        for fault, field in (
            ({"instalments": None}, "/instalments"),
            ({"first_on": "2026-06-01"}, "/first_on"),
            ({"each": "0.00", "instalments": None}, "/each"),
            ({"unit": "weeks", "month_end": True}, "/month_end"),
            ({"currency": "USD"}, "/invoices"),
        ):
            answer = at("post", "plans", json=PLAN | fault)

            assert answer.status_code == 422, answer.text
            assert answer.json()["errors"][0]["pointer"] == field


class TestReliefs:
    def test_are_seen_by_those_who_may_see_care_needs_alone(self, at: Any) -> None:
        told = {"kind": "pause", "until": "2026-07-31", "proof_seen": True}

        made = at("post", "reliefs", json=told)

        assert made.status_code == 200, made.text
        assert [each["kind"] for each in at("get", "reliefs").json()["items"]] == ["pause"]
        for role in ("finance", "integrator"):
            assert at("get", "reliefs", key=role).status_code == 403
            assert at("post", "reliefs", json=told, key=role).status_code == 403
        ended = at("post", f"reliefs/{made.json()['id']}/end")
        assert ended.json()["state"] == "ended"

    def test_take_no_word_of_the_cause(self, at: Any) -> None:
        told = {"kind": "pause", "until": "2026-07-31", "note": "ill"}

        assert at("post", "reliefs", json=told).status_code == 422

    def test_make_instalments_smaller(self, at: Any) -> None:
        plan = at("post", "plans", json=PLAN).json()["card"]
        told = {
            "kind": "smaller_instalments", "until": "2026-10-31", "plan_id": plan["id"],
            "version": 2, "plan": PLAN | {"instalments": 6},
        }  # fmt: skip

        made = at("post", "reliefs", json=told)

        assert made.json()["plan_id"] not in {None, plan["id"]}, made.text


class TestProofs:
    def test_are_waited_for_and_settle_themselves(self, any_centre: Centre, at: Any) -> None:
        told = {
            "invoice_id": str(any_centre.ours.invoice_id), "amount": "120.00", "currency": "EUR",
            "paid_on": "2026-06-08", "reference": "CRO 1",
        }  # fmt: skip

        made = at("post", "proofs", json=told)
        twice = at("post", "proofs", json=told)

        assert (made.status_code, made.json()["last_on"]) == (200, "2026-06-15"), made.text
        assert (twice.status_code, twice.json()["code"]) == (409, "proof_waits")
        later = worlds.NOW + timedelta(days=1)
        ours = any_centre.ours
        worlds.pay(any_centre.store, ours.id, ours.customer_id, now=later)
        worlds.review(any_centre.store, ours.id, now=later)
        (found,) = at("get", "proofs").json()["items"]
        assert (found["state"], found["came"]) == ("settled", "120.00")
        gone = at("post", f"proofs/{found['id']}/withdraw")
        assert gone.json()["code"] == "proof_closed"


class TestTheContactThatIsNamed:
    @pytest.fixture
    def told(self, any_centre: Centre, at: Any) -> dict[str, tuple[str, dict[str, Any]]]:
        """Give each door with what it takes."""
        plan = at("post", "plans", json=PLAN).json()["card"]["id"]
        at("post", "reliefs", json={"kind": "pause", "until": "2026-07-31"})
        invoice = str(any_centre.ours.invoice_id)
        proof = {
            "invoice_id": invoice, "amount": "1.00", "currency": "EUR", "paid_on": "2026-06-08",
        }  # fmt: skip
        whose = f"/customers/{any_centre.ours.customer_id}"
        relief = {
            "kind": "smaller_instalments", "until": "2026-10-31", "plan_id": plan, "version": 2,
        }  # fmt: skip
        return {
            "promise": (f"{whose}/promises", PROMISE),
            "plan": (f"{whose}/plans", PLAN),
            "renegotiate": (
                f"/plans/{plan}/renegotiate", {"version": 2, "plan": PLAN | {"reason": "x"}},
            ),
            "relief": (f"{whose}/reliefs", relief | {"plan": PLAN | {"instalments": 6}}),
            "proof": (f"{whose}/proofs", proof),
        }  # fmt: skip

    @pytest.mark.parametrize("door", ["promise", "plan", "renegotiate", "relief", "proof"])
    def test_is_one_in_which_this_person_was_made_sure(
        self, any_centre: Centre, at: Any, told: dict[str, tuple[str, dict[str, Any]]], door: str
    ) -> None:
        path, body = told[door]

        def say(contact_id: str) -> tuple[int, str]:
            named = {"contact_id": contact_id}
            whole = body | {"plan": body["plan"] | named} if "plan" in body else body | named
            answer = any_centre.post(f"{API}{path}", json=whole).json()
            return answer.get("status", 200), answer.get("code", "")

        def sure(contact_id: str) -> None:
            who = {"found": "confirmed", "identified_by": ["signed_in"]}
            answer = any_centre.post(f"{API}/contacts/{contact_id}/right-party", json=who)
            assert answer.status_code < 300, answer.text

        mine = at("post", "contacts", json={"channel": "voice"}).json()["contact"]["id"]
        other = worlds.add_customer(any_centre.store, any_centre.ours.id, "K-other")
        theirs = any_centre.post(
            f"{API}/customers/{other}/contacts", json={"channel": "voice"}
        ).json()["contact"]["id"]
        sure(theirs)

        assert say(str(new_id())) == (404, "contact_unknown")
        assert say(theirs) == (404, "contact_unknown")
        assert say(mine) == (409, "right_party_unclear")
        sure(mine)
        assert say(mine)[1] not in {"contact_unknown", "right_party_unclear"}


class TestReasons:
    def test_are_listed_with_what_comes_next(self, any_centre: Centre) -> None:
        found = any_centre.get(f"{API}/reasons").json()

        by_code = {each["code"]: each for each in found["items"]}
        assert by_code["not_received"]["next"][0] == "resend_invoice"
        assert by_code["contested"]["say"].keys() == {"en", "it"}


class TestTwoKeysOfOneName:
    def test_are_one_person_to_an_approval(self, strict: Centre, at: Any) -> None:
        made = at("post", "plans", json=PLAN).json()
        with strict.store.begin(worlds.CENTRE_CALLER) as session:
            twin = add_key(
                session, name="Key operator", role=Role.FINANCE, clients=[strict.ours.id],
                now=worlds.NOW,
            )  # fmt: skip

        answer = strict.post(
            f"{API}/plans/{made['card']['id']}/approve", json={"version": 1}, key=twin.secret
        )

        assert answer.json()["code"] == "second_person_needed"
