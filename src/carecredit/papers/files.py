"""Tables as files: one call, whatever the form; names never become formulas."""

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO, Literal

import msgspec

from carecredit.metrics.wide import inert
from carecredit.papers.parquet import write_parquet
from carecredit.papers.tables import About, Cell, Table
from carecredit.papers.workbook import write_workbook

TableForm = Literal["csv", "json", "xlsx", "parquet"]


def write_table(table: Table, about: About, form: TableForm, file: BinaryIO) -> None:
    """Write a table; a workbook and a Parquet file also say what they are of."""
    match form:
        case "csv":
            _write_csv(table, file)
        case "json":
            _write_json(table, file)
        case "xlsx":
            write_workbook((table,), about, file)
        case "parquet":
            write_parquet(table, about, file)


def table_bytes(table: Table, about: About, form: TableForm) -> bytes:
    """Give a table as a file's bytes, for an answer that travels."""
    buffer = io.BytesIO()
    write_table(table, about, form, buffer)
    return buffer.getvalue()


def _write_csv(table: Table, file: BinaryIO) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([inert(column.name) for column in table.columns])
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    text.detach()  # the file stays the caller's


def _plain(cell: Cell) -> str:
    """Write a cell: empty where there is nothing, no name as a formula, decimals in full."""
    if cell is None:
        return ""
    return inert(cell) if isinstance(cell, str) else str(_text(cell))


def _write_json(table: Table, file: BinaryIO) -> None:
    names = [column.name for column in table.columns]
    file.write(b"[")
    for index, row in enumerate(table.rows):
        file.write(b",\n" if index else b"\n")
        cells = (it if isinstance(it, int) or it is None else _text(it) for it in row)
        file.write(msgspec.json.encode(dict(zip(names, cells, strict=True))))
    file.write(b"\n]\n")


def _text(cell: str | int | Decimal | date | datetime) -> str:
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime):
        return cell.isoformat().replace("+00:00", "Z")
    return cell.isoformat() if isinstance(cell, date) else str(cell)
