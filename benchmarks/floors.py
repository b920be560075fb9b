"""The first yardstick: import, pulse and series, each beside a floor measured in the same run.

    python benchmarks/floors.py [--invoices 20000] [--customers 2000] [--database URL]

Prints rows, customers and seconds, and the ratio to the floor. Figures move with the machine;
ratios are what to compare.
"""

import argparse
import csv
import random
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text

from carecredit.desk import CareCredit
from carecredit.kernel.ids import new_id
from carecredit.mandates import queries as mandates
from carecredit.metrics.queries import series
from carecredit.receivables import model
from carecredit.settings import Settings
from carecredit.store.session import Caller

SECRET = "a made-up key, long enough for a benchmark"
FIRST = date(2024, 1, 1)
NOW = datetime(2025, 12, 15, 9, tzinfo=UTC)
MONTH_ENDS = [
    date(2024 + month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in range(1, 25)
]


def make_ledger(folder: Path, invoices: int, customers: int) -> None:
    """Write a ledger: invoices over two years, most of them paid, some in two parts."""
    rng = random.Random(1)
    with (folder / "customers.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", "name", "language", "phone", "email", "country"])
        for number in range(customers):
            phone = f"+39333{1_000_000 + number}"
            writer.writerow(
                [f"K{number}", f"Person {number}", "it", phone, f"p{number}@example.org", "IT"]
            )
    with (
        (folder / "invoices.csv").open("w", newline="") as file,
        (folder / "payments.csv").open("w", newline="") as paid,
    ):
        writer, payer = csv.writer(file), csv.writer(paid)
        writer.writerow(
            [
                "invoice_id",
                "customer_id",
                "invoice_date",
                "due_date",
                "currency",
                "gross_amount",
                "tax_amount",
                "segment",
            ]
        )
        payer.writerow(
            [
                "payment_id",
                "customer_id",
                "invoice_id",
                "payment_date",
                "applied_date",
                "currency",
                "amount",
            ]
        )
        for number in range(invoices):
            customer = f"K{rng.randrange(customers)}"
            issued = FIRST + timedelta(days=rng.randrange(720))
            cents = rng.randrange(2_000, 60_000)
            writer.writerow(
                [
                    f"F{number}",
                    customer,
                    issued,
                    issued + timedelta(days=30),
                    "EUR",
                    _euro(cents),
                    _euro(cents * 18 // 100),
                    f"s{number % 4}",
                ]
            )
            if rng.random() < 0.93:
                parts = [cents] if rng.random() < 0.8 else [cents // 2, cents - cents // 2]
                for part, minor in enumerate(parts):
                    day = issued + timedelta(days=rng.randrange(10, 70) + 20 * part)
                    payer.writerow(
                        [f"P{number}.{part}", customer, f"F{number}", day, "", "EUR", _euro(minor)]
                    )


def _euro(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """Do something and say how many seconds it took."""
    begun = time.perf_counter()
    result = act()
    return time.perf_counter() - begun, result


def bulk_floor(desk: CareCredit, rows: int) -> float:
    """Load as many rows as the import wrote, by the database's plain bulk insert, and drop them."""
    with desk.store.begin(desk.caller) as session:
        client = mandates.clients(session)[0]
        customer = session.execute(select(model.Invoice.customer_id).limit(1)).scalar_one()
        made = [
            {
                "client_id": client.id, "id": new_id(), "customer_id": customer, "book_id": None,
                "number": f"floor-{index}", "invoiced_on": FIRST, "due_on": FIRST,
                "currency": "EUR",
                "gross_minor": 1, "tax_minor": None, "segment": None, "recorded_at": NOW,
                "open_minor": 0, "settled_on": FIRST,
            }
            for index in range(rows)
        ]  # fmt: skip
        seconds, _ = timed(lambda: session.execute(insert(model.Invoice), made))
        session.rollback()
    return seconds


@contextmanager
def _transaction(desk: CareCredit) -> Any:
    with desk.store.read(desk.caller) as session:
        yield session


def read_floor(desk: CareCredit) -> float:
    """Read every invoice and every share of the book once, as plain rows."""
    with _transaction(desk) as session:
        return timed(
            lambda: [
                len(session.execute(text(f"SELECT * FROM {table}")).all())
                for table in ("invoices", "allocations", "ledger_entries")
            ]
        )[0]


def open_floor(desk: CareCredit) -> float:
    """Sum once by customer what is open, in the database alone."""
    query = "SELECT customer_id, sum(open_minor) FROM invoices WHERE open_minor > 0 GROUP BY 1"
    with _transaction(desk) as session:
        return timed(lambda: session.execute(text(query)).all())[0]


def say(name: str, rate: str, floor: str, ratio: float) -> None:
    print(f"{name:<10} {rate:<38} floor: {floor:<44} {ratio:8.2f} x the floor's time")


def run(url: str, invoices: int, customers: int) -> None:
    """Measure on one database."""
    settings = Settings(database_url=url, secret_key=SECRET)
    desk = CareCredit(settings, caller=Caller("benchmark"), clock=lambda: NOW, prepare=True)
    desk.add_client("BENCH", "Bench", profiles=("house_gentle",), by="nobody")
    with tempfile.TemporaryDirectory() as folder:
        make_ledger(Path(folder), invoices, customers)
        took, report = timed(lambda: desk.import_ledger(folder, client="BENCH"))
        rows = sum(count.read for count in report.files)
        again, _ = timed(lambda: desk.import_ledger(folder, client="BENCH"))
    floor = bulk_floor(desk, rows)
    say(
        "import",
        f"{rows} rows, {rows / took:,.0f} rows/s",
        f"plain bulk insert {rows / floor:,.0f} rows/s",
        took / floor,
    )
    say(
        "again",
        f"{rows} rows, {rows / again:,.0f} rows/s",
        f"plain bulk insert {rows / floor:,.0f} rows/s",
        again / floor,
    )
    floor = open_floor(desk)
    took, pulses = timed(lambda: desk.pulse(now=NOW))
    looked = pulses[0].planned + pulses[0].kept + sum(pulses[0].silent.values())
    say(
        "pulse",
        f"{looked} customers, {looked / took:,.0f}/s",
        f"open sums in the database {floor:.3f} s",
        took / floor,
    )
    took, _ = timed(lambda: desk.pulse(now=NOW))
    say(
        "re-pulse",
        f"{looked} customers, {looked / took:,.0f}/s",
        f"open sums in the database {floor:.3f} s",
        took / floor,
    )
    floor = read_floor(desk)
    with _transaction(desk) as session:
        client = mandates.clients(session)[0]
        took, found = timed(
            lambda: series(session, client_id=client.id, dates=MONTH_ENDS, by_segment=True)
        )
    say(
        "series",
        f"{len(found.rows)} rows in {took:.2f} s",
        f"reading the three tables {floor:.2f} s",
        took / floor,
    )
    desk.close()


def main() -> None:
    """Run from the command line; without a database it is SQLite in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=20_000)
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--database", help="an empty database's SQLAlchemy URL")
    asked = parser.parse_args()
    if asked.database:
        run(asked.database, asked.invoices, asked.customers)
        return
    with tempfile.TemporaryDirectory() as folder:
        run(f"sqlite:///{Path(folder) / 'bench.db'}", asked.invoices, asked.customers)


if __name__ == "__main__":
    main()
