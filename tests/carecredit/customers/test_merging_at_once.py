"""Merges beside all that others write at the same moment, and those that come too late."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

import worlds
from carecredit.customers import operations, queries
from carecredit.customers.operations import Card, CardPoint, gate
from carecredit.kernel.errors import CareCreditError
from carecredit.kernel.ids import ClientId, CustomerId, PersonId, new_id
from carecredit.store.session import Store
from worlds import NOW

MOBILE, MAIL = "+393331234567", "anna@example.org"
WAIT = 0.4
ROUNDS = 6


class Two:
    """Anna Rossi at two client companies, once as A. Rossi, who alone has an e-mail address."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.acq, self.nrd = worlds.found_client(store), worlds.found_client(store, "NRD")
        self.first = worlds.add_customer(store, self.acq, phone=MOBILE, name="Anna Rossi")
        self.second = worlds.add_customer(
            store, self.nrd, phone=MOBILE, email=MAIL, name="A. Rossi"
        )
        self.kept, self.gone = self.person(self.acq, self.first), self.person(self.nrd, self.second)

    def person(self, client_id: ClientId, customer_id: CustomerId) -> PersonId:
        with self.store.read(worlds.CENTRE_CALLER) as session:
            return queries.person_of(session, client_id=client_id, customer_id=customer_id)

    def merge(self, kept: PersonId, gone: PersonId) -> Any:
        with self.store.begin(worlds.CENTRE_CALLER) as session:
            return merged(session, kept, gone)

    def undo(self, merge_id: Any) -> Any:
        with self.store.begin(worlds.CENTRE_CALLER) as session:
            return operations.undo_merge(session, merge_id=merge_id, by="Anna", now=NOW)


def merged(session: Any, kept: PersonId, gone: PersonId) -> Any:
    return operations.merge_persons(
        session, kept_id=kept, gone_id=gone, reason="same tax code", by="Anna", now=NOW
    )


def card(session: Any, client_id: ClientId, number: str, name: str = "A. Rossi") -> CustomerId:
    point = CardPoint("email", MAIL, MAIL)
    done = operations.register(
        session,
        client_id=client_id,
        cards=[Card(number=number, points=(point,), name=name)],
        language="it",
        country="IT",
        now=NOW,
    )
    return done.ids[number]


class TestACardThatComesWhileItsPersonIsMerged:
    def test_waits_and_is_the_survivors(self, postgres_store: Store) -> None:
        two = Two(postgres_store)

        def comes() -> CustomerId:
            with postgres_store.begin(worlds.CENTRE_CALLER) as session:
                return card(session, two.nrd, "N-2")

        with ThreadPoolExecutor(1) as pool:
            with postgres_store.begin(worlds.CENTRE_CALLER) as session:
                merged(session, two.kept, two.gone)
                coming = pool.submit(comes)
                time.sleep(WAIT)
                assert not coming.done()
            customer_id = coming.result()

        assert two.person(two.nrd, customer_id) == two.kept

    def test_moves_with_the_person_where_it_came_first(self, postgres_store: Store) -> None:
        two = Two(postgres_store)

        with ThreadPoolExecutor(1) as pool:
            with postgres_store.begin(worlds.CENTRE_CALLER) as session:
                customer_id = card(session, two.nrd, "N-2")
                merging = pool.submit(two.merge, two.kept, two.gone)
                time.sleep(WAIT)
                assert not merging.done()
            done = merging.result()

        assert two.person(two.nrd, customer_id) == two.kept
        two.undo(done.id)
        assert two.person(two.nrd, customer_id) == two.gone


class TestAGateThatIsHeld:
    def test_lets_a_merge_wait_and_be_made_after(self, postgres_store: Store) -> None:
        two = Two(postgres_store)

        with ThreadPoolExecutor(1) as pool:
            with postgres_store.begin(worlds.CENTRE_CALLER) as session:
                operations.lock_gate_of(session, client_id=two.nrd, customer_id=two.second)
                merging = pool.submit(two.merge, two.kept, two.gone)
                time.sleep(WAIT)
                assert not merging.done()
            merging.result()

        assert two.person(two.nrd, two.second) == two.kept

    def test_that_stays_held_has_it_refused(
        self, postgres_store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        two = Two(postgres_store)
        monkeypatch.setattr(gate, "TRIES_MAX", 3)

        with (
            ThreadPoolExecutor(1) as pool,
            postgres_store.begin(worlds.CENTRE_CALLER) as session,
        ):
            operations.lock_gate_of(session, client_id=two.nrd, customer_id=two.second)
            merging = pool.submit(two.merge, two.kept, two.gone)
            with pytest.raises(operations.GatesBusy):
                merging.result(timeout=3)

        assert two.person(two.nrd, two.second) == two.gone


class TestManyAtOnce:
    def test_never_stand_in_a_circle_and_lose_no_card(self, postgres_store: Store) -> None:
        """Imports of many cards, wishes, merges both ways and undoings: each waits for its turn."""
        two = Two(postgres_store)
        come: list[tuple[ClientId, CustomerId]] = []
        jobs = [
            *(partial(_cards, two, one, come) for one in (two.acq, two.nrd)),
            *(partial(_wishes, two, *it) for it in ((two.acq, two.first), (two.nrd, two.second))),
            *(partial(_merges, two, *it) for it in ((two.kept, two.gone), (two.gone, two.kept))),
        ]

        with ThreadPoolExecutor(len(jobs)) as pool:
            codes = [code for job in [pool.submit(it) for it in jobs] for code in job.result()]

        assert set(codes) <= {"merge_stale"}
        assert two.person(two.acq, two.first) == two.kept
        assert two.person(two.nrd, two.second) == two.gone
        assert len(come) == 2 * ROUNDS * 2
        assert {two.person(*it) for it in come} <= {two.kept, two.gone}


def _cards(two: Two, client_id: ClientId, come: list[tuple[ClientId, CustomerId]]) -> list[str]:
    for number in range(ROUNDS):
        with two.store.begin(worlds.CENTRE_CALLER) as session:
            come.extend((client_id, card(session, client_id, f"X{number}{it}")) for it in "ab")
    return []


def _wishes(two: Two, client_id: ClientId, customer_id: CustomerId) -> list[str]:
    whom = {"client_id": client_id, "customer_id": customer_id}
    for _ in range(ROUNDS):
        with two.store.begin(worlds.CENTRE_CALLER) as session:
            operations.opt_out(session, channel="sms", proof="call", now=NOW, **whom)
    return []


def _merges(two: Two, kept: PersonId, gone: PersonId) -> list[str]:
    codes = []
    for _ in range(ROUNDS):
        try:
            two.undo(two.merge(kept, gone).id)
        except CareCreditError as error:
            codes.append(error.code)
    return codes


class TestSomebodyMergedAway:
    @pytest.mark.parametrize("field", ["kept_id", "gone_id"])
    def test_is_not_merged_again(self, store: Store, field: str) -> None:
        two = Two(store)
        other_id = worlds.add_customer(store, two.acq, "K-3", name="Rosa Neri")
        other = two.person(two.acq, other_id)
        two.merge(two.kept, two.gone)
        pair = (two.gone, other) if field == "kept_id" else (other, two.gone)

        with pytest.raises(operations.MergeStale) as refused:
            two.merge(*pair)

        assert refused.value.field == field
        assert str(two.kept) in refused.value.message
        assert two.person(two.acq, other_id) == other
        assert two.person(two.nrd, two.second) == two.kept

    def test_is_not_merged_twice_into_the_same(self, store: Store) -> None:
        two = Two(store)
        two.merge(two.kept, two.gone)

        with pytest.raises(operations.MergeStale):
            two.merge(two.kept, two.gone)

    def test_is_not_said_to_be_another(self, store: Store) -> None:
        two = Two(store)
        two.merge(two.kept, two.gone)

        with pytest.raises(operations.MergeStale), store.begin(worlds.CENTRE_CALLER) as session:
            operations.reject_duplicate(
                session, one_id=two.kept, other_id=two.gone, reason="twins", by="Anna", now=NOW
            )

    def test_unknown_is_told_so(self, store: Store) -> None:
        two = Two(store)

        with pytest.raises(queries.UnknownPerson):
            two.merge(two.kept, PersonId(new_id()))


class TestWhatCameSince:
    def test_is_told_by_an_undoing(self, store: Store) -> None:
        two = Two(store)
        done = two.merge(two.kept, two.gone)
        since = worlds.add_customer(store, two.acq, "K-9", email=MAIL, name="Anna Rossi")

        parted = two.undo(done.id)

        assert parted.stayed == {"customers": 1}
        assert parted.merge.undone_by == "Anna"
        assert two.person(two.acq, since) == two.kept

    def test_is_nothing_where_nothing_came(self, store: Store) -> None:
        two = Two(store)

        assert two.undo(two.merge(two.kept, two.gone).id).stayed == {}


class TestProposalsOfOnePerson:
    def test_are_those_of_a_client_company_that_name_it(self, store: Store) -> None:
        two = Two(store)
        for number in ("K-3", "K-4"):
            worlds.add_customer(
                store, two.acq, number, email="rosa@example.org", name=f"Rosa {number} Neri"
            )

        with store.read(worlds.CENTRE_CALLER) as session:
            found = queries.duplicates(session, client_id=two.acq, person_id=two.kept)
            every = queries.duplicates(session, client_id=two.acq)
            (first,) = queries.duplicates(session, client_id=two.acq, limit=1)
            rest = queries.duplicates(
                session, client_id=two.acq, after=(first.first_id, first.second_id)
            )

        assert [{it.first_id, it.second_id} for it in found] == [{two.kept, two.gone}]
        assert len(every) == 2
        assert [first, *rest] == every
