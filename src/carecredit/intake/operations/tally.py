"""The counts of an import while it runs, and the folder where its bad rows are put down."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from carecredit.intake.operations.absorbing import Absorbed
from carecredit.intake.operations.reading import HINTS, Line
from carecredit.intake.rules import FileKind
from carecredit.intake.views import FileCount, Problem, Report
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import BookId

PROBLEMS_KEPT_MAX = 1_000


class Tally:
    """The counts of an import while it runs."""

    def __init__(self, rejects: "Rejects") -> None:
        self._rejects = rejects
        self.read: Counter[str] = Counter()
        self.added: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()
        self.sums: Counter[str] = Counter()
        self.odd: Counter[tuple[str, str]] = Counter()
        self.notes: list[str] = []
        self.problems: list[Problem] = []
        self.problems_count = 0

    def refuse(self, line: Line, problem: Problem) -> None:
        """Count a bad row and put it down."""
        self.rejected[problem.file] += 1
        self.tell(problem)
        self._rejects.put(line, problem)

    def tell(self, problem: Problem) -> None:
        """Keep a problem to be told; beyond a thousand they are only counted."""
        self.problems_count += 1
        if len(self.problems) < PROBLEMS_KEPT_MAX:
            self.problems.append(problem)

    def find_odd(self, file: str, said: Iterable[str]) -> None:
        """Count what is odd in rows that are taken all the same."""
        for each in said:
            self.odd[file, each] += 1

    def take(self, file: str, done: Absorbed) -> None:
        """Add up what became of a chunk."""
        self.added[file] += done.added
        self.changed[file] += done.changed
        self.sums.update(done.sums)
        self.find_odd(file, done.odd.elements())
        for line, problem in done.refused:
            self.refuse(line, problem)

    def report(self, client: str, book_id: BookId, present: list[FileKind]) -> Report:
        """Say what the import did."""
        counts = tuple(self._count(kind.name) for kind in present)
        written = any(count.added or count.changed for count in counts)
        return Report(
            client=client,
            book_id=book_id if written else None,
            files=counts,
            problems=tuple(self.problems),
            problems_count=self.problems_count,
            notes=(*self.notes, *self._odd()),
            sums_minor=dict(sorted(self.sums.items())),
        )

    def _odd(self) -> Iterator[str]:
        for (file, said), count in self.odd.items():
            yield f"{file}: {count} {'row has' if count == 1 else 'rows have'} {said}"

    def _count(self, file: str) -> FileCount:
        read, added, changed = self.read[file], self.added[file], self.changed[file]
        rejected = self.rejected[file]
        unchanged = max(0, read - added - changed - rejected)
        return FileCount(file, read, added, changed, unchanged, rejected)


def bad_rows(report: Report) -> str:
    """Say how many bad rows there are."""
    return f"{report.problems_count} bad {'row' if report.problems_count == 1 else 'rows'}"


class RowsRefused(Invalid):
    """A file holds bad rows, so nothing was written; the report names each."""

    code = "rows_refused"

    def __init__(self, report: Report, way_out: str) -> None:
        super().__init__(f"{bad_rows(report)}, so nothing was written; {way_out}")
        self.report = report


class Rejects:
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
            header = [name for name in line.header if name not in HINTS]
            writer = csv.DictWriter(file, [*header, *HINTS], extrasaction="ignore")
            writer.writeheader()
            self._files[line.file] = file, writer
        told = {"_line": line.line, "_column": problem.column, "_problem": problem.message}
        self._files[line.file][1].writerow(line.cells | told)
