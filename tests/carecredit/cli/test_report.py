import csv
import io
import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result

from carecredit.cli import context
from carecredit.cli.report import report
from carecredit.desk import CareCredit
from carecredit.kernel.clock import parse_instant
from carecredit.kernel.errors import Invalid
from carecredit.receivables.model import Rate
from carecredit.receivables.operations import open_book
from ledgers import CALLER, Ledger

NOW = parse_instant("2024-04-10T10:00:00+00:00")
Run = Callable[..., Result]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: NOW)
    # The group has the name of its module, so a path with dots would find the group.
    monkeypatch.setattr(sys.modules["carecredit.cli.report"], "desk", lambda: opened)
    yield opened
    opened.store.dispose()


@pytest.fixture
def code(desk: CareCredit) -> str:
    ledger = Ledger()
    ledger.invoice(9_100, date(2024, 1, 5), date(2024, 2, 5), segment="north")
    return ledger.write(desk.store).hex


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    def invoke(*arguments: str) -> Result:
        monkeypatch.setattr(context.out, "width", 300)
        return CliRunner().invoke(report, arguments)

    return invoke


class TestSeries:
    def test_writes_month_ends_as_csv_and_nothing_else(self, run: Run, code: str) -> None:
        result = run("series", "--client", code, "--from", "2024-01", "--to", "2024-03")

        rows = list(csv.DictReader(io.StringIO(result.stdout)))
        assert result.exit_code == 0
        assert [row["as_of"] for row in rows] == ["2024-01-31", "2024-02-29", "2024-03-31"]
        assert {row["known_at"] for row in rows} == {""}
        assert rows[-1]["dso.simple.p3m"] == "91.0000000000"

    def test_takes_dates_in_place_of_a_range_and_rows_by_segment(self, run: Run, code: str) -> None:
        result = run(
            "series", "--client", code, "--at", "2024-02,2024-03-10", "--by", "segment",
            "--known-at", "2024-03-31", "--format", "json",
        )  # fmt: skip

        rows = json.loads(result.stdout)
        assert [(row["segment"], row["as_of"], row["known_at"]) for row in rows] == [
            ("ALL", "2024-02-29", "2024-03-31"),
            ("ALL", "2024-03-10", "2024-03-31"),
            ("north", "2024-02-29", "2024-03-31"),
            ("north", "2024-03-10", "2024-03-31"),
        ]
        assert rows[0]["metrics"]["receivables.net"] == {"value": "91.00", "status": "ok"}

    def test_has_the_last_twelve_month_ends_unless_told(self, run: Run, code: str) -> None:
        rows = list(csv.DictReader(io.StringIO(run("series", "--client", code).stdout)))

        assert (rows[0]["as_of"], rows[-1]["as_of"]) == ("2023-05-31", "2024-03-31")

    @pytest.mark.parametrize(
        "arguments",
        [("--at", "2024-02", "--from", "2024-01"), ("--frozen", "--known-at", "2024-01")],
    )
    def test_refuses_what_contradicts_itself(
        self, run: Run, code: str, arguments: tuple[str, ...]
    ) -> None:
        result = run("series", "--client", code, *arguments)

        assert result.exit_code == 2
        assert result.stdout == ""

    def test_refuses_a_range_without_an_end_of_a_month(self, run: Run, code: str) -> None:
        result = run("series", "--client", code, "--from", "2024-01-02", "--to", "2024-01-05")

        assert isinstance(result.exception, Invalid)
        assert result.stdout == ""


class TestSummary:
    def test_is_what_report_alone_shows(self, run: Run, code: str) -> None:
        result = run("--client", code, "--as-of", "2024-03", "--json")

        answers = {answer["id"]: answer for answer in json.loads(result.stdout)}
        assert answers["dso.simple.p3m"]["value"] == "91.0000000000"
        assert answers["dso.simple.p3m"]["as_of"] == "2024-03-31"
        assert answers["dso.simple.p3m"]["denominator"] == "91.00"

    def test_shows_numbers_with_what_they_came_from(self, run: Run, code: str) -> None:
        with context.out.capture() as shown:
            run("summary", "--client", code, "--as-of", "2024-03", "--segment", "north")

        line, meaning = (
            row for row in shown.get().splitlines() if row.startswith("dso.simple.p3m")
        )
        assert line.split()[1:] == ["91.00", "days", "91.00", "91.00", "2024-01-01/2024-03-31"]
        assert meaning == "dso.simple.p3m = net / sales x days"
        assert "(no_data)" in shown.get()

    def test_says_at_which_closing_rates_it_was_converted(self, desk: CareCredit, run: Run) -> None:
        ledger = Ledger()
        ledger.invoice(10_000, date(2024, 1, 5), currency="USD")
        client_id = ledger.write(desk.store)
        with desk.store.begin(CALLER) as session:
            book_id = open_book(session, client_id=client_id, now=NOW)
            session.add(
                Rate(
                    client_id=client_id, rate_set="ECB", currency="USD", into="EUR",
                    day=date(2024, 1, 2), rate_billionths=900_000_000, source="made up",
                    book_id=book_id, recorded_at=NOW,
                )
            )  # fmt: skip

        result = run("--client", client_id.hex, "--as-of", "2024-03", "--currency", "EUR",
                     "--rate-set", "ECB")  # fmt: skip

        assert "1 USD = 0.900000000 of 2024-01-02" in result.stderr

    def test_cuts_no_cell_on_a_narrow_terminal(self, code: str) -> None:
        with context.out.capture() as shown, pytest.MonkeyPatch.context() as narrow:
            narrow.setattr(context.out, "width", 60)
            CliRunner().invoke(report, ["--client", code, "--as-of", "2024-03"])

        assert "2024-01-01/2024-03-31" in shown.get()
        assert "\N{HORIZONTAL ELLIPSIS}" not in shown.get()

    @pytest.mark.usefixtures("desk")
    def test_asks_whose_book_it_is(self, run: Run) -> None:
        result = run()

        assert result.exit_code == 2
        assert "--client" in result.stderr
