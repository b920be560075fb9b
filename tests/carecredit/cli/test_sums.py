import json
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from carecredit.cli import carecredit, context
from carecredit.desk import CareCredit
from carecredit.kernel.clock import parse_instant
from carecredit.kernel.errors import Invalid
from carecredit.metrics.model import DayChange
from ledgers import CALLER, Ledger

NOW = parse_instant("2024-06-10T10:00:00+00:00")
Run = Callable[..., Result]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Any:
    opened = CareCredit.memory(clock=lambda: NOW)
    for name in ("sums", "movements"):
        monkeypatch.setattr(sys.modules[f"carecredit.cli.{name}"], "desk", lambda: opened)
    yield opened
    opened.store.dispose()


@pytest.fixture
def code(desk: CareCredit) -> str:
    ledger = Ledger()
    ledger.invoice(9_000, date(2024, 1, 5), date(2024, 2, 5), segment="north")
    ledger.invoice(1_000, date(2024, 6, 5), date(2024, 7, 5))
    return ledger.write(desk.store).hex


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    def invoke(*arguments: str) -> Result:
        monkeypatch.setattr(context.out, "width", 300)
        return CliRunner().invoke(carecredit, arguments)

    return invoke


def spoil(desk: CareCredit) -> None:
    with desk.store.begin(CALLER) as session:
        session.execute(update(DayChange).values(open_minor=DayChange.open_minor + 1))


class TestSumUp:
    def test_stores_what_came_in_and_then_has_nothing_to_do(
        self, run: Run, desk: CareCredit, code: str
    ) -> None:
        assert desk.finance.tail(client=code) == 1
        for _ in range(2):
            assert run("db", "sum-up", "--client", code).exit_code == 0
            assert desk.finance.tail(client=code) == 0

    def test_anew_mends_what_was_stored_wrong(self, run: Run, desk: CareCredit, code: str) -> None:
        run("db", "sum-up")
        spoil(desk)

        assert desk.finance.proof(client=code)
        assert run("db", "sum-up", "--anew", "--client", code).exit_code == 0
        assert desk.finance.proof(client=code) == []

    @pytest.mark.usefixtures("desk")
    def test_anew_is_for_one_company(self, run: Run) -> None:
        assert run("db", "sum-up", "--anew").exit_code == 2


class TestVerify:
    def test_says_how_long_the_tail_is(self, run: Run, code: str) -> None:
        result = run("report", "verify", "--client", code, "--json")

        assert result.exit_code == 0
        assert json.loads(result.stdout) == {
            "client": code, "unsummed_books": 1, "differing": [],
        }  # fmt: skip

    def test_fails_and_names_what_differs(self, run: Run, desk: CareCredit, code: str) -> None:
        run("db", "sum-up")
        spoil(desk)
        result = run("report", "verify", "--client", code, "--json")

        assert result.exit_code == 1
        assert "2024-01-05 open_minor: stored 9001, the entries say 9000" in result.stdout


class TestBiRole:
    def test_prints_statements_and_runs_none(self, run: Run, code: str) -> None:
        result = run("db", "bi-role", "bi_acq", "--client", code)
        lines = result.stdout.splitlines()

        assert result.exit_code == 0
        assert lines[0].startswith("CREATE ROLE bi_acq LOGIN NOSUPERUSER")
        assert all(line.endswith(";") for line in lines)

    def test_refuses_a_name_that_is_more_than_a_name(self, run: Run, code: str) -> None:
        result = run("db", "bi-role", "x; DROP TABLE invoices", "--client", code)

        assert isinstance(result.exception, Invalid)


class TestAging:
    def test_shows_any_buckets_by_segment(self, run: Run, code: str) -> None:
        result = run(
            "report", "aging", "--client", code, "--as-of", "2024-06-10", "--buckets", "1,100",
            "--by-segment", "--json",
        )  # fmt: skip
        found = json.loads(result.stdout)
        whole, north = found["rows"]

        assert [(each["bucket"], each["amount"]) for each in whole["buckets"]] == [
            ("current", "10.00"), ("1_99", "0.00"), ("100_plus", "90.00"),
        ]  # fmt: skip
        assert (whole["net"], north["segment"], north["net"]) == ("100.00", "north", "90.00")

    def test_shows_a_table(self, run: Run, code: str) -> None:
        with context.out.capture() as text:
            result = run("report", "aging", "--client", code, "--by", "invoice")

        assert result.exit_code == 0
        assert "91_plus" in text.get()
        assert "90.00" in text.get()
