"""Tables as a workbook: numbers as numbers, dates as dates, texts never as formulas."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

from carecredit.kernel.errors import Refused
from carecredit.papers.tables import About, Cell, Column, Kind, Meaning, Table

ROWS_MAX, CELL_MAX, DIGITS_MAX = 1_048_576, 32_767, 15
"""What a workbook's sheet, cell and number hold; a number of more digits stands as text."""
FIRST_DAY, LAST_YEAR = date(1900, 3, 1), 9999
"""Days before it are miscounted by spreadsheets (they know a 29 February 1900): text, then."""
WIDTHS = {Kind.TEXT: 18, Kind.COUNT: 10, Kind.MONEY: 16, Kind.DECIMAL: 12, Kind.DATE: 12}
_OPTIONS = {
    "constant_memory": True,
    "in_memory": False,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}
_NOT_IN_A_NAME = "[]:*?/\\'"
Format = Any


class TooLong(Refused):
    """A sheet holds no more rows than that."""

    code = "workbook_too_long"


def write_workbook(tables: tuple[Table, ...], about: About, file: BinaryIO) -> None:
    """Write a sheet for each table, then what the columns mean, then what the file is of."""
    with tempfile.TemporaryDirectory(prefix="carecredit-") as folder:
        book = xlsxwriter.Workbook(file, _OPTIONS | {"tmpdir": folder})
        try:
            _fill(book, tables, about)
        except BaseException:
            _abandon(book)
            raise
        book.close()


def _fill(book: Any, tables: tuple[Table, ...], about: About) -> None:
    # Two files of the same figures are the same file: the making's instant comes from outside.
    book.set_properties({"title": about.title, "created": about.made_at.replace(tzinfo=None)})
    for table in tables:
        _Sheet(book, table).fill()
    if about.meanings:
        _plain(
            book, "definitions", _HEADS[about.language], [_meaning(each) for each in about.meanings]
        )
    facts = [("title", about.title), *about.facts, ("made at", about.made_at.isoformat())]
    _plain(book, "about", ("what", "value"), facts)


def _abandon(book: Any) -> None:
    """Let go of the rows written so far; the library does so only for a book that is finished."""
    for sheet in book.worksheets():
        sheet.row_data_fh.close()
    book.fileclosed = 1


_HEADS = {
    "en": ("id", "unit", "formula", "convention", "source", "example", "name", "meaning"),
    "it": ("id", "unità", "formula", "convenzione", "fonte", "esempio", "nome", "significato"),
}


class _Sheet:
    """One table's sheet while it is filled."""

    def __init__(self, book: Any, table: Table) -> None:
        self.table = table
        self.sheet = book.add_worksheet(_sheet_name(table.name))
        self.head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E4F1F2"})
        self._book = book
        self._formats: dict[str, Format] = {}
        self._writers: Mapping[Kind, Callable[[int, int, Any, Column], None]] = {
            Kind.TEXT: self._text,
            Kind.COUNT: self._count,
            Kind.MONEY: self._money,
            Kind.DECIMAL: self._decimal,
            Kind.DATE: self._date,
            Kind.INSTANT: self._instant,
        }

    def fill(self) -> None:
        columns, row = self.table.columns, 0
        for index, column in enumerate(columns):
            width = max(WIDTHS.get(column.kind, 21), min(len(column.name) + 2, 34))
            self.sheet.set_column(index, index, width)
            self.sheet.write_string(0, index, column.name, self.head)
        texts = next((i for i, each in enumerate(columns) if each.kind is not Kind.TEXT), 0)
        self.sheet.freeze_panes(1, min(texts, 2))
        for row, cells in enumerate(self.table.rows, start=1):
            if row >= ROWS_MAX:
                raise TooLong(
                    f"a sheet holds {ROWS_MAX - 1} rows; narrow the question, or take CSV",
                    field="format",
                )
            for index, (column, cell) in enumerate(zip(columns, cells, strict=True)):
                if cell is not None:
                    self._writers[column.kind](row, index, cell, column)
        self.sheet.autofilter(0, 0, row, max(len(columns) - 1, 0))

    def _format(self, pattern: str) -> Format:
        if pattern not in self._formats:
            self._formats[pattern] = self._book.add_format({"num_format": pattern})
        return self._formats[pattern]

    def _text(self, row: int, index: int, cell: Cell, column: Column) -> None:
        del column
        text = str(cell)
        if len(text) > CELL_MAX:
            raise TooLong(f"a cell holds {CELL_MAX} characters; take CSV", field="format")
        self.sheet.write_string(row, index, text)

    def _number(self, row: int, index: int, cell: Decimal, pattern: str) -> None:
        if len(cell.normalize().as_tuple().digits) > DIGITS_MAX:
            self.sheet.write_string(row, index, f"{cell:f}")
        else:
            self.sheet.write_number(row, index, float(cell), self._format(pattern))

    def _count(self, row: int, index: int, cell: int, column: Column) -> None:
        del column
        self._number(row, index, Decimal(cell), "#,##0")

    def _money(self, row: int, index: int, cell: Decimal, column: Column) -> None:
        del column
        places = max(-int(cell.as_tuple().exponent), 0)
        self._number(row, index, cell, "#,##0" + ("." + "0" * places if places else ""))

    def _decimal(self, row: int, index: int, cell: Decimal, column: Column) -> None:
        # A ratio of two cents may have no end: a workbook keeps the digits that it can.
        shown = "#,##0" + ("." + "0" * column.decimals if column.decimals else "")
        self.sheet.write_number(row, index, float(cell), self._format(shown))

    def _date(self, row: int, index: int, cell: date, column: Column) -> None:
        del column
        if cell < FIRST_DAY:
            self.sheet.write_string(row, index, cell.isoformat())
        else:
            self.sheet.write_datetime(row, index, cell, self._format("yyyy-mm-dd"))

    def _instant(self, row: int, index: int, cell: Cell, column: Column) -> None:
        if isinstance(cell, datetime) and cell.date() >= FIRST_DAY:
            # A workbook knows no zones: instants stand in UTC, and the heading is told so.
            pattern = self._format("yyyy-mm-dd hh:mm:ss")
            self.sheet.write_datetime(
                row, index, cell.astimezone(UTC).replace(tzinfo=None), pattern
            )
        else:
            self._text(row, index, str(cell), column)


def _plain(book: Any, name: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    """Write a sheet of texts, wrapped so that they can be read."""
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E4F1F2"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for index, title in enumerate(head):
        sheet.set_column(index, index, 26 if index == 0 else 44)
        sheet.write_string(0, index, title, bold)
    for row, cells in enumerate(rows, start=1):
        for index, cell in enumerate(cells):
            sheet.write_string(row, index, cell, wrapped)
    sheet.freeze_panes(1, 1)


def _meaning(meaning: Meaning) -> tuple[str, ...]:
    return (
        meaning.name,
        meaning.unit,
        meaning.formula,
        meaning.convention,
        meaning.source,
        meaning.example,
        meaning.title,
        meaning.meaning,
    )


def _sheet_name(name: str) -> str:
    """Make a name fit for a sheet: 31 characters, without the signs that formulas use."""
    return "".join(" " if sign in _NOT_IN_A_NAME else sign for sign in name).strip()[:31] or "rows"
