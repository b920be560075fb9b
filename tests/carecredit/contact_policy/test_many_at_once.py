"""The gate under many hands, and between companies: nothing is taken twice, nothing is seen."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
from sqlalchemy import select

import worlds
from carecredit.contact_policy import model, queries, views
from carecredit.customers import operations as customers
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, new_id
from carecredit.store.session import Store
from gate import NOW, NUMBER, THREADS, actions, approve, claim, codes, settle


def world(store: Store) -> tuple[ClientId, CustomerId]:
    client_id = worlds.found_client(store)
    approve(store, client_id)
    return client_id, worlds.add_customer(store, client_id, phone=NUMBER)


class TestIsolation:
    def test_counts_for_the_person_and_tells_nothing_of_the_other_company(
        self, store: Store
    ) -> None:
        water, customer_id = world(store)
        power = worlds.found_client(store, "LUCE", name="Luce Segreta")
        approve(store, power)
        same = worlds.add_customer(store, power, phone=NUMBER, name="Cliente K-1")
        debt = InvoiceId(new_id())
        first = claim(store, power, same, debts=(debt,))
        settle(store, first.event_id, "conversation")

        found = claim(store, water, customer_id, now=NOW + timedelta(hours=5))

        told = msgspec.json.encode(found.verdict).decode().lower()
        assert "cap:conv_day" in codes(found.verdict)
        for secret in (power, same, debt, first.event_id, "luce", "segreta", NOW.isoformat()):
            assert str(secret).lower() not in told
        assert actions(store, water)[-1] == "profile.approved"


class TestConcurrency:
    PERSONS = 25
    CLAIMS = 5
    CAP = 3

    def test_never_exceeds_a_cap_however_many_ask_at_once(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "au_rg96_phone")
        everyone = [
            worlds.add_customer(
                store,
                client_id,
                f"K-{index}",
                phone=f"+613701012{index:02}",
                country="AU",
                region="QLD",
            )
            for index in range(self.PERSONS)
        ]
        asked = [customer_id for customer_id in everyone for _ in range(self.CLAIMS)]

        def ask(customer_id: CustomerId) -> bool:
            return claim(store, client_id, customer_id, channel="sms").verdict.allowed

        with ThreadPoolExecutor(THREADS) as pool:
            allowed = sum(pool.map(ask, asked))

        with store.read(worlds.CENTRE_CALLER) as session:
            persons = list(session.scalars(select(model.ContactEvent.person_id)))
        assert allowed == len(persons) == self.PERSONS * self.CAP
        assert {persons.count(person) for person in persons} == {self.CAP}

    def test_claims_nothing_once_a_stop_is_committed(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "us_regf")
        customer_id = worlds.add_customer(store, client_id, phone="+12125550123", country="US")
        noon = NOW + timedelta(hours=9)
        stopped, ready = threading.Event(), threading.Barrier(THREADS + 1)
        late: list[views.Claim] = []

        def ask(_: int) -> None:
            ready.wait()
            for _again in range(4):
                after = stopped.is_set()
                debts = (InvoiceId(new_id()),)
                found = claim(store, client_id, customer_id, debts=debts, now=noon)
                if after:
                    late.append(found)

        with ThreadPoolExecutor(THREADS + 1) as pool:
            asking = [pool.submit(ask, index) for index in range(THREADS)]
            ready.wait()
            with store.begin(worlds.only(client_id)) as session:
                customers.opt_out(
                    session,
                    client_id=client_id,
                    customer_id=customer_id,
                    channel="voice",
                    proof="said so",
                    now=NOW,
                )
            stopped.set()
            for one in asking:
                one.result()

        assert late
        assert not any(found.verdict.allowed for found in late)
        assert _ordered_after_the_stop(store, client_id) == []


def _ordered_after_the_stop(store: Store, client_id: ClientId) -> list[str]:
    """List the reservations that the audit chain orders after the wish; there may be none."""
    found = actions(store, client_id)
    return [
        action
        for action in found[found.index("customer.opted_out") :]
        if action == "contact.reserved"
    ]


class TestPersonsOfTwoCompanies:
    def test_share_one_budget_under_one_gate(self, store: Store) -> None:
        companies = [world(store)]
        other = worlds.found_client(store, "LUCE")
        approve(store, other)
        companies.append((other, worlds.add_customer(store, other, phone=NUMBER)))

        def ask(index: int) -> bool:
            return claim(store, *companies[index % 2]).verdict.allowed

        with ThreadPoolExecutor(THREADS) as pool:
            allowed = sum(pool.map(ask, range(THREADS)))

        assert allowed == 1
        with store.read(worlds.CENTRE_CALLER) as session:
            for client_id, customer_id in companies:
                verdict = queries.contactability(
                    session,
                    client_id=client_id,
                    customer_id=customer_id,
                    channel="voice",
                    purpose="debt_collection",
                    now=NOW,
                )
                assert not verdict.allowed


class TestOneNumberUnderSeveralNames:
    NAMES = ("Lucia Bianchi", "Bianchi L.", "Sig.ra Lucia Bianchi", "Bianchi Lucia Maria")

    def cards(self, store: Store, client_id: ClientId) -> list[CustomerId]:
        return [
            worlds.add_customer(
                store,
                client_id,
                f"K-{number}",
                name=name,
                phone="+61370101234",
                country="AU",
                region="QLD",
            )
            for number, name in enumerate(self.NAMES)
        ]

    def test_has_one_budget(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "au_rg96_phone")
        cards = self.cards(store, client_id)

        found = [claim(store, client_id, card, channel="sms").verdict for card in cards]

        assert [verdict.allowed for verdict in found] == [True, True, True, False]
        assert codes(found[-1]) == ["cap:three_week"]

    def test_has_one_cooling_off_at_every_client_company(self, store: Store) -> None:
        client_id, customer_id = world(store)
        power = worlds.found_client(store, "LUCE")
        approve(store, power)
        same = worlds.add_customer(store, power, phone=NUMBER, name="Un altro nome")
        first = claim(store, power, same)
        settle(store, first.event_id, "conversation")

        found = claim(store, client_id, customer_id, now=NOW + timedelta(hours=5))

        assert "cap:conv_day" in codes(found.verdict)

    def test_has_one_past_in_hindsight(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "au_rg96_phone")
        cards = self.cards(store, client_id)
        for card in cards[:3]:
            claim(store, client_id, card, channel="sms")

        with store.read(worlds.only(client_id)) as session:
            verdict = queries.would_have_said(
                session, client_id=client_id, customer_id=cards[3], channel="sms",
                purpose="debt_collection", debts=(), requested=False,
                at=NOW + timedelta(minutes=1),
            )  # fmt: skip

        assert codes(verdict) == ["cap:three_week"]

    def test_exceeds_no_cap_however_many_ask_at_once(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "au_rg96_phone")
        cards = self.cards(store, client_id)

        def ask(card: CustomerId) -> bool:
            return claim(store, client_id, card, channel="sms").verdict.allowed

        with ThreadPoolExecutor(THREADS) as pool:
            allowed = sum(pool.map(ask, cards * 8))

        assert allowed == 3
