"""`carecredit promise | payment-plan | relief | proof | reasons`, as they are typed."""

import json
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from click.testing import CliRunner, Result

import worlds
from carecredit.arrangements.rules import SecondPersonNeeded
from carecredit.cli import carecredit
from carecredit.cli.context import out
from carecredit.desk import CareCredit
from carecredit.desk.arrangements import Arrangements
from carecredit.outreach.rules.contact import RightPartyUnclear
from carecredit.store.session import Caller

Run = Callable[..., Result]
WHOM = ("--client", "ACQ", "--customer", "K-1")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: worlds.NOW)
    client_id = worlds.found_client(opened.store)
    customer_id = worlds.add_customer(opened.store, client_id, email="k1@example.org")
    worlds.add_invoice(opened.store, client_id, customer_id)
    monkeypatch.setattr(sys.modules["carecredit.cli.arrangements"], "desk", lambda: opened)
    yield opened
    opened.close()


@pytest.fixture
def run(desk: CareCredit, monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - opened first
    def invoke(*arguments: str) -> Result:
        monkeypatch.setattr(out, "width", 300)
        return CliRunner().invoke(carecredit, arguments)

    return invoke


def shown(run: Run, *arguments: str) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.exception
    return json.loads(result.output)


class TestPromise:
    def test_is_taken_listed_and_taken_back(self, run: Run) -> None:
        (made,) = shown(
            run, "promise", "take", *WHOM, "--amount", "50.00", "--on", "2026-06-12",
            "--method", "card", "--invoice", "F-1", "--given-by", "Carlo Rossi", "--remind",
        )  # fmt: skip

        run("promise", "cancel", *WHOM, made["id"])

        (found,) = shown(run, "promise", "list", *WHOM)
        assert (found["state"], found["given_by"], found["remind"]) == (
            "cancelled", "Carlo Rossi", True,
        )  # fmt: skip
        with out.capture() as text:
            run("promise", "list", *WHOM)
        assert "50.00 EUR" in text.get()

    def test_is_reminded_of_where_it_is_wanted(self, run: Run, desk: CareCredit) -> None:
        tomorrow = str(worlds.TODAY + timedelta(days=1))
        wish = ("--amount", "50.00", "--on", tomorrow, "--remind")
        (made,) = shown(run, "promise", "take", *WHOM, *wish)
        ours = ("--client", "ACQ")

        (wanted,) = shown(run, "promise", "reminders", *ours)
        with out.capture() as text:
            run("promise", "reminders", *ours)
            run("promise", "reminded", *ours, made["id"])

        assert (wanted["source_id"], wanted["amount_minor"]) == (made["id"], 5_000)
        assert f"{made['id']} promise 50.00 EUR {tomorrow}" in text.get()
        assert desk.arrangements(client="ACQ").reminders() == []


class TestTheContactThatIsNamed:
    def test_is_one_in_which_the_right_person_was_made_sure(
        self, run: Run, desk: CareCredit
    ) -> None:
        contacts = desk.contacts(client="ACQ")
        said = contacts.receive("K-1", channel="voice")
        named = ("--contact", str(said))
        doors = (
            ("promise", "take", *WHOM, "--amount", "1.00", "--on", "2026-06-12"),
            ("payment-plan", "propose", *WHOM, "--each", "40.00", "--first-on", "2026-06-30"),
            ("proof", "announce", *WHOM, "--invoice", "F-1", "--amount", "1.00",
             "--paid-on", "2026-06-08"),
        )  # fmt: skip
        for door in doors:
            refused = run(*door, *named).exception
            assert isinstance(refused, RightPartyUnclear)
            assert refused.field == "contact_id"
        with pytest.raises(RightPartyUnclear):
            desk.arrangements(client="ACQ").understood("K-1", contact_id=said)

        contacts.confirm(said, identified_by=["signed_in"])

        for door in doors:
            assert str(said) in json.dumps(shown(run, *door, *named))


class TestPaymentPlan:
    def test_waits_for_another_person_beyond_the_powers(self, run: Run, desk: CareCredit) -> None:
        ways = ("--instalments", "20", "--first-on", "2026-06-30")
        made = shown(run, "payment-plan", "propose", *WHOM, *ways, "--by", "Anna")
        plan = made["card"]["id"]

        for name in ("Anna", "Carlo"):
            same = run("payment-plan", "approve", "--client", "ACQ", plan, "--by", name)
            assert isinstance(same.exception, SecondPersonNeeded), "one login, whatever the name"
        desk.arrangements = partial(Arrangements, desk.store, Caller("cli:carlo"), desk.now)
        second = shown(run, "payment-plan", "approve", "--client", "ACQ", plan, "--by", "Carlo")

        assert second["card"]["state"] == "active"
        assert [one.state for one in desk.arrangements(client="ACQ").plans("K-1")] == ["active"]

    def test_is_changed_shown_listed_and_ended(self, run: Run) -> None:
        first = ("--first-on", "2026-06-30")
        old = shown(run, "payment-plan", "propose", *WHOM, "--each", "40.00", *first)
        new = shown(
            run, "payment-plan", "renegotiate", "--client", "ACQ", old["card"]["id"],
            "--instalments", "6", *first, "--reason", "less a month", "--version", "2",
        )  # fmt: skip
        plan = new["card"]["id"]

        with out.capture() as text:
            run("payment-plan", "show", "--client", "ACQ", plan)
            run("payment-plan", "list", "--client", "ACQ")
        shown(run, "payment-plan", "cancel", "--client", "ACQ", plan, "--reason", "moved")

        told = text.get()
        assert "20.00" in told
        assert "superseded" in told
        assert "less a month" in told
        (active,) = [shown(run, "payment-plan", "list", "--client", "ACQ", "--state", "cancelled")]
        assert [card["id"] for card in active] == [plan]

    def test_is_declined_with_a_reason(self, run: Run) -> None:
        ways = ("--instalments", "20", "--first-on", "2026-06-30")
        plan = shown(run, "payment-plan", "propose", *WHOM, *ways)["card"]["id"]

        done = shown(run, "payment-plan", "reject", "--client", "ACQ", plan, "--reason", "too long")

        assert done["card"]["state"] == "rejected"


class TestRelief:
    def test_is_granted_listed_and_ended(self, run: Run) -> None:
        (made,) = shown(run, "relief", "grant", *WHOM, "pause", "--until", "2026-07-31")
        shown(
            run, "relief", "grant", *WHOM, "bonus_information", "--until", "2026-06-08",
            "--bonus", "it_social_waste",
        )  # fmt: skip

        shown(run, "relief", "end", *WHOM, made["id"])

        with out.capture() as text:
            run("relief", "list", *WHOM)
        assert "ended" in text.get()
        assert "it_social_waste" in text.get()


class TestProof:
    def test_is_announced_listed_and_taken_back(self, run: Run) -> None:
        told = ("--invoice", "F-1", "--amount", "120.00", "--paid-on", "2026-06-08")
        (made,) = shown(run, "proof", "announce", *WHOM, *told, "--reference", "CRO 1")
        (gone,) = shown(run, "proof", "withdraw", *WHOM, made["id"])

        with out.capture() as text:
            run("proof", "list", *WHOM)

        assert gone["state"] == "withdrawn"
        assert "2026-06-15" in text.get()


class TestReasons:
    def test_are_told_in_both_languages(self, run: Run) -> None:
        with out.capture() as text:
            run("reasons", "--language", "it")

        assert "Se ne è dimenticato" in text.get()
        assert shown(run, "reasons")["reasons"]["deceased"]["next"][0] == "stop:deceased"


class TestTheDesk:
    def test_tells_what_asks_for_a_call_and_what_was_said(self, desk: CareCredit) -> None:
        agreed = desk.arrangements(client="ACQ")
        agreed.promise("K-1", amount="50.00", on=worlds.TODAY, remind=True)
        later = worlds.NOW.replace(day=20)
        desk.pulse(now=later)

        (word,) = agreed.unanswered(["K-1"])

        assert word.kind == "promise"
        assert agreed.understood("K-1") == 1
        assert agreed.unanswered(["K-1"]) == agreed.reminders() == agreed.unthanked() == []
