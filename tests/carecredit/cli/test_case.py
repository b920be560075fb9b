"""`carecredit case`, as it is typed."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

import worlds
from carecredit.cases.rules import TransitionRefused
from carecredit.cli import case as whole_group
from carecredit.cli.context import out
from carecredit.desk import CareCredit
from carecredit.kernel.errors import CareCreditError, Invalid
from carecredit.kernel.ids import CaseId

Run = Callable[..., str]
CALENDAR = 'zone = "Europe/Rome"\n[week]\nmon = ["09:00-17:00"]\n'


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: worlds.NOW)
    client_id = worlds.found_client(opened.store)
    customer_id = worlds.add_customer(opened.store, client_id)
    worlds.add_invoice(opened.store, client_id, customer_id)
    opened.team.add("Anna")
    opened.team.found_squad("Billing", captain="Anna")
    monkeypatch.setattr(sys.modules["carecredit.cli.case"], "desk", lambda: opened)
    yield opened
    opened.close()


@pytest.fixture
def invoke(desk: CareCredit, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:  # noqa: ARG001 - opened first
    def typed(command: str, *arguments: str) -> Result:
        monkeypatch.setattr(out, "width", 300)
        return CliRunner().invoke(whole_group, (command, "--client", "ACQ", *arguments))

    return typed


@pytest.fixture
def run(invoke: Callable[..., Result]) -> Run:
    """Type a command that works, and give what it printed."""

    def typed(command: str, *arguments: str) -> str:
        with out.capture() as text:
            result = invoke(command, *arguments)
        assert result.exit_code == 0, result.exception or result.output
        return text.get() or result.output

    return typed


def opened(run: Run, kind: str = "dispute", *more: str) -> str:
    told = ("--customer", "K-1", "--kind", kind, "--json", *more)
    if kind != "overdue":
        told += ("--subject", "Wrong bill", "--proof", "call")
    found: str = json.loads(run("open", "--invoice", "F-1", *told))["id"]
    return found


class TestCase:
    def test_lives_from_opening_to_reopening(self, run: Run) -> None:
        case = opened(run)

        said = [
            run("move", case, "asked_customer", "--reason", "a photo"),
            run("move", case, "customer_wrote"),
            run("note", case, "Calls after six"),
            run("assign", case, "--owner", "Anna"),
            run("hand-over", case, "--to", "squad", "--name", "Billing", "--asked", "a bill",
                "--tried", "explained"),
            run("customer-told", case, "by mail"),
            run("resolve", case, "--solution", "credited"),
            run("reopen", case, "--reason", "too soon"),
        ]  # fmt: skip

        assert "waiting_customer, version 3" in said[0]
        assert said[-1].strip() == f"{case} reopened, version 10"
        told = run("show", case)
        assert "dispute, reopened, normal, version 10: Wrong bill" in told
        assert "operator: We asked the customer for something. a photo" in told
        assert "Deadline resolution 2" in told
        assert "(kept)" in told
        assert json.loads(run("show", case, "--json"))["case"]["owner"] is None

    def test_is_one_where_it_is_overdue(self, run: Run) -> None:
        assert opened(run, "overdue") == opened(run, "overdue")

    def test_is_listed(self, run: Run) -> None:
        case = opened(run)

        assert case in run("list", "--invoice", "F-1", "--kind", "dispute", "--unresolved")
        assert "1 in all, 0 past a deadline" in run("list", "--customer", "K-1")
        assert json.loads(run("list", "--json", "--state", "resolved"))["counts"]["total"] == 0

    def test_refuses_what_changed_meanwhile(self, run: Run, invoke: Callable[..., Result]) -> None:
        case = opened(run)
        run("note", case, "Called")

        stale = invoke("move", case, "answered", "--version", "2")
        refused = invoke("move", case, "client_answered")

        assert "A note was written." in str(stale.exception)
        assert isinstance(refused.exception, TransitionRefused)

    def test_explains_its_deadlines(self, run: Run) -> None:
        case = opened(run)

        told = run("explain", case)

        assert "First answer 1: 480 working minutes, due 2026-06-08 16:00Z, running" in told
        assert "outside the hours" in told
        assert len(json.loads(run("explain", case, "--json"))) == 2


class TestTheService:
    def test_is_shown_and_saved(self, run: Run, tmp_path: Path) -> None:
        opened(run)
        hours, level = tmp_path / "hours.toml", tmp_path / "level.toml"
        hours.write_text(CALENDAR, encoding="utf-8")
        told = json.loads(run("level"))
        level.write_text(
            "tell_minutes = 60\ngoals = [{ first_answer = 60 }]\n"
            f"[pauses]\n[softening]\nspacing_days = {told['softening']['spacing_days']}\n"
            'tone = "listening"\n',
            encoding="utf-8",
        )

        saved = run("calendar", "--save", str(hours), "--from", "2026-01-01")
        agreed = run("level", "--save", str(level))

        assert "Version 1 of standard counts from 2025-12-31 23:00Z; 1 of 1 cases" in saved
        assert "Version 1 of level" in agreed
        assert json.loads(run("calendar"))["week"] == {"mon": ["09:00-17:00"]}
        assert json.loads(run("level"))["tell_minutes"] == 60

    def test_is_refused_where_it_is_no_toml(
        self, invoke: Callable[..., Result], tmp_path: Path
    ) -> None:
        file = tmp_path / "hours.toml"
        file.write_text("= nothing", encoding="utf-8")

        assert isinstance(invoke("calendar", "--save", str(file)).exception, Invalid)


class TestOurWord:
    def test_is_given_and_kept(self, run: Run, invoke: Callable[..., Result]) -> None:
        given = run("expect", "--customer", "K-1", "--by", "2026-06-12", "A call").split()[0]
        other = run("expect", "--customer", "K-1", "--at", "2026-06-12T10:00+02:00", "A call")

        assert "2026-06-12 08:00Z" in other
        assert "kept" in run("expectations", "--fulfil", given)
        gone = other.split()[0]
        assert "withdrawn" in run("expectations", "--withdraw", gone, "--reason", "solved")
        assert "kept" in run("expectations", "--customer", "K-1")
        assert json.loads(run("expectations", "--state", "open", "--json")) == []
        assert invoke("expect", "--customer", "K-1", "A call").exit_code == 2
        unknown = invoke("expect", "--customer", "K-9", "--by", "2026-06-12", "A call")
        assert isinstance(unknown.exception, CareCreditError)

    def test_is_reviewed_with_what_was_paid(self, run: Run, desk: CareCredit) -> None:
        case = opened(run, "overdue")
        client = desk.cases(client="ACQ")
        whole = client.show(CaseId(UUID(case)))
        with desk.store.read(worlds.CENTRE_CALLER) as session:
            client_id = worlds.mandates.client_by_code(session, code="ACQ").id
        worlds.pay(desk.store, client_id, whole.case.customer_id)

        assert "Paid: 1 cases; broken: 0 expectations" in run("review")
