"""The import of plain survival files (duration, event, group), as studies under a name."""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.customers.operations import keep_study
from carecredit.customers.views import StudyCell
from carecredit.intake.operations.reading import shown
from carecredit.intake.operations.relationships import PROBLEMS_KEPT_MAX, RelationshipsRefused
from carecredit.intake.rules.cells import NO_UTF_8, TEXT_LENGTH_MAX, is_utf_8
from carecredit.intake.rules.contracts import CENSORED, parse_duration, parse_event, same_cause
from carecredit.intake.views import FileCount, Problem, Report
from carecredit.kernel.errors import Invalid
from carecredit.mandates.views import Client
from carecredit.store import audit
from carecredit.store.turns import take_turn

_DELIMITERS = ",;\t"
Row = tuple[int, list[str]]


class Columns(Struct, frozen=True):
    """Which columns of a survival file say what, and which words say that no end was seen."""

    duration: str = "duration"
    event: str = "event"
    group: str | None = None
    """Null: the column `group` where there is one, else one group."""
    censored: frozenset[str] = CENSORED


def header_of(file: Path) -> list[str]:
    """Read the names of a file's columns; an unreadable file raises `Invalid`."""
    if not file.is_file():
        raise Invalid(f"{file} is no file; name one with contracts or durations", field="file")
    return next((cells for _, cells in _rows(file)), [])


def names_customers(file: Path) -> bool:
    """Say whether a file holds contracts: it has a column `customer_id`."""
    return "customer_id" in {name.strip().casefold() for name in header_of(file)}


def import_study(
    session: Session, *, client: Client, file: Path, name: str, columns: Columns, now: datetime
) -> Report:
    """Take in a survival file under a name, whole or not at all; the same again changes nothing.

    Commas, semicolons, tabs or blanks part its columns, as the header has them.
    """
    if not 0 < len(name.strip()) <= TEXT_LENGTH_MAX or not name.isprintable():
        raise Invalid("a study needs a name of up to 200 characters", field="study")
    header = header_of(file)
    places = _places(header, columns)
    cells: Counter[StudyCell] = Counter()
    problems: list[Problem] = []
    read = 0
    for number, row in _rows(file):
        if number == 1:
            continue
        read += 1
        try:
            cells[_cell(header, places, row, columns.censored)] += 1
        except Invalid as error:
            problems.append(_problem(file, number, header, row, error))
    if not read:
        problems.append(Problem(file.name, 1, "", "", "the file holds no rows below its header"))
    if problems:
        raise RelationshipsRefused(_report(client, file, read, problems, kept=False))
    take_turn(session, client_id=client.id, purpose="import")
    kept = _keep(session, client, name.strip(), cells, file, now)
    return _report(client, file, read, [], kept=kept)


def _keep(
    session: Session,
    client: Client,
    name: str,
    cells: Counter[StudyCell],
    file: Path,
    now: datetime,
) -> bool:
    names = same_cause({cell.cause for cell in cells})
    named: Counter[StudyCell] = Counter()
    for cell, subjects in cells.items():
        named[StudyCell(cell.group, cell.duration, names[cell.cause])] += subjects
    study_id = keep_study(session, client_id=client.id, name=name, cells=named, now=now)
    if study_id is None:
        return False
    audit.record(
        session,
        client_id=client.id,
        action="study.imported",
        subject="study",
        subject_id=study_id,
        now=now,
        data={
            "file_sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
            "rows": sum(cells.values()),
        },
    )
    return True


def _rows(file: Path) -> Iterator[Row]:
    """Give each row with its line; what is no UTF-8 is carried along, so that it can be named."""
    with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        first = text.readline()
        text.seek(0)
        delimiter = max(_DELIMITERS, key=first.count)
        if delimiter not in first:
            for number, line in enumerate(text, start=1):
                if line.strip():
                    yield number, [cell.strip('"') for cell in line.split()]
            return
        reader = csv.reader(text, strict=True, delimiter=delimiter)
        start = 1
        try:
            for row in reader:
                if row:
                    yield start, [cell.strip() for cell in row]
                start = reader.line_num + 1
        except csv.Error as error:
            raise Invalid(
                f"{file.name} cannot be read on from line {start} ({error}); save it as plain CSV",
                field="file",
            ) from error


def _places(header: list[str], columns: Columns) -> tuple[int, int, int | None]:
    group = columns.group
    return (
        _place(header, columns.duration, "duration"),
        _place(header, columns.event, "event"),
        _place(header, group or "group", "group") if group or _named(header, "group") else None,
    )


def _named(header: list[str], name: str) -> list[int]:
    exact = [place for place, each in enumerate(header) if each == name]
    folded = [place for place, each in enumerate(header) if each.casefold() == name.casefold()]
    return exact or folded


def _place(header: list[str], name: str, option: str) -> int:
    found = _named(header, name)
    if len(found) != 1:
        known = ", ".join(shown(each) for each in header) or "none"
        raise Invalid(
            f"the file has no one column {name!r}; name the right one with --{option}; its "
            f"columns are {known}",
            field=option,
        )
    return found[0]


def _cell(
    header: list[str], places: tuple[int, int, int | None], row: list[str], censored: frozenset[str]
) -> StudyCell:
    if len(row) != len(header):
        raise Invalid(f"the row has {len(row)} cells and the header {len(header)}", field="")
    duration, event, group = places
    return StudyCell(
        "" if group is None else _parsed(header, row, group, _group),
        _parsed(header, row, duration, parse_duration),
        _parsed(header, row, event, lambda text: parse_event(text, censored)),
    )


def _parsed(header: list[str], row: list[str], place: int, parse: Any) -> str:
    try:
        parsed: str = parse(_clean(row[place]))
    except Invalid as error:
        raise Invalid(error.message, field=header[place]) from error
    return parsed


def _clean(value: str) -> str:
    if len(value) > TEXT_LENGTH_MAX or not value.isprintable():
        if not is_utf_8(value):
            raise Invalid(NO_UTF_8)
        raise Invalid("this cell is too long, or cannot be printed; shorten or clean it")
    return value


def _group(text: str) -> str:
    if not text:
        raise Invalid("this cell is empty; name the group")
    return text


def _problem(file: Path, line: int, header: list[str], row: list[str], error: Invalid) -> Problem:
    column = error.field or ""
    value = row[header.index(column)] if column in header else ",".join(row)
    return Problem(file.name, line, column, shown(value), error.message)


def _report(
    client: Client, file: Path, read: int, problems: list[Problem], *, kept: bool
) -> Report:
    rejected = min(read, len(problems))
    added = read if kept else 0
    count = FileCount(file.name, read, added, 0, max(0, read - added - rejected), rejected)
    return Report(
        client=client.code,
        book_id=None,
        files=(count,),
        problems=tuple(problems[:PROBLEMS_KEPT_MAX]),
        problems_count=len(problems),
        notes=(),
        sums_minor={},
    )
