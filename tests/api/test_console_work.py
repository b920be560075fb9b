"""Cases, proposals, calls and tasks by forms of a page."""

from datetime import timedelta
from typing import Any

import pytest

import worlds
from browsing import API, BROWSER, HTML, Desk, sign_in
from centre import Centre


@pytest.fixture
def desk(centre: Centre) -> Desk:
    return Desk(centre)


@pytest.fixture
def any_desk(any_centre: Centre) -> Desk:
    return Desk(any_centre)


def word(desk: Desk, hours: int = 5) -> None:
    """Give a customer something to expect, which is a task."""
    due = worlds.NOW + timedelta(hours=hours)
    body = {"customer_id": str(desk.centre.ours.customer_id), "what": "an answer"}
    given = desk.centre.post(f"{API}/expectations", json=body | {"due_at": due.isoformat()})
    assert given.status_code == 201, given.text


def case(desk: Desk, whose: Any = None) -> Any:
    body = {"customer_id": str(whose or desk.centre.ours.customer_id), "kind": "question"}
    opened = desk.centre.post(f"{API}/cases", json=body | {"subject": "Why twice the usual?"})
    assert opened.status_code == 201, opened.text
    return opened.json()["case"]


class TestACase:
    def test_is_moved_by_what_is_allowed(self, desk: Desk) -> None:
        case(desk)
        shown = desk.see()

        moved = desk.send("/case", event="answered", reason="Explained")
        solved = desk.send("/case", event="resolved", reason="Read anew")

        assert 'value="reopened"' not in shown
        assert (moved.status_code, solved.status_code) == (303, 303), solved.text
        after = desk.see()
        assert 'value="reopened"' in after
        assert 'value="asked_customer"' not in after

    def test_that_others_changed_says_what(self, desk: Desk) -> None:
        opened = case(desk)
        shown = desk.see()
        desk.centre.post(
            f"{API}/cases/{opened['id']}/moves",
            json={"event": "asked_client", "reason": "Reading?"},
        )

        late = desk.send("/case", page=shown, event="resolved", reason="I explained it")

        assert late.status_code == 409
        assert "We asked the client company for something." in late.text
        assert "I explained it</textarea>" in late.text

    def test_is_resolved_in_words(self, desk: Desk) -> None:
        opened = case(desk)

        answer = desk.send("/case", event="resolved")

        assert answer.status_code == 422
        assert f'id="case-{opened["id"]}-reason-wrong"' in answer.text

    def test_of_somebody_else_is_not_there(self, desk: Desk) -> None:
        case(desk)
        other = worlds.add_customer(
            desk.centre.store, desk.centre.ours.id, "X-9", email="x@example.org", name="X"
        )
        theirs = case(desk, other)

        answer = desk.send("/case", event="answered", case_id=theirs["id"])

        assert answer.status_code == 404


class TestAProposal:
    def test_is_accepted_or_rejected_with_why(self, desk: Desk) -> None:
        bare = desk.send("/next-step", having="reason", decision="rejected")
        why = desk.send("/next-step", having="reason", decision="rejected", reason="pays tomorrow")
        done = desk.send("/next-step", decision="accepted")

        assert bare.status_code == 422
        assert 'id="step-reason-wrong"' in bare.text
        assert (why.status_code, done.status_code) == (303, 303), why.text


class TestTheNextCall:
    def test_leads_to_its_person_with_the_call_in_hand(self, any_desk: Desk) -> None:
        other = worlds.add_customer(
            any_desk.centre.store, any_desk.centre.ours.id, "X-9", email="x@example.org", name="X"
        )
        any_desk.send("/contact", page=any_desk.see(f"/people/{other}"), channel="email")

        taken = any_desk.send("/work/next", page=any_desk.see("/"))
        again = any_desk.centre.http.get(taken.headers["location"], headers=HTML).text
        first = any_desk.see("/")

        assert taken.status_code == 303, taken.text
        assert str(any_desk.centre.ours.customer_id) in taken.headers["location"]
        assert "done=taken" in taken.headers["location"]
        assert "Contact in your hands" in again
        assert "+390612345678" in again
        assert "In your hands" in first

    def test_comes_after_the_one_in_hand(self, desk: Desk) -> None:
        page = desk.see("/")
        desk.send("/work/next", page=page)

        again = desk.send("/work/next", page=page)

        assert "done=in_hand" in again.headers["location"]

    def test_is_given_back(self, desk: Desk) -> None:
        desk.send("/work/next", page=desk.see("/"))

        given = desk.send("/give-back")

        assert given.status_code == 303, given.text
        assert "/work/next" in desk.see("/")
        assert "Contact in your hands" not in desk.see()

    def test_is_wrapped_up_where_nobody_answered(self, desk: Desk) -> None:
        desk.send("/work/next", page=desk.see("/"))

        done = desk.send("/wrap-up", disposition="no_answer")
        none = desk.centre.http.get("/?lang=en&done=no_call", headers=HTML).text

        assert done.status_code == 303, done.text
        assert "There is no call to make now." in none


class TestATask:
    def test_is_taken_and_given_back(self, any_desk: Desk) -> None:
        word(any_desk)

        taken = any_desk.send("/work/claim", page=any_desk.see("/"))
        mine = any_desk.see("/")
        given = any_desk.send("/work/give-back", page=mine)

        assert (taken.status_code, given.status_code) == (303, 303), taken.text
        assert "In your hands until" in mine
        assert "/work/claim" in any_desk.see("/")

    def test_in_other_hands_is_taken_over_or_stays(self, desk: Desk) -> None:
        word(desk)
        page = desk.see("/")
        sign_in(desk.centre, "admin")
        desk.send("/work/claim", page=desk.see("/"))
        sign_in(desk.centre, "operator")
        address, hidden = desk.form(page, "/work/claim")
        hidden["csrf"] = desk.form(desk.see("/"), "/work/take-over")[1]["csrf"]

        late = desk.centre.http.post(address, data=hidden, headers=BROWSER)
        over = desk.send("/work/take-over", page=desk.see("/"))

        assert late.status_code == 409
        assert "A colleague holds this task" in late.text
        assert "In the hands of api:Key admin until" in late.text
        assert over.status_code == 303
        assert "In your hands until" in desk.see("/")

    def test_that_was_done_meanwhile_or_is_anothers_is_not_there(self, desk: Desk) -> None:
        word(desk)
        page = desk.see("/")
        ghost = str(desk.centre.theirs.customer_id)

        gone = desk.send("/work/claim", page=page, subject_id=ghost)
        theirs = desk.send("/work/claim", page=page, of="NRD")

        assert gone.status_code == 404
        assert "no longer there" in gone.text
        assert theirs.status_code == 404
