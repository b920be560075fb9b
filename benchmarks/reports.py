"""How soon reports answer over a large book, through HTTP, beside DuckDB over the same rows.

    python benchmarks/reports.py [--invoices 1000000] [--customers 50000] [--database URL]
        [--postgresql] [--folder DIR] [--ready URL]

Makes a book (see book.py), imports it, serves it on loopback and asks as a report would, also
while payments with old dates keep arriving. DuckDB reads the same files into memory and works out
the same balances: they must be equal to the cent. `--ready` names a database that holds the book.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
from book import make_book
from duck import Floor
from sqlalchemy import select

from carecredit.customers.model import Customer
from carecredit.desk import CareCredit
from carecredit.mandates import queries as mandates
from carecredit.metrics.rules.catalogue import METRIC_IDS
from carecredit.receivables import queries as receivables

SECRET = "a made-up key, long enough for a benchmark"
FIRST, LAST = date(2021, 6, 30), date(2025, 12, 31)
MONTH_ENDS = [date(2024 + n // 12, n % 12 + 1, 1) - timedelta(days=1) for n in range(1, 25)]
SERIES_ASKED = 20
WAIT_SECONDS = 60


class Door:
    """The API of a set-up, served by uvicorn as a process of its own, and keys to it."""

    def __init__(self, url: str, desk: CareCredit, client: str) -> None:
        self._client = client
        self._keys = {
            role: desk.add_key(
                name=f"bench {role} {time.time_ns()}", role=role, clients=(client,)
            ).secret
            for role in ("finance", "integrator")
        }
        more = {"CARECREDIT_DATABASE_URL": url, "CARECREDIT_SECRET_KEY": SECRET}
        port = str(random.randrange(20_000, 40_000))
        command = [str(Path(sys.executable).with_name("carecredit")), "serve", "--port", port]
        self._process = subprocess.Popen(command, env=os.environ | more, stderr=subprocess.DEVNULL)
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=WAIT_SECONDS)
        until = time.monotonic() + WAIT_SECONDS
        while not self._answers():
            if time.monotonic() > until:
                raise TimeoutError("the door did not open")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            return self._http.get("/health/live").status_code < 500
        except httpx.TransportError:
            return False

    def get(self, path: str, **asked: Any) -> Any:
        """Ask as the finance department does."""
        return self._ask("GET", path, "finance", params=asked)

    def post(self, path: str, **told: Any) -> Any:
        """Write as an integrator does."""
        return self._ask("POST", path, "integrator", json=told)

    def _ask(self, method: str, path: str, role: str, **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {self._keys[role]}"}
        params = {"client": self._client} | more.pop("params", {})
        answer = self._http.request(
            method, f"/api/v1{path}", headers=headers, params=params, **more
        )
        if answer.is_error:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text}")
        return answer.json()

    def worked(self) -> float:
        """Say how many seconds of a core the door's process has used (where the system tells)."""
        file = Path(f"/proc/{self._process.pid}/stat")
        if not file.is_file():
            return 0.0
        fields = file.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        """Shut the door."""
        self._http.close()
        self._process.terminate()
        self._process.wait(WAIT_SECONDS)


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.perf_counter()
    found = act()
    return time.perf_counter() - begun, found


def spread(seconds: list[float]) -> tuple[float, float]:
    """Give the median and the 99th percentile (of fewer than a hundred, the slowest), in ms."""
    ordered = sorted(1_000 * each for each in seconds)
    return ordered[len(ordered) // 2], ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


def say(name: str, seconds: list[float], aim: str, more: str = "") -> None:
    half, slow = spread(seconds)
    print(f"{name:<34} p50 {half:8.1f} ms  p99 {slow:8.1f} ms   aim {aim:<12} {more}", flush=True)


def ask_metrics(door: Door, rng: random.Random, times: int) -> None:
    """Ask each measure alone on random days, and tell the slowest of them."""
    took: dict[str, list[float]] = {}
    door.get("/metrics/receivables.net", as_of=LAST.isoformat())
    before = door.worked()
    for metric_id in METRIC_IDS:
        days = [FIRST + timedelta(days=rng.randrange((LAST - FIRST).days)) for _ in range(times)]
        took[metric_id] = [
            timed(lambda: door.get(f"/metrics/{metric_id}", as_of=day.isoformat()))[0]  # noqa: B023
            for day in days
        ]
    cores = (door.worked() - before) / (times * len(METRIC_IDS))
    every = [each for some in took.values() for each in some]
    say("one metric, all of them", every, "100/250 ms", f"{1_000 * cores:.0f} ms of a core each")
    slowest = sorted(took, key=lambda name: spread(took[name]), reverse=True)[:3]
    for metric_id in (*slowest, "dso.simple.p3m", "dso.countback.day", "aging.due.91_plus"):
        say(f"  {metric_id}", took[metric_id], "100/250 ms")


def ask_series(door: Door) -> Any:
    """Ask for all measures of 24 months over all segments."""
    asked = {"from": "2024-01", "to": "2025-12", "by": "segment"}
    found = door.get("/metrics/series", **asked)
    before = door.worked()
    took = [timed(lambda: door.get("/metrics/series", **asked))[0] for _ in range(SERIES_ASKED)]
    cores = f"{1_000 * (door.worked() - before) / SERIES_ASKED:.0f} ms of a core each"
    say(f"24 months, {len(found['rows'])} rows", took, "300/1000 ms", cores)
    return found


def ask_slow(door: Door) -> None:
    """Ask what costs more: survival, forecast, and what was known once."""
    for name in ("survival", "forecast"):
        path = f"/metrics/{name}"
        door.get(path, as_of=LAST.isoformat())
        took = [timed(lambda: door.get(path, as_of="2025-11-30"))[0] for _ in range(10)]  # noqa: B023
        say(name, took, "1000 ms")
        days = [date(2025, month, 15).isoformat() for month in range(1, 7)]
        took = [timed(lambda: door.get(path, as_of=day))[0] for day in days]  # noqa: B023
        say(f"{name} of a day never asked", took, "1000 ms")
    for known in ("2025-11-30", "2023-06-30"):
        asked = {"as_of": known, "known_at": known}
        took = [timed(lambda: door.get("/metrics/dso.simple.p3m", **asked))[0] for _ in range(4)]  # noqa: B023
        say(f"as known on {known}", took, "2000 ms")


def ask_customers(desk: CareCredit, client: str, rng: random.Random) -> list[Any]:
    """Ask what single customers have open, in the library."""
    with desk.store.read(desk.caller) as session:
        found = mandates.client_by_code(session, code=client)
        ids = list(
            session.execute(select(Customer.id).where(Customer.client_id == found.id)).scalars()
        )
        chosen = rng.sample(ids, min(len(ids), 200))

        def balance(one: Any) -> None:
            asked: dict[str, Any] = {"client_id": found.id, "customer_ids": [one], "today": LAST}
            receivables.open_invoices(session, **asked)
            receivables.unapplied(session, **asked)

        balance(chosen[0])
        say("balances of a customer", [timed(lambda: balance(one))[0] for one in chosen], "5 ms")  # noqa: B023
    return chosen


def ask_while_written(door: Door, customers: list[Any], rng: random.Random) -> None:
    """Ask while payments with old dates keep arriving."""
    took: list[float] = []
    took_ahead: list[float] = []
    for place, one in enumerate(customers[:60]):
        day = FIRST + timedelta(days=rng.randrange((LAST - FIRST).days))
        door.post(
            "/payments", customer_id=str(one), number=f"late {time.time_ns()}", currency="EUR",
            amount="1.00", received_on=day.isoformat(),
        )  # fmt: skip
        metric_id = METRIC_IDS[place % len(METRIC_IDS)]
        took.append(timed(lambda: door.get(f"/metrics/{metric_id}", as_of=day.isoformat()))[0])  # noqa: B023
        if place % 10 == 0:
            took_ahead.append(timed(lambda: door.get("/metrics/forecast", as_of="2025-11-30"))[0])
    say("one metric, after each late payment", took, "100/250 ms")
    say("forecast, after each late payment", took_ahead, "1000 ms")


def compare(found: Any, floor: Floor) -> None:
    """Work out the same balances in DuckDB, and hold ours against them."""
    wholes = {row["as_of"]: row["metrics"] for row in found["rows"] if row["segment"] == "ALL"}
    took, other = timed(lambda: {day: floor.open(day) for day in MONTH_ENDS})
    counted, days = timed(lambda: {day: floor.dso(day) for day in MONTH_ENDS})
    wrong = [
        (day, name)
        for day in MONTH_ENDS
        for name, minor in (("receivables.open", other[day]), ("receivables.net", days[day][0]))
        if round(100 * float(wholes[day.isoformat()][name]["value"])) != minor
    ]
    wrong += [
        (day, "dso.countback.month")
        for day, (_, thousandths) in days.items()
        if abs(1_000 * float(wholes[day.isoformat()]["dso.countback.month"]["value"]) - thousandths)
        > 1
    ]
    print(
        f"floor: DuckDB, 24 agings {1_000 * took:.0f} ms; 24 balances and counts back "
        f"{1_000 * counted:.0f} ms; differing from ours: {wrong or 'none'}",
        flush=True,
    )


def run(url: str, folder: Path, client: str, *, ready: bool, times: int) -> None:
    """Measure one database."""
    print(f"--- {url.partition(':')[0]}", flush=True)
    rng = random.Random(1)
    desk = CareCredit.open(url, secret=SECRET)
    if not ready:
        desk.add_client(client, "Bench", profiles=("house_gentle",), by="nobody")
        took, _ = timed(lambda: desk.import_ledger(folder, client=client))
        print(f"import with its sums: {took:.0f} s", flush=True)
    took, _ = timed(desk.finance.sum_up)
    print(f"summing what was left: {took:.1f} s", flush=True)
    customers = ask_customers(desk, client, rng)
    door = Door(url, desk, client)
    try:
        ask_metrics(door, rng, times)
        found = ask_series(door)
        compare(found, Floor(folder))
        ask_slow(door)
        ask_while_written(door, customers, rng)
    finally:
        door.close()
    took, wrong = timed(lambda: desk.finance.proof(client=client))
    print(f"proof: every sum anew in {took:.0f} s, differing: {wrong or 'none'}", flush=True)
    desk.close()


@contextmanager
def database(asked: argparse.Namespace) -> Iterator[str]:
    """Give the address of an empty database: the one named, or one for this run."""
    with ExitStack() as stack:
        if asked.database:
            yield asked.database
        elif asked.postgresql:
            sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
            import servers  # noqa: PLC0415 - only where a server is wanted

            yield stack.enter_context(stack.enter_context(servers.postgresql()).bare())
        else:
            made = stack.enter_context(tempfile.TemporaryDirectory())
            yield f"sqlite:///{Path(made) / 'bench.db'}"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--invoices", type=int, default=1_000_000)
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--database", help="an empty database's address")
    parser.add_argument("--postgresql", action="store_true", help="out of its wheel, for this run")
    parser.add_argument("--folder", type=Path, help="where the book lies, or is made")
    parser.add_argument("--ready", help="address of a database that holds the book already")
    parser.add_argument("--client", default="BENCH")
    parser.add_argument("--asked", type=int, default=40, help="how often each measure is asked")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        make_book(folder, invoices=asked.invoices, customers=asked.customers)
        if asked.ready:
            run(asked.ready, folder, asked.client, ready=True, times=asked.asked)
            return
        with database(asked) as url:
            run(url, folder, asked.client, ready=False, times=asked.asked)


if __name__ == "__main__":
    main()
