"""The contact policy's yardstick: decisions per second on one core, and explaining through HTTP.

    python benchmarks/policy.py [--customers 100000] [--asks 2000] [--database URL]

Prints decisions a second for customers with their history, beside a floor that walks the same
inputs and decides nothing; then p50 and p99 of one explanation through a served door, beside the
door's own sign of life. Aims: 100,000 decisions in 60 s, p99 under 20 ms.
"""

import argparse
import csv
import http.client
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from sqlalchemy import insert, select

from carecredit.contact_policy import model, rules
from carecredit.customers import model as customers
from carecredit.desk import CareCredit
from carecredit.kernel.ids import CustomerId, new_id
from carecredit.mandates import queries as mandates
from carecredit.settings import Settings
from carecredit.store.session import Caller

SECRET = "a made-up key, long enough for a benchmark"
NOW = datetime(2026, 12, 9, 9, 30, tzinfo=UTC)
PROFILES = ("it_debt_unirec", "house_gentle")
EVENTS = 8
WARM = 50
"""Asks that are not counted: they read the packaged data once."""
AIM_SECONDS, AIM_CUSTOMERS, AIM_MS = 60, 100_000, 20
KINDS = ("attempt", "attempt", "attempt", "contact", "conversation")


def histories(count: int) -> Iterator[tuple[rules.Facts, tuple[rules.Event, ...]]]:
    """Make what is known of many customers: some in Milan, a few held, each with a history."""
    rng = random.Random(1)
    for number in range(count):
        stops = (
            (rules.Stop("promise", ends_at=NOW + timedelta(days=3)),) if number % 10 == 0 else ()
        )
        yield (
            rules.Facts(
                zones=("Europe/Rome",),
                countries=("IT",),
                subdivision="MI" if number % 2 else None,
                stops=stops,
            ),
            tuple(
                rules.Event(rng.choice(KINDS), NOW - timedelta(minutes=rng.randrange(1, 50_000)))
                for _ in range(EVENTS)
            ),
        )


def deciding(count: int) -> None:
    """Decide for everybody, and walk the same inputs without deciding."""
    profiles = tuple(rules.load_profiles()[key] for key in PROFILES)
    calendars, request = rules.PublicDays(), rules.Request("voice", "debt_collection")
    known = list(histories(count))
    begun = time.process_time()
    for facts, history in known:
        msgspec.json.encode((request, facts, history))
    floor = time.process_time() - begun
    found: Counter[str] = Counter()
    begun = time.process_time()
    for facts, history in known:
        verdict = rules.decide(
            request, facts=facts, history=history, profiles=profiles, calendars=calendars, now=NOW
        )
        found[verdict.decision] += 1
    took = time.process_time() - begun
    print(
        f"decide    {count:,} customers with {EVENTS} events in {took:.1f} s of one core: "
        f"{count / took:,.0f}/s ({dict(sorted(found.items()))}); "
        f"floor {count / floor:,.0f}/s, {took / floor:.1f} x its time"
    )
    aim = AIM_CUSTOMERS / AIM_SECONDS
    print(f"          aim {aim:,.0f}/s: {'kept' if count / took >= aim else 'MISSED'}")


def prepare(url: str, count: int) -> tuple[str, list[CustomerId]]:
    """Fill a database with customers and their events; give a key and the ids."""
    settings = Settings(database_url=url, secret_key=SECRET)
    desk = CareCredit(settings, caller=Caller("benchmark"), clock=lambda: NOW, prepare=True)
    desk.add_client("BENCH", "Bench", profiles=PROFILES, by="nobody")
    with tempfile.TemporaryDirectory() as folder:
        with (Path(folder) / "customers.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["customer_id", "name", "language", "phone", "email", "country"])
            for n in range(count):
                cells = [f"K{n}", f"Person {n}", "it", f"+39333{1_000_000 + n}", "", "IT"]
                writer.writerow(cells)
        desk.import_ledger(folder, client="BENCH")
    rng = random.Random(2)
    with desk.store.begin(desk.caller) as session:
        client = mandates.clients(session)[0]
        table = customers.Customer
        rows = session.execute(select(table.id, table.person_id)).all()
        events = [
            {
                "id": new_id(),
                "person_id": person_id,
                "client_id": client.id,
                "at": NOW - timedelta(minutes=rng.randrange(1, 50_000)),
                "channel": "voice",
                "direction": "out",
                "purpose": "debt_collection",
                "kind": rng.choice(KINDS),
                "state": "settled",
                "debts": "[]",
                "counters": "[]",
            }
            for _, person_id in rows
            for _ in range(EVENTS)
        ]
        session.execute(insert(model.ContactEvent), events)
    key = desk.add_key(name="bench", role="operator", clients=("BENCH",))
    desk.close()
    return key.secret, [row[0] for row in rows]


@contextmanager
def served(url: str) -> Iterator[tuple[int, int]]:
    """Serve the door in a process of its own; give its port and number."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    told = {"CARECREDIT_DATABASE_URL": url, "CARECREDIT_SECRET_KEY": SECRET}
    code = "from carecredit.cli import main; main()"
    command = [sys.executable, "-c", code, "serve", "--port", str(port)]
    process = subprocess.Popen(
        command, env=os.environ | told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the door does not open")


def cpu_seconds(pid: int) -> float:
    """Say how much of a core a process has used (0 where the system does not tell)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def asking(port: int, asks: int, path: Callable[[int], str], key: str) -> list[float]:
    """Ask one after another over one connection; give milliseconds, sorted."""
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {key}"}
    took: list[float] = []
    for number in range(asks + WARM):
        begun = time.perf_counter()
        door.request("GET", path(number), headers=headers)
        answer = door.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status}: {body[:300]!r}")
        if number >= 50:
            took.append((time.perf_counter() - begun) * 1000)
    door.close()
    return sorted(took)


def explaining(url: str, asks: int) -> None:
    """Ask for the explanation of many customers through HTTP, as a console does."""
    key, ids = prepare(url, min(asks, 2_000))
    at = NOW.isoformat().replace("+", "%2B")
    query = f"channel=voice&purpose=debt_collection&at={at}"
    with served(url) as (port, pid):
        before = cpu_seconds(pid)
        took = asking(
            port,
            asks,
            lambda n: f"/api/v1/customers/{ids[n % len(ids)]}/contactability?{query}",
            key,
        )
        used = (cpu_seconds(pid) - before) / (asks + WARM) * 1000
        floor = asking(port, asks, lambda _: "/health/live", key)
    p50, p99 = took[len(took) // 2], took[len(took) * 99 // 100]
    print(
        f"explain   {asks:,} through HTTP: p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
        f"{used:.1f} ms of the server's core each; "
        f"floor (sign of life) p50 {floor[len(floor) // 2]:.1f} ms, "
        f"p99 {floor[len(floor) * 99 // 100]:.1f} ms"
    )
    print(f"          aim p99 under {AIM_MS} ms: {'kept' if p99 < AIM_MS else 'MISSED'}")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--asks", type=int, default=2_000)
    parser.add_argument("--database", help="An empty database (default: a SQLite file).")
    given = parser.parse_args()
    deciding(given.customers)
    with tempfile.TemporaryDirectory() as folder:
        explaining(given.database or f"sqlite:///{folder}/policy.db", given.asks)


if __name__ == "__main__":
    main()
