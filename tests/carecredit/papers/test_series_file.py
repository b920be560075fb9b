"""A series as a file: typed columns with the figures of the wide file, and what they mean."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from carecredit.mandates.queries import client
from carecredit.mandates.views import Client
from carecredit.metrics.numerals import LANGUAGES
from carecredit.metrics.queries import series
from carecredit.metrics.views import Series
from carecredit.papers.files import TableForm
from carecredit.papers.series_file import narrowed, series_bytes
from carecredit.store.session import Store
from ledgers import CALLER, Ledger

NOW = datetime(2024, 6, 1, tzinfo=UTC)
DATES = (date(2024, 1, 31), date(2024, 2, 29))


@pytest.fixture
def found(sqlite_store: Store) -> tuple[Series, Client]:
    book = Ledger()
    invoice = book.invoice(9_150, date(2024, 1, 5), date(2024, 1, 20), segment="=north")
    book.payment(4_000, date(2024, 2, 10), to=invoice)
    client_id = book.write(sqlite_store)
    with sqlite_store.read(CALLER) as session:
        return (
            series(session, client_id=client_id, dates=DATES, by_segment=True),
            client(session, client_id=client_id),
        )


def made(found: tuple[Series, Client], form: TableForm) -> bytes:
    return series_bytes(found[0], form, client=found[1], now=NOW)


class TestTheWorkbook:
    def test_has_the_figures_of_the_wide_file_with_their_types(
        self, found: tuple[Series, Client]
    ) -> None:
        wide = list(csv.DictReader(io.StringIO(made(found, "csv").decode())))
        sheet = openpyxl.load_workbook(io.BytesIO(made(found, "xlsx")))["series"]
        head = [cell.value for cell in sheet[1]]
        rows = [dict(zip(head, cells, strict=True)) for cells in sheet.iter_rows(min_row=2)]

        assert [len(wide), head] == [len(rows), list(wide[0])]
        for line, cells in zip(wide, rows, strict=True):
            assert cells["as_of"].value.date().isoformat() == line["as_of"]
            for name in ("receivables.open", "dso.simple.p3m", "invoices.open_count"):
                assert cells[name].data_type == "n"
                stated = float(line[name]) if line[name] else None
                assert cells[name].value == (stated and pytest.approx(stated))
            assert cells["dso.simple.p3m.status"].value == line["dso.simple.p3m.status"]

    def test_writes_a_segment_that_looks_like_a_formula_as_its_name(
        self, found: tuple[Series, Client]
    ) -> None:
        sheet = openpyxl.load_workbook(io.BytesIO(made(found, "xlsx")))["series"]

        names = {cell.value: cell.data_type for (cell,) in sheet.iter_rows(min_row=2, max_col=1)}
        assert names == {"ALL": "s", "=north": "s"}

    def test_defines_every_column_and_says_as_known_when(
        self, found: tuple[Series, Client]
    ) -> None:
        book = openpyxl.load_workbook(io.BytesIO(made(found, "xlsx")))

        defined = [row[0].value for row in book["definitions"].iter_rows(min_row=2)]
        assert defined == list(found[0].ids)
        facts = {row[0].value: row[1].value for row in book["about"].iter_rows()}
        assert facts["as_of"] == "2024-01-31 to 2024-02-29"
        assert facts["definitions_version"] == "1"
        assert facts["known_at"].endswith("2024-06-01T00:00:00Z")

    def test_says_what_a_number_means_in_the_language_asked_for(
        self, found: tuple[Series, Client]
    ) -> None:
        said = {}
        for language in LANGUAGES:
            body = series_bytes(found[0], "xlsx", client=found[1], now=NOW, language=language)
            rows = openpyxl.load_workbook(io.BytesIO(body))["definitions"].iter_rows()
            head, *lines = ([cell.value for cell in row] for row in rows)
            said[language] = dict(zip(head, lines[0], strict=True))

        assert said["en"]["formula"].startswith("sum over invoices")
        assert said["it"]["formula"].startswith("somma sulle fatture")
        assert (said["en"]["name"], said["it"]["nome"]) == ("Open", "Aperto")


class TestTheParquetFile:
    def test_has_the_exact_figures(self, found: tuple[Series, Client], tmp_path: Path) -> None:
        wide = list(csv.DictReader(io.StringIO(made(found, "csv").decode())))
        path = tmp_path / "series.parquet"
        path.write_bytes(made(found, "parquet"))

        query = f"""SELECT segment, as_of, "receivables.open", "dso.simple.p3m" FROM '{path}'"""
        rows: list[Any] = duckdb.connect().execute(query).fetchall()

        assert len(rows) == len(wide)
        for (segment, as_of, opened, dso), line in zip(rows, wide, strict=True):
            assert segment == line["segment"].removeprefix("'")
            assert as_of.isoformat() == line["as_of"]
            assert f"{opened:.2f}" == line["receivables.open"]
            assert (None if dso is None else f"{dso:f}") == (line["dso.simple.p3m"] or None)


class TestNarrowing:
    def test_keeps_the_measures_asked_for_in_their_order(
        self, found: tuple[Series, Client]
    ) -> None:
        few = narrowed(found[0], ["cei.p1m", "receivables.open"])

        text = series_bytes(few, "csv", client=found[1], now=NOW).decode()
        assert text.splitlines()[0] == (
            "segment,currency,as_of,known_at,cei.p1m,cei.p1m.status,receivables.open,"
            "receivables.open.status"
        )
        assert (
            few.rows[0].measures[1]
            == found[0].rows[0].measures[found[0].ids.index("receivables.open")]
        )
