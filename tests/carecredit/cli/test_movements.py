import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result

from carecredit.cli import context, report
from carecredit.desk import CareCredit
from carecredit.kernel.clock import parse_instant
from carecredit.kernel.errors import Invalid
from carecredit.metrics.queries import NotByOperator
from ledgers import Ledger

NOW = parse_instant("2024-06-10T10:00:00+00:00")
Run = Callable[..., Result]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: NOW)
    monkeypatch.setattr(sys.modules["carecredit.cli.movements"], "desk", lambda: opened)
    yield opened
    opened.store.dispose()


@pytest.fixture
def code(desk: CareCredit) -> str:
    ledger = Ledger()
    north = ledger.invoice(9_000, date(2024, 1, 5), date(2024, 2, 5), segment="north")
    ledger.payment(3_000, date(2024, 3, 1), to=north)
    ledger.invoice(1_000, date(2024, 1, 5), date(2024, 2, 5), segment="south")
    return ledger.write(desk.store).hex


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    def invoke(*arguments: str) -> Result:
        monkeypatch.setattr(context.out, "width", 300)
        return CliRunner().invoke(report, arguments)

    return invoke


@pytest.fixture
def shown(run: Run, code: str) -> Callable[..., list[list[str]]]:
    def lines(*arguments: str) -> list[list[str]]:
        with context.out.capture() as text:
            result = run(*arguments, "--client", code)
        assert result.exit_code == 0, result.output
        return [line.split() for line in text.get().splitlines()]

    return lines


class TestCareReports:
    def test_are_shown_beside_their_quality(self, shown: Any, run: Run, code: str) -> None:
        repeats = shown("repeats", "--within", "24h")
        handling = shown("handling")
        refused = run("handling", "--client", code, "--operator", "Anna")

        assert any(line[:1] == ["all"] and "(no_data)" in line for line in repeats), repeats
        assert {line[0] for line in handling if line} >= {"talk", "whole", "Quality", "csat"}
        assert isinstance(refused.exception, NotByOperator)


class TestRoll:
    def test_shows_shares_by_bucket(self, shown: Any) -> None:
        lines = shown("roll", "--as-of", "2024-03")

        (row,) = (line for line in lines if line[:1] == ["1_30"])
        assert row[:3] == ["1_30", "100.00", "2"]
        shares = ["0.00", "0.00", "70.00", "0.00", "0.00", "30.00", "0.00", "0.00"]
        assert row[3:] == [word for share in shares for word in (share, "%")]

    def test_answers_as_json_for_a_segment_as_known_then(self, run: Run, code: str) -> None:
        result = run(
            "roll", "--client", code, "--as-of", "2024-03", "--known-at", "2024-02-20",
            "--segment", "north", "--buckets", "1,31", "--json",
        )  # fmt: skip

        found = json.loads(result.stdout)
        assert [row["amount"] for row in found["rows"]] == ["0.00", "90.00", "0.00"]
        assert found["rows"][1]["to"][2]["amount"] == "90.00"
        assert found["question"]["known_at"].startswith("2024-02-20T23:59:59")

    def test_refuses_buckets_that_do_not_rise(self, run: Run, code: str) -> None:
        assert isinstance(run("roll", "--client", code, "--buckets", "31,1").exception, Invalid)

    @pytest.mark.usefixtures("desk")
    def test_asks_whose_book_it_is(self, run: Run) -> None:
        result = run("roll")

        assert result.exit_code == 2
        assert "--client" in result.stderr


class TestCure:
    def test_shows_what_went_how_and_the_rate(self, shown: Any) -> None:
        lines = shown("cure", "--as-of", "2024-03")

        assert ["amount", "100.00", "30.00", "0.00", "0.00", "70.00", "0.3000"] in lines
        assert ["balances", "2", "0", "0", "0", "2", "0.0000", "0.0000", "to", "0.6576"] in lines


class TestRecovery:
    def test_shows_cohorts_by_month(self, shown: Any) -> None:
        lines = shown("recovery", "--as-of", "2024-05-10")

        rate = "0.3000"
        assert ["2024-02", "100.00", "2", rate, rate, "(insufficient_history)"] in lines


class TestForecast:
    def test_shows_both_forecasters_and_their_error(self, shown: Any) -> None:
        lines = shown("forecast", "--as-of", "2024-03-03", "--weeks", "2")

        assert ["2024-03-04/2024-03-10", "70.00", "2.31"] in lines
        assert ["2024-02-26/2024-03-03", "0.00", "0.00", "30.00"] in lines
        assert ["naive", "missed", "130.00:", "4.3333", "of", "what", "was", "received"] in lines
