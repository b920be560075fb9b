"""How fast a book comes in, in how little memory, beside the database's own bulk load.

    python benchmarks/import_book.py [--invoices 1000000] [--database postgresql|sqlite|URL]
        [--folder DIR]

Makes a book (see book.py; `--folder` keeps it for the next run), imports it, imports it again, and
loads the very rows the import wrote into the same tables by the database alone: COPY on
PostgreSQL, executemany on SQLite. Prints rows and invoices a second, the peak of memory, and the
ratio. The PostgreSQL comes out of a wheel, with fsync on.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from book import make_book
from sqlalchemy import text

from carecredit import schema
from carecredit.desk import CareCredit
from carecredit.intake.operations import import_ledger
from carecredit.intake.operations.reading import Progress
from carecredit.intake.views import Report
from carecredit.mandates import queries as mandates
from carecredit.settings import Settings
from carecredit.store.base import Base
from carecredit.store.session import Caller

SECRET = "a made-up key, long enough for a benchmark"
NOW = datetime(2026, 9, 15, 9, tzinfo=UTC)
"""After the last day of the book: what lies ahead is refused."""
TABLES = ("invoices", "ledger_entries", "allocations")
CHUNK = 10_000


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL out of its wheel, as it comes, and give the address of a database."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    import servers  # noqa: PLC0415 - only where a server is wanted

    with servers.postgresql(safe=True) as cluster, cluster.bare() as url:
        yield url


@contextmanager
def database(wanted: str) -> Iterator[str]:
    """Give the address of an empty database."""
    if wanted == "postgresql":
        with postgresql() as url:
            yield url
    elif wanted == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'bench.db'}"
    else:
        yield wanted


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Do something and say how many seconds it took."""
    begun = time.perf_counter()
    result = act()
    return time.perf_counter() - begun, result


def peak_mb() -> float:
    """Give the most memory this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Watch:
    """When each file began and ended, by what the import tells of its progress."""

    def __init__(self) -> None:
        self.last = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def told(self, file: str, _done: int, _size: int) -> None:
        """Add the time since the last word to the file that is spoken of."""
        now = time.perf_counter()
        self.seconds[file] = self.seconds.get(file, 0.0) + now - self.last
        self.last = now


def bulk_floor(desk: CareCredit) -> tuple[int, float]:
    """Load the rows of the book once more, into empty twins of the tables, by the database alone.

    The twins have the same columns, keys and indexes; reading the rows is not counted.
    """
    rows = seconds = 0
    with desk.store.begin(desk.caller) as session:
        connection = session.connection()
        load = _copy if connection.dialect.name == "postgresql" else _executemany
        for name in TABLES:
            _twin(connection, name)
            for chunk in _raw(connection, name):
                took, _ = timed(lambda name=name, chunk=chunk: load(connection, name, chunk))
                rows, seconds = rows + len(chunk), seconds + took
        session.rollback()
    return rows, seconds


def _twin(connection: Any, name: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"CREATE TABLE twin_{name} (LIKE {name} INCLUDING ALL)"))
        return
    statements = connection.execute(
        text("SELECT sql FROM sqlite_master WHERE tbl_name = :name AND sql IS NOT NULL"),
        {"name": name},
    )
    for (statement,) in statements.all():
        made = statement.replace(f"TABLE {name}", f"TABLE twin_{name}")
        made = made.replace(f" ON {name} ", f" ON twin_{name} ").replace("INDEX ", "INDEX twin_")
        connection.execute(text(made))


def _raw(connection: Any, name: str) -> Iterator[list[tuple[Any, ...]]]:
    columns = ", ".join(column.name for column in Base.metadata.tables[name].columns)
    last = b"" if connection.dialect.name == "sqlite" else "00000000-0000-0000-0000-000000000000"
    at = [column.name for column in Base.metadata.tables[name].columns].index("id")
    query = f"SELECT {columns} FROM {name} WHERE id > :last ORDER BY id LIMIT {CHUNK}"
    while chunk := [tuple(row) for row in connection.execute(text(query), {"last": last})]:
        last = chunk[-1][at]
        yield chunk


def _copy(connection: Any, name: str, rows: list[tuple[Any, ...]]) -> None:
    columns = ", ".join(column.name for column in Base.metadata.tables[name].columns)
    driver = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY twin_{name} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _executemany(connection: Any, name: str, rows: list[tuple[Any, ...]]) -> None:
    names = [column.name for column in Base.metadata.tables[name].columns]
    marks = ", ".join("?" * len(names))
    driver = connection.connection.driver_connection
    driver.executemany(f"INSERT INTO twin_{name} ({', '.join(names)}) VALUES ({marks})", rows)


def bring(desk: CareCredit, folder: Path, progress: Progress) -> Report:
    """Import the book, in its one transaction; summing up for the reports is not counted."""
    with desk.store.begin(desk.caller) as session:
        client = mandates.client_by_code(session, code="BENCH")
        return import_ledger(session, client=client, directory=folder, now=NOW, progress=progress)


def run(url: str, folder: Path) -> None:
    """Measure on one database."""
    settings = Settings(database_url=url, secret_key=SECRET, statement_seconds=3_600)
    desk = CareCredit(settings, caller=Caller("benchmark"), clock=lambda: NOW, prepare=True)
    schema.upgrade(desk.store.engine)
    desk.add_client("BENCH", "Bench", profiles=("house_gentle",), by="nobody")
    before, watch = peak_mb(), Watch()
    took, report = timed(lambda: bring(desk, folder, watch.told))
    peak = peak_mb()
    read = {count.file: count.read for count in report.files}
    rows, invoices = sum(read.values()), read["invoices.csv"]
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr] # a terminal or file
    print(f"book       {rows:,} rows of {len(read)} files, {invoices:,} invoices")
    for file, seconds in watch.seconds.items():
        rate = read[file] / seconds if seconds else 0
        print(f"  {file:<18} {read[file]:>10,} rows {seconds:8.1f} s {rate:>10,.0f} rows/s")
    rest = took - sum(watch.seconds.values())
    print(f"  standings, audit, commit          {rest:8.1f} s")
    print(f"import     {took:.1f} s: {rows / took:,.0f} rows/s, {invoices / took:,.0f} invoices/s")
    print(f"memory     {peak:.0f} MB at the peak, {before:.0f} MB before")
    again, second = timed(lambda: bring(desk, folder, lambda *_: None))
    print(f"again      {again:.1f} s: {rows / again:,.0f} rows/s, changed: {second.changed}")
    loaded, floor = bulk_floor(desk)
    print(f"floor      {loaded:,} rows of {', '.join(TABLES)} in {floor:.1f} s by the database's")
    print(f"           own bulk load: {loaded / floor:,.0f} rows/s; the import takes", end=" ")
    print(f"{took / floor:.2f} x its time, everything in")
    desk.close()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, help="default: one for twenty invoices")
    parser.add_argument("--database", default="sqlite", help="postgresql, sqlite or a URL")
    parser.add_argument("--folder", type=Path, help="where the book is, or is to be, made")
    asked = parser.parse_args()
    customers = asked.customers or max(1, asked.invoices // 20)
    with tempfile.TemporaryDirectory() as made, database(asked.database) as url:
        folder = asked.folder or Path(made)
        make_book(folder, invoices=asked.invoices, customers=customers)
        run(url, folder)


if __name__ == "__main__":
    main()
