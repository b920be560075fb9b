"""Reading one CSV file as rows with their line numbers, hashed and counted as it goes by."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat, zip_longest
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from carecredit.intake.rules import Cells, FileKind, Place, Plain
from carecredit.intake.views import Problem
from carecredit.kernel.errors import Invalid

Progress = Callable[[str, int, int], None]
"""Told the file, the bytes read and the bytes there are."""
VALUE_LENGTH_MAX = 200
_LINES = 1_000
HINTS = ("_line", "_column", "_problem")
"""Columns of a file of rejected rows; they are read over when it comes back mended."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """A row as it stood in its file, and what it was read as (or why it was not)."""

    file: str
    line: int
    header: list[str]
    raw: list[str]
    row: Any
    problem: Problem | None

    @property
    def cells(self) -> dict[str, str]:
        """Name the cells as they stood."""
        return dict(zip(self.header, self.raw, strict=True))


class Chunk(msgspec.Struct, frozen=True):
    """Rows of a file that follow one another, as text, and the lines they begin on."""

    kind: FileKind
    header: list[str]
    rows: list[list[str]]
    starts: list[int]

    def plain(self, place: Place) -> Plain | None:
        """Read the rows by column, where that can be."""
        read = self.kind.plain
        return read and read(self.kind.known(self.header), self.rows, place)

    def lines(self, place: Place, at: Iterable[int] | None = None) -> list[Line]:
        """Read rows one by one: all, or those at some places."""
        columns = self.kind.known(self.header)
        return [
            _line(self, columns, index, place)
            for index in (range(len(self.rows)) if at is None else at)
        ]


class BadFile(msgspec.Struct, frozen=True):
    """Why a file cannot be read at all."""

    problem: Problem


class Pick(msgspec.Struct, frozen=True):
    """Which rows of a file are read this time round, by what stands in one column."""

    column: str
    among: frozenset[str]
    others: bool = False
    """Read those that are not among them instead."""

    def takes(self, value: str) -> bool:
        """Say whether a row is read, by its cell."""
        return (value.strip() in self.among) != self.others


def read_chunks(
    path: Path,
    kind: FileKind,
    digest: Any,
    progress: Progress,
    sizes: Iterable[int],
    pick: Pick | None = None,
) -> Iterator[Chunk | BadFile | str]:
    """Yield the rows of a file, so many at a time; a note (text) on what is not read; or why not.

    `sizes` never ends.
    """
    size = path.stat().st_size
    with path.open("rb") as raw:
        source = _Hashed(raw, digest)
        # What is no UTF-8 is carried along as it is, so that its row and column can be named.
        text = io.TextIOWrapper(
            io.BufferedReader(source, 1 << 16),
            encoding="utf-8-sig",
            errors="surrogateescape",
            newline="",
        )
        reader = csv.reader(text, strict=True)
        last = Chunk(kind, [], [], [1])
        try:
            header = [name.strip().lower() for name in next(reader, [])]
            problem = _check_header(header, kind)
            if problem is not None:
                yield BadFile(problem)
                return
            yield from _unread(header, kind)
            for wanted in sizes:
                last = Chunk(kind, header, [], [])
                if not _fill(last, reader, wanted, pick):
                    break
                yield last
                progress(kind.name, source.count, size)
        except csv.Error as error:
            start = last.starts.pop()
            if last.rows:
                yield last
            way_out = "save the file as plain CSV in UTF-8, with commas and double quotes"
            message = f"the file cannot be read on from here ({error}); {way_out}"
            yield BadFile(Problem(kind.name, start, "", "", message))
        progress(kind.name, size, size)


def _fill(chunk: Chunk, reader: Any, wanted: int, pick: Pick | None) -> bool:
    """Read rows into a chunk; where the file breaks off, the last start is of what is no row."""
    rows, starts = chunk.rows, chunk.starts
    at = None if pick is None else chunk.header.index(pick.column)
    starts.append(reader.line_num + 1)
    for cells in reader:
        if cells and (pick is None or pick.takes(_cell(cells, at))):
            rows.append(cells)
            if len(rows) == wanted:
                return True
        else:
            starts.pop()
        starts.append(reader.line_num + 1)
    starts.pop()
    return bool(rows)


def read_lines(
    path: Path, kind: FileKind, place: Place, digest: Any, progress: Progress
) -> Iterator[Line | BadFile | str]:
    """Yield each row of a file, read by itself; a note on what is not read; or why not."""
    for found in read_chunks(path, kind, digest, progress, repeat(_LINES)):
        if isinstance(found, Chunk):
            yield from found.lines(place)
        else:
            yield found


def _cell(cells: list[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _line(chunk: Chunk, columns: list[str], index: int, place: Place) -> Line:
    kind, header, number, cells = chunk.kind, chunk.header, chunk.starts[index], chunk.rows[index]
    if len(cells) != len(header):
        message = f"the row has {len(cells)} cells and the header {len(header)}; check its commas"
        problem = Problem(kind.name, number, "", shown(",".join(cells)), message)
        return Line(kind.name, number, header, _fitted(header, cells), None, problem)
    named = dict(zip(columns, cells, strict=True))
    try:
        return Line(kind.name, number, header, cells, kind.parse(Cells(named), place), None)
    except Invalid as error:
        column = error.field or ""
        problem = Problem(kind.name, number, column, shown(named.get(column, "")), error.message)
        return Line(kind.name, number, header, cells, None, problem)


def shown(value: str) -> str:
    """Write a cell so that it can be printed and stored, whatever bytes it held."""
    return value[:VALUE_LENGTH_MAX].encode(errors="backslashreplace").decode()


def _fitted(header: list[str], cells: list[str]) -> list[str]:
    """Make a ragged row as long as its header; what is too much stays in the last: none is lost."""
    last = len(header) - 1
    kept = [*cells[:last], ",".join(cells[last:])] if len(cells) > len(header) else cells
    return [cell for cell, _ in zip_longest(kept, header, fillvalue="")]


def _check_header(header: list[str], kind: FileKind) -> Problem | None:
    missing = [name for name in kind.required if name not in header]
    if missing:
        wanted = ", ".join((*kind.required, *kind.optional))
        message = f"the header lacks {', '.join(missing)}; the columns are {wanted}"
        if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
            message = "the columns are not parted by commas; save the file as CSV with commas"
        return Problem(kind.name, 1, missing[0], shown(",".join(header)), message)
    twice = [name for name in header if name and header.count(name) > 1]
    if twice:
        return Problem(kind.name, 1, twice[0], "", "the header names this column twice; drop one")
    return None


def _unread(header: list[str], kind: FileKind) -> Iterator[str]:
    known = {*kind.required, *kind.optional, *HINTS}
    for name in header:
        if name not in known:
            yield f"{kind.name}: the column {name!r} is not part of the ledger and was not read"


class _Hashed(io.RawIOBase):
    """A file whose bytes are hashed and counted as they are read."""

    def __init__(self, raw: BinaryIO, digest: "hashlib._Hash") -> None:
        self._raw = raw
        self._digest = digest
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._raw.read(len(buffer))
        self._digest.update(chunk)
        self.count += len(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)
