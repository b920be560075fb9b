"""The hands at work on each kind of broker: what is due is made once, whatever the broker does."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from email import message_from_bytes
from uuid import uuid5

import msgspec
import pytest
import redis

import servers
import worlds
from carecredit.cadence import queries as cadence
from carecredit.desk import CareCredit
from carecredit.kernel.ids import ClientId, TouchId
from carecredit.outreach.views import Ring
from carecredit.settings import Settings
from carecredit_workers.hands import Hands
from carecredit_workers.service import Service
from carecredit_workers.ticker import Ticker

PATIENCE_SECONDS = 30


@contextmanager
def at_work(settings: Settings, *, ticking: bool = True) -> Iterator[Service]:
    """Run a working process's threads in this one."""
    service = Service(settings, threads=2, ticking=ticking)
    service.start()
    try:
        yield service
    finally:
        service.stop()


@contextmanager
def looking(settings: Settings) -> Iterator[CareCredit]:
    """Open a desk to look from."""
    desk = CareCredit.with_settings(settings, name="tests")
    yield desk
    desk.close()


def counts(desk: CareCredit, client_id: ClientId) -> dict[str, int]:
    with desk.store.read(desk.caller) as session:
        return cadence.counts_by_status(session, client_id=client_id)


def await_that(
    desk: CareCredit, client_id: ClientId, holds: Callable[[dict[str, int]], bool]
) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds(found := counts(desk, client_id)):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)


def ids_of(sink: servers.MailSink) -> list[str]:
    return [
        str(message_from_bytes(bytes(one.content or b""))["Message-ID"]) for one in sink.received
    ]


@pytest.fixture
def on_broker(settings: Settings, broker_url: str) -> Settings:
    return msgspec.structs.replace(settings, broker_url=broker_url)


class TestService:
    def test_writes_to_each_once_and_offers_the_calls(
        self, on_broker: Settings, client_id: ClientId, smtp_sink: servers.MailSink
    ) -> None:
        with at_work(on_broker), looking(on_broker) as desk:
            await_that(desk, client_id, lambda found: found == {"done": 10, "offered": 2})

        assert len(ids_of(smtp_sink)) == len(set(ids_of(smtp_sink))) == 10
        assert {one.rcpt_tos[0] for one in smtp_sink.received} == {
            f"k{number}@example.org" for number in range(10)
        }

    def test_survives_a_broker_that_forgets_everything(
        self, settings: Settings, client_id: ClientId, smtp_sink: servers.MailSink, valkey_url: str
    ) -> None:
        on_valkey = msgspec.structs.replace(settings, broker_url=valkey_url)
        with looking(on_valkey) as desk:
            desk.pulse()
            with at_work_without_workers(on_valkey) as ticker:
                assert ticker.tick() == 12
            with redis.Redis.from_url(valkey_url) as broker:
                broker.flushall()

            with at_work(on_valkey):
                await_that(desk, client_id, lambda found: found == {"done": 10, "offered": 2})

        assert len(ids_of(smtp_sink)) == len(set(ids_of(smtp_sink))) == 10

    def test_does_nothing_twice_for_a_message_that_comes_three_times(
        self, settings: Settings, client_id: ClientId, smtp_sink: servers.MailSink
    ) -> None:
        with looking(settings) as desk, at_work(settings, ticking=False) as service:
            desk.pulse()
            ticker = Ticker(service.hands, lambda ring: [service.ring(ring) for _ in range(3)])
            ticker.tick()
            await_that(desk, client_id, lambda found: found == {"done": 10, "offered": 2})
            service.broker.join("outreach")

        assert len(ids_of(smtp_sink)) == 10

    def test_shrugs_at_a_message_about_nothing(
        self, settings: Settings, client_id: ClientId, smtp_sink: servers.MailSink
    ) -> None:
        nothing = Ring(client_id, TouchId(uuid5(client_id, "nothing")), 1)
        with at_work(settings) as service, looking(settings) as desk:
            service.ring(nothing)
            await_that(desk, client_id, lambda found: found.get("done") == 10)

        assert len(smtp_sink.received) == 10

    def test_marks_an_address_that_the_server_refuses(
        self, settings: Settings, client_id: ClientId, smtp_sink: servers.MailSink
    ) -> None:
        smtp_sink.answers["k3@example.org"] = "550 5.1.1 no such mailbox"

        with at_work(settings), looking(settings) as desk:
            await_that(
                desk,
                client_id,
                lambda found: (
                    found == {"cancelled:refused_by_recipient": 1, "done": 9, "offered": 2}
                ),
            )

        assert "k3@example.org" not in {one.rcpt_tos[0] for one in smtp_sink.received}


class TestTicker:
    def test_plans_once_when_many_tick(
        self, settings: Settings, client_id: ClientId, smtp_sink: servers.MailSink
    ) -> None:
        with at_work(settings), at_work(settings), at_work(settings), looking(settings) as desk:
            await_that(desk, client_id, lambda found: found == {"done": 10, "offered": 2})

        assert len(ids_of(smtp_sink)) == 10

    def test_sums_up_what_books_brought_and_reports_stay_the_same(
        self, settings: Settings, client_id: ClientId
    ) -> None:
        ask = {"client": "ACQ", "as_of": date(2026, 6, 9)}
        with looking(settings) as desk, at_work_without_workers(settings) as ticker:
            before = desk.metric("receivables.open", **ask).value
            waiting = desk.finance.tail(client="ACQ")

            ticker.tick()

            assert (waiting, desk.finance.tail(client="ACQ")) == (12, 0)
            assert desk.finance.proof(client="ACQ") == []
            assert desk.metric("receivables.open", **ask).value == before == "1440.00"

            customer = worlds.add_customer(desk.store, client_id, "K-99")
            worlds.add_invoice(desk.store, client_id, customer, "F-99")
            ticker.tick()  # ten seconds have not gone by: readers add it themselves
            assert desk.finance.tail(client="ACQ") == 1
            assert desk.metric("receivables.open", **ask).value == "1560.00"

    def test_rings_again_what_nobody_answered(
        self, settings: Settings, client_id: ClientId
    ) -> None:
        quick = msgspec.structs.replace(settings, lease_seconds=1)
        with looking(quick) as desk, at_work_without_workers(quick) as ticker:
            desk.pulse()
            ticker.tick()
            assert counts(desk, client_id) == {"rung": 12}
            time.sleep(2.1)

            assert ticker.tick() == 12


@contextmanager
def at_work_without_workers(settings: Settings) -> Iterator[Ticker]:
    """Ring and let nobody answer."""
    hands = Hands(settings)
    yield Ticker(hands, lambda _ring: None)
    hands.close()
