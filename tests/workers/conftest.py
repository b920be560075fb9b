"""A small centre with something to write and somebody to call, and the hands that do it."""

from pathlib import Path

import pytest

import servers
import worlds
from carecredit.contact_policy.operations import approve_profile
from carecredit.desk import CareCredit
from carecredit.kernel.clock import parse_instant
from carecredit.kernel.ids import ClientId
from carecredit.settings import Settings
from carecredit.store.session import Caller

MORNING = "2026-06-09T10:30:00+02:00"


@pytest.fixture(params=["memory", "valkey", pytest.param("amqp", marks=pytest.mark.amqp)])
def broker_url(request: pytest.FixtureRequest) -> str:
    """The address of each kind of broker."""
    if request.param == "memory":
        return "memory:"
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def settings(sqlite_url: str, smtp_sink: servers.MailSink, tmp_path: Path) -> Settings:
    """A set-up whose clock stands on a Tuesday morning."""
    clock = tmp_path / "clock"
    clock.write_text(MORNING)
    return Settings(
        database_url=sqlite_url,
        secret_key=servers.SECRET.decode(),
        smtp_url=smtp_sink.url,
        mail_from="care@centre.example",
        clock_file=str(clock),
        ring_seconds=0.05,
        lease_seconds=3,
    )


@pytest.fixture
def client_id(settings: Settings) -> ClientId:
    """A client company with twelve customers who pay late: ten to write to, two to call."""
    desk = CareCredit(settings, caller=Caller("tests"))
    client_id = worlds.found_client(desk.store)
    with desk.store.begin(desk.caller) as session:
        now = parse_instant(MORNING)
        approve_profile(
            session, client_id=client_id, profile_key="house_gentle", approved_by="A", now=now
        )
    for number in range(12):
        point = (
            {"email": f"k{number}@example.org"}
            if number < 10
            else {"phone": f"+3933310020{number}"}
        )
        customer = worlds.add_customer(desk.store, client_id, f"K-{number}", **point)
        worlds.add_invoice(desk.store, client_id, customer, f"F-{number}")
    desk.close()
    return client_id
