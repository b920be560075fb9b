"""Tables as Parquet: exact decimals, dates and instants of their own type; needs the extra."""

import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from carecredit.kernel.errors import Misconfigured
from carecredit.papers.tables import About, Cell, Column, Kind, Table

MONEY_DECIMALS, RATIO_DECIMALS, DIGITS = 10, 10, 38
"""An average of amounts falls between two cents: six decimals more than a currency has."""
NOTHING = "\\N"
_ALONE = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
TYPES = {
    Kind.TEXT: "VARCHAR",
    Kind.COUNT: "BIGINT",
    Kind.MONEY: f"DECIMAL({DIGITS}, {MONEY_DECIMALS})",
    Kind.DECIMAL: f"DECIMAL({DIGITS}, {RATIO_DECIMALS})",
    Kind.DATE: "DATE",
    Kind.INSTANT: "TIMESTAMPTZ",
}


class ParquetMissing(Misconfigured):
    """Parquet is an extra, and it is not installed."""

    code = "parquet_missing"


def write_parquet(table: Table, about: About, file: BinaryIO) -> None:
    """Write one table; what the file is of stands in its metadata, as key and value."""
    with tempfile.TemporaryDirectory(prefix="carecredit-") as folder:
        rows, made = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        with rows.open("w", encoding="utf-8", newline="") as staged:
            staged.writelines(_line(table.columns, cells) for cells in table.rows)
        _copy(table.columns, about, rows, made)
        with made.open("rb") as ready:
            while block := ready.read(1 << 20):
                file.write(block)


def _copy(columns: tuple[Column, ...], about: About, rows: Path, made: Path) -> None:
    """Let DuckDB read the staged rows by their types and write them as Parquet."""
    types = ", ".join(f"{_quoted(each.name)}: '{TYPES[each.kind]}'" for each in columns)
    facts = {"title": about.title, "made_at": about.made_at.isoformat(), **dict(about.facts)}
    metadata = ", ".join(f"{_quoted(key)}: {_quoted(value)}" for key, value in facts.items())
    with _duckdb().connect(":memory:", config=_ALONE) as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_csv({_quoted(str(rows))}, columns = {{{types}}}, "  # noqa: S608 - every text in it is quoted below
            "header = false, delim = ',', quote = '\"', escape = '\"', auto_detect = false, "
            f"nullstr = {_quoted(NOTHING)}, allow_quoted_nulls = false)) TO {_quoted(str(made))} "
            f"(FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{metadata}}})"
        )


def _line(columns: tuple[Column, ...], cells: Sequence[Cell]) -> str:
    return ",".join(map(_staged, columns, cells)) + "\n"


def _staged(column: Column, cell: Cell) -> str:
    """Write a cell so that it is read back as it was; texts alone stand in quotes."""
    if cell is None:
        return NOTHING
    if column.kind is Kind.TEXT:
        return '"' + str(cell).replace('"', '""') + '"'
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime):
        return cell.astimezone(UTC).isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _duckdb() -> Any:
    try:
        import duckdb  # noqa: PLC0415 - an extra, asked for only where it is needed
    except ImportError as error:
        raise ParquetMissing(
            "Parquet needs an extra: install carecredit[parquet], or take csv or xlsx"
        ) from error
    return duckdb
