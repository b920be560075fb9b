"""The import of a canonical CSV ledger: streamed, in one transaction, all or nothing."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.intake.operations.absorbing import Absorbed, Desk
from carecredit.intake.operations.contested import absorb_disputes
from carecredit.intake.operations.entries import absorb_entries
from carecredit.intake.operations.instalments import absorb_instalments, check_instalments
from carecredit.intake.operations.invoices import absorb_invoices
from carecredit.intake.operations.people import absorb_customers
from carecredit.intake.operations.plain import (
    Begun,
    absorb_plain_entries,
    absorb_plain_invoices,
)
from carecredit.intake.operations.rates import absorb_rates
from carecredit.intake.operations.reading import (
    BadFile,
    Chunk,
    Line,
    Pick,
    Progress,
    read_chunks,
    read_lines,
)
from carecredit.intake.operations.returns import absorb_returns, settle_returns
from carecredit.intake.operations.shares import absorb_shares
from carecredit.intake.operations.tally import Rejects, RowsRefused, Tally
from carecredit.intake.rules import FILES, MOVEMENTS, FileKind, Place, Plain, latest, oddities
from carecredit.intake.views import Report
from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid
from carecredit.mandates.views import Client
from carecredit.receivables import operations as receivables
from carecredit.receivables.rules import SETTLING
from carecredit.store import audit
from carecredit.store.turns import take_turn

CHUNK = 10_000
FIRST_CHUNK = 500
"""A file begins with few rows, and a count of them: PostgreSQL looks up what a row points at by
reading a whole table as long as it believes the table to be empty."""
_KINDS = {kind.name: kind for kind in FILES}
_SETTLING = frozenset(kind.value for kind in SETTLING)


class Step(Struct, frozen=True):
    """One reading of a file: which rows of it, and who takes them."""

    file: str
    into: tuple[str, ...]
    """The tables its rows go to."""
    absorb: Callable[[Desk, list[Line]], Absorbed]
    plainly: Callable[[Desk, Any], Begun] | None = None
    """Who begins to take rows that were read by column; settles to none where some are not new."""
    pick: Pick | None = None
    again: bool = False
    """Whether the file was read before in this import: then its bytes are hashed already."""


_PEOPLE = ("persons", "person_points", "customers", "contact_points")
_DOCUMENTS, _MOVES = ("customers", "invoices"), ("ledger_entries", "allocations")
# What is spoken of comes before what speaks of it, in whatever order the rows of a file stand.
STEPS = (
    Step("customers.csv", _PEOPLE, absorb_customers),
    Step("invoices.csv", _DOCUMENTS, absorb_invoices, absorb_plain_invoices),
    Step("entries.csv", _DOCUMENTS, absorb_invoices, pick=Pick("kind", MOVEMENTS, others=True)),
    Step("instalments.csv", ("instalments",), absorb_instalments),
    Step("credit_notes.csv", _MOVES, absorb_entries, absorb_plain_entries),
    Step("payments.csv", _MOVES, absorb_entries, absorb_plain_entries),
    Step("write_offs.csv", _MOVES, absorb_entries),
    Step("entries.csv", _MOVES, absorb_entries, pick=Pick("kind", _SETTLING), again=True),
    Step(
        "entries.csv", _MOVES, absorb_returns, pick=Pick("kind", MOVEMENTS - _SETTLING), again=True
    ),
    Step("allocations.csv", _MOVES, absorb_shares),
    Step("disputes.csv", ("disputes", "dispute_ends", "holds"), absorb_disputes),
    Step("rates.csv", ("rates",), absorb_rates),
)


class ImportRefused(RowsRefused):
    """The files hold bad rows, so nothing was written; the report names each."""

    code = "import_refused"

    def __init__(self, report: Report) -> None:
        super().__init__(report, "mend them; --skip-bad of the command line leaves them out")


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
    `ImportRefused` and the caller's transaction must not commit. So does a file that cannot be
    read to its end: its rows could be neither kept nor put down.
    """
    present = _find(directory)
    if rejects is not None and rejects.resolve() == directory.resolve():
        raise Invalid("bad rows go to another folder than the ledger's own", field="rejects")
    take_turn(session, client_id=client.id, purpose="import")
    book_id = receivables.open_book(session, client_id=client.id, now=now)
    desk = Desk(session, client, zone(client.zone), book_id, now)
    with Rejects(rejects) as bin_:
        intake = _Intake(desk, directory, Tally(bin_), progress)
        intake.tally.notes += _not_read(directory)
        for step in STEPS:
            if _KINDS[step.file] in present:
                intake.take(step)
        intake.check()
    report = intake.tally.report(client.code, book_id, present)
    if report.problems_count and (rejects is None or intake.broken_off):
        raise ImportRefused(report)
    _close(desk, report, intake.digest.digest())
    return report


class _Intake:
    """The files of one import, read one after the other."""

    def __init__(self, desk: Desk, directory: Path, tally: Tally, progress: Progress) -> None:
        self.tally = tally
        self.digest = hashlib.sha256()
        self._desk = desk
        self._directory = directory
        self._progress = progress
        self._place = Place(desk.zone, desk.client.country, desk.client.currency, latest(desk.now))
        self._unreadable: set[str] = set()
        self._ahead: Callable[[], None] | None = None
        """Settles the chunk that was begun: the database is at it while the next is read."""

    def take(self, step: Step) -> None:
        """Read what a step wants of its file, and hand it over chunk by chunk."""
        if step.file in self._unreadable:
            return
        if not step.again:
            self.digest.update(step.file.encode())
        before = self.tally.added[step.file]
        try:
            self._read(step)
        finally:
            self._settle()  # The connection is free again, whatever became of the file.
        if self.tally.added[step.file] - before > FIRST_CHUNK:
            receivables.take_statistics(self._desk.session, tables=step.into)

    def _read(self, step: Step) -> None:
        before = self.tally.added[step.file]
        for number, found in enumerate(self._chunks(step)):
            if isinstance(found, Chunk):
                self._absorb(step, found)
                if number == 0:
                    self._settle()
                    if self.tally.added[step.file] - before == FIRST_CHUNK:
                        receivables.take_statistics(self._desk.session, tables=step.into)
            elif not step.again:
                self._say(step, found)

    @property
    def broken_off(self) -> bool:
        """Say whether a file could not be read to its end."""
        return bool(self._unreadable)

    def check(self) -> None:
        """Check what only the whole set can tell, and draw the consequences."""
        if self.tally.added["instalments.csv"]:
            path, kind = self._directory / "instalments.csv", _KINDS["instalments.csv"]
            again = read_lines(path, kind, self._place, hashlib.sha256(), lambda *_: None)
            lines = (line for line in again if isinstance(line, Line))
            self.tally.take(kind.name, check_instalments(self._desk, lines))
        settle_returns(self._desk)

    def _chunks(self, step: Step) -> Iterator[Chunk | BadFile | str]:
        path, kind = self._directory / step.file, _KINDS[step.file]
        digest = hashlib.sha256() if step.again else self.digest
        sizes = chain([FIRST_CHUNK], repeat(CHUNK))
        return read_chunks(path, kind, digest, self._progress, sizes, step.pick)

    def _absorb(self, step: Step, chunk: Chunk) -> None:
        """Begin to take in a chunk, when it is read and the one before it is settled."""
        plain = chunk.plain(self._place) if step.plainly else None
        self._settle()
        begun = step.plainly(self._desk, plain.columns) if plain and step.plainly else None
        self._ahead = lambda: self._finish(step, chunk, plain, begun)
        if not begun:
            self._settle()

    def _settle(self) -> None:
        begun, self._ahead = self._ahead, None
        if begun is not None:
            begun()

    def _finish(self, step: Step, chunk: Chunk, plain: Plain | None, begun: Begun | None) -> None:
        """Take in a chunk: by column what can be, row by row what is left."""
        self.tally.read[step.file] += len(chunk.rows)
        done, rest = begun and begun(), None
        if plain and done:
            self.tally.take(step.file, done)
            rest = plain.rest
        if good := self._good(step, chunk.lines(self._place, rest)):
            self.tally.take(step.file, step.absorb(self._desk, good))

    def _good(self, step: Step, lines: list[Line]) -> list[Line]:
        good = []
        for line in lines:
            if line.problem is None:
                good.append(line)
                self.tally.find_odd(step.file, oddities(line.row))
            else:
                self.tally.refuse(line, line.problem)
        return good

    def _say(self, step: Step, found: BadFile | str) -> None:
        if isinstance(found, BadFile):
            self._unreadable.add(step.file)
            self.tally.tell(found.problem)
        else:
            self.tally.notes.append(found)


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
            data=_told(report, files_hash),
        )


def _told(report: Report, files_hash: bytes) -> dict[str, Any]:
    return {
        "files_sha256": files_hash.hex(),
        "added": {count.file: count.added for count in report.files},
        "changed": {count.file: count.changed for count in report.files},
        "sums_minor": report.sums_minor,
    }
