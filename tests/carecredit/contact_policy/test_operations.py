import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

import worlds
from carecredit.contact_policy import model, operations, queries, rules, views
from carecredit.contact_policy.operations import counters as cap_counters
from carecredit.customers import operations as customers
from carecredit.customers import queries as customer_queries
from carecredit.customers.model import CapCounter
from carecredit.holds import operations as holds
from carecredit.holds.rules import HoldReason
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, EventId, InvoiceId, new_id
from carecredit.store import audit
from carecredit.store.session import Store

NOW = worlds.NOW
NUMBER = "+393331234567"
THREADS = 16


def approve(store: Store, client_id: ClientId, *keys: str) -> None:
    with store.begin(worlds.CENTRE_CALLER) as session:
        for key in keys or ("house_gentle", "it_debt_unirec"):
            operations.approve_profile(
                session, client_id=client_id, profile_key=key, approved_by="Anna Bianchi", now=NOW
            )


def world(store: Store) -> tuple[ClientId, CustomerId]:
    client_id = worlds.found_client(store)
    approve(store, client_id)
    return client_id, worlds.add_customer(store, client_id, phone=NUMBER)


def claim(store: Store, client_id: ClientId, customer_id: CustomerId, **told: Any) -> views.Claim:
    with store.begin(worlds.only(client_id)) as session:
        reach = customer_queries.reach(session, client_id=client_id, customer_id=customer_id)
        asked: dict[str, Any] = {
            "point": reach.points[0],
            "channel": "voice",
            "purpose": "debt_collection",
            "debts": (),
            "requested": False,
            "now": NOW,
        } | told
        return operations.claim_contact(
            session, client_id=client_id, customer_id=customer_id, **asked
        )


def settle(store: Store, event_id: EventId | None, kind: str) -> None:
    assert event_id is not None
    with store.begin(worlds.CENTRE_CALLER) as session:
        operations.settle_event(session, event_id=event_id, kind=kind, now=NOW)


def release(store: Store, event_id: EventId | None) -> None:
    assert event_id is not None
    with store.begin(worlds.CENTRE_CALLER) as session:
        operations.release_event(session, event_id=event_id, now=NOW)


def taken(store: Store) -> dict[str, int]:
    with store.read(worlds.CENTRE_CALLER) as session:
        rows = session.execute(select(CapCounter.rule_id, CapCounter.taken)).all()
        return {row.rule_id: row.taken for row in rows if row.taken}


def actions(store: Store, client_id: ClientId) -> list[str]:
    with store.read(worlds.CENTRE_CALLER) as session:
        assert list(audit.breaks(session, client_id=client_id)) == []
        return list(
            session.scalars(
                select(audit.AuditEntry.action)
                .where(audit.AuditEntry.client_id == client_id)
                .order_by(audit.AuditEntry.position)
            )
        )


def codes(verdict: rules.Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


class TestApproveProfile:
    def test_switches_a_profile_on_and_off_again_in_the_audit(self, store: Store) -> None:
        client_id, customer_id = world(store)

        with store.begin(worlds.only(client_id)) as session:
            for key in ("house_gentle", "it_debt_unirec"):
                operations.revoke_profile(session, client_id=client_id, profile_key=key, now=NOW)
        refused = claim(store, client_id, customer_id)
        approve(store, client_id)

        assert codes(refused.verdict) == ["profile_unknown"]
        assert claim(store, client_id, customer_id).verdict.allowed
        assert actions(store, client_id).count("profile.approved") == 4
        assert actions(store, client_id).count("profile.revoked") == 2

    @pytest.mark.parametrize(
        ("key", "name", "error"),
        [
            ("it_made_up", "Anna", operations.ProfileUnknown),
            ("mx_condusef", "Anna", operations.ProfileUnverified),
            ("house_gentle", "  ", Invalid),
        ],
    )
    def test_refuses_what_no_named_person_can_answer_for(
        self, store: Store, key: str, name: str, error: type[Exception]
    ) -> None:
        client_id = worlds.found_client(store)

        with store.begin(worlds.CENTRE_CALLER) as session, pytest.raises(error):
            operations.approve_profile(
                session, client_id=client_id, profile_key=key, approved_by=name, now=NOW
            )

    def test_cannot_switch_off_what_is_not_on(self, store: Store) -> None:
        client_id = worlds.found_client(store)

        with (
            store.begin(worlds.CENTRE_CALLER) as session,
            pytest.raises(operations.ProfileNotApproved),
        ):
            operations.revoke_profile(
                session, client_id=client_id, profile_key="house_gentle", now=NOW
            )


class TestClaimContact:
    def test_reserves_all_that_a_call_may_become(self, store: Store) -> None:
        client_id, customer_id = world(store)

        found = claim(store, client_id, customer_id)

        assert found.verdict.allowed
        assert taken(store) == {
            "house_gentle.attempts_day": 1,
            "house_gentle.attempts_week": 1,
            "house_gentle.conversation_week": 1,
            "house_gentle.all_channels_week": 1,
            "it_debt_unirec.conv_day": 1,
            "it_debt_unirec.conv_week": 1,
        }
        assert actions(store, client_id)[-1] == "contact.reserved"

    def test_reserves_a_mail_as_a_contact_at_most(self, store: Store) -> None:
        client_id, customer_id = world(store)

        found = claim(store, client_id, customer_id, channel="email", point=None)

        assert found.verdict.allowed
        assert taken(store) == {"house_gentle.all_channels_week": 1}

    def test_leaves_nothing_behind_when_refused(self, store: Store) -> None:
        client_id, customer_id = world(store)

        found = claim(store, client_id, customer_id, now=NOW + timedelta(hours=12))

        assert (found.verdict.decision, found.event_id) == ("defer", None)
        assert taken(store) == {}
        assert "contact.reserved" not in actions(store, client_id)

    def test_counts_a_reserved_contact_as_a_conversation_until_it_is_settled(
        self, store: Store
    ) -> None:
        client_id, customer_id = world(store)
        later = NOW + timedelta(hours=5)
        first = claim(store, client_id, customer_id)

        meanwhile = claim(store, client_id, customer_id, now=later)
        settle(store, first.event_id, "attempt")
        afterwards = claim(store, client_id, customer_id, now=later)

        assert "cooloff" in codes(meanwhile.verdict)
        assert afterwards.verdict.allowed

    def test_sees_a_hold_and_a_wish_committed_before(self, store: Store) -> None:
        client_id, customer_id = world(store)
        with store.begin(worlds.only(client_id)) as session:
            hold = holds.NewHold(
                customer_id=customer_id,
                reason=HoldReason.HARDSHIP,
                source_id=new_id(),
                starts_at=NOW,
            )
            holds.place(session, client_id=client_id, hold=hold, now=NOW)
        held = claim(store, client_id, customer_id)
        with store.begin(worlds.only(client_id)) as session:
            holds.end_of_source(
                session, client_id=client_id, source_id=hold.source_id, ends_at=NOW, now=NOW
            )
            customers.opt_out(
                session,
                client_id=client_id,
                customer_id=customer_id,
                channel="voice",
                proof="said so",
                now=NOW,
            )
        unwanted = claim(store, client_id, customer_id)

        assert codes(held.verdict) == ["hold:hardship"]
        assert codes(unwanted.verdict) == ["opt_out"]

    def test_refuses_a_point_that_was_found_bad_meanwhile(self, store: Store) -> None:
        client_id, customer_id = world(store)
        with store.begin(worlds.only(client_id)) as session:
            point = customer_queries.reach(
                session, client_id=client_id, customer_id=customer_id
            ).points[0]
            customers.mark_point_bad(
                session, client_id=client_id, point_id=point.id, reason="wrong_number", now=NOW
            )

        found = claim(store, client_id, customer_id, point=point)

        assert codes(found.verdict) == ["hold:point_unusable"]

    def test_defers_where_a_counter_is_full_though_the_history_is_not(self, store: Store) -> None:
        client_id, customer_id = world(store)
        with store.begin(worlds.CENTRE_CALLER) as session:
            reach = customer_queries.reach(session, client_id=client_id, customer_id=customer_id)
            full = rules.Counter("it_debt_unirec.conv_day", worlds.TODAY, 1, "conversations")
            cap_counters.take(session, person_id=reach.person_id, counters=[full])

        found = claim(store, client_id, customer_id)

        assert codes(found.verdict) == ["cap:conv_day"]
        assert found.verdict.not_before == datetime(2026, 6, 9, 7, 0, tzinfo=UTC)
        assert taken(store) == {"it_debt_unirec.conv_day": 1}

    def test_counts_each_debt_on_its_own_where_the_law_does(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "us_regf")
        customer_id = worlds.add_customer(store, client_id, phone="+12125550123", country="US")
        one, other = InvoiceId(new_id()), InvoiceId(new_id())
        noon = NOW + timedelta(hours=9)
        first = claim(store, client_id, customer_id, debts=(one,), now=noon)
        settle(store, first.event_id, "conversation")

        same = claim(store, client_id, customer_id, debts=(one,), now=noon)
        another = claim(store, client_id, customer_id, debts=(other,), now=noon)

        assert codes(same.verdict) == ["cooloff"]
        assert another.verdict.allowed
        assert taken(store) == {
            f"us_regf.seven_in_seven:{one}": 1,
            f"us_regf.seven_in_seven:{other}": 1,
        }


class TestSettleEvent:
    def test_gives_back_what_turned_out_not_to_count(self, store: Store) -> None:
        client_id, customer_id = world(store)
        event_id = claim(store, client_id, customer_id).event_id

        settle(store, event_id, "contact")

        assert taken(store) == {
            "house_gentle.attempts_day": 1,
            "house_gentle.attempts_week": 1,
            "house_gentle.all_channels_week": 1,
        }
        assert actions(store, client_id)[-1] == "contact.settled"

    def test_is_the_same_the_second_time_and_refuses_another_answer(self, store: Store) -> None:
        client_id, customer_id = world(store)
        event_id = claim(store, client_id, customer_id).event_id
        settle(store, event_id, "attempt")

        settle(store, event_id, "attempt")

        assert actions(store, client_id).count("contact.settled") == 1
        with pytest.raises(operations.EventSettled):
            settle(store, event_id, "conversation")
        with pytest.raises(operations.EventSettled):
            release(store, event_id)

    def test_knows_neither_other_kinds_nor_other_events(self, store: Store) -> None:
        client_id, customer_id = world(store)
        event_id = claim(store, client_id, customer_id).event_id

        with pytest.raises(Invalid, match="none of"):
            settle(store, event_id, "chat")
        with pytest.raises(operations.EventUnknown):
            settle(store, EventId(new_id()), "attempt")

    def test_does_not_know_the_event_of_another_client_company(self, store: Store) -> None:
        client_id, customer_id = world(store)
        stranger = worlds.found_client(store, "GAS")
        event_id = claim(store, client_id, customer_id).event_id
        assert event_id is not None

        with (
            store.begin(worlds.only(stranger)) as session,
            pytest.raises(operations.EventUnknown),
        ):
            operations.settle_event(session, event_id=event_id, kind="attempt", now=NOW)


class TestReleaseEvent:
    def test_gives_everything_back_for_a_call_that_never_connected(self, store: Store) -> None:
        client_id, customer_id = world(store)
        event_id = claim(store, client_id, customer_id).event_id

        release(store, event_id)
        release(store, event_id)

        assert taken(store) == {}
        assert claim(store, client_id, customer_id).verdict.allowed
        assert actions(store, client_id).count("contact.released") == 1


class TestRecordInbound:
    def test_starts_a_silence_and_takes_no_counter(self, store: Store) -> None:
        client_id, customer_id = world(store)
        with store.begin(worlds.only(client_id)) as session:
            operations.record_inbound(
                session,
                client_id=client_id,
                customer_id=customer_id,
                channel="voice",
                purpose="service",
                kind="conversation",
                debts=(),
                now=NOW,
            )

        found = claim(store, client_id, customer_id, now=NOW + timedelta(days=1))

        assert codes(found.verdict) == ["cooloff"]
        assert taken(store) == {}
        assert actions(store, client_id)[-1] == "contact.inbound"


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
                store, client_id, f"K-{index}", phone=f"+613701012{index:02}", country="AU"
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
