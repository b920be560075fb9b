"""Papers through the door: by format or Accept, under the reader's right, with nothing to fetch."""

import base64
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pypdf
import pytest

import servers
import worlds
from centre import opened

API = "/api/v1"


@pytest.fixture(scope="module")
def calm(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One centre for all that only reads."""
    folder = tmp_path_factory.mktemp("papers")
    with opened(servers.copy_database(sqlite_template, folder / "carecredit.db"), folder) as made:
        worlds.pay(made.store, made.ours.id, made.ours.customer_id, amount_minor=2_000)
        yield made


def statement(centre: Any, query: str = "", **options: Any) -> Any:
    return centre.get(f"{API}/customers/{centre.ours.customer_id}/statement{query}", **options)


class TestAStatement:
    def test_is_json_unless_asked_otherwise(self, calm: Any) -> None:
        answer = statement(calm)

        told = answer.json()
        assert answer.headers["content-type"] == "application/json"
        assert (told["accounts"][0]["open"], told["accounts"][0]["balance"]) == ("100.00", "100.00")
        assert told["as_of"] == "2026-06-08"

    def test_is_as_of_another_day_and_as_known_then(self, calm: Any) -> None:
        earlier = statement(calm, "?as_of=2026-06-07&since=2026-06-01").json()
        unknown = statement(calm, "?known_at=2026-06-07").json()

        assert earlier["accounts"][0]["open"] == "120.00"
        assert earlier["since"] == "2026-06-01"
        assert unknown["accounts"][0]["items"] == []

    @pytest.mark.parametrize(
        ("query", "accept", "media_type", "begins"),
        [
            ("?format=pdf", "application/json", "application/pdf", b"%PDF"),
            ("?format=html", "*/*", "text/html", b"<!doctype html>"),
            ("", "application/pdf", "application/pdf", b"%PDF"),
            ("", "text/html,application/xhtml+xml", "text/html", b"<!doctype html>"),
            ("", "*/*", "application/json", b"{"),
        ],
    )
    def test_comes_in_the_form_that_is_asked_for(
        self, calm: Any, query: str, accept: str, media_type: str, begins: bytes
    ) -> None:
        answer = statement(calm, query, headers={"Accept": accept})

        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(media_type)
        assert answer.content.startswith(begins)
        assert answer.headers["cache-control"] == "no-store"

    def test_lets_a_browser_use_its_own_style_and_nothing_else(self, calm: Any) -> None:
        answer = statement(calm, "?format=html&lang=en")

        style = answer.text.partition("<style>")[2].partition("</style>")[0]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        policy = answer.headers["content-security-policy"]
        assert f"style-src 'sha256-{digest}'" in policy
        assert "default-src 'none'" in policy
        assert "Statement of account" in answer.text

    def test_of_anothers_customer_is_unknown(self, calm: Any) -> None:
        theirs = calm.get(f"{API}/customers/{calm.theirs.customer_id}/statement")
        nowhere = calm.get(f"{API}/customers/{calm.theirs.customer_id}/statement?client=NRD")

        assert [it.status_code for it in (theirs, nowhere)] == [404, 404]

    @pytest.mark.parametrize(
        ("query", "field"),
        [("?since=2026-07-01", "since"), ("?as_of=june", "as_of"), ("?format=doc", "format")],
    )
    def test_that_cannot_be_is_refused_with_its_field(
        self, calm: Any, query: str, field: str
    ) -> None:
        answer = statement(calm, query)

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == f"/{field}"


class TestTheMonth:
    def test_is_a_page_or_a_pdf(self, calm: Any) -> None:
        page = calm.get(f"{API}/metrics/monthly?month=2026-06&lang=en", key="finance")
        paper = calm.get(f"{API}/metrics/monthly?month=2026-06&format=pdf", key="finance")

        assert "June 2026" in page.text
        assert page.headers["content-type"].startswith("text/html")
        said = pypdf.PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
        assert "giugno 2026" in said

    def test_is_not_for_an_operator(self, calm: Any) -> None:
        assert calm.get(f"{API}/metrics/monthly?month=2026-06").status_code == 403

    @pytest.mark.parametrize("month", ["2026-06-08", "2026-13", "2027-01"])
    def test_that_is_none_or_has_not_begun_is_refused(self, calm: Any, month: str) -> None:
        answer = calm.get(f"{API}/metrics/monthly?month={month}", key="finance")

        assert answer.status_code == 422
        assert answer.json()["errors"][0]["pointer"] == "/month"


class TestTheSeries:
    def ask(self, centre: Any, more: str) -> Any:
        query = f"at=2026-06-08&ids=receivables.open,dso.simple.p3m&{more}"
        return centre.get(f"{API}/metrics/series?{query}", key="finance")

    def test_is_a_workbook_with_types(self, calm: Any) -> None:
        answer = self.ask(calm, "format=xlsx")

        sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["series"]
        assert [cell.value for cell in sheet[1]][4:] == [
            "receivables.open", "receivables.open.status",
            "dso.simple.p3m", "dso.simple.p3m.status",
        ]  # fmt: skip
        assert sheet["E2"].value == 100
        assert 'filename="series.xlsx"' in answer.headers["content-disposition"]

    def test_is_csv_or_parquet(self, calm: Any, tmp_path: Path) -> None:
        text, parquet = self.ask(calm, "format=csv"), self.ask(calm, "format=parquet")
        path = tmp_path / "s.parquet"
        path.write_bytes(parquet.content)

        assert text.text.splitlines()[1].startswith("ALL,EUR,2026-06-08,,100.00,ok,")
        query = f"""SELECT "receivables.open"::DOUBLE FROM '{path}'"""
        assert duckdb.connect().execute(query).fetchall() == [(100.0,)]

    def test_is_json_as_it_always_was(self, calm: Any) -> None:
        told = self.ask(calm, "").json()

        assert told["rows"][0]["metrics"]["receivables.open"]["value"] == "100.00"
