"""`carecredit report metric` and `report parts`: one number, by segment, and what it is made of."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from carecredit.cli import context, report
from carecredit.desk import CareCredit
from carecredit.kernel.clock import parse_instant
from carecredit.metrics.queries.rates import UnknownRateSet
from ledgers import Ledger

NOW = parse_instant("2024-06-10T10:00:00+00:00")
Run = Callable[..., Result]


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: NOW)
    monkeypatch.setattr(sys.modules["carecredit.cli.numbers"], "desk", lambda: opened)
    ledger = Ledger()
    north = ledger.invoice(9_000, date(2024, 1, 5), date(2024, 2, 5), segment="north")
    ledger.payment(3_000, date(2024, 3, 1), to=north)
    ledger.invoice(1_000, date(2024, 1, 5), date(2024, 2, 5), segment="south")
    yield ledger.write(opened.store).hex
    opened.store.dispose()


@pytest.fixture
def run(code: str) -> Run:
    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(
            report, [*arguments, "--client", code, "--as-of", "2024-03"], catch_exceptions=False
        )
        assert result.exit_code == 0, result.output
        return result

    return invoke


def printed(run: Run, *arguments: str) -> list[list[str]]:
    with context.out.capture() as text:
        run(*arguments)
    return [line.split() for line in text.get().splitlines()]


class TestRateSet:
    @pytest.mark.parametrize(
        "words",
        [
            ("metric", "receivables.open"),
            ("metric", "receivables.open", "--by", "segment"),
            ("parts", "receivables.open"),
        ],
    )
    def test_is_asked_of_one_number_and_of_what_is_behind_it(
        self, code: str, words: tuple[str, ...]
    ) -> None:
        asked = [*words, "--client", code, "--as-of", "2024-03", "--rate-set", "ECB"]

        result = CliRunner().invoke(report, asked)

        assert isinstance(result.exception, UnknownRateSet)


class TestMetric:
    def test_shows_one_number_with_what_it_was_divided_from(self, run: Run) -> None:
        lines = printed(run, "metric", "dso.simple.p3m")

        assert ["ALL", "63.70", "days", "70.00", "100.00"] in lines

    def test_shows_the_whole_and_every_segment(self, run: Run) -> None:
        lines = printed(run, "metric", "receivables.open", "--by", "segment")

        rows = [line[:2] for line in lines if line and line[0] in {"ALL", "north", "south"}]
        assert rows == [["ALL", "70.00"], ["north", "60.00"], ["south", "10.00"]]

    def test_answers_as_json(self, run: Run) -> None:
        told = json.loads(run("metric", "receivables.open", "--by", "segment", "--json").stdout)

        assert [row["segment"] for row in told["rows"]] == ["ALL", "north", "south"]

    def test_takes_one_segment_or_all_of_them(self, code: str) -> None:
        result = CliRunner().invoke(
            report,
            ["metric", "cei.p1m", "--by", "segment", "--segment", "north", "--client", code],
        )

        assert result.exit_code == 2
        assert "leave --segment out" in result.stderr


class TestParts:
    def test_lists_documents_with_the_total_at_the_foot(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(context.out, "width", 200)

        lines = printed(run, "parts", "receivables.open")

        assert [line[-1] for line in lines if line[:1] == ["invoice"]] == ["60.00", "10.00"]
        assert " ".join(lines[-1]) == "all 2 add up to 70.00"

    def test_shows_amounts_whole_on_a_narrow_terminal(
        self, run: Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(context.out, "width", 40)

        words = {line[-1] for line in printed(run, "parts", "receivables.open") if line}

        assert {"60.00", "10.00", "70.00"} <= words

    def test_folds_nothing_through_a_pipe(self) -> None:
        code = "from carecredit.cli.context import out; print(out.width)"

        told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

        assert int(told.stdout) >= 1_000

    def test_writes_csv_and_nothing_else_on_standard_output(self, run: Run) -> None:
        rows = list(csv.DictReader(io.StringIO(run("parts", "cei.p1m", "--format", "csv").stdout)))

        assert {row["kind"] for row in rows} == {"invoice"}
        assert {row["currency"] for row in rows} == {"EUR"}

    def test_writes_a_workbook_that_says_what_it_is_of(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "parts.xlsx"

        run("parts", "receivables.open", "--limit", "1", "--out", str(file))

        book = openpyxl.load_workbook(file)
        assert (book["parts"]["A2"].value, book["parts"]["H2"].value) == ("invoice", 60)
        said = {str(cell.value) for sheet in book for row in sheet for cell in row}
        assert {"70.00", "1 of 2"} <= said

    def test_says_where_a_page_goes_on(self, run: Run, code: str) -> None:
        with context.err.capture() as text:
            run("parts", "receivables.open", "--limit", "1", "--json")

        assert "1 of 2" in text.get()
        assert "--offset 1" in text.get()
        assert code
