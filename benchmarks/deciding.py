"""Deciding for very many customers: facts and history read a page at a time, then decided.

    python benchmarks/deciding.py [--customers 100000] [--database URL] [--profile]

Prints seconds for reading and for deciding, decisions a second, and a floor: the same rows read by
the same driver with nothing made of them. Seconds are the processor's, so that a busy machine
tells no tale (with SQLite the reading is among them). Ratios are what to compare.
"""

import argparse
import cProfile
import pstats
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.contact_policy import model as policy
from carecredit.contact_policy.operations import approve_profile
from carecredit.contact_policy.queries import grounds_of
from carecredit.customers import model
from carecredit.customers.operations import Card, CardPoint, register
from carecredit.desk import CareCredit
from carecredit.holds import model as holds
from carecredit.kernel.ids import ClientId, CustomerId, new_id, new_ids
from carecredit.settings import Settings
from carecredit.store import bulk
from carecredit.store.session import Caller

SECRET = "a made-up key, long enough for a benchmark"
NOW = datetime(2026, 6, 9, 9, 30, tzinfo=UTC)
PAGE = 2_000
CHUNK = 10_000
EVENTS = 6
PROFILES = ("it_debt_unirec", "house_gentle")
Pages = Iterator[Sequence[CustomerId]]


def fill(desk: CareCredit, customers: int) -> ClientId:
    """Make customers with two contact points each, and what has happened to them."""
    rng = random.Random(1)
    client_id = desk.add_client(code="ACQ", name="Acque", country="IT").id
    with desk.store.begin(desk.caller) as session:
        for key in PROFILES:
            approve_profile(
                session, client_id=client_id, profile_key=key, approved_by="Bench", now=NOW
            )
    for start in range(0, customers, CHUNK):
        numbers = range(start, min(customers, start + CHUNK))
        cards = [_card(number) for number in numbers]
        with desk.store.begin(desk.caller, unhurried=True) as session:
            ids = register(
                session, client_id=client_id, cards=cards, language="it", country="IT", now=NOW
            ).ids
            _happened(session, client_id, list(ids.values()), rng)
    return client_id


def _card(number: int) -> Card:
    phone = f"+39333{1_000_000 + number}"
    points = (CardPoint("phone", phone, phone), CardPoint("email", f"p{number}@example.org", ""))
    return Card(f"K{number}", name=f"Person {number}", region="MI", points=points)


def _happened(
    session: Session, client_id: ClientId, ids: list[CustomerId], rng: random.Random
) -> None:
    table = model.Customer
    persons = session.execute(select(table.id, table.person_id).where(table.id.in_(ids))).all()
    events = [
        {
            "id": new_id(),
            "person_id": person_id,
            "client_id": client_id,
            "at": NOW - timedelta(minutes=rng.randrange(40 * 24 * 60)),
            "channel": rng.choice(("voice", "email", "sms")),
            "direction": "out",
            "purpose": "debt_collection",
            "kind": rng.choice(("attempt", "attempt", "contact", "conversation")),
            "state": "settled",
            "debts": "[]",
            "counters": "[]",
        }
        for _, person_id in persons
        for _ in range(EVENTS)
    ]
    bulk.store(session, policy.ContactEvent, events)
    some = rng.sample(ids, len(ids) // 10)
    bulk.store(session, holds.Hold, [_hold(client_id, one) for one in some])
    asked = rng.sample(ids, len(ids) // 10)
    bulk.store(session, model.Preference, [_preference(client_id, one) for one in asked])
    refused = rng.sample(ids, len(ids) // 20)
    hashes = session.execute(
        select(model.ContactPoint.point_hash).where(model.ContactPoint.customer_id.in_(refused))
    ).scalars()
    bulk.store(session, model.Suppression, [_refused(client_id, one) for one in hashes])


def _hold(client_id: ClientId, customer_id: CustomerId) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "id": new_id(),
        "customer_id": customer_id,
        "invoice_id": None,
        "reason": "promise",
        "evidence": "",
        "source_id": new_id(),
        "starts_at": NOW - timedelta(days=2),
        "ends_at": NOW + timedelta(days=5),
        "review_on": None,
    }


def _preference(client_id: ClientId, customer_id: CustomerId) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "id": new_id(),
        "customer_id": customer_id,
        "hours": '{"mon":["18:00-21:00"],"fri":[]}',
        "hours_for": "",
        "channels": "",
        "language": None,
        "basis": "call",
        "starts_at": NOW - timedelta(days=9),
        "ends_at": None,
        "recorded_at": NOW - timedelta(days=9),
        "recorded_by": "bench",
    }


def _refused(client_id: ClientId, point_hash: bytes) -> dict[str, Any]:
    (new,) = new_ids(1)
    return {
        "id": new,
        "point_hash": point_hash,
        "asked_of": client_id,
        "channel": "voice",
        "purpose": None,
        "proof": "bench",
        "starts_at": NOW - timedelta(days=3),
        "ends_at": None,
    }


def pages(session: Session, client_id: ClientId) -> Pages:
    """Give every customer's id, a page at a time."""
    query = select(model.Customer.id).where(model.Customer.client_id == client_id)
    ids = list(session.execute(query.order_by(model.Customer.id)).scalars())
    for start in range(0, len(ids), PAGE):
        yield ids[start : start + PAGE]


def decide(desk: CareCredit, client_id: ClientId) -> tuple[float, float, Counter[str]]:
    """Read and decide for everybody; give the seconds of each and what was decided."""
    reading = deciding = 0.0
    found: Counter[str] = Counter()
    with desk.store.read(desk.caller, unhurried=True) as session:
        for page in pages(session, client_id):
            begun = time.process_time()
            grounds = grounds_of(
                session, client_id=client_id, customer_ids=page, channel="voice",
                purpose="debt_collection", now=NOW,
            )  # fmt: skip
            read = time.process_time()
            for each in grounds.values():
                verdict = each.decide(NOW)
                found[verdict.reasons[0].code if verdict.reasons else "allow"] += 1
            reading += read - begun
            deciding += time.process_time() - read
    return reading, deciding, found


def floor(desk: CareCredit, client_id: ClientId) -> float:
    """Read the same rows with the same driver and make nothing of them."""
    tables = (model.Customer, model.ContactPoint, policy.ContactEvent, holds.Hold)
    tables += (model.Preference, model.Suppression)
    begun = time.process_time()
    with desk.store.read(desk.caller, unhurried=True) as session:
        for table in tables:
            column = getattr(table, "client_id", None)
            query = select(table.__table__)
            if column is not None:
                query = query.where(column == client_id)
            session.connection().execute(query).all()
    return time.process_time() - begun


@contextmanager
def opened(url: str | None) -> Iterator[CareCredit]:
    """Open a desk on a fresh SQLite file, or on an empty database of one's own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database_url=url or f"sqlite:///{Path(folder, 'bench.db')}", secret_key=SECRET
        )
        desk = CareCredit(settings, caller=Caller("bench"), clock=lambda: NOW, prepare=True)
        yield desk
        desk.close()


def main() -> None:
    """Make the customers, decide for them, print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", help="SQLAlchemy URL of an empty database (default: SQLite).")
    parser.add_argument("--profile", action="store_true", help="Show where the time goes.")
    asked = parser.parse_args()
    with opened(asked.database) as desk:
        client_id = fill(desk, asked.customers)
        below = floor(desk, client_id)
        profile = cProfile.Profile()
        if asked.profile:
            profile.enable()
        reading, deciding, found = decide(desk, client_id)
        profile.disable()
    whole = reading + deciding
    print(f"{asked.customers:,} customers with {EVENTS} events each, {', '.join(PROFILES)}")
    print(f"rows read and left alone (floor)  {below:8.2f} s")
    print(f"facts and history read            {reading:8.2f} s")
    print(f"decided                           {deciding:8.2f} s")
    print(f"whole {whole:.2f} s: {asked.customers / whole:,.0f} decisions a second, ", end="")
    print(f"{whole / below:.1f} times the floor")
    print(", ".join(f"{code} {count:,}" for code, count in found.most_common()))
    if asked.profile:
        pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
