"""`carecredit import ledger`: a book of files comes in."""

import sys
from pathlib import Path
from typing import Self

import rich_click as click
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn
from rich.table import Table

from carecredit.cli.context import desk, err, out, print_json, show_table
from carecredit.intake.operations import ImportRefused
from carecredit.intake.views import Problem, Report

SHOWN_MAX = 20


@click.group("import")
def import_() -> None:
    """Take in files."""


@import_.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--client", "code", required=True, help="Client company whose book it is.")
@click.option("--skip-bad", is_flag=True, help="Keep the good rows; write the bad ones apart.")
@click.option(
    "--rejects",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the bad rows (default: DIRECTORY/rejected).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def ledger(directory: Path, code: str, skip_bad: bool, rejects: Path | None, as_json: bool) -> None:
    """Take in a canonical CSV ledger from a folder, whole or not at all.

    Files: customers.csv, invoices.csv, instalments.csv, entries.csv, payments.csv,
    credit_notes.csv, write_offs.csv, allocations.csv, disputes.csv, rates.csv; whichever are there.
    The same files again change nothing.
    """
    folder = (rejects or directory / "rejected") if skip_bad else None
    try:
        with _Bars() as bars:
            report = desk().import_ledger(
                directory, client=code, rejects=folder, progress=bars.advance
            )
    except ImportRefused as refused:
        if as_json:
            print_json(refused.report)
        show_problems(refused.report)
        raise
    if as_json:
        print_json(report)
        return
    show(report, folder)


def show(report: Report, folder: Path | None) -> None:
    """Print what became of each file, and what was read over."""
    table = Table(box=None, pad_edge=False)
    for name in ("file", "read", "added", "changed", "unchanged", "rejected"):
        table.add_column(name, justify="left" if name == "file" else "right")
    for count in report.files:
        figures = (count.read, count.added, count.changed, count.unchanged, count.rejected)
        table.add_row(count.file, *(f"{figure:,}" for figure in figures))
    show_table(table)
    show_problems(report)
    if report.problems_count and folder is not None:
        err.print(
            f"The rejected rows are in {escape(str(folder))}; mend and import them from there."
        )
    if not report.changed:
        out.print("Nothing new: all of this was in the ledger already.")


def show_problems(report: Report) -> None:
    """Name bad rows on standard error, each with the way out."""
    for note in report.notes:
        err.print(f"Note: {escape(note)}")
    for problem in report.problems[:SHOWN_MAX]:
        err.print(_told(problem), highlight=False)
    left = report.problems_count - min(SHOWN_MAX, len(report.problems))
    if left > 0:
        err.print(f"... and {left} more; --json lists up to 1,000 of them")


def _told(problem: Problem) -> str:
    value = f" = {problem.value!r}" if problem.column else ""
    where = f"{problem.file}:{problem.line}: {problem.column}{value}"
    return f"[bold]{escape(where)}[/] {escape(problem.message)}"


class _Bars:
    """Progress bars on a terminal; nothing elsewhere."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        self._progress = Progress(*columns, console=err, disable=not sys.stderr.isatty())
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def advance(self, file: str, done: int, size: int) -> None:
        """Move the bar of a file."""
        if file not in self._tasks:
            self._tasks[file] = self._progress.add_task(file, total=size)
        self._progress.update(self._tasks[file], completed=done)
