"""The audit chain never forks, and tampering shows."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone

import pytest
from sqlalchemy import func, select, text, update

import worlds
from carecredit.kernel.ids import ClientId
from carecredit.store import audit
from carecredit.store.audit import AuditEntry, AuditHead
from carecredit.store.session import CENTRE, Caller, Store

THREADS, ROUNDS = 12, 5


def note(store: Store, client_id: ClientId | None, subject_id: str = "1") -> None:
    with store.begin(Caller("anna")) as session:
        audit.record(
            session,
            client_id=client_id,
            action="thing.noted",
            subject="thing",
            subject_id=subject_id,
            now=worlds.NOW,
            data={"amount_minor": 1},
        )


def broken(store: Store, client_id: ClientId | None) -> list[int]:
    with store.read(worlds.CENTRE_CALLER) as session:
        return list(audit.breaks(session, client_id=client_id))


class TestAChain:
    def test_does_not_fork_under_many_hands(self, store: Store) -> None:
        clients = [worlds.found_client(store, f"C{index}") for index in range(4)]

        def work(thread: int) -> None:
            for step in range(ROUNDS):
                note(store, clients[(thread + step) % 4])

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(work, range(THREADS)))

        with store.read(worlds.CENTRE_CALLER) as session:
            query = select(
                func.count(), func.max(AuditEntry.position), func.min(AuditEntry.position)
            ).group_by(AuditEntry.client_id)
            chains = session.execute(query).all()
        assert sum(count for count, _, _ in chains) >= THREADS * ROUNDS + len(clients)
        assert all(count == last and first == 1 for count, last, first in chains)
        assert [broken(store, client) for client in clients] == [[]] * 4

    def test_can_be_begun_by_many_hands_at_once(self, store: Store) -> None:
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(lambda _: note(store, None), range(THREADS)))

        with store.read(worlds.CENTRE_CALLER) as session:
            count = session.execute(
                select(func.count()).where(AuditEntry.client_id == CENTRE)
            ).scalar_one()
        assert count == THREADS
        assert broken(store, None) == []

    def test_keeps_who_did_what(self, store: Store) -> None:
        note(store, None, "7")

        with store.read(worlds.CENTRE_CALLER) as session:
            row = session.execute(select(AuditEntry)).scalar_one()
        assert (row.actor, row.action, row.subject, row.subject_id, row.at, row.data) == (
            "anna",
            "thing.noted",
            "thing",
            "7",
            worlds.NOW,
            '{"amount_minor":1}',
        )

    def test_holds_whatever_the_offset_of_the_instant(self, store: Store) -> None:
        local = worlds.NOW.astimezone(timezone(timedelta(hours=2)))
        with store.begin(worlds.CENTRE_CALLER) as session:
            audit.record(
                session, client_id=None, action="a", subject="s", subject_id="1", now=local
            )

        assert broken(store, None) == []

    def test_goes_back_with_its_transaction(self, store: Store) -> None:
        note(store, None)
        with pytest.raises(ZeroDivisionError), store.begin(worlds.CENTRE_CALLER) as session:
            audit.record(
                session, client_id=None, action="a", subject="s", subject_id="1", now=worlds.NOW
            )
            raise ZeroDivisionError
        note(store, None)

        assert broken(store, None) == []


class TestTampering:
    @pytest.mark.parametrize(
        ("statement", "position"),
        [
            ("UPDATE audit_entries SET data = '{}' WHERE position = 2", 2),
            ("UPDATE audit_entries SET actor = 'bea' WHERE position = 1", 1),
            ("UPDATE audit_entries SET subject_id = '9' WHERE position = 3", 3),
            ("DELETE FROM audit_entries WHERE position = 1", 2),
            ("DELETE FROM audit_entries WHERE position = 2", 3),
            ("DELETE FROM audit_entries WHERE position = 3", 3),
            ("DELETE FROM audit_entries", 3),
            ("DELETE FROM audit_heads", 3),
            ("UPDATE audit_heads SET position = 2", 2),
        ],
    )
    def test_shows(self, store: Store, statement: str, position: int) -> None:
        for _ in range(3):
            note(store, None)

        with store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(text(statement))

        assert position in broken(store, None)

    def test_with_a_digest_shows(self, store: Store) -> None:
        note(store, None)

        with store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(update(AuditEntry).values(digest=b"made up"))
            session.execute(update(AuditHead).values(digest=b"made up"))

        assert broken(store, None) == [1]

    def test_by_moving_a_row_to_another_chain_shows(self, store: Store) -> None:
        note(store, None)
        client_id = worlds.found_client(store)

        with store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(
                update(AuditEntry)
                .where(AuditEntry.client_id == CENTRE)
                .values(client_id=client_id, position=3)
            )

        assert broken(store, None) == [1]
        assert 3 in broken(store, client_id)
