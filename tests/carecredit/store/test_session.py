"""Who calls decides what can be seen and changed, whatever the query forgets to say."""

from typing import NamedTuple

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, aliased

import worlds
from carecredit.customers.model import Customer
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, new_id
from carecredit.receivables.model import Invoice
from carecredit.store.session import SETTING, Caller, Store, keyed_hash

RAW = "SELECT number FROM customers ORDER BY number"


class World(NamedTuple):
    """Two client companies with a customer each."""

    water: ClientId
    gas: ClientId
    of_water: CustomerId
    of_gas: CustomerId


def build(store: Store) -> World:
    water, gas = worlds.found_client(store, "ACQ"), worlds.found_client(store, "GAS")
    of_water = worlds.add_customer(store, water, "W-1")
    of_gas = worlds.add_customer(store, gas, "G-1")
    return World(water, gas, of_water, of_gas)


def invoice_row(client_id: ClientId, customer_id: CustomerId) -> dict[str, object]:
    return {
        "client_id": client_id,
        "id": InvoiceId(new_id()),
        "customer_id": customer_id,
        "number": "F-1",
        "invoiced_on": worlds.TODAY,
        "currency": "EUR",
        "gross_minor": 100,
        "open_minor": 100,
        "recorded_at": worlds.NOW,
    }


def numbers(session: Session) -> list[str]:
    return list(session.execute(select(Customer.number).order_by(Customer.number)).scalars())


class TestACallerOfOneClientCompany:
    def test_reads_only_its_rows(self, store: Store) -> None:
        world = build(store)

        with store.read(worlds.only(world.water)) as session:
            other = aliased(Customer)
            joined = select(other.number).join(Customer, Customer.number != other.number)

            assert numbers(session) == ["W-1"]
            assert session.execute(joined).all() == []
            assert session.get(Customer, (world.gas, world.of_gas)) is None

    def test_changes_and_deletes_only_its_rows(self, store: Store) -> None:
        world = build(store)

        with store.begin(worlds.only(world.gas)) as session:
            session.execute(update(Customer).values(name="changed"))
        with store.begin(worlds.only(world.gas)) as session:
            session.execute(delete(Customer).where(Customer.number == "W-1"))

        with store.read(worlds.CENTRE_CALLER) as session:
            found = session.execute(select(Customer.number, Customer.name)).all()
        assert set(map(tuple, found)) == {("W-1", "Cliente W-1"), ("G-1", "changed")}

    def test_of_none_sees_nothing(self, store: Store) -> None:
        build(store)

        with store.read(Caller("nobody", frozenset())) as session:
            assert numbers(session) == []

    def test_may_go_on_after_a_savepoint_was_rolled_back(self, store: Store) -> None:
        world = build(store)

        with store.begin(worlds.only(world.water)) as session:
            with pytest.raises(ZeroDivisionError), session.begin_nested():
                session.execute(update(Customer).values(name="changed"))
                raise ZeroDivisionError

            assert numbers(session) == ["W-1"]

    def test_cannot_tie_a_row_to_one_of_another_company(self, store: Store) -> None:
        world = build(store)

        with pytest.raises(IntegrityError), store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(insert(Invoice), [invoice_row(world.water, world.of_gas)])


class TestTheCentre:
    def test_sees_every_client_company(self, store: Store) -> None:
        build(store)

        with store.read(worlds.CENTRE_CALLER) as session:
            assert numbers(session) == ["G-1", "W-1"]


class TestPostgreSQL:
    def test_holds_raw_statements_to_the_rule_too(self, postgres_store: Store) -> None:
        world = build(postgres_store)

        with postgres_store.begin(worlds.only(world.water)) as session:
            read = session.execute(text(RAW)).scalars().all()
            changed = session.execute(text("UPDATE customers SET name = 'x' WHERE number = 'G-1'"))
            deleted = session.execute(text("DELETE FROM customers WHERE number = 'G-1'"))

        assert read == ["W-1"]
        assert (changed.rowcount, deleted.rowcount) == (0, 0)

    def test_refuses_a_row_written_for_another_company(self, postgres_store: Store) -> None:
        world = build(postgres_store)
        statement = text("UPDATE customers SET client_id = :other WHERE number = 'W-1'")

        with (
            pytest.raises(DBAPIError, match="row-level security"),
            postgres_store.begin(worlds.only(world.water)) as session,
        ):
            session.execute(statement, {"other": str(world.gas)})

    def test_forgets_the_caller_before_the_connection_is_used_again(
        self, postgres_store: Store
    ) -> None:
        world = build(postgres_store)
        with postgres_store.read(worlds.only(world.water)) as session:
            assert numbers(session) == ["W-1"]

        with postgres_store.engine.connect() as connection:
            setting = connection.execute(text(f"SELECT current_setting('{SETTING}', true)"))
            left_over = setting.scalar_one()
            seen = connection.execute(text(RAW)).all()

        assert not left_over
        assert seen == []


class TestAKeyedHash:
    def test_differs_by_purpose_value_and_key(self, sqlite_store: Store) -> None:
        other = Store(sqlite_store.engine, b"another key of at least that many letters")

        with sqlite_store.read(worlds.CENTRE_CALLER) as session:
            hashes = {keyed_hash(session, *pair) for pair in (("a", "x"), ("a", "y"), ("b", "x"))}
            assert keyed_hash(session, "a", "x") in hashes
        with other.read(worlds.CENTRE_CALLER) as session:
            hashes.add(keyed_hash(session, "a", "x"))

        assert len(hashes) == 4

    def test_cannot_be_made_without_the_key(self, sqlite_store: Store) -> None:
        bare = Store(sqlite_store.engine)

        with (
            pytest.raises(RuntimeError, match="without its secret key"),
            bare.read(worlds.CENTRE_CALLER) as session,
        ):
            keyed_hash(session, "a", "x")
