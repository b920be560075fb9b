"""`carecredit import relationships` and the reports about people."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from carecredit.cli import carecredit, context
from carecredit.desk import CareCredit
from carecredit.intake.operations import RelationshipsRefused
from carecredit.kernel.clock import parse_instant

NOW = parse_instant("2026-06-08T10:30:00+02:00")
Run = Callable[..., Result]
ARM = "t status Rx\n6 1 0\n6 1 0\n6 1 0\n6 0 0\n7 1 0\n9 0 0\n1 1 1\n1 1 1\n"
CONTRACTS = (
    "customer_id,contract_id,started_on,ended_on,ended_reason,monthly_value\n"
    "K-1,A,2025-01-01,2026-05-11,chose_to_leave,10.00\n"
    "K-2,A,2025-01-01,,,10.00\n"
)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    desk = CareCredit.memory(clock=lambda: NOW)
    desk.add_client("ACQ", "Acqua Serena")
    monkeypatch.setattr(sys.modules["carecredit.cli.people"], "desk", lambda: desk)
    monkeypatch.setattr(context.out, "width", 300)

    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(carecredit, [*map(str, arguments), "--client", "ACQ"])

    yield invoke
    desk.close()


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    file = tmp_path / "contracts.csv"
    file.write_text(CONTRACTS, encoding="utf-8")
    return file


class TestImportRelationships:
    def test_takes_contracts_and_says_what_became_of_them(self, run: Run, contracts: Path) -> None:
        first = run("import", "relationships", contracts)
        again = run("import", "relationships", contracts, "--json")

        assert first.exit_code == 0, first.output
        assert "contracts.csv" in first.stdout
        assert json.loads(again.stdout)["files"][0]["unchanged"] == 2

    def test_names_the_bad_row(self, run: Run, contracts: Path) -> None:
        with contracts.open("a", encoding="utf-8") as file:
            file.write("K-3,A,soon,,,\n")

        result = run("import", "relationships", contracts)

        assert isinstance(result.exception, RelationshipsRefused)
        assert "contracts.csv:4: started_on" in result.stderr

    def test_takes_a_survival_file_by_the_names_of_its_columns(
        self, run: Run, tmp_path: Path
    ) -> None:
        file = tmp_path / "arm.csv"
        file.write_text(ARM, encoding="utf-8")
        mapped = ("--duration", "t", "--event", "status", "--group", "Rx")

        taken = run("import", "relationships", file, *mapped, "--censored", "0")
        told = run("report", "survival", "--study", "arm")
        answer = json.loads(run("report", "survival", "--study", "arm", "--json").stdout)

        assert taken.exit_code == 0, taken.output
        assert [group["group"] for group in answer["groups"]] == ["ALL", "0", "1"]
        assert "study arm" in told.stdout
        assert "0.5000" in told.stdout
        assert "1 is a small group: 2" in told.stderr


class TestReports:
    def test_tell_each_of_their_answers(self, run: Run, contracts: Path) -> None:
        run("import", "relationships", contracts)

        for name, said in (
            ("survival", "still here"),
            ("incidence", "chose_to_leave"),
            ("cohorts", "2025-01"),
            ("churn", "gross kept"),
            ("kept-after-late", "median"),
            ("contacted", "difference"),
        ):
            result = run("report", name, "--as-of", "2026-05")

            assert result.exit_code == 0, result.output
            assert said in result.stdout
            assert "customers with a contract" in result.stdout

    def test_say_that_contact_was_not_randomised(self, run: Run) -> None:
        result = run("report", "contacted")

        assert "not randomised" in result.stderr
        assert "non randomizzato" in result.stderr

    def test_take_the_window_and_the_segments_asked_for(self, run: Run, contracts: Path) -> None:
        run("import", "relationships", contracts)

        result = run("report", "churn", "--as-of", "2026-05", "--window", "p1m", "--by", "segment",
                     "--json")  # fmt: skip

        answer = json.loads(result.stdout)
        assert answer["asked"]["window_first"] == "2026-05-01"
        assert answer["rows"][0]["churn"]["hits"] == 1
