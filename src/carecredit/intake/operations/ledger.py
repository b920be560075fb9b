"""The import of a canonical CSV ledger: streamed, in one transaction, all or nothing."""

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from sqlalchemy.orm import Session

from carecredit.intake.operations import documents, people
from carecredit.intake.operations.absorbing import Absorbed, Desk
from carecredit.intake.operations.reading import HINTS, BadFile, Line, Progress, read_lines
from carecredit.intake.rules import FILES, FileKind, Place
from carecredit.intake.views import FileCount, Problem, Report
from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid, Refused
from carecredit.mandates.views import Client
from carecredit.receivables import operations as receivables
from carecredit.store import audit

CHUNK = 2_000
COUNTED_FROM = 500
"""A file that brought so many rows changes how the database should look things up."""
PROBLEMS_KEPT_MAX = 1_000
_ABSORB: dict[str, Callable[[Desk, list[Line]], Absorbed]] = {
    "customers.csv": people.absorb_customers,
    "invoices.csv": documents.absorb_invoices,
    "credit_notes.csv": documents.absorb_entries,
    "payments.csv": documents.absorb_entries,
    "write_offs.csv": documents.absorb_entries,
}


class ImportRefused(Refused):
    """The files hold bad rows, so nothing was written; the report names each."""

    code = "import_refused"

    def __init__(self, report: Report) -> None:
        super().__init__(
            f"{report.problems_count} bad rows, so nothing was written; mend them, or leave them "
            "out with --skip-bad"
        )
        self.report = report


class NoLedger(Invalid):
    """The folder holds no ledger."""

    code = "ledger_missing"


def import_ledger(
    session: Session,
    *,
    client: Client,
    directory: Path,
    rejects: Path | None = None,
    now: datetime,
    progress: Progress = lambda _file, _done, _size: None,
) -> Report:
    """Take in a set of files; the same set again changes nothing.

    Where `rejects` names a folder, bad rows are written there, in files that can be mended and
    imported in their turn, and the good ones are kept; otherwise any bad row raises
    `ImportRefused` and the caller's transaction must not commit.
    """
    present = _find(directory)
    if rejects is not None and rejects.resolve() == directory.resolve():
        raise Invalid("bad rows go to another folder than the ledger's own", field="rejects")
    book_id = receivables.open_book(session, client_id=client.id, now=now)
    desk = Desk(session, client, book_id, now)
    place = Place(zone(client.zone), client.country, client.currency)
    digest = hashlib.sha256()
    tally = _Tally()
    tally.notes += _not_read(directory)
    with _Rejects(rejects) as bin_:
        for kind in present:
            digest.update(kind.name.encode())
            lines = _good(
                read_lines(directory / kind.name, kind, place, digest, progress), kind, tally, bin_
            )
            while chunk := list(islice(lines, CHUNK)):
                done = _ABSORB[kind.name](desk, chunk)
                tally.take(kind.name, done, bin_)
            if tally.added[kind.name] >= COUNTED_FROM:
                receivables.take_statistics(session)
    report = tally.report(client.code, book_id, present)
    if report.problems_count and rejects is None:
        raise ImportRefused(report)
    _close(desk, report, digest.digest())
    return report


def _find(directory: Path) -> list[FileKind]:
    if not directory.is_dir():
        raise NoLedger(f"{directory} is no folder; name one that holds the ledger's CSV files")
    present = [kind for kind in FILES if (directory / kind.name).is_file()]
    if not present:
        wanted = ", ".join(kind.name for kind in FILES)
        raise NoLedger(f"{directory} holds no ledger; its files are {wanted}")
    return present


def _not_read(directory: Path) -> list[str]:
    known = {kind.name for kind in FILES}
    others = sorted(path.name for path in directory.glob("*.csv") if path.name not in known)
    return [f"{name} is no file of the ledger and was not read" for name in others]


def _good(
    lines: Iterator[Line | BadFile | str], kind: FileKind, tally: "_Tally", bin_: "_Rejects"
) -> Iterator[Line]:
    for line in lines:
        if isinstance(line, str):
            tally.notes.append(line)
        elif isinstance(line, BadFile):
            tally.tell(line.problem)
        else:
            tally.read[kind.name] += 1
            if line.problem is None:
                yield line
            else:
                tally.refuse(line.problem)
                bin_.put(line, line.problem)


def _close(desk: Desk, report: Report, files_hash: bytes) -> None:
    rows = sum(count.read for count in report.files)
    written = sum(count.added + count.changed for count in report.files)
    receivables.refresh_standings_of_book(
        desk.session, client_id=desk.client.id, book_id=desk.book_id
    )
    receivables.close_book(
        desk.session,
        client_id=desk.client.id,
        book_id=desk.book_id,
        files_hash=files_hash,
        rows=rows,
        rows_written=written,
    )
    if written:
        audit.record(
            desk.session,
            client_id=desk.client.id,
            action="book.imported",
            subject="book",
            subject_id=desk.book_id,
            now=desk.now,
            data={
                "files_sha256": files_hash.hex(),
                "added": {count.file: count.added for count in report.files},
                "changed": {count.file: count.changed for count in report.files},
                "sums_minor": report.sums_minor,
            },
        )


class _Tally:
    """The counts of an import while it runs."""

    def __init__(self) -> None:
        self.read: Counter[str] = Counter()
        self.added: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()
        self.notes: list[str] = []
        self.problems: list[Problem] = []
        self.problems_count = 0

    def refuse(self, problem: Problem) -> None:
        self.rejected[problem.file] += 1
        self.tell(problem)

    def tell(self, problem: Problem) -> None:
        self.problems_count += 1
        if len(self.problems) < PROBLEMS_KEPT_MAX:
            self.problems.append(problem)

    def take(self, file: str, done: Absorbed, bin_: "_Rejects") -> None:
        self.added[file] += done.added
        self.changed[file] += done.changed
        self.sums.update(done.sums)
        for line, problem in done.refused:
            self.refuse(problem)
            bin_.put(line, problem)

    def report(self, client: str, book_id: Any, present: list[FileKind]) -> Report:
        counts = tuple(
            FileCount(
                kind.name,
                self.read[kind.name],
                self.added[kind.name],
                self.changed[kind.name],
                max(
                    0,
                    self.read[kind.name]
                    - self.added[kind.name]
                    - self.changed[kind.name]
                    - self.rejected[kind.name],
                ),
                self.rejected[kind.name],
            )
            for kind in present
        )
        written = any(count.added or count.changed for count in counts)
        return Report(
            client=client,
            book_id=book_id if written else None,
            files=counts,
            problems=tuple(self.problems),
            problems_count=self.problems_count,
            notes=tuple(self.notes),
            sums_minor=dict(sorted(self.sums.items())),
        )


class _Rejects:
    """The folder where bad rows are put down, file by file, with what is wrong beside them."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._files: dict[str, tuple[TextIO, Any]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for file, _writer in self._files.values():
            file.close()

    def put(self, line: Line, problem: Problem) -> None:
        """Write one row with its line, column and problem."""
        if self._folder is None:
            return
        if line.file not in self._files:
            self._folder.mkdir(parents=True, exist_ok=True)
            file = (self._folder / line.file).open(
                "w", encoding="utf-8", errors="surrogateescape", newline=""
            )
            header = [name for name in line.cells if name not in HINTS]
            writer = csv.DictWriter(file, [*header, *HINTS], extrasaction="ignore")
            writer.writeheader()
            self._files[line.file] = file, writer
        told = {"_line": line.line, "_column": problem.column, "_problem": problem.message}
        self._files[line.file][1].writerow(line.cells | told)
