"""Contacts, stories, tasks and proposals through the door."""

from typing import Any

import pytest

API = "/api/v1"


@pytest.fixture
def desk(any_centre: Any) -> Any:
    return any_centre


class TestAContact:
    def test_is_received_confirmed_and_wrapped_up(self, desk: Any) -> None:
        whose = f"{API}/customers/{desk.ours.customer_id}"
        begun = desk.post(f"{whose}/contacts", json={"channel": "voice", "topic": "copy"})
        contact = f"{API}/contacts/{begun.json()['contact']['id']}"
        weak = desk.post(f"{contact}/right-party", json={"found": "confirmed"})
        sure = desk.post(
            f"{contact}/right-party",
            json={"found": "confirmed", "identified_by": ["address", "tax_code"]},
        )
        closed = desk.post(
            f"{contact}/wrap-up",
            json={
                "disposition": "right_party",
                "root_cause": "invoice_unclear",
                "resolved": "yes",
                "opens": [{"kind": "question", "subject": "What is the standing charge?"}],
                "expects": [{"what": "a written answer", "by": "2026-06-12"}],
                "gap": {"text": "No page explains the standing charge.", "topic": "tariffs"},
                "seconds": {"talk": 180},
            },
        )
        again = desk.post(f"{contact}/wrap-up", json={"disposition": "right_party"})
        seen = desk.get(contact).json()

        assert begun.status_code == 201, begun.text
        assert (weak.status_code, weak.json()["errors"][0]["pointer"]) == (422, "/identified_by")
        assert sure.json()["contact"]["right_party"] == "confirmed"
        assert closed.status_code == 200, closed.text
        assert (again.status_code, again.json()["code"]) == (409, "contact_ended")
        assert {link["kind"] for link in seen["links"]} == {"case", "expectation", "gap"}
        story = desk.get(f"{whose}/timeline").json()["items"]
        assert {"contact.in", "case.opened", "expectation.given"} <= {it["code"] for it in story}

    def test_brings_a_plan_and_ends_a_case_or_opens_it_again(self, desk: Any) -> None:
        invoice = str(desk.ours.invoice_id)
        case = self.talk(desk, opens=[{"kind": "question", "subject": "Why?"}])["case_ids"][0]
        solved = self.talk(desk, solves=[{"case_id": case, "solution": "told why"}])
        state = desk.get(f"{API}/cases/{case}").json()["case"]["state"]
        again = self.talk(desk, cases=[case])
        planned = self.talk(
            desk,
            identified_by=["address", "tax_code"],
            plan={"currency": "EUR", "first_on": "2026-06-30", "instalments": 2},
        )
        paid = self.talk(
            desk,
            identified_by=["address", "tax_code"],
            proof={
                "invoice_id": invoice, "amount": "10.00", "currency": "EUR",
                "paid_on": "2026-06-06",
            },
        )  # fmt: skip

        assert (solved["case_ids"], state) == ([case], "resolved")
        assert again["case_ids"] == [case]
        assert desk.get(f"{API}/cases/{case}").json()["case"]["state"] == "reopened"
        assert desk.get(f"{API}/plans/{planned['plan_id']}").json()["card"]["state"] == "active"
        assert paid["proof_id"]

    def test_that_cannot_be_written_whole_writes_nothing(self, desk: Any) -> None:
        whose = f"{API}/customers/{desk.ours.customer_id}"
        begun = desk.post(f"{whose}/contacts", json={"channel": "voice"}).json()["contact"]
        path = f"{API}/contacts/{begun['id']}"
        said = {
            "disposition": "right_party",
            "opens": [{"kind": "question", "subject": "Why?"}],
            "solves": [{"case_id": str(desk.ours.customer_id), "solution": "told why"}],
        }

        refused = desk.post(f"{path}/wrap-up", json=said)

        assert (refused.status_code, refused.json()["code"]) == (404, "case_unknown")
        assert desk.get(path).json()["contact"]["ended_at"] is None
        assert desk.get(f"{whose}/timeline?kind=case").json()["items"] == []

    @staticmethod
    def talk(desk: Any, **said: Any) -> Any:
        whose = f"{API}/customers/{desk.ours.customer_id}"
        begun = desk.post(f"{whose}/contacts", json={"channel": "voice"}).json()["contact"]
        closed = desk.post(
            f"{API}/contacts/{begun['id']}/wrap-up", json={"disposition": "right_party"} | said
        )
        assert closed.status_code == 200, closed.text
        return closed.json()

    def test_story_is_read_page_by_page(self, desk: Any) -> None:
        whose = f"{API}/customers/{desk.ours.customer_id}"
        for _ in range(3):
            begun = desk.post(f"{whose}/contacts", json={"channel": "voice"}).json()
            path = f"{API}/contacts/{begun['contact']['id']}/wrap-up"
            desk.post(path, json={"disposition": "right_party"})
        whole = desk.get(f"{whose}/timeline?limit=200").json()["items"]
        found, cursor = [], ""
        while cursor is not None:
            page = desk.get(f"{whose}/timeline?limit=2{cursor and f'&cursor={cursor}'}").json()
            found += page["items"]
            cursor = page["cursor"]

        assert found == whole
        assert desk.get(f"{whose}/timeline?cursor=abc").status_code == 422


class TestACall:
    def test_of_our_own_motion_passes_the_contact_policy(self, desk: Any) -> None:
        path = f"{API}/customers/{desk.ours.customer_id}/calls"

        taken = desk.post(path)
        again = desk.post(path)
        contact = f"{API}/contacts/{taken.json()['call']['contact_id']}"
        closed = desk.post(f"{contact}/wrap-up", json={"disposition": "no_answer"})

        assert taken.status_code == 201, taken.text
        assert (again.status_code, again.json()["code"]) == (409, "call_not_now")
        assert desk.get(contact).json()["contact"]["direction"] == "out"
        assert closed.status_code == 200, closed.text

    def test_to_whoever_wants_none_is_refused_and_leaves_nothing(self, desk: Any) -> None:
        whose = f"{API}/customers/{desk.ours.customer_id}"
        refusal = {"stance": "refused", "channel": "voice", "basis": "call", "proof": "call"}
        said = desk.post(f"{whose}/consents", json=refusal)
        assert said.status_code < 300, said.text

        refused = desk.post(f"{whose}/calls")

        assert (refused.status_code, refused.json()["code"]) == (409, "call_not_now")
        assert "opt_out" in refused.json()["detail"]
        story = desk.get(f"{whose}/timeline?kind=contact").json()["items"]
        assert story == []


class TestAnInstantWithoutItsOffset:
    def test_is_refused_with_its_field(self, desk: Any) -> None:
        word = {"customer_id": str(desk.ours.customer_id), "what": "a call"}
        naive = desk.post(f"{API}/expectations", json=word | {"due_at": "2026-06-09T11:30:00"})
        span = "since=2026-06-01T00:00:00&until=2026-07-01T00:00:00"

        assert (naive.status_code, naive.json()["errors"][0]["pointer"]) == (422, "/due_at")
        assert desk.get(f"{API}/action-choices?{span}").status_code == 422


class TestTasks:
    def test_are_claimed_taken_over_and_given_back(self, desk: Any) -> None:
        whose = {"customer_id": str(desk.ours.customer_id)}
        word = desk.post(
            f"{API}/expectations", json=whose | {"what": "a call", "due_at": "2026-06-08T11:30:00Z"}
        )
        assert word.status_code == 201, word.text
        (task,) = desk.get(f"{API}/tasks?kind=our_word").json()["items"]
        path = f"{API}/tasks/our_word/{task['subject_id']}"

        assert desk.post(f"{path}/claim").json()["held_by"]
        assert desk.post(f"{path}/take-over").status_code == 200
        assert desk.post(f"{path}/give-back").status_code == 200
        assert desk.post(f"{path}/give-back").json()["code"] == "task_held"

    def test_of_an_unknown_kind_are_refused(self, desk: Any) -> None:
        assert desk.get(f"{API}/tasks?kind=gossip").status_code == 422


class TestNextAction:
    def test_says_what_why_and_what_to_avoid(self, desk: Any) -> None:
        path = f"{API}/customers/{desk.ours.customer_id}/next-action"
        found = desk.get(path).json()["proposal"]
        nobody = {"decision": "accepted", "contact_id": str(desk.ours.customer_id)}
        strange = desk.post(path, json=nobody)
        chosen = desk.post(path, json={"decision": "rejected", "reason": "calls back tomorrow"})
        span = "since=2026-06-01T00:00:00Z&until=2026-07-01T00:00:00Z"
        counted = desk.get(f"{API}/action-choices?{span}").json()["items"]

        assert (strange.status_code, strange.json()["code"]) == (404, "contact_unknown")
        assert found["action"]["name"]["it"]
        assert found["why"]["en"]
        assert found["avoid"]
        assert chosen.status_code == 201, chosen.text
        assert [it["rejected"] for it in counted] == [1]
