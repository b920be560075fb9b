"""A request sent twice acts once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

import worlds
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.store import audit, idempotency
from carecredit.store.audit import AuditEntry
from carecredit.store.idempotency import KeyReused
from carecredit.store.session import Caller, Store

BODY = b'{"amount": "10.00"}'


def send(
    store: Store,
    client_id: ClientId,
    *,
    key: str = "k-1",
    body: bytes = BODY,
    route: str = "payments",
    answer: bytes = b"done",
    caller: str = "integrator",
) -> tuple[bool, bytes]:
    """Act as the door does: say whether the effect was had, and what was answered."""
    with store.begin(Caller(caller)) as session:
        ticket = idempotency.claim(
            session, client_id=client_id, route=route, key=key, body=body, now=worlds.NOW
        )
        if ticket.answer is not None:
            return False, ticket.answer
        audit.record(
            session,
            client_id=client_id,
            action="effect",
            subject="x",
            subject_id=key,
            now=worlds.NOW,
        )
        idempotency.keep(session, ticket, answer=answer)
        return True, answer


def effects(store: Store) -> int:
    with store.read(worlds.CENTRE_CALLER) as session:
        query = select(func.count()).where(AuditEntry.action == "effect")
        return session.execute(query).scalar_one()


class TestTheSameKey:
    def test_acts_once_and_answers_the_same_twice(self, store: Store) -> None:
        client_id = worlds.found_client(store)

        first = send(store, client_id, answer=b"first")
        second = send(store, client_id, answer=b"second")

        assert (first, second) == ((True, b"first"), (False, b"first"))
        assert effects(store) == 1

    def test_acts_once_under_many_hands(self, store: Store) -> None:
        client_id = worlds.found_client(store)

        with ThreadPoolExecutor(8) as threads:
            answers = list(
                threads.map(
                    lambda thread: send(store, client_id, answer=f"by {thread}".encode()), range(8)
                )
            )

        assert sorted(acted for acted, _ in answers) == [False] * 7 + [True]
        assert len({answer for _, answer in answers}) == 1
        assert effects(store) == 1

    def test_with_another_body_is_refused(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        send(store, client_id)

        with pytest.raises(KeyReused, match="send a new key"):
            send(store, client_id, body=b'{"amount": "99.00"}')

        assert effects(store) == 1

    def test_may_be_tried_again_after_a_failure(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        with pytest.raises(ZeroDivisionError), store.begin(Caller("integrator")) as session:
            idempotency.claim(
                session,
                client_id=client_id,
                route="payments",
                key="k-1",
                body=BODY,
                now=worlds.NOW,
            )
            raise ZeroDivisionError

        assert send(store, client_id) == (True, b"done")

    def test_of_another_caller_route_or_client_company_is_another_key(self, store: Store) -> None:
        client_id, other = worlds.found_client(store), worlds.found_client(store, "GAS")
        send(store, client_id)

        acted = [
            send(store, client_id, caller="another")[0],
            send(store, client_id, route="invoices")[0],
            send(store, other)[0],
        ]

        assert acted == [True, True, True]


class TestAKey:
    @pytest.mark.parametrize("key", ["", "k" * 201, "line\nbreak", "nul\0"])
    def test_that_is_none_is_refused(self, sqlite_store: Store, key: str) -> None:
        client_id = worlds.found_client(sqlite_store)

        with pytest.raises(Invalid, match="printable characters"):
            send(sqlite_store, client_id, key=key)

    def test_is_forgotten_once_it_is_old(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        send(store, client_id)

        with store.begin(worlds.CENTRE_CALLER) as session:
            kept = idempotency.forget(session, before=worlds.NOW)
            dropped = idempotency.forget(session, before=worlds.NOW + timedelta(seconds=1))

        assert (kept, dropped) == (0, 1)
        assert send(store, client_id) == (True, b"done")
