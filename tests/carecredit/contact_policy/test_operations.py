from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

import worlds
from carecredit.contact_policy import operations, queries, rules
from carecredit.contact_policy.operations import counters as cap_counters
from carecredit.customers import operations as customers
from carecredit.customers import queries as customer_queries
from carecredit.holds import operations as holds
from carecredit.holds.rules import HoldReason
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, EventId, InvoiceId, new_id
from carecredit.store import audit
from carecredit.store.session import Store
from gate import NOW, NUMBER, actions, approve, claim, codes, release, settle, taken


def world(store: Store) -> tuple[ClientId, CustomerId]:
    client_id = worlds.found_client(store)
    approve(store, client_id)
    return client_id, worlds.add_customer(store, client_id, phone=NUMBER)


class TestApproveProfile:
    def test_switches_a_profile_on_and_off_again_in_the_audit(self, store: Store) -> None:
        client_id, customer_id = world(store)

        with store.begin(worlds.only(client_id)) as session:
            for key in ("house_gentle", "it_debt_unirec"):
                operations.revoke_profile(
                    session, client_id=client_id, profile_key=key, revoked_by="Marco Verdi", now=NOW
                )
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
                session,
                client_id=client_id,
                profile_key="house_gentle",
                revoked_by="Marco Verdi",
                now=NOW,
            )

    def test_keeps_every_signer_and_ends_the_one_before(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        worlds.approve(store, client_id, by="Anna Bianchi")
        worlds.approve(store, client_id, by="Marco Verdi", now=NOW + timedelta(days=1))
        with store.begin(worlds.only(client_id)) as session:
            operations.revoke_profile(
                session,
                client_id=client_id,
                profile_key="house_gentle",
                revoked_by=" Lia Neri ",
                now=NOW + timedelta(days=2),
            )

        with store.read(worlds.only(client_id)) as session:
            said = queries.approval_history(session, client_id=client_id)
            standing = queries.approvals(session, client_id=client_id)

        assert [(it.approved_by, it.approved_at, it.ended_by, it.ended_at) for it in said] == [
            ("Anna Bianchi", NOW, "Marco Verdi", NOW + timedelta(days=1)),
            ("Marco Verdi", NOW + timedelta(days=1), "Lia Neri", NOW + timedelta(days=2)),
        ]
        assert standing == []

    def test_names_the_person_in_the_audit(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        worlds.approve(store, client_id, by="Anna Bianchi")

        with store.read(worlds.CENTRE_CALLER) as session:
            told = session.scalars(
                select(audit.AuditEntry.data).where(audit.AuditEntry.action == "profile.approved")
            ).one()

        assert "Anna Bianchi" in str(told)


class TestClaimContact:
    def test_refuses_what_also_promotes_without_a_consent(self, store: Store) -> None:
        client_id, customer_id = world(store)

        refused = claim(store, client_id, customer_id, promotion=True)

        assert refused.event_id is None
        assert "hold:consent_missing" in codes(refused.verdict)
        assert claim(store, client_id, customer_id).event_id is not None

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
        client_id = worlds.found_client(store)
        approve(store, client_id)
        customer_id = worlds.add_customer(store, client_id, email="k1@example.org")

        found = claim(store, client_id, customer_id, channel="email")

        assert found.verdict.allowed
        assert taken(store) == {"house_gentle.all_channels_week": 1}

    @pytest.mark.parametrize("channel", ["voice", "sms", "messaging", "email"])
    def test_reserves_nothing_where_there_is_nothing_to_reach_somebody_at(
        self, store: Store, channel: str
    ) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id)
        customer_id = worlds.add_customer(store, client_id)

        for requested in (False, True):
            found = claim(
                store, client_id, customer_id, channel=channel, point=None, requested=requested,
                purpose="service" if requested else "debt_collection",
            )  # fmt: skip
            assert codes(found.verdict) == ["hold:point_unusable"]
            assert found.event_id is None

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
