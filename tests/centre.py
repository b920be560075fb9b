"""A small centre behind its door: two client companies, their keys, a call on offer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from litestar import Litestar
from litestar.testing import TestClient

import servers
import worlds
from carecredit.cadence.operations import plan_customers
from carecredit.contact_policy.operations import approve_profile
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, TouchId
from carecredit.outreach.operations import claim, ring
from carecredit.settings import Settings
from carecredit.store.session import Store
from carecredit.team.operations import add_key
from carecredit.team.rules import Role
from carecredit_api.app import create_app

ISSUED, DUE = date(2026, 6, 1), date(2026, 7, 15)


class Company(NamedTuple):
    """A client company with a customer who owes it something and waits for a call."""

    id: ClientId
    code: str
    customer_id: CustomerId
    invoice_id: InvoiceId
    touch_id: TouchId


class Centre(NamedTuple):
    """The application, a client to call it with, and what is behind it."""

    app: Litestar
    http: TestClient[Litestar]
    store: Store
    settings: Settings
    ours: Company
    theirs: Company
    keys: dict[str, str]
    """By role; each for `ours` alone, but `admin` for every company."""
    clock: Path

    def ask(self, method: str, path: str, *, key: str | None = "operator", **options: Any) -> Any:
        """Send a request with the key of a role."""
        headers = dict(options.pop("headers", {}))
        if key is not None:
            headers["Authorization"] = f"Bearer {self.keys.get(key, key)}"
        return self.http.request(method, path, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        return self.ask("GET", path, **options)

    def post(self, path: str, **options: Any) -> Any:
        return self.ask("POST", path, **options)


def settings_for(url: str, folder: Path, **more: Any) -> Settings:
    """Describe a set-up on a database whose clock stands still."""
    clock = folder / "clock"
    clock.write_text(worlds.NOW.isoformat(), encoding="ascii")
    return Settings(
        database_url=url, secret_key=servers.SECRET.decode(), clock_file=str(clock), **more
    )


def found(store: Store, code: str, phone: str) -> Company:
    """Found a client company whose one customer is on the worklist."""
    client_id = worlds.found_client(store, code)
    customer_id = worlds.add_customer(store, client_id, phone=phone, name=f"Anna {code}")
    invoice_id = worlds.add_invoice(store, client_id, customer_id, invoiced_on=ISSUED, due_on=DUE)
    with store.begin(worlds.CENTRE_CALLER) as session:
        approve_profile(
            session,
            client_id=client_id,
            profile_key="house_gentle",
            approved_by="Test",
            now=worlds.NOW,
        )
        plan_customers(session, client_id=client_id, customer_ids=[customer_id], now=worlds.NOW)
    return Company(client_id, code, customer_id, invoice_id, offer(store))


def offer(store: Store) -> TouchId:
    """Put what is planned on the worklist."""
    later = worlds.NOW + timedelta(hours=3)
    lease = timedelta(seconds=90)
    with store.begin(worlds.CENTRE_CALLER) as session:
        (rung,) = ring(session, limit=10, lease=lease, now=later)
    with store.begin(worlds.CENTRE_CALLER) as session:
        claim(
            session,
            client_id=rung.client_id,
            touch_id=rung.touch_id,
            fence=rung.fence,
            sender="care@localhost",
            lease=lease,
            now=later,
        )
    return rung.touch_id


@contextmanager
def opened(url: str, folder: Path, **more: Any) -> Iterator[Centre]:
    """Open a centre on a migrated, empty database."""
    settings = settings_for(url, folder, **more)
    with servers.opened(url) as store:
        ours, theirs = found(store, "ACQ", "+390612345678"), found(store, "NRD", "+390698765432")
        keys = {}
        with store.begin(worlds.CENTRE_CALLER) as session:
            for role in Role:
                clients = None if role is Role.ADMIN else [ours.id]
                made = add_key(
                    session, name=f"Key {role}", role=role, clients=clients, now=worlds.NOW
                )
                keys[str(role)] = made.secret
        if more.get("console_guest"):
            settings = settings_for(url, folder, console_guest=keys["admin"])
        clock = Path(settings.clock_file)
        clock.write_text((worlds.NOW + timedelta(hours=3)).isoformat(), encoding="ascii")
        app = create_app(settings)
        with TestClient(app) as http:
            yield Centre(app, http, store, settings, ours, theirs, keys, clock)
