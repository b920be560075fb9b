from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

import worlds
from carecredit.contact_policy import model, operations, queries, rules, views
from carecredit.customers import queries as customer_queries
from carecredit.customers.operations import add_points
from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, CustomerId, EventId, new_id
from carecredit.store.session import Store

NOW = worlds.NOW


def approve(store: Store, client_id: ClientId, *keys: str) -> None:
    with store.begin(worlds.CENTRE_CALLER) as session:
        for key in keys:
            operations.approve_profile(
                session, client_id=client_id, profile_key=key, approved_by="Anna Bianchi", now=NOW
            )


def contactability(
    store: Store, client_id: ClientId, customer_id: CustomerId, **told: Any
) -> rules.Verdict:
    asked: dict[str, Any] = {"channel": "voice", "purpose": "debt_collection", "now": NOW} | told
    with store.read(worlds.only(client_id)) as session:
        return queries.contactability(
            session, client_id=client_id, customer_id=customer_id, **asked
        )


def facts(store: Store, client_id: ClientId, customer_id: CustomerId, channel: str) -> rules.Facts:
    with store.read(worlds.only(client_id)) as session:
        return queries.facts_for(
            session,
            client_id=client_id,
            customer_id=customer_id,
            channel=channel,
            purpose="debt_collection",
            now=NOW,
        )


class TestContactability:
    def test_of_a_call_looks_at_every_number_of_a_card(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "us_regf")
        customer_id = worlds.add_customer(
            store, client_id, phone="+12125550123", country="US", language="en"
        )
        early = datetime(2026, 6, 8, 12, 5, tzinfo=UTC)  # 08:05 in New York
        assert contactability(store, client_id, customer_id, now=early).allowed

        with store.begin(worlds.CENTRE_CALLER) as session:
            add_points(
                session, client_id=client_id, customer_id=customer_id, kind="phone",
                text="+14155550123", now=NOW,
            )  # fmt: skip

        for channel in ("voice", "email"):
            found = facts(store, client_id, customer_id, channel)
            assert found.zones == ("America/New_York", "America/Los_Angeles")
        verdict = contactability(store, client_id, customer_id, now=early)
        assert verdict.not_before == datetime(2026, 6, 8, 15, 0, tzinfo=UTC)

    def test_refuses_before_any_profile_is_approved(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        customer_id = worlds.add_customer(store, client_id, phone="+393331234567")

        verdict = contactability(store, client_id, customer_id)

        assert verdict.decision == "never"
        assert [reason.code for reason in verdict.reasons] == ["profile_unknown"]

    def test_applies_the_profiles_of_the_customers_place_and_no_others(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "house_gentle", "it_debt_unirec", "de_debt", "us_regf")
        customer_id = worlds.add_customer(store, client_id, phone="+393331234567")

        verdict = contactability(store, client_id, customer_id)

        assert verdict.allowed
        assert set(verdict.versions.rules) == {"house_gentle", "it_debt_unirec"}

    def test_closes_on_the_patron_saint_of_the_customers_town(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "house_gentle", "it_debt_unirec")
        milan = worlds.add_customer(store, client_id, "K-1", region="MI", phone="+390212345678")
        rome = worlds.add_customer(store, client_id, "K-2", region="RM", phone="+390612345678")
        saint_ambrose = datetime(2026, 12, 7, 10, 0, tzinfo=UTC)

        assert not contactability(store, client_id, milan, now=saint_ambrose).allowed
        assert contactability(store, client_id, rome, now=saint_ambrose).allowed

    def test_needs_a_new_approval_when_the_profile_has_a_new_version(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "house_gentle", "it_debt_unirec")
        customer_id = worlds.add_customer(store, client_id, phone="+393331234567")
        with store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(
                update(model.ProfileApproval)
                .where(model.ProfileApproval.profile_key == "it_debt_unirec")
                .values(version="2025-01-01")
            )

        verdict = contactability(store, client_id, customer_id)

        (reason,) = verdict.reasons
        assert (reason.code, reason.rule_id) == ("profile_unknown", "it_debt_unirec")
        assert "was approved in version 2025-01-01 and is now " in reason.sentence.en
        assert "approve it again" in reason.sentence.en
        assert "va approvata di nuovo" in reason.sentence.it

    def test_does_not_know_the_customer_of_another_client_company(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        stranger = worlds.found_client(store, "GAS")
        customer_id = worlds.add_customer(store, client_id)

        with pytest.raises(NotFound):
            contactability(store, stranger, customer_id)

    def test_reads_the_first_conversation_however_old(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        approve(store, client_id, "ca_on_debt")
        customer_id = worlds.add_customer(
            store, client_id, phone="+14165550123", country="CA", region="ON"
        )
        noon = NOW + timedelta(hours=9)
        with store.begin(worlds.CENTRE_CALLER) as session:
            reach = customer_queries.reach(session, client_id=client_id, customer_id=customer_id)
            told = [("conversation", 400), ("contact", 1), ("contact", 2), ("contact", 3)]
            session.execute(
                insert(model.ContactEvent),
                [
                    {
                        "id": EventId(new_id()),
                        "person_id": reach.person_id,
                        "client_id": client_id,
                        "at": noon - timedelta(days=days),
                        "channel": "voice",
                        "direction": "out",
                        "purpose": "debt_collection",
                        "kind": kind,
                        "state": "settled",
                        "debts": "[]",
                        "counters": "[]",
                    }
                    for kind, days in told
                ],
            )

        verdict = contactability(store, client_id, customer_id, now=noon)

        assert [reason.code for reason in verdict.reasons] == ["cap:three_in_seven"]


class TestFactsFor:
    def test_takes_zone_and_subdivision_from_address_and_number(self, sqlite_store: Store) -> None:
        client_id = worlds.found_client(sqlite_store)
        customer_id = worlds.add_customer(
            sqlite_store, client_id, region="MI", phone="+393331234567"
        )

        found = facts(sqlite_store, client_id, customer_id, "voice")

        assert found.zones == ("Europe/Rome",)
        assert (found.countries, found.subdivision) == (("IT",), "MI")
        assert found.notes == ("zone from country IT",)

    def test_takes_a_hint_from_the_number_for_a_mail_to_a_wide_country(
        self, sqlite_store: Store
    ) -> None:
        client_id = worlds.found_client(sqlite_store)
        with_number = worlds.add_customer(
            sqlite_store,
            client_id,
            "K-1",
            country="US",
            phone="+12125550123",
            email="a@example.org",
        )
        without = worlds.add_customer(
            sqlite_store, client_id, "K-2", country="US", email="b@example.org"
        )

        assert facts(sqlite_store, client_id, with_number, "email").zones == ("America/New_York",)
        assert facts(sqlite_store, client_id, without, "email").zones == ()

    def test_stops_a_number_that_may_never_be_dialled(self, sqlite_store: Store) -> None:
        client_id = worlds.found_client(sqlite_store)
        customer_id = worlds.add_customer(sqlite_store, client_id, phone="+39892424")

        found = facts(sqlite_store, client_id, customer_id, "voice")

        assert found.stops == (rules.Stop("point_unusable"),)


class TestApprovals:
    def test_name_who_answers_for_each_profile(self, sqlite_store: Store) -> None:
        client_id = worlds.found_client(sqlite_store)
        approve(sqlite_store, client_id, "it_debt_unirec", "house_gentle")

        with sqlite_store.read(worlds.only(client_id)) as session:
            found = queries.approvals(session, client_id=client_id)
            states = queries.profile_states(session, client_id=client_id)

        assert [(one.profile_key, one.approved_by) for one in found] == [
            ("house_gentle", "Anna Bianchi"),
            ("it_debt_unirec", "Anna Bianchi"),
        ]
        on = [state.profile_key for state in states if state.state == "on"]
        assert on == ["house_gentle", "it_debt_unirec"]
        assert {state.profile_key for state in states} == set(rules.load_profiles())

    @pytest.mark.parametrize(
        ("key", "version", "state"),
        [("house_gentle", "2025-01-01", "superseded"), ("it_gone", "1", "superseded")],
    )
    def test_tell_what_is_approved_no_longer(
        self, sqlite_store: Store, key: str, version: str, state: str
    ) -> None:
        client_id = worlds.found_client(sqlite_store)
        approve(sqlite_store, client_id, "house_gentle")
        with sqlite_store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(update(model.ProfileApproval).values(profile_key=key, version=version))

        with sqlite_store.read(worlds.only(client_id)) as session:
            states = queries.profile_states(session, client_id=client_id)

        (found,) = (each for each in states if each.profile_key == key)
        assert (found.state, found.approvals[0].version) == (state, version)


class TestExplanation:
    def test_takes_one_decision_and_the_duties_of_its_first_moment(
        self, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        client_id = worlds.found_client(sqlite_store)
        approve(sqlite_store, client_id, "house_gentle", "it_debt_unirec")
        customer_id = worlds.add_customer(sqlite_store, client_id, phone="+393331234567")
        taken: list[datetime] = []
        decide = rules.decide

        def counted(request: rules.Request, **told: Any) -> rules.Verdict:
            taken.append(told["now"])
            return decide(request, **told)

        monkeypatch.setattr(rules, "decide", counted)
        night, morning = NOW + timedelta(hours=15), NOW + timedelta(hours=24)

        def explained(now: datetime) -> views.Explanation:
            with sqlite_store.read(worlds.only(client_id)) as session:
                return queries.explanation(
                    session, client_id=client_id, customer_id=customer_id, channel="voice",
                    purpose="debt_collection", now=now,
                )  # fmt: skip

        deferred, then = explained(night), explained(morning)

        assert taken == [night, morning]
        assert deferred.verdict.not_before == morning
        assert deferred.respect == then.respect
