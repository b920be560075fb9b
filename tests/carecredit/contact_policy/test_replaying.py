"""What allowed a contact is kept with it, and decided once more from what was kept."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import update

import worlds
from calls import Desk
from carecredit.contact_policy import model, operations, queries
from carecredit.contact_policy.views import Replay
from carecredit.customers.model import Customer
from carecredit.kernel.ids import ClientId, EventId
from carecredit.outreach.queries import attempts_of, replayed_attempt
from carecredit.outreach.views import Call
from carecredit.store.session import Store
from gate import NUMBER, approve, claim, settle


def replay(store: Store, client_id: ClientId, event_id: EventId | None) -> Replay:
    assert event_id is not None
    with store.read(worlds.only(client_id)) as session:
        return queries.replayed(session, client_id=client_id, event_id=event_id)


def change(store: Store, **values: Any) -> None:
    with store.begin(worlds.CENTRE_CALLER) as session:
        session.execute(update(model.ContactEvent).values(**values))


class TestReplayed:
    def test_comes_out_as_it_did_however_much_happened_since(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id)
        customer_id = worlds.add_customer(store, client_id, phone=NUMBER, region="MI")
        claimed = claim(store, client_id, customer_id)
        settle(store, claimed.event_id, "conversation")

        found = replay(store, client_id, claimed.event_id)

        assert found.same
        assert found.changed == ()
        assert found.hash_then == claimed.verdict.inputs_hash
        assert found.verdict == claimed.verdict
        assert found.versions_then == claimed.verdict.versions

    def test_says_which_data_are_others_now_and_when_the_inputs_were_touched(
        self, sqlite_store: Store
    ) -> None:
        client_id = worlds.found_client(sqlite_store)
        approve(sqlite_store, client_id)
        customer_id = worlds.add_customer(sqlite_store, client_id, phone=NUMBER)
        claimed = claim(sqlite_store, client_id, customer_id)
        old = msgspec.structs.replace(claimed.verdict.versions, tzdata="2020a", holidays="0.1")
        change(sqlite_store, versions=msgspec.json.encode(old).decode(), inputs_hash="other")

        found = replay(sqlite_store, client_id, claimed.event_id)

        assert not found.same
        now = claimed.verdict.versions
        assert found.changed == (
            f"tzdata: 2020a then, {now.tzdata} now",
            f"holidays: 0.1 then, {now.holidays} now",
        )

    def test_is_of_ones_own_contacts_and_gone_with_the_person(self, store: Store) -> None:
        client_id, other_id = worlds.found_client(store), worlds.found_client(store, "GAS")
        approve(store, client_id)
        customer_id = worlds.add_customer(store, client_id, phone=NUMBER)
        event_id = claim(store, client_id, customer_id).event_id
        with store.read(worlds.CENTRE_CALLER) as session:
            person_id = session.query(Customer.person_id).filter_by(id=customer_id).scalar()

        with pytest.raises(queries.InputsNotKept):
            replay(store, other_id, event_id)
        with store.begin(worlds.CENTRE_CALLER) as session:
            done = [
                operations.forget_inputs(session, client_id=each, person_id=person_id)
                for each in (other_id, client_id, client_id)
            ]

        assert done == [0, 1, 0]
        with pytest.raises(queries.InputsNotKept):
            replay(store, client_id, event_id)

    def test_finds_an_attempt_by_its_customer(self, sqlite_store: Store) -> None:
        desk = Desk(sqlite_store)
        call = desk.take()
        assert isinstance(call, Call)

        with sqlite_store.read(worlds.only(desk.client_id)) as session:
            (attempt,) = attempts_of(
                session, client_id=desk.client_id, customer_id=desk.customers[0]
            )
            found = replayed_attempt(session, client_id=desk.client_id, attempt_id=attempt.id)
            with pytest.raises(queries.InputsNotKept):
                replayed_attempt(
                    session, client_id=worlds.ClientId(desk.anna), attempt_id=attempt.id
                )

        assert attempt.id == call.attempt_id
        assert (found.same, found.verdict.decision) == (True, "allow")
