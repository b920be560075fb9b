"""Cases through the door: opened, moved, explained; our own word; hours and levels."""

from typing import Any

import pytest

from centre import Centre

API = "/api/v1"
HOURS: dict[str, Any] = {"zone": "Europe/Rome", "week": {"mon": ["09:00-17:00"]}}
OPENED = {"subject": "The reading is not mine", "proof": "letter of 5 June"}


@pytest.fixture
def opened(centre: Centre) -> Any:
    """Open a case of our customer's: `opened("dispute", amount="40.00")`."""

    def ask(kind: str, *, amount: str | None = None, **facts: Any) -> Any:
        invoices = [{"invoice_id": str(centre.ours.invoice_id), "amount": amount}]
        body = OPENED | {"customer_id": str(centre.ours.customer_id), "kind": kind} | facts
        if kind in {"dispute", "complaint", "overdue"}:
            body |= {"invoices": invoices}
        return centre.post(f"{API}/cases", json=body)

    return ask


def act(centre: Centre, case: Any, what: str, **body: Any) -> Any:
    return centre.post(f"{API}/cases/{case['id']}/{what}", json=body)


class TestACase:
    def test_holds_its_invoices_and_frees_them(self, centre: Centre, opened: Any) -> None:
        answer = opened("dispute", amount="40.00")
        why = f"{API}/invoices/{centre.ours.invoice_id}/why"
        held = centre.get(why).json()

        assert answer.status_code == 201, answer.text
        whole = answer.json()
        assert [event["code"] for event in whole["events"]] == ["opened", "invoice_linked"]
        assert whole["invoices"][0]["amount"] == "40.00"
        assert (held["held"], held["disputes"][0]["amount"]) == (True, "40.00")
        assert whole["case"]["sentence"] == {"en": "Open", "it": "Aperto"}
        done = act(centre, whole["case"], "resolution", solution="credited")
        assert (done.status_code, done.json()["state"]) == (200, "resolved"), done.text
        assert centre.get(why).json()["held"] is False

    def test_is_opened_once_for_a_key(self, centre: Centre) -> None:
        body = OPENED | {"customer_id": str(centre.ours.customer_id), "kind": "question"}
        once = {"Idempotency-Key": "case-1"}

        first, again = (
            centre.post(f"{API}/cases", json=body, headers=once).json() for _ in range(2)
        )

        assert first == again
        assert len(centre.get(f"{API}/cases").json()["items"]) == 1

    def test_is_changed_by_whoever_saw_it_last(self, centre: Centre, opened: Any) -> None:
        case = opened("question").json()["case"]
        act(centre, case, "moves", event="answered", version=1)

        stale = act(centre, case, "owner", owner="Key operator", version=1)

        assert (stale.status_code, stale.json()["code"]) == (409, "case_stale")
        assert "at version 2 and you saw 1; since then: The customer was" in stale.json()["detail"]
        owned = act(centre, case, "owner", owner="Key operator", version=2).json()
        assert owned["owner"] == "Key operator"

    def test_says_what_is_allowed(self, centre: Centre, opened: Any) -> None:
        case = opened("question").json()["case"]

        refused = act(centre, case, "moves", event="client_answered")
        unknown = act(centre, case, "moves", event="vanished")

        assert (refused.status_code, refused.json()["code"]) == (409, "case_transition_refused")
        assert "allowed now" in refused.json()["detail"]
        assert unknown.status_code == 422

    def test_goes_all_its_ways(self, centre: Centre, opened: Any) -> None:
        case = opened("complaint").json()["case"]
        invoice = str(centre.ours.invoice_id)
        pack = {"to": "client", "name": "Letture", "asked": "a reading", "tried": "called"}
        for what, body in (
            ("moves", {"event": "asked_customer", "reason": "a photo"}),
            ("moves", {"event": "customer_wrote"}),
            ("notes", {"note": "calls after six"}),
            ("priority", {"priority": "urgent", "reason": "a clinic"}),
            ("description", {"topic": "meter", "language": "en"}),
            ("review", {"review_on": "2026-07-01", "reason": "waits"}),
            ("hand-over", pack),
            ("customer-told", {"how": "by mail"}),
            ("unlinked-invoices", {"invoice_id": invoice, "reason": "not meant"}),
            ("linked-invoices", {"invoices": [{"invoice_id": invoice}], "proof": "call"}),
            ("resolution", {"solution": "a new bill"}),
            ("reopening", {"reason": "too soon"}),
        ):
            answer = act(centre, case, what, **body)
            assert answer.status_code == 200, (what, answer.text)

        whole = centre.get(f"{API}/cases/{case['id']}").json()
        assert whole["case"]["state"] == "reopened"
        assert whole["case"]["priority"] == "urgent"
        assert [word["state"] for word in whole["expectations"]] == ["kept"]
        assert "answered" in whole["allowed"]

    def test_explains_its_deadlines(self, centre: Centre, opened: Any) -> None:
        case = opened("question").json()["case"]

        told = centre.get(f"{API}/cases/{case['id']}/deadlines").json()["items"]

        resolution, first = told
        assert resolution["deadline"]["kind"] == "resolution"
        assert first["deadline"]["due_at"] == "2026-06-09T09:00:00Z"
        assert first["counted_seconds"] == 480 * 60
        assert {span["sentence"]["en"] for span in first["intervals"]} == {
            "counted", "outside the hours",
        }  # fmt: skip

    def test_that_is_overdue_needs_something_past_due(self, opened: Any) -> None:
        answer = opened("overdue")

        assert (answer.status_code, answer.json()["code"]) == (422, "case_nothing_overdue")

    def test_says_which_value_is_at_fault(self, opened: Any) -> None:
        for facts, pointer in (
            ({"kind": "dispute", "amount": "1000.00"}, "/invoices"),
            ({"kind": "dispute", "proof": ""}, "/proof"),
            ({"kind": "question", "subject": ""}, "/subject"),
        ):
            answer = opened(**facts)
            assert answer.status_code == 422, answer.text
            assert answer.json()["errors"][0]["pointer"] == pointer


class TestCases:
    def test_are_found_counted_and_paged(self, centre: Centre, opened: Any) -> None:
        ids = [opened(kind).json()["case"]["id"] for kind in ("question", "dispute", "complaint")]

        def found(query: str, path: str = "cases") -> list[str]:
            answer = centre.get(f"{API}/{path}?{query}")
            assert answer.status_code == 200, answer.text
            return [item["case"]["id"] for item in answer.json()["items"]]

        first = centre.get(f"{API}/cases?limit=2").json()
        assert found("limit=200") == ids[::-1]
        assert [item["case"]["id"] for item in first["items"]] == ids[:0:-1]
        assert found(f"limit=2&cursor={first['cursor']}") == ids[:1]
        assert found("kind=dispute") == [ids[1]]
        assert found("state=resolved") == []
        assert found("overdue=true") == []
        assert found("unresolved=true&owner=Anna") == []
        assert found("", f"customers/{centre.ours.customer_id}/cases") == ids[::-1]
        assert found("", f"invoices/{centre.ours.invoice_id}/cases") == ids[:0:-1]
        counts = centre.get(f"{API}/cases/counts").json()
        assert (counts["total"], counts["by_kind"]["dispute"], counts["overdue"]) == (3, 1, 0)

    def test_of_another_company_are_seen_by_nobody_here(self, centre: Centre, opened: Any) -> None:
        case = opened("question").json()["case"]

        for path in (f"cases/{case['id']}", f"cases/{case['id']}/deadlines"):
            assert centre.get(f"{API}/{path}?client=NRD", key="admin").status_code == 404
        assert centre.get(f"{API}/cases/counts?client=NRD", key="admin").json()["total"] == 0


class TestOurWord:
    def test_is_given_and_kept_or_taken_back(self, centre: Centre, opened: Any) -> None:
        case = opened("question").json()["case"]
        told = {
            "customer_id": str(centre.ours.customer_id),
            "case_id": case["id"],
            "what": "You will hear by Friday",
            "due_on": "2026-06-12",
        }
        one, other = (centre.post(f"{API}/expectations", json=told).json() for _ in range(2))

        kept = centre.post(f"{API}/expectations/{one['id']}/fulfilment")
        gone = centre.post(
            f"{API}/expectations/{other['id']}/withdrawal", json={"reason": "solved"}
        )
        again = centre.post(f"{API}/expectations/{one['id']}/fulfilment")

        assert one["due_at"] == "2026-06-12T22:00:00Z"
        assert (kept.json()["state"], gone.json()["state"]) == ("kept", "withdrawn"), kept.text
        assert (again.status_code, again.json()["code"]) == (409, "expectation_closed")
        whose = f"customer_id={centre.ours.customer_id}"
        listed = centre.get(f"{API}/expectations?{whose}&state=kept").json()["items"]
        assert [item["id"] for item in listed] == [one["id"]]
        assert centre.get(f"{API}/expectations?due=true").json()["items"] == []
        page = centre.get(f"{API}/expectations?limit=1").json()
        rest = centre.get(f"{API}/expectations?cursor={page['cursor']}").json()
        assert [item["id"] for item in (*page["items"], *rest["items"])] == [one["id"], other["id"]]

    def test_names_one_time(self, centre: Centre) -> None:
        told = {"customer_id": str(centre.ours.customer_id), "what": "a call"}

        assert centre.post(f"{API}/expectations", json=told).status_code == 422


class TestTheService:
    def save(self, centre: Centre, what: str, **body: Any) -> Any:
        return centre.post(f"{API}/{what}?client=ACQ", json=body, key="admin")

    def test_changes_deadlines_and_says_so(self, centre: Centre, opened: Any) -> None:
        case = opened("question").json()["case"]

        saved = self.save(centre, "service-calendar", hours=HOURS, since="2026-01-01")

        assert saved.json()["changed"] == 1, saved.text
        whole = centre.get(f"{API}/cases/{case['id']}").json()
        assert whole["events"][-1]["code"] == "reckoned_anew"
        assert centre.get(f"{API}/service-calendar").json()["hours"]["week"] == HOURS["week"]
        level = centre.get(f"{API}/service-level").json()["level"]
        level["tell_minutes"] = 60
        assert self.save(centre, "service-level", level=level).json()["version"] == "1"
        assert centre.get(f"{API}/service-level").json()["level"]["tell_minutes"] == 60

    @pytest.mark.parametrize(
        ("what", "body", "code"),
        [
            ("service-calendar", {"hours": {"zone": "Europe/Rome", "week": {}}},
             "working_calendar_invalid"),
            ("service-calendar", {"hours": HOURS | {"week": {"mon": ["9-17"]}}},
             "working_calendar_invalid"),
            ("service-calendar", {"hours": {"week": {}}}, "working_calendar_invalid"),
            ("service-level", {"level": {"goals": []}}, "service_level_invalid"),
        ],
    )  # fmt: skip
    def test_is_refused_where_it_cannot_be(
        self, centre: Centre, what: str, body: Any, code: str
    ) -> None:
        answer = self.save(centre, what, **body)

        assert (answer.status_code, answer.json()["code"]) == (422, code)

    def test_knows_only_calendars_that_were_saved(self, centre: Centre) -> None:
        answer = centre.get(f"{API}/service-calendar?key=night")

        assert (answer.status_code, answer.json()["code"]) == (404, "service_calendar_unknown")

    def test_is_set_up_by_whoever_may(self, centre: Centre) -> None:
        answer = centre.post(f"{API}/service-calendar", json={"hours": HOURS})

        assert answer.status_code == 403
