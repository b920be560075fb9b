"""Persons are recognised across client companies by hash; wishes outlive numbers and files."""

from typing import Any

import pytest
from sqlalchemy import select

import worlds
from carecredit.customers import model, queries
from carecredit.customers.operations import Card, CardPoint, mark_point_bad, opt_out, register
from carecredit.customers.queries import UnknownCustomer
from carecredit.kernel.ids import ClientId, CustomerId, PersonId, new_id
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")
PHONE = "+390255550101"


@pytest.fixture
def client_id(store: Store) -> ClientId:
    return worlds.found_client(store)


@pytest.fixture
def other_id(store: Store) -> ClientId:
    return worlds.found_client(store, "GAS")


def person_of(store: Store, customer_id: CustomerId) -> PersonId:
    with store.read(CENTRE_CALLER) as session:
        query = select(model.Customer.person_id).where(model.Customer.id == customer_id)
        return session.execute(query).scalar_one()


def recard(store: Store, client_id: ClientId, *phones: str, **facts: Any) -> int:
    """Bring a new card of K-1 in, and say whether anything changed."""
    points = tuple(CardPoint("phone", phone, phone) for phone in phones)
    with store.begin(CENTRE_CALLER) as session:
        card = Card("K-1", points=points, **{"name": "Mario Verdi"} | facts)
        return register(
            session, client_id=client_id, cards=[card], language="it", country="IT", now=NOW
        ).changed


def working(store: Store, client_id: ClientId, customer_id: CustomerId) -> list[str]:
    with store.read(CENTRE_CALLER) as session:
        reach = queries.reach(session, client_id=client_id, customer_id=customer_id)
    return [point.value for point in reach.points if not point.bad]


class TestAPerson:
    def test_is_one_across_two_client_companies(
        self, store: Store, client_id: ClientId, other_id: ClientId
    ) -> None:
        one = worlds.add_customer(store, client_id, phone=PHONE, name="Mario Verdi")
        two = worlds.add_customer(store, other_id, "X-7", phone=PHONE, name="VERDI, Mário")

        assert person_of(store, one) == person_of(store, two)

    def test_is_two_where_the_names_contradict(
        self, store: Store, client_id: ClientId, other_id: ClientId
    ) -> None:
        one = worlds.add_customer(store, client_id, phone=PHONE, name="Mario Verdi")
        two = worlds.add_customer(store, other_id, phone=PHONE, name="Luisa Verdi")

        assert person_of(store, one) != person_of(store, two)

    def test_takes_the_first_name_it_is_told(
        self, store: Store, client_id: ClientId, other_id: ClientId
    ) -> None:
        nameless = worlds.add_customer(store, client_id, phone=PHONE, name="")
        mario = worlds.add_customer(store, other_id, phone=PHONE, name="Mario Verdi")
        luisa = worlds.add_customer(store, other_id, "K-2", phone=PHONE, name="Luisa Verdi")

        assert person_of(store, nameless) == person_of(store, mario)
        assert person_of(store, luisa) != person_of(store, mario)

    def test_is_recognised_when_a_bare_customer_gets_a_number(
        self, store: Store, client_id: ClientId, other_id: ClientId
    ) -> None:
        known = worlds.add_customer(store, other_id, phone=PHONE, name="Mario Verdi")
        bare = worlds.add_customer(store, client_id, name="")
        assert person_of(store, bare) != person_of(store, known)

        recard(store, client_id, PHONE)

        assert person_of(store, bare) == person_of(store, known)


class TestRegister:
    def test_changes_nothing_when_a_card_says_the_same(
        self, store: Store, client_id: ClientId
    ) -> None:
        recard(store, client_id, PHONE)
        before = worlds.row_counts(store)

        assert recard(store, client_id, PHONE) == 0
        assert worlds.row_counts(store) == before

    def test_lets_a_number_that_comes_back_work_again(
        self, store: Store, client_id: ClientId
    ) -> None:
        customer_id = worlds.add_customer(store, client_id, phone=PHONE)

        assert recard(store, client_id, "+390255550102") == 1
        assert working(store, client_id, customer_id) == ["+390255550102"]
        assert recard(store, client_id, PHONE) == 1
        assert working(store, client_id, customer_id) == [PHONE]

    def test_never_lets_a_file_undo_what_we_found_out_about_a_number(
        self, store: Store, client_id: ClientId
    ) -> None:
        customer_id = worlds.add_customer(store, client_id, phone=PHONE)
        with store.begin(CENTRE_CALLER) as session:
            (point,) = queries.reach(session, client_id=client_id, customer_id=customer_id).points
            mark_point_bad(
                session, client_id=client_id, point_id=point.id, reason="wrong_number", now=NOW
            )

        recard(store, client_id, PHONE)

        assert working(store, client_id, customer_id) == []


class TestOptOut:
    def test_holds_at_a_number_that_comes_later(self, store: Store, client_id: ClientId) -> None:
        customer_id = worlds.add_customer(store, client_id, phone=PHONE)
        worlds.add_invoice(store, client_id, customer_id)
        with store.begin(CENTRE_CALLER) as session:
            opt_out(
                session, client_id=client_id, customer_id=customer_id, channel=None,
                proof="letter of 1 June", now=NOW,
            )  # fmt: skip

        recard(store, client_id, "+390255550102")

        assert worlds.plan(store, client_id, customer_id).code == "opted_out"

    def test_leaves_the_other_channel(self, store: Store, client_id: ClientId) -> None:
        customer_id = worlds.add_customer(store, client_id, phone=PHONE, email="k1@example.org")
        worlds.add_invoice(store, client_id, customer_id)
        with store.begin(CENTRE_CALLER) as session:
            opt_out(
                session, client_id=client_id, customer_id=customer_id, channel="email",
                proof="reply", now=NOW,
            )  # fmt: skip

        assert worlds.plan(store, client_id, customer_id).channel == "voice"
        assert worlds.actions(store, client_id)[-1] == "customer.opted_out"


class TestCustomer:
    def test_is_unknown_to_another_client_company(
        self, store: Store, client_id: ClientId, other_id: ClientId
    ) -> None:
        customer_id = worlds.add_customer(store, client_id)

        for asked in (customer_id, CustomerId(new_id())):
            with (
                store.read(worlds.only(other_id)) as session,
                pytest.raises(UnknownCustomer, match=r"^no such customer$"),
            ):
                queries.customer(session, client_id=client_id, customer_id=asked)
