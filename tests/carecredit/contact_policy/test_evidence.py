"""A verdict tells by what it was reached: which contacts, since when, by whom, by what proof."""

from datetime import timedelta
from typing import Any

import worlds
from carecredit.contact_policy import operations, queries, rules
from carecredit.customers import operations as customers
from carecredit.holds.operations import NewHold, place
from carecredit.holds.rules import HoldReason
from carecredit.kernel.ids import ClientId, CustomerId, new_id
from carecredit.store.session import Store
from gate import claim, settle
from worlds import NOW

NUMBER = "+390612345678"
PROFILES = ("house_gentle", "it_debt_unirec")


def evidence(
    store: Store, client_id: ClientId, customer_id: CustomerId, code: str, **told: Any
) -> tuple[str, ...]:
    asked: dict[str, Any] = {"channel": "voice", "purpose": "debt_collection", "now": NOW} | told
    with store.read(worlds.only(client_id)) as session:
        verdict = queries.contactability(
            session, client_id=client_id, customer_id=customer_id, **asked
        )
    (reason,) = [one for one in verdict.reasons if one.code == code]
    return reason.evidence


def world(store: Store, code: str = "ACQ") -> tuple[ClientId, CustomerId]:
    client_id = worlds.found_client(store, code)
    worlds.approve(store, client_id, *PROFILES)
    return client_id, worlds.add_customer(store, client_id, phone=NUMBER)


class TestEvidence:
    def test_of_a_hold_is_its_proof_since_when_and_by_whom(self, store: Store) -> None:
        client_id, customer_id = world(store)
        hold = NewHold(customer_id, HoldReason.COMPLAINT, new_id(), NOW, evidence="PEC of 5 June")

        with store.begin(worlds.only(client_id, name="anna")) as session:
            place(session, client_id=client_id, hold=hold, now=NOW)

        told = evidence(store, client_id, customer_id, "hold:complaint")
        assert told[:2] == ("PEC of 5 June", "2026-06-08 07:00 UTC, anna")

    def test_of_an_opt_out_is_the_same(self, store: Store) -> None:
        client_id, customer_id = world(store)

        with store.begin(worlds.only(client_id, name="anna")) as session:
            customers.opt_out(
                session, client_id=client_id, customer_id=customer_id, channel="voice",
                proof="call 17", now=NOW,
            )  # fmt: skip

        told = evidence(store, client_id, customer_id, "opt_out")
        assert told[:2] == ("call 17", "2026-06-08 07:00 UTC, anna")

    def test_of_a_proof_is_no_input_of_the_decision(self, store: Store) -> None:
        client_id, customer_id = world(store)
        hold = NewHold(customer_id, HoldReason.COMPLAINT, new_id(), NOW, evidence="PEC of 5 June")

        with store.begin(worlds.only(client_id)) as session:
            place(session, client_id=client_id, hold=hold, now=NOW)
            found = queries.grounds_for(
                session, client_id=client_id, customer_id=customer_id, channel="voice",
                purpose="debt_collection", now=NOW,
            )  # fmt: skip

        assert "PEC" not in str(found.facts)

    def test_of_a_cap_is_what_it_counts_and_how_many_of_how_many(self, store: Store) -> None:
        client_id, customer_id = world(store)
        found = claim(store, client_id, customer_id, now=NOW)
        settle(store, found.event_id, "conversation")

        later = NOW + timedelta(hours=5)
        told = evidence(store, client_id, customer_id, "cap:conv_day", now=later)

        assert told[0] == "1/1: voice 2026-06-08"

    def test_of_a_cap_only_counts_what_another_client_company_did(self, store: Store) -> None:
        mine, theirs = world(store), world(store, "LUCE")
        for whose in (mine, theirs):
            with store.begin(worlds.only(whose[0])) as session:
                operations.record_inbound(
                    session, client_id=whose[0], customer_id=whose[1], channel="voice",
                    purpose="service", kind="conversation", debts=(), now=NOW - timedelta(hours=2),
                )  # fmt: skip
        with store.read(worlds.only(mine[0])) as session:
            (history,) = queries.events_of(
                session,
                client_id=mine[0],
                persons=[(self.person(store, mine), (rules.load_profiles()["house_gentle"],))],
                now=NOW,
            )

        assert sorted(event.ours for event in history) == [False, True]

    def person(self, store: Store, whose: tuple[ClientId, CustomerId]) -> Any:
        with store.read(worlds.only(whose[0])) as session:
            found = queries.grounds_for(
                session, client_id=whose[0], customer_id=whose[1], channel="voice",
                purpose="service", now=NOW,
            )  # fmt: skip
        return found.person_id
