"""`carecredit contact`, `timeline`, `task`, `next` and `survey`, as they are typed."""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

import worlds
from carecredit.cli import carecredit as whole
from carecredit.cli.context import err, out
from carecredit.desk import CareCredit
from carecredit.kernel.errors import Invalid
from carecredit.outreach.operations.contacts import ContactEnded
from carecredit.quality.operations import SurveyClosed
from carecredit.worklist.operations import TaskHeld

Run = Callable[..., str]
MODULES = ("contact", "task", "survey")
SPAN = ("--since", "2026-06-01T00:00:00Z", "--until", "2026-07-01T00:00:00Z")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: worlds.NOW)
    client_id = worlds.found_client(opened.store)
    worlds.approve(opened.store, client_id)
    customer_id = worlds.add_customer(opened.store, client_id, phone="+390255550101")
    worlds.add_invoice(opened.store, client_id, customer_id)
    for name in MODULES:
        monkeypatch.setattr(sys.modules[f"carecredit.cli.{name}"], "desk", lambda: opened)
    yield opened
    opened.close()


@pytest.fixture
def invoke(desk: CareCredit, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:  # noqa: ARG001 - opened first
    def typed(*words: str) -> Result:
        monkeypatch.setattr(out, "width", 300)
        return CliRunner().invoke(whole, words)

    return typed


@pytest.fixture
def run(invoke: Callable[..., Result]) -> Run:
    """Type a command that works for ACQ, and give what it printed."""

    def typed(*words: str) -> str:
        with out.capture() as text, err.capture() as said:
            result = invoke(*words, "--client", "ACQ")
        assert result.exit_code == 0, result.exception or result.output
        return (text.get() + said.get()) or result.output

    return typed


def received(run: Run) -> str:
    return run("contact", "receive", "--customer", "K-1", "--channel", "voice").strip()


class TestContact:
    def test_lives_from_its_begin_to_the_wrap_up(self, run: Run) -> None:
        contact = received(run)
        run("contact", "confirm", contact, "--by", "address", "--by", "birth_date")
        more = json.dumps({"root_cause": "invoice_unclear", "resolved": "yes"})

        said = run("contact", "wrap-up", contact, "right_party", "--note", "Knows", "--with", more)

        assert said.strip() == f"Contact {contact} is wrapped up."
        shown = json.loads(run("contact", "show", contact))
        assert shown["right_party"] == "confirmed"
        assert shown["root_cause"] == "invoice_unclear"

    def test_prints_what_came_of_it_as_json(self, run: Run) -> None:
        closed = json.loads(run("contact", "wrap-up", received(run), "right_party", "--json"))

        assert closed["contact_id"]

    def test_is_wrapped_up_once(self, run: Run, invoke: Callable[..., Result]) -> None:
        contact = received(run)
        run("contact", "wrap-up", contact, "right_party")

        again = invoke("contact", "wrap-up", contact, "right_party", "--client", "ACQ")

        assert isinstance(again.exception, ContactEnded)

    @pytest.mark.parametrize("more", ["{", "[]", '{"moood": "calm"}'])
    def test_refuses_what_it_does_not_know(
        self, run: Run, invoke: Callable[..., Result], more: str
    ) -> None:
        contact = received(run)

        refused = invoke(
            "contact", "wrap-up", contact, "right_party", "--client", "ACQ", "--with", more
        )

        assert isinstance(refused.exception, Invalid), refused.exception
        assert json.loads(run("contact", "show", contact))["ended_at"] is None

    def test_of_our_own_motion_gives_a_number_and_what_to_respect(self, run: Run) -> None:
        told = run("contact", "call", "--customer", "K-1")
        contact, number = told.split()[:2]

        assert number.startswith("+39")
        run("contact", "wrap-up", contact, "no_answer")


class TestTimeline:
    def test_tells_the_newest_first_and_that_there_is_more(self, run: Run) -> None:
        run("contact", "wrap-up", received(run), "right_party", "--note", "A copy, please")

        told = run("timeline", "--customer", "K-1", "--language", "it")
        short = run("timeline", "--customer", "K-1", "--limit", "1")
        as_json = json.loads(run("timeline", "--customer", "K-1", "--kind", "invoice", "--json"))

        assert "A copy, please" in told
        assert "There is more: --limit 2" in short
        assert {line["kind"] for line in as_json["lines"]} == {"invoice"}


class TestTask:
    def test_goes_from_hand_to_hand(
        self, run: Run, desk: CareCredit, invoke: Callable[..., Result]
    ) -> None:
        assert "Nothing waits." in run("task", "list")
        word = desk.cases(client="ACQ").expect(
            "a call", customer="K-1", by=worlds.NOW + timedelta(hours=1)
        )
        subject = ("our_word", str(word.id))

        assert "Yours until" in run("task", "claim", *subject)
        assert "We promised: a call." in run("task", "list")
        assert json.loads(run("task", "list", "--json"))[0]["held_by"]
        run("task", "take-over", *subject)
        run("task", "give-back", *subject)
        twice = invoke("task", "give-back", *subject, "--client", "ACQ")
        assert isinstance(twice.exception, TaskHeld)


class TestNext:
    def test_says_what_why_and_counts_what_became_of_it(self, run: Run) -> None:
        told = run("next", "show", "--customer", "K-1", "--language", "it")
        proposed = json.loads(run("next", "show", "--customer", "K-1", "--json"))
        run("next", "choose", "rejected", "--customer", "K-1", "--reason", "calls back")

        (counted,) = json.loads(run("next", "choices", *SPAN))

        for name in ("Propose: ", "Why: ", "Say: ", "Avoid: ", "Or: ", "Rule: "):
            assert name in told
        assert (counted["proposed"], counted["rejected"]) == (proposed["action"], 1)


class TestSurvey:
    def test_is_asked_answered_owned_and_concluded(
        self, run: Run, invoke: Callable[..., Result]
    ) -> None:
        question = ("--question-it", "Com'è andata?", "--question-en", "How was it?")
        asked = run("survey", "ask", "--kind", "csat", *question, "--sample", "1000")
        assert "Version 1 is asked from now on." in asked
        run("contact", "wrap-up", received(run), "right_party")
        (survey,) = (each["id"] for each in json.loads(run("survey", "list", "--json")))

        run("survey", "sent", survey)
        run("survey", "answer", survey, "1", "--comment", "waited long")
        assert "waited long" in run("survey", "list", "--low")
        run("survey", "own", survey, "--owner", "Bruno")
        run("survey", "conclude", survey, "--learnt", "call back the same day")

        assert "No survey." in run("survey", "list", "--low")
        refused = invoke("survey", "refuse", survey, "--client", "ACQ")
        assert isinstance(refused.exception, SurveyClosed)
        scored = json.loads(run("survey", "scores", "--kind", "csat", *SPAN))
        assert scored["answered"] == 1
