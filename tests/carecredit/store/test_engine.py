"""The engine: no update is lost, keys are checked, instants come back as they went in."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError

import servers
import worlds
from carecredit.kernel import clock
from carecredit.kernel.ids import ClientId, MandateId, new_id
from carecredit.mandates.model import Client, Mandate
from carecredit.store.engine import database_now
from carecredit.store.session import Store

THREADS, ROUNDS = 6, 60


def count_up(store: Store, rounds: int = ROUNDS) -> None:
    """Read and write back, as any rule does that looks before it acts."""
    for _ in range(rounds):
        with store.begin(worlds.CENTRE_CALLER) as session:
            count = session.execute(text("SELECT n FROM counter")).scalar_one()
            session.execute(text("UPDATE counter SET n = :n"), {"n": count + 1})


class TestSQLite:
    @pytest.fixture
    def counter_url(self, sqlite_url: str) -> str:
        with servers.opened(sqlite_url) as store, store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(text("CREATE TABLE counter (n INTEGER)"))
            session.execute(text("INSERT INTO counter VALUES (0)"))
        return sqlite_url

    def counted(self, url: str) -> int:
        with servers.opened(url) as store, store.read(worlds.CENTRE_CALLER) as session:
            return int(session.execute(text("SELECT n FROM counter")).scalar_one())

    def test_loses_no_update_of_the_threads_of_one_process(self, counter_url: str) -> None:
        with servers.opened(counter_url) as store, ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(count_up, [store] * THREADS))

        assert self.counted(counter_url) == THREADS * ROUNDS

    def test_loses_no_update_of_writers_that_know_nothing_of_each_other(
        self, counter_url: str
    ) -> None:
        def alone(_: int) -> None:
            with servers.opened(counter_url) as store:
                count_up(store, 20)

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(alone, range(THREADS)))

        assert self.counted(counter_url) == THREADS * 20

    def test_lets_readers_read_while_somebody_writes(self, counter_url: str) -> None:
        with servers.opened(counter_url) as store, store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(text("UPDATE counter SET n = 7"))

            assert self.counted(counter_url) == 0


class TestATransaction:
    def test_leaves_nothing_behind_when_it_fails(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(insert(Client), [card()])
            raise ZeroDivisionError

        with store.read(worlds.CENTRE_CALLER) as session:
            assert session.execute(select(Client.id)).all() == []

    def test_that_only_reads_cannot_write(self, store: Store) -> None:
        with pytest.raises(DBAPIError), store.read(worlds.CENTRE_CALLER) as session:
            session.execute(insert(Client), [card()])

        worlds.found_client(store)  # and the connection writes again afterwards

    def test_cannot_point_at_what_does_not_exist(self, store: Store) -> None:
        row = {
            "client_id": ClientId(new_id()),
            "id": MandateId(new_id()),
            "valid_from": worlds.TODAY,
            "follow_up_policy": "gentle",
            "small_balance_minor": 0,
            "promise_grace_days": 0,
            "promise_days_max": 0,
        }

        with pytest.raises(DBAPIError), store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(insert(Mandate), [row])

    def test_cannot_take_a_key_twice(self, store: Store) -> None:
        row = card()

        with pytest.raises(IntegrityError), store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(insert(Client), [row])
            session.execute(insert(Client), [row])


class TestAnInstant:
    def test_comes_back_in_utc_to_the_microsecond(self, store: Store) -> None:
        east = datetime(2026, 6, 8, 9, 0, 0, 123_456, timezone(timedelta(hours=2)))
        with store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(insert(Client), [card() | {"created_at": east}])

        with store.read(worlds.CENTRE_CALLER) as session:
            found = session.execute(select(Client.created_at)).scalar_one()

        assert found == east
        assert found.utcoffset() == timedelta(0)

    def test_without_its_offset_is_refused(self, store: Store) -> None:
        naive = datetime(2026, 6, 8, 9)  # noqa: DTZ001 - the mistake itself

        with (
            pytest.raises(StatementError, match="an instant needs its offset"),
            store.begin(worlds.CENTRE_CALLER) as session,
        ):
            session.execute(insert(Client), [card() | {"created_at": naive}])

    def test_of_the_database_is_that_of_this_machine(self, store: Store) -> None:
        with store.read(worlds.CENTRE_CALLER) as session:
            there = database_now(session)

        assert abs(there - clock.now()) < timedelta(seconds=10)
        assert there.tzinfo is UTC


def card() -> dict[str, object]:
    return {
        "id": ClientId(new_id()),
        "code": "ACQ",
        "name": "Acque",
        "country": "IT",
        "currency": "EUR",
        "language": "it",
        "zone": "Europe/Rome",
        "created_at": worlds.NOW,
    }
