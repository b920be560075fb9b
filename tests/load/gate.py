"""Many at once at the gate of persons: claims, outcomes and stops, then the books are compared.

    python -m load.gate --url postgresql://... --workers 16 --people 200 --steps 400 --processes

What is checked rests on nothing that decided: caps are counted anew from the events themselves,
and the audit chain of each client company (whose head is locked until commit) tells in which
order claims and stops were committed. `--without-lock` takes the gate away: the run must fail.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

import servers
import worlds
from carecredit.contact_policy import model as policy_model
from carecredit.contact_policy import operations as policy
from carecredit.contact_policy.rules import Counter as Unit
from carecredit.customers import model as customer_model
from carecredit.customers import operations as customers
from carecredit.customers import queries as customer_queries
from carecredit.customers.rules import CareNeed, Consent, Scope, Stance
from carecredit.holds.operations import NewHold, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import ClientId, CustomerId, EventId, new_id
from carecredit.settings import Settings
from carecredit.store.audit import AuditEntry
from carecredit.store.engine import make_engine
from carecredit.store.session import Store

BOGOTA = zone("America/Bogota")
START = datetime(2026, 6, 9, 14, 0, tzinfo=UTC)
"""A Tuesday at nine in the morning; no holiday for two weeks but one Monday."""
DAYS = 4
CHANNELS = ("voice", "sms", "email", "messaging")
PROFILES = ("co_ley2300", "house_gentle")
BUSY_MAX = 20
HOT = 0.8
"""So often somebody is asked for about whom a stop comes at this moment."""
STOPPED = {"customer.opted_out", "customer.care_need", "hold.placed"}


class Plan(msgspec.Struct, frozen=True):
    """A run: so many at once, about so many people, over so many steps."""

    url: str
    people: int = 200
    workers: int = 16
    steps: int = 120
    seed: int = 1
    locked: bool = True
    processes: bool = False


class World(msgspec.Struct, frozen=True):
    """Two client companies that know the same people, each by a number of its own."""

    clients: tuple[ClientId, ClientId]
    customers: tuple[tuple[CustomerId, ...], tuple[CustomerId, ...]]


class Task(msgspec.Struct, frozen=True):
    """One worker's share of a day."""

    plan: Plan
    world: World
    worker: int
    day: int


class Result(msgspec.Struct):
    """What was done, and what should not have been."""

    claimed: int = 0
    busy: int = 0
    """Times that SQLite's writer kept somebody waiting too long, and it was tried again."""
    refused: int = 0
    released: int = 0
    stops: int = 0
    seconds: float = 0.0
    over_cap: list[str] = msgspec.field(default_factory=list)
    after_stop: list[str] = msgspec.field(default_factory=list)
    counters_off: list[str] = msgspec.field(default_factory=list)
    broken_chains: list[str] = msgspec.field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Say whether nothing happened that should not have."""
        return not (self.over_cap or self.after_stop or self.counters_off or self.broken_chains)


def run(plan: Plan) -> Result:
    """Found the world in a migrated, empty database, let all loose, then compare the books."""
    with opened(plan) as store:
        world = found(store, plan)
    begun = time.perf_counter()
    counts: Counter[str] = sum(_let_loose(plan, world), Counter())
    result = Result(**counts, seconds=round(time.perf_counter() - begun, 2))
    with opened(plan) as store:
        compare(store, world, result)
    return result


def _let_loose(plan: Plan, world: World) -> Iterator[Counter[str]]:
    """Let every worker do a day's share, day after day: all have the same date."""
    days = [
        [Task(plan, world, worker, day) for worker in range(plan.workers)] for day in range(DAYS)
    ]
    if plan.processes:
        with ProcessPoolExecutor(plan.workers, mp_context=get_context("spawn")) as pool:
            for tasks in days:
                yield from pool.map(_in_a_process, tasks)
        return
    with (
        opened(plan) as store,
        gate(locked=plan.locked),
        ThreadPoolExecutor(plan.workers) as threads,
    ):
        for tasks in days:
            yield from threads.map(lambda task: work(store, task), tasks)


def found(store: Store, plan: Plan) -> World:
    """Found two companies, their profiles approved, and the people both of them know."""
    clients, known = [], []
    for code in ("ONE", "TWO"):
        client_id = worlds.found_client(store, code, country="CO", zone="America/Bogota")
        worlds.approve(store, client_id, *PROFILES)
        cards = [
            customers.Card(
                f"K-{index}",
                name=f"Persona {index}",
                country="CO",
                points=(
                    customers.CardPoint("phone", f"+5730012{index:05}", ""),
                    customers.CardPoint("email", f"p{index}@example.org", ""),
                ),
            )
            for index in range(plan.people)
        ]
        with store.begin(worlds.CENTRE_CALLER) as session:
            ids = customers.register(
                session, client_id=client_id, cards=cards, language="en", country="CO",
                now=START,
            ).ids  # fmt: skip
        clients.append(client_id)
        known.append(tuple(ids[card.number] for card in cards))
    return World((clients[0], clients[1]), (known[0], known[1]))


def work(store: Store, task: Task) -> Counter[str]:
    """Claim, say what came of it, and now and then stop somebody.

    The clock is read before the transaction begins, as a request does: who waits at the gate comes
    with an older instant than who went before.
    """
    plan, world = task.plan, task.world
    rng = random.Random(f"{plan.seed}:{task.worker}:{task.day}")
    begun = time.monotonic()
    done: Counter[str] = Counter()

    def now() -> datetime:
        return START + timedelta(days=task.day, seconds=time.monotonic() - begun)

    for step in range(task.day * plan.steps // DAYS, (task.day + 1) * plan.steps // DAYS):
        for person in stopped_at(plan, step):
            if person % plan.workers == task.worker:
                done["busy"] += _until_done(partial(_stop, store, world, person, rng), now)[1]
                done["stops"] += 1
        hot = [each for near in range(step - 1, step + 3) for each in stopped_at(plan, near)]
        likely = hot and rng.random() < HOT
        person = rng.choice(hot) if likely else rng.randrange(plan.people)
        outcome, busy = _until_done(partial(_contact, store, world, person, rng), now)
        done[outcome] += 1
        done["busy"] += busy
    done["claimed"] += done["released"]
    return done


def _until_done(act: Callable[[datetime], Any], now: Callable[[], datetime]) -> tuple[Any, int]:
    """Do it, again where SQLite's one writer kept us waiting too long; say how often it did."""
    busy = 0
    while True:
        try:
            return act(now()), busy
        except OperationalError:
            busy += 1
            if busy > BUSY_MAX:
                raise


def stopped_at(plan: Plan, step: int) -> list[int]:
    """Name whose stop falls on a step: everybody's does once, spread over the run."""
    first = max(0, step * plan.people // plan.steps)
    return list(range(first, max(0, min(plan.people, (step + 1) * plan.people // plan.steps))))


def _contact(store: Store, world: World, person: int, rng: random.Random, now: datetime) -> str:
    side = rng.randrange(2)
    client_id, customer_id = world.clients[side], world.customers[side][person]
    channel = rng.choice(CHANNELS)
    with store.begin(worlds.only(client_id)) as session:
        reach = customer_queries.reach(session, client_id=client_id, customer_id=customer_id)
        point = reach.points[channel == "email"]
        claim = policy.claim_contact(
            session, client_id=client_id, customer_id=customer_id, point=point, channel=channel,
            purpose="debt_collection", debts=(), requested=False, now=now,
        )  # fmt: skip
    if claim.event_id is None:
        return "refused"
    outcome = rng.choice(("release", "attempt", "contact", "leave"))
    return _settle(store, client_id, claim.event_id, outcome, now)


def _settle(
    store: Store, client_id: ClientId, event_id: EventId, outcome: str, now: datetime
) -> str:
    if outcome == "leave":
        return "claimed"
    with store.begin(worlds.only(client_id)) as session:
        if outcome == "release":
            policy.release_event(session, event_id=event_id, now=now)
            return "released"
        policy.settle_event(session, event_id=event_id, kind=outcome, now=now)
    return "claimed"


def _stop(store: Store, world: World, person: int, rng: random.Random, now: datetime) -> None:
    for client_id, known in zip(world.clients, world.customers, strict=True):
        whom: dict[str, Any] = {"client_id": client_id, "customer_id": known[person]}
        kind = rng.randrange(3)
        with store.begin(worlds.only(client_id)) as session:
            if kind == 0:
                refused = Consent(Scope(None, "debt_collection"), Stance.REFUSED, now, None)
                customers.state_consent(
                    session, consent=refused, basis="call", proof="load", now=now, **whom
                )
            elif kind == 1:
                need = CareNeed("pause", True, now, None, None)
                customers.state_need(session, need=need, basis="call", now=now, **whom)
            else:
                hold = NewHold(known[person], HoldReason.COMPLAINT, new_id(), now)
                place(session, client_id=client_id, hold=hold, now=now)


def compare(store: Store, world: World, result: Result) -> None:
    """Count caps anew from the events, and read the order of claims and stops from the audit."""
    with store.read(worlds.CENTRE_CALLER) as session:
        table = policy_model.ContactEvent
        events = session.execute(
            select(
                table.id, table.person_id, table.at, table.channel, table.kind, table.state,
                table.counters,
            ).order_by(table.at)
        ).all()  # fmt: skip
        rows = session.execute(select(customer_model.CapCounter.__table__)).all()
        card = customer_model.Customer
        found = session.execute(select(card.id, card.person_id)).all()
        people = {str(customer_id): person_id for customer_id, person_id in found}
        for client_id in world.clients:
            query = (
                select(AuditEntry.action, AuditEntry.subject_id, AuditEntry.data)
                .where(AuditEntry.client_id == client_id)
                .order_by(AuditEntry.position)
            )
            _order(list(session.execute(query).all()), events, people, result)
    counted = [event for event in events if event.state != "released"]
    _caps(counted, result)
    taken: Counter[tuple[object, str, date]] = Counter(
        (event.person_id, unit.rule_id, unit.day_on)
        for event in counted
        for unit in msgspec.json.decode(event.counters, type=tuple[Unit, ...])
    )
    kept = {(row.person_id, row.rule_id, row.day_on): row.taken for row in rows if row.taken}
    result.counters_off = [
        f"{key}: {kept.get(key, 0)} taken, {taken[key]} used"
        for key in sorted({*kept, *taken}, key=str)
        if kept.get(key, 0) != taken[key]
    ]
    result.broken_chains = [str(each) for each in worlds.broken_chains(store).items()]


def _order(rows: list[Any], events: Any, people: dict[str, Any], result: Result) -> None:
    """Find claims that the chain orders after a stop of the same customer's."""
    person_of = {str(event.id): event.person_id for event in events}
    stopped: set[object] = set()
    for action, subject_id, data in rows:
        if action in STOPPED:
            customer = json.loads(data).get("customer") or subject_id
            stopped.add(people[customer])
        elif action == "contact.reserved" and person_of[subject_id] in stopped:
            result.after_stop.append(subject_id)


def _caps(events: list[Any], result: Result) -> None:
    by_person: dict[object, list[Any]] = {}
    for event in events:
        by_person.setdefault(event.person_id, []).append(event)
    for person_id, mine in by_person.items():
        for name, most, days, counts in CAPS:
            used = [event for event in mine if counts(event)]
            for each in used:
                last = local_date(each.at, BOGOTA)
                within = [
                    it for it in used
                    if timedelta(0) <= last - local_date(it.at, BOGOTA) < timedelta(days=days)
                ]  # fmt: skip
                if len(within) > most:
                    result.over_cap.append(f"{person_id} {name} {last}: {len(within)}")
                    break
        for week, channels in _channels_by_week(mine).items():
            if len(channels) > 1:
                result.over_cap.append(f"{person_id} one_channel_a_week {week}: {channels}")


def _channels_by_week(mine: list[Any]) -> dict[Any, set[str]]:
    found: dict[Any, set[str]] = {}
    for event in mine:
        if is_contact(event):
            week = local_date(event.at, BOGOTA).isocalendar()[:2]
            found.setdefault(week, set()).add(event.channel)
    return found


def is_contact(event: Any) -> bool:
    """Say whether an event is, or may yet become, a contact."""
    return event.kind in {"contact", "conversation", "refusal"}


CAPS: tuple[tuple[str, int, int, Callable[[Any], bool]], ...] = (
    ("once_a_day", 1, 1, is_contact),
    ("attempts_day", 2, 1, lambda event: event.channel == "voice"),
    ("attempts_week", 5, 7, lambda event: event.channel == "voice"),
    ("all_channels_week", 3, 7, is_contact),
)
"""The caps of the two profiles, told a second time: name, most, days, what counts."""


@contextmanager
def opened(plan: Plan) -> Iterator[Store]:
    """Open a store with a connection for each worker."""
    pool = 2 if plan.processes else plan.workers + 1
    settings = Settings(database_url=plan.url, pool_size=pool, statement_seconds=120)
    store = Store(make_engine(settings), servers.SECRET)
    try:
        yield store
    finally:
        store.dispose()


@contextmanager
def gate(*, locked: bool) -> Iterator[None]:
    """Leave the gate as it is, or take its lock away in this process."""
    if locked:
        yield
        return
    open_door = mock.Mock()
    with (
        mock.patch("carecredit.customers.operations.gate.lock_gate", open_door),
        mock.patch("carecredit.customers.operations.lock_gate", open_door),
    ):
        yield


def _in_a_process(task: Task) -> Counter[str]:
    with opened(task.plan) as store, gate(locked=task.plan.locked):
        return work(store, task)


def main() -> None:
    """Run on a database of one's own, or on fresh ones of both kinds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--workers", type=int, default=16)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", action="store_true", help="in place of processes")
    parser.add_argument("--without-lock", action="store_true", help="must fail on PostgreSQL")
    parser.add_argument("--on", choices=["both", "sqlite", "postgresql"], default="both")
    asked = parser.parse_args()
    clean = True
    for name, url in databases(asked.on):
        result = run(
            Plan(
                url, asked.people, asked.workers, asked.steps, asked.seed,
                locked=not asked.without_lock, processes=not asked.threads,
            )
        )  # fmt: skip
        clean = clean and result.clean
        print(name, json.dumps(told(result), default=str))  # noqa: T201 - what the run found
    sys.exit(0 if clean else 1)


def told(result: Result) -> dict[str, object]:
    """Put a result in a line: how many of each fault, and the first."""
    return {
        name: {"count": len(value), "first": value[:1]} if isinstance(value, list) else value
        for name, value in msgspec.structs.asdict(result).items()
    }


def databases(which: str) -> Iterator[tuple[str, str]]:
    """Lend a fresh database of each kind that was asked for."""
    if which != "sqlite":
        with servers.postgresql() as cluster, cluster.lent() as url:
            yield "postgresql", url
    if which != "postgresql":
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder, 'load.db')}"
            servers.migrate(url)
            yield "sqlite", url


if __name__ == "__main__":
    main()
