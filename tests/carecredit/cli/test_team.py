"""`carecredit operator`, `squad` and `shift`, as they are typed."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner, Result

import worlds
from carecredit.cli import carecredit
from carecredit.cli.context import out
from carecredit.desk import CareCredit
from carecredit.kernel.errors import Invalid

Run = Callable[..., Result]
SHIFT = ("--from", "2026-06-08T06:00:00Z", "--to", "2026-06-08T14:00:00Z")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: worlds.NOW)
    for code in ("ACQ", "NRD"):
        worlds.found_client(opened.store, code)
    monkeypatch.setattr(sys.modules["carecredit.cli.team"], "desk", lambda: opened)
    monkeypatch.setattr(out, "width", 300)
    yield opened
    opened.close()


@pytest.fixture
def run(desk: CareCredit) -> Run:  # noqa: ARG001 - opened first
    def invoke(*typed: str) -> Result:
        return CliRunner().invoke(carecredit, typed)

    return invoke


def done(run: Run, *typed: str) -> str:
    result = run(*typed)
    assert result.exit_code == 0, (typed, result.exception, result.output)
    return result.output


def told(run: Run, *typed: str) -> Any:
    return json.loads(done(run, *typed, "--json"))


def seen(run: Run, *typed: str) -> str:
    with out.capture() as text:
        done(run, *typed)
    return text.get()


@pytest.fixture
def anna(run: Run) -> str:
    done(run, "operator", "add", "Anna")
    done(run, "operator", "speaks", "Anna", "it=C2", "en=B1")
    done(run, "operator", "can", "Anna", "billing_water")
    done(run, "operator", "serves", "Anna", "ACQ", "NRD")
    done(run, "shift", "plan", "Anna", *SHIFT)
    return "Anna"


class TestOperator:
    def test_shows_what_was_said(self, run: Run, anna: str) -> None:
        found = told(run, "operator", "show", anna)

        assert [it["language"] for it in found["languages"]] == ["en", "it"]
        assert (found["skills"], found["on_shift"]) == (["billing_water"], True)
        assert told(run, "operator", "list")[0]["id"] == found["id"]
        line = seen(run, "operator", "list").splitlines()[1]
        assert line.split() == [
            "Anna", "en", "B1,", "it", "C2", "billing_water", "ACQ,", "NRD", "on", "shift",
        ]  # fmt: skip
        before = told(run, "operator", "show", anna, "--at", "2026-06-01T00:00:00Z")
        assert before["languages"] == []

    def test_is_away_and_back(self, run: Run, anna: str) -> None:
        done(run, "operator", "away", anna)
        assert "away" in seen(run, "operator", "show", anna)
        done(run, "operator", "back", anna)
        assert "on shift" in seen(run, "operator", "show", anna)

    def test_who_may_take_a_matter(self, run: Run, anna: str) -> None:
        who = ("operator", "who", "--client", "ACQ")

        found = told(run, *who, "--language", "en", "--skill", "billing_water")
        assert [it["name"] for it in found] == [anna]
        assert told(run, *who, "--language", "en", "--level", "B2") == []
        assert isinstance(run(*who, "--language", "en", "--level", "fluent").exception, Invalid)

    def test_wants_each_language_once_with_its_level(self, run: Run, anna: str) -> None:
        for typed in (("it",), ("it=C2", "it=A1"), ("it=D1",)):
            assert isinstance(run("operator", "speaks", anna, *typed).exception, Invalid), typed


class TestSquad:
    def test_is_founded_joined_and_left(self, run: Run, anna: str) -> None:
        done(run, "operator", "add", "Bruno")
        done(run, "squad", "add", "Blu", "--captain", anna)
        done(run, "squad", "join", "Blu", "Bruno")
        assert "Blu    Anna     Anna, Bruno" in seen(run, "squad", "list")
        done(run, "squad", "captain", "Blu", "Bruno")
        done(run, "squad", "leave", "Blu", anna)

        (found,) = told(run, "squad", "list")
        assert found["members"] == [found["captain_id"]]


class TestShift:
    def test_is_planned_listed_and_cancelled(self, run: Run, anna: str) -> None:
        (planned,) = told(run, "shift", "list", "--operator", anna)
        assert "2026-06-08 06:00Z" in seen(run, "shift", "list")

        done(run, "shift", "cancel", planned["id"])

        assert "cancelled" in seen(run, "shift", "list")
        assert "off shift" in seen(run, "operator", "show", anna)
        assert told(run, "shift", "list", "--from", "2026-06-09T00:00:00Z") == []
