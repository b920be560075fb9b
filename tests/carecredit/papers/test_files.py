"""Files keep types: numbers as numbers, days as days, names never as formulas."""

import csv
import io
import json
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from carecredit.papers.files import TableForm, table_bytes
from carecredit.papers.parquet import ParquetMissing
from carecredit.papers.tables import About, Column, Kind, Meaning, Table
from carecredit.papers.workbook import TooLong

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "https://x", "007"]
COLUMNS = (
    Column("name", Kind.TEXT),
    Column("how_many", Kind.COUNT),
    Column("open", Kind.MONEY),
    Column("dso", Kind.DECIMAL, 1),
    Column("as_of", Kind.DATE),
    Column("known_at", Kind.INSTANT),
)
ROME = timezone(timedelta(hours=2))
ROWS: tuple[tuple[Any, ...], ...] = (
    ('Rossi, "Figli"\n& C.', 3, Decimal("1234.50"), Decimal("26.8000000001"),
     date(2026, 6, 8), datetime(2026, 6, 8, 9, 0, 1, tzinfo=ROME)),
    (None, None, None, None, None, None),
    ("", 0, Decimal(0), Decimal(0), date(1, 1, 1), None),
    ("\\N", -1, Decimal("-0.05"), Decimal("-0.5"), date(2024, 2, 29), None),
    ("zeros", 1, Decimal("12345678901234567.89"), Decimal(1), date(2026, 1, 1), None),
)  # fmt: skip
ABOUT = About(
    "It's a book", datetime(2026, 6, 8, 7, 0, 1, 234_567, tzinfo=UTC), (("as_of", "2026-06-08"),),
    (Meaning("dso", "days", "=net / sales x days", "calendar days", "the house"),),
)  # fmt: skip


def made(form: TableForm, rows: Any = ROWS, columns: Any = COLUMNS) -> bytes:
    return table_bytes(Table("a table", columns, rows), ABOUT, form)


def book(rows: Any = ROWS, columns: Any = COLUMNS) -> Any:
    return openpyxl.load_workbook(io.BytesIO(made("xlsx", rows, columns)))


class TestAWorkbook:
    def test_has_numbers_days_and_instants_of_their_own_type(self) -> None:
        sheet = book()["a table"]

        cells = {cell.column_letter: cell for cell in sheet[2]}
        assert [cells[at].data_type for at in "ABCDEF"] == ["s", "n", "n", "n", "d", "d"]
        assert cells["C"].value == 1234.5
        assert cells["C"].number_format == "#,##0.00"
        assert cells["D"].number_format == "#,##0.0"
        assert cells["E"].value == datetime(2026, 6, 8)  # noqa: DTZ001 - a workbook knows no zones
        assert cells["F"].value == datetime(2026, 6, 8, 7, 0, 1)  # noqa: DTZ001 - the same

    def test_leaves_the_place_of_nothing_empty_and_a_zero_a_zero(self) -> None:
        sheet = book()["a table"]

        assert [cell.value for cell in sheet[3]] == [None] * 6
        assert [sheet["B4"].value, sheet["C4"].value] == [0, 0]

    def test_writes_every_name_as_a_text(self) -> None:
        sheet = book([(name,) for name in FORMULAS], COLUMNS[:1])["a table"]

        cells = [row[0] for row in sheet.iter_rows(min_row=2)]
        assert [cell.value for cell in cells] == FORMULAS
        assert {cell.data_type for cell in cells} == {"s"}
        assert not any(cell.hyperlink for cell in cells)

    def test_writes_as_text_what_its_numbers_would_round_or_its_days_miscount(self) -> None:
        sheet = book()["a table"]

        assert sheet["C6"].value == "12345678901234567.89"
        assert sheet["E4"].value == "0001-01-01"

    def test_keeps_its_head_in_view_and_filters(self) -> None:
        sheet = book()["a table"]

        assert sheet.freeze_panes == "B2"
        assert sheet.auto_filter.ref == "A1:F6"

    def test_carries_definitions_and_what_it_is_of(self) -> None:
        sheets = book()

        assert sheets.sheetnames == ["a table", "definitions", "about"]
        assert [cell.value for cell in sheets["definitions"][2]][:3] == [
            "dso", "days", "=net / sales x days",
        ]  # fmt: skip
        facts = {row[0].value: row[1].value for row in sheets["about"].iter_rows()}
        assert facts["as_of"] == "2026-06-08"
        assert sheets.properties.title == "It's a book"

    def test_of_the_same_figures_is_the_same_file(self) -> None:
        assert made("xlsx") == made("xlsx")

    def test_refuses_a_text_longer_than_a_cell(self) -> None:
        with pytest.raises(TooLong):
            book([("x" * 32_768,)], COLUMNS[:1])


class TestAParquetFile:
    def rows(self, tmp_path: Path, form: bytes) -> Any:
        path = tmp_path / "made.parquet"
        path.write_bytes(form)
        return duckdb.connect().from_parquet(str(path))

    def test_has_exact_decimals_days_and_instants(self, tmp_path: Path) -> None:
        found = self.rows(tmp_path, made("parquet"))

        types = dict(zip(found.columns, map(str, found.types), strict=True))
        assert types == {
            "name": "VARCHAR", "how_many": "BIGINT", "open": "DECIMAL(38,10)",
            "dso": "DECIMAL(38,10)", "as_of": "DATE", "known_at": "TIMESTAMP WITH TIME ZONE",
        }  # fmt: skip
        told = found.project("name, how_many, open, dso, as_of").fetchall()
        assert told == [row[:5] for row in ROWS]

    def test_keeps_the_instant(self, tmp_path: Path) -> None:
        found = self.rows(tmp_path, made("parquet")).project("epoch_us(known_at)").fetchall()

        instant = ROWS[0][5]
        assert found[0][0] == int(instant.timestamp()) * 1_000_000
        assert found[1][0] is None

    def test_says_what_it_is_of(self, tmp_path: Path) -> None:
        path = tmp_path / "made.parquet"
        path.write_bytes(made("parquet"))
        query = f"SELECT key, value FROM parquet_kv_metadata('{path}')"

        facts = dict(duckdb.connect().execute(query).fetchall())

        assert facts[b"title"] == b"It's a book"
        assert facts[b"as_of"] == b"2026-06-08"

    def test_without_the_extra_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "duckdb", None)

        with pytest.raises(ParquetMissing, match=r"carecredit\[parquet\]"):
            made("parquet")


class TestACsvFile:
    def test_is_read_back_as_it_was(self) -> None:
        rows = list(csv.reader(io.StringIO(made("csv").decode(), newline="")))

        assert rows[0] == [column.name for column in COLUMNS]
        assert rows[1][:5] == [ROWS[0][0], "3", "1234.50", "26.8000000001", "2026-06-08"]
        assert rows[2] == [""] * 6

    def test_lets_no_name_become_a_formula(self) -> None:
        rows = csv.reader(io.StringIO(made("csv", [(it,) for it in FORMULAS], COLUMNS[:1]).decode(),
                                      newline=""))  # fmt: skip

        assert not [name for (name,) in rows if name.lstrip()[:1] in {"=", "+", "-", "@"}]


class TestAJsonFile:
    def test_has_amounts_as_text_and_nothing_as_null(self) -> None:
        rows = json.loads(made("json"))

        assert rows[0]["open"] == "1234.50"
        assert rows[0]["how_many"] == 3
        assert set(rows[1].values()) == {None}

    def test_of_no_rows_is_an_empty_list(self) -> None:
        assert json.loads(made("json", [])) == []
