"""`carecredit procedure` and `carecredit gap`, as they are typed."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import worlds
from carecredit.cli import carecredit
from carecredit.cli.context import out
from carecredit.desk import CareCredit
from carecredit.kernel.errors import Invalid

Run = Callable[..., Result]
FILE = """
key = "late-bill"
topic = "late_bill"
owner = "Anna Bianchi"
review_on = 2026-12-01

[texts.it]
title = "Perché la bolletta è in ritardo"
body = "Chieda la città di consegna."
avoid = ["Non è colpa nostra."]

[texts.it.sentences]
opening = "Capisco, vediamo insieme."

[texts.en]
title = "A bill that is late"
body = "Ask when it was delivered."
"""


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: worlds.NOW)
    for code in ("ACQ", "NRD"):
        worlds.found_client(opened.store, code)
    monkeypatch.setattr(sys.modules["carecredit.cli.knowledge"], "desk", lambda: opened)
    monkeypatch.setattr(out, "width", 300)
    yield opened
    opened.close()


@pytest.fixture
def run(desk: CareCredit) -> Run:  # noqa: ARG001 - opened first
    def invoke(noun: str, command: str, *typed: str, client: str = "ACQ") -> Result:
        return CliRunner().invoke(carecredit, (noun, command, "--client", client, *typed))

    return invoke


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "late-bill.toml"
    path.write_text(FILE, "utf-8")
    return path


def done(run: Run, *typed: str, **whose: str) -> str:
    result = run(*typed, **whose)
    assert result.exit_code == 0, (typed, result.exception, result.output)
    return result.output


def told(run: Run, *typed: str, **whose: str) -> Any:
    return json.loads(done(run, *typed, "--json", **whose))


def seen(run: Run, *typed: str) -> str:
    with out.capture() as text:
        done(run, *typed)
    return text.get()


class TestProcedure:
    def test_is_published_from_a_file_and_shown(self, run: Run, file: Path) -> None:
        assert "Published: late-bill, version 1" in seen(run, "procedure", "publish", str(file))

        shown = seen(run, "procedure", "show", "late-bill")
        assert "Perché la bolletta è in ritardo (late-bill, version 1, it)" in shown
        assert "Say (opening): Capisco, vediamo insieme." in shown
        assert "Avoid: Non è colpa nostra." in shown
        english = told(run, "procedure", "show", "late-bill", "--language", "en")
        assert english["card"]["title"] == "A bill that is late"
        assert "2026-12-01" in seen(run, "procedure", "list")
        assert told(run, "procedure", "list", "--topic", "other") == []

    def test_is_superseded_by_name(self, run: Run, file: Path) -> None:
        done(run, "procedure", "publish", str(file))
        assert run("procedure", "publish", str(file)).exit_code != 0
        file.write_text("supersedes = 1\n" + FILE, "utf-8")
        done(run, "procedure", "publish", str(file))

        found = told(run, "procedure", "versions", "late-bill")
        assert [card["version"] for card in found] == [1, 2]
        first = told(run, "procedure", "show", "late-bill", "--version", "1")
        assert first["card"]["version"] == 1

    def test_is_refused_where_the_file_is_wrong(self, run: Run, file: Path) -> None:
        for text in ("key =", FILE.replace("topic", "subject"), 'key = "x"'):
            file.write_text(text, "utf-8")
            assert isinstance(run("procedure", "publish", str(file)).exception, Invalid), text

    def test_search_perche_citta(self, run: Run, file: Path) -> None:
        done(run, "procedure", "publish", str(file))

        for words in (("perche",), ("citta",), ("CITTÀ", "perché")):
            assert told(run, "procedure", "search", *words)["count"] == 1
        assert "late-bill" in seen(run, "procedure", "search", "perche")
        assert told(run, "procedure", "search", "perche", client="NRD")["count"] == 0

    def test_counts_a_search_in_vain(self, run: Run) -> None:
        for _ in range(2):
            done(run, "procedure", "search", "subentro")

        (vain,) = told(run, "procedure", "searches-in-vain")
        assert (vain["words"], vain["times"]) == ("subentro", 2)
        assert "subentro" in seen(run, "procedure", "searches-in-vain")


class TestGap:
    def test_goes_its_way_until_it_is_told(self, run: Run, file: Path, desk: CareCredit) -> None:
        done(run, "procedure", "publish", str(file))
        anna = desk.team.add("Anna")
        typed = ("gap", "raise", "--topic", "late_bill", "--operator", "Anna", "Coinquilini.")
        gap_id = seen(run, *typed).strip()
        for version, move in enumerate(("send", "acknowledge", "agree"), start=1):
            done(run, "gap", "move", gap_id, move, "--version", str(version))
        closed = ("--procedure", "late-bill", "--procedure-version", "1")
        done(run, "gap", "move", gap_id, "publish", "--version", "4", *closed)

        assert [it.state for it in desk.knowledge(client="ACQ").gaps_to_tell(anna)] == ["published"]
        told_ = seen(run, "gap", "move", gap_id, "tell", "--version", "5")
        assert "The gap is told, at version 6." in told_
        story = json.loads(done(run, "gap", "show", gap_id))
        assert [it["move"] for it in story["events"]][-2:] == ["publish", "tell"]
        assert "Told to whoever raised it" in seen(run, "gap", "list")
        assert "Comunicata" in seen(run, "gap", "list", "--language", "it")
        assert told(run, "gap", "list", "--state", "open") == []
        assert told(run, "gap", "list", "--overdue") == []
        assert told(run, "gap", "list", client="NRD") == []

    def test_says_what_does_not_go_together(self, run: Run) -> None:
        gap_id = seen(run, "gap", "raise", "--topic", "late_bill", "Coinquilini.").strip()

        assert run("gap", "list", "--overdue", "--state", "open").exit_code == 2
        half = ("gap", "move", gap_id, "publish", "--version", "1", "--procedure", "late-bill")
        assert run(*half).exit_code == 2
        assert run("gap", "move", gap_id, "tell", "--version", "1").exit_code == 1
