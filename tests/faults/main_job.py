"""The main job under faults: a book of two years, the clock stepped day by day, processes killed.

    python -m faults.main_job --ledger DIR --from 2012-01-02 --to 2013-12-31 --kills 20

The ledger's folder holds invoices.csv and payments.csv; a customers.csv with a telephone number
and an e-mail address for each customer is made beside a copy of it, by seed. Prints what became
of every touch and compares it with the mail server's own book and the caller's own list.
"""

import argparse
import csv
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

import servers
from carecredit.cadence import queries as cadence
from carecredit.desk import CareCredit
from carecredit.holds.operations import resolve_dispute
from carecredit.kernel.calendars import DAY, zone
from carecredit.kernel.clock import from_file
from carecredit.kernel.ids import DisputeId
from carecredit.kernel.money import major
from carecredit.outreach.operations import Finding, resolve_parked, wrap_up_call
from carecredit.outreach.queries import outcome_counts
from carecredit.outreach.rules import Disposition, Identified, PromiseGiven, WrapUp
from carecredit.settings import Settings
from carecredit.store import audit
from carecredit.store.session import Caller
from carecredit.worklist.operations import take_next
from carecredit.worklist.views import Taken
from faults.centre import SECRET, Centre

CODE = "BOOK"
ROME = zone("Europe/Rome")
PATIENCE_SECONDS = 90
KNOWN = (Identified.CUSTOMER_NUMBER, Identified.TAX_CODE)
AFTERWARDS = datetime(2100, 1, 1, tzinfo=UTC)
"""A day after everything that a book may tell."""
IN_HAND = ("planned", "rung", "dispatching")


class Result(msgspec.Struct):
    """What a rehearsal counted."""

    days: int = 0
    kills: int = 0
    flushes: int = 0
    touches: dict[str, int] = msgspec.field(default_factory=dict)
    attempts: dict[str, int] = msgspec.field(default_factory=dict)
    in_the_book: int = 0
    calls_made: int = 0
    unknown_found_made: int = 0
    unknown_found_not_made: int = 0
    waiting_for_a_later_day: int = 0
    faults: list[str] = msgspec.field(default_factory=list)
    seconds: float = 0.0

    @property
    def touches_count(self) -> int:
        """Count every touch that was ever planned."""
        return sum(self.touches.values())


def make_customers(ledger: Path, folder: Path, *, seed: int) -> None:
    """Copy a ledger and put a customers.csv beside it: a number and an address for each."""
    rng = random.Random(seed)
    for file in ledger.glob("*.csv"):
        shutil.copyfile(file, folder / file.name)
    with (ledger / "invoices.csv").open(newline="", encoding="utf-8") as file:
        numbers = sorted({row["customer_id"] for row in csv.DictReader(file)})
    with (folder / "customers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["customer_id", "name", "language", "phone", "email", "country"])
        for index, number in enumerate(numbers):
            phone = f"+39333{rng.randrange(1_000_000, 9_999_999)}"
            language = rng.choice(["it", "en"])
            writer.writerow(
                [number, f"Person {index}", language, phone, f"p{index}@example.org", "IT"]
            )


class Rehearsal:
    """One run: days, an operator who takes calls, and whoever kills processes."""

    def __init__(self, centre: Centre, *, seed: int, kills: int, days: list[date]) -> None:
        self._centre = centre
        self._rng = random.Random(seed)
        self._days = days
        self._kill_on = Counter(self._rng.choices(days, k=kills))
        self._flush_on = days[len(days) // 2]
        self._calls: Counter[str] = Counter()
        self._disputes: list[tuple[date, DisputeId]] = []
        self.result = Result()
        settings = Settings(
            database_url=centre.environment["CARECREDIT_DATABASE_URL"], secret_key=SECRET
        )
        self._desk = CareCredit(
            settings, caller=Caller("rehearsal"), clock=from_file(centre.clock_file), prepare=True
        )

    def run(self, ledger: Path) -> Result:
        """Live through the days and look at what is left."""
        begun = time.monotonic()
        self._centre.set_clock(self._morning(self._days[0]))
        profiles = ("house_gentle", "it_debt_unirec")
        self._client = self._desk.add_client(
            CODE, "The book's company", profiles=profiles, by="A. Lawyer"
        )
        self._bring(ledger)
        self._centre.start()
        try:
            for day in self._days:
                self._live(day)
        finally:
            self._centre.stop()
        self._look()
        self.result.seconds = round(time.monotonic() - begun, 1)
        self._desk.close()
        return self.result

    def _bring(self, ledger: Path) -> None:
        """Take in the customers, then what is to happen: a file only tells that afterwards."""
        first = ledger / "customers"
        first.mkdir()
        shutil.move(ledger / "customers.csv", first / "customers.csv")
        self._desk.import_ledger(first, client=CODE)
        self._centre.set_clock(AFTERWARDS)
        self._desk.import_ledger(ledger, client=CODE)
        self._centre.set_clock(self._morning(self._days[0]))

    def _morning(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, 10, 30, tzinfo=ROME)

    def _live(self, day: date) -> None:
        now = self._morning(day)
        self._centre.set_clock(now)
        self._desk.pulse()
        for _ in range(self._kill_on[day]):
            time.sleep(self._rng.uniform(0.05, 0.6))
            self._centre.kill_one(self._rng)
            self.result.kills += 1
        if day == self._flush_on:
            time.sleep(0.15)
            self._centre.flush_broker()
            self.result.flushes += 1
        self._await_quiet(now)
        self._take_calls(now)
        self._look_at_parked(now)
        self._end_disputes(day, now)
        self.result.days += 1
        if day.day == 1:
            print(f"{day}: {self.result.kills} kills so far", file=sys.stderr, flush=True)

    def _await_quiet(self, now: datetime) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._in_hand(now):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{now}: touches stay in hand: {self._in_hand(now)}")
            time.sleep(0.05)

    def _in_hand(self, now: datetime) -> list[tuple[str, str]]:
        with self._desk.store.read(self._desk.caller) as session:
            waiting = cadence.touches_waiting(
                session, client_ids=[self._client.id], statuses=IN_HAND, limit=500
            )
        return [
            (str(one.id), one.status)
            for one in waiting
            if one.status != "planned" or one.due_at <= now
        ]

    def _take_calls(self, now: datetime) -> None:
        for minute in range(200):
            later = now + timedelta(minutes=minute)
            with self._desk.store.begin(self._desk.caller) as session:
                taken = take_next(session, client_ids=None, operator_id=None, now=later)
            if taken is None:
                return
            self._calls[str(taken.call.touch_id)] += 1
            self.result.calls_made += 1
            with self._desk.store.begin(self._desk.caller) as session:
                closed = wrap_up_call(
                    session,
                    client_id=taken.call.client_id,
                    touch_id=taken.call.touch_id,
                    operator_id=None,
                    wrap_up=self._outcome(taken, later),
                    now=later,
                )
            for dispute in closed.dispute_ids:
                self._disputes.append((now.date() + 12 * DAY, dispute))

    def _outcome(self, taken: Taken, now: datetime) -> WrapUp:
        chance = self._rng.random()
        if chance < 0.4:
            return WrapUp(self._rng.choice([Disposition.NO_ANSWER, Disposition.BUSY]))
        if chance < 0.5:
            return WrapUp(Disposition.NO_ANSWER, callback_at=now + timedelta(days=7))
        if not taken.card.invoices:  # called back as asked, and paid meanwhile
            return WrapUp(Disposition.RIGHT_PARTY, note="thanked")
        invoice = taken.card.invoices[0]
        if chance < 0.7:
            amount = major(invoice.open_minor, invoice.currency)
            promised = now.date() + DAY * self._rng.randint(2, 9)
            promise = PromiseGiven(amount, invoice.currency, promised)
            return WrapUp(Disposition.RIGHT_PARTY, promise=promise, identified_by=KNOWN)
        held = {hold.invoice_id for hold in taken.card.holds}
        if chance < 0.75 and invoice.id not in held:
            return WrapUp(
                Disposition.RIGHT_PARTY,
                disputed_invoices=(invoice.id,),
                dispute_reason="too much",
                identified_by=KNOWN,
            )
        return WrapUp(Disposition.RIGHT_PARTY, note="all clear")

    def _look_at_parked(self, now: datetime) -> None:
        """Be the person who finds out: the mail server's book knows what was accepted."""
        known = {name for name, _hour in self._centre.book()}
        with self._desk.store.begin(self._desk.caller) as session:
            parked = cadence.touches_waiting(
                session, client_ids=[self._client.id], statuses=("parked",), limit=500
            )
            for touch in parked:
                if touch.status_reason != "unknown_outcome":
                    continue
                made = str(touch.id) in known
                finding = Finding.MADE if made else Finding.NOT_MADE
                resolve_parked(
                    session, client_id=self._client.id, touch_id=touch.id, finding=finding, now=now
                )
                self.result.unknown_found_made += made
                self.result.unknown_found_not_made += not made

    def _end_disputes(self, day: date, now: datetime) -> None:
        due = [one for one in self._disputes if one[0] <= day]
        for one in due:
            with self._desk.store.begin(self._desk.caller) as session:
                resolve_dispute(
                    session,
                    client_id=self._client.id,
                    dispute_id=one[1],
                    disputed_to=day,
                    now=now,
                )
            self._disputes.remove(one)

    def _look(self) -> None:
        """Hold the database against the mail server's book and the caller's own list."""
        result, book = self.result, self._centre.book()
        sent = Counter(name for name, _hour in book)
        with self._desk.store.read(self._desk.caller) as session:
            result.touches = cadence.counts_by_status(session, client_id=self._client.id)
            result.attempts = outcome_counts(session, client_id=self._client.id)
            every = cadence.touches_waiting(
                session,
                client_ids=[self._client.id],
                statuses=("planned", "rung", "dispatching", "offered", "taken", "parked", "done",
                          "cancelled"),
                limit=1_000_000,
            )  # fmt: skip
            broken = list(audit.breaks(session, client_id=self._client.id))
        result.in_the_book = len(book)
        end = self._morning(self._days[-1])
        result.waiting_for_a_later_day = sum(
            one.status == "planned" and one.due_at > end for one in every
        )
        result.faults += [
            f"sent {count} times: {name}" for name, count in sent.items() if count > 1
        ]
        result.faults += [f"called twice: {name}" for name, n in self._calls.items() if n > 1]
        result.faults += list(_unlike(every, sent, self._calls, end))
        result.faults += [
            f"outside the hours: {name} {hour}" for name, hour in book if not _open(hour)
        ]
        if broken:
            result.faults.append(f"the audit chain breaks at {broken[:3]}")


def _unlike(
    every: list[Any], sent: Counter[str], calls: Counter[str], end: datetime
) -> Iterator[str]:
    """Name each touch that the books tell otherwise than the database."""
    known = {str(one.id) for one in every}
    yield from (f"in the book, unknown to us: {name}" for name in sent if name not in known)
    for one in every:
        name = str(one.id)
        made = sent[name] if one.channel == "email" else calls[name]
        if one.status == "done" and made != 1:
            yield f"done and made {made} times: {name}"
        elif one.status in {"parked", "cancelled"} and not one.status_reason:
            yield f"{one.status} without a reason: {name}"
        elif one.status in {"cancelled", "planned", "offered"} and made:
            yield f"{one.status} ({one.status_reason}) and yet made: {name}"
        elif one.status in {"rung", "dispatching", "taken"}:
            yield f"left in hand ({one.status}): {name}"
        elif one.status == "planned" and one.due_at <= end:
            yield f"due and not made: {name}"


def _open(hour: datetime) -> bool:
    """Say whether the house's window was open: Monday to Friday 9-20, Saturday 9-13."""
    local = hour.astimezone(ROME)
    return (local.weekday() < 5 and 9 <= local.hour < 20) or (
        local.weekday() == 5 and local.hour < 13
    )


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the addresses of a database and a broker: SQLite and none, or PostgreSQL and Valkey."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'book.db'}", "memory:"
        return
    with servers.postgresql() as cluster, servers.valkey() as broker, cluster.bare() as url:
        yield url, broker.connection_url


def days_between(first: date, last: date) -> list[date]:
    """List the days from one to another, both in."""
    return [first + DAY * index for index in range((last - first).days + 1)]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger", type=Path, required=True)
    parser.add_argument("--from", dest="first", type=date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=date.fromisoformat, required=True)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="postgresql")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, book = Path(name), Path(name) / "ledger"
        book.mkdir()
        make_customers(asked.ledger, book, seed=asked.seed)
        with databases(asked.database, folder) as (database_url, broker_url):
            centre = Centre(
                folder, database_url=database_url, broker_url=broker_url, workers=asked.workers
            )
            days = days_between(asked.first, asked.last)
            rehearsal = Rehearsal(centre, seed=asked.seed, kills=asked.kills, days=days)
            result = rehearsal.run(book)
    print(
        json.dumps(msgspec.to_builtins(result) | {"touches_count": result.touches_count}, indent=1)
    )
    sys.exit(bool(result.faults))


if __name__ == "__main__":
    main()
