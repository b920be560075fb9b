"""On the command line: statements, the month's page and the series go to files by their names."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pypdf
import pytest
from click.testing import CliRunner, Result

import worlds
from carecredit.cli import carecredit, context
from carecredit.desk import CareCredit
from carecredit.kernel.errors import Invalid
from carecredit.papers.facade import FormUnknown

IBAN = "IT60X0542811101000000123456"
Run = Callable[..., Result]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    opened = CareCredit.memory(clock=lambda: worlds.NOW)
    for name in ("report", "setup", "statement"):
        monkeypatch.setattr(sys.modules[f"carecredit.cli.{name}"], "desk", lambda: opened)
    client_id = worlds.found_client(opened.store, iban=IBAN)
    customer_id = worlds.add_customer(opened.store, client_id)
    worlds.add_invoice(opened.store, client_id, customer_id)
    worlds.add_customer(opened.store, client_id, "K-2", name="")
    worlds.pay(opened.store, client_id, customer_id, amount_minor=5_000, received_on=worlds.TODAY)
    yield opened
    opened.store.dispose()


@pytest.fixture
def run(desk: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    del desk

    def invoke(*arguments: str | Path) -> Result:
        monkeypatch.setattr(context.out, "width", 300)
        return CliRunner().invoke(carecredit, [str(each) for each in arguments])

    return invoke


class TestStatement:
    @pytest.mark.parametrize(("form", "begins"), [("pdf", b"%PDF"), ("html", b"<!doctype html>")])
    def test_is_written_as_its_file_is_named(
        self, run: Run, tmp_path: Path, form: str, begins: bytes
    ) -> None:
        file = tmp_path / f"k1.{form}"

        result = run("statement", "--client", "ACQ", "--customer", "K-1", "--out", file)

        assert result.exit_code == 0, result.output
        assert file.read_bytes().startswith(begins)

    def test_goes_to_the_terminal_as_json(self, run: Run) -> None:
        result = run("statement", "--client", "ACQ", "--customer", "K-1", "--as-of", "2026-06-07")

        told = json.loads(result.stdout)
        assert told["accounts"][0]["open"] == "120.00"
        assert told["as_of"] == "2026-06-07"

    def test_of_a_customer_without_a_name_is_for_the_number(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "k2.html"

        result = run("statement", "--client", "ACQ", "--customer", "K-2", "--out", file)
        told = json.loads(run("statement", "--client", "ACQ", "--customer", "K-2").stdout)

        assert "The statement of K-2 is in" in result.output
        assert "Per il cliente K-2" in file.read_text(encoding="utf-8")
        assert told["customer"] == "K-2"

    def test_is_in_the_language_asked_for(self, run: Run, tmp_path: Path) -> None:
        own, asked = tmp_path / "own.html", tmp_path / "asked.html"

        run("statement", "--client", "ACQ", "--customer", "K-1", "--out", own)
        run("statement", "--client", "ACQ", "--customer", "K-1", "--lang", "en", "--out", asked)

        assert "Estratto conto" in own.read_text(encoding="utf-8")
        assert "Statement of account" in asked.read_text(encoding="utf-8")

    def test_of_a_form_that_is_not_written_is_refused(self, run: Run, tmp_path: Path) -> None:
        result = run("statement", "--client", "ACQ", "--customer", "K-1", "--out",
                     tmp_path / "k1.doc")  # fmt: skip

        assert isinstance(result.exception, FormUnknown)
        assert not (tmp_path / "k1.doc").exists()


class TestReportMonthly:
    def test_is_a_pdf_of_the_month(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "may.pdf"

        result = run("report", "monthly", "--client", "ACQ", "--month", "2026-05", "--lang", "en",
                     "--out", file)  # fmt: skip

        assert result.exit_code == 0, result.output
        said = pypdf.PdfReader(file).pages[0].extract_text()
        assert "May 2026" in said
        assert "120.00" in said

    def test_of_a_day_is_refused(self, run: Run, tmp_path: Path) -> None:
        result = run("report", "monthly", "--client", "ACQ", "--month", "2026-05-31", "--out",
                     tmp_path / "x.pdf")  # fmt: skip

        assert isinstance(result.exception, Invalid)


class TestReportSeries:
    def ask(self, run: Run, *more: str | Path) -> Result:
        return run("report", "series", "--client", "ACQ", "--at", "2026-05", *more)

    def test_is_written_as_its_file_is_named(self, run: Run, tmp_path: Path) -> None:
        book, parquet, text = (tmp_path / f"s.{form}" for form in ("xlsx", "parquet", "csv"))

        for file in (book, parquet, text):
            assert self.ask(run, "--out", file).exit_code == 0

        sheet = openpyxl.load_workbook(io.BytesIO(book.read_bytes()))["series"]
        assert sheet["E2"].value == 120
        query = f"""SELECT as_of, "receivables.open"::DOUBLE FROM '{parquet}'"""
        assert duckdb.connect().execute(query).fetchall() == [(date(2026, 5, 31), 120.0)]
        assert text.read_text(encoding="utf-8") == self.ask(run).stdout

    def test_in_a_form_of_bytes_needs_a_file(self, run: Run) -> None:
        result = self.ask(run, "--format", "xlsx")

        assert result.exit_code == 2
        assert "--out" in result.output


class TestClientSet:
    def test_changes_the_account_and_drops_the_old_bic(self, run: Run, desk: Any) -> None:
        run("client", "set", "--code", "ACQ", "--bic", "BPMOIT22")
        told = run("client", "set", "--code", "ACQ", "--iban", "DE89 3704 0044 0532 0130 00")

        pay = desk.papers.statement(client="ACQ", customer="K-1").pay
        assert "DE89 3704 0044 0532 0130 00" in told.stdout
        assert (pay.iban, pay.bic, pay.payee) == ("DE89370400440532013000", None, "Acque ACQ")

    def test_takes_an_account_away(self, run: Run, desk: Any) -> None:
        run("client", "set", "--code", "ACQ", "--iban", "")

        assert desk.papers.statement(client="ACQ", customer="K-1").pay is None

    def test_refuses_one_that_does_not_fit_and_keeps_what_is(self, run: Run, desk: Any) -> None:
        result = run("client", "set", "--code", "ACQ", "--iban", "IT61X0542811101000000123456")

        assert isinstance(result.exception, Invalid)
        assert desk.papers.statement(client="ACQ", customer="K-1").pay.iban == IBAN

    def test_asks_what_to_set(self, run: Run) -> None:
        assert run("client", "set", "--code", "ACQ").exit_code == 2
