"""What stops a person stops every card of theirs, at every client company."""

from datetime import timedelta
from typing import Any

import pytest

import worlds
from carecredit.contact_policy import queries, rules
from carecredit.contact_policy.rules.stops import OF_PERSON, code_of
from carecredit.customers import operations as customers
from carecredit.customers.rules import CareNeed, Preference, read_hours
from carecredit.holds.operations import NewHold, end, place
from carecredit.holds.rules import PERSON_WIDE, HoldReason
from carecredit.kernel.ids import ClientId, CustomerId, HoldId, new_id
from carecredit.store.session import Store
from gate import codes
from worlds import NOW

NUMBER = "+390612345678"
WHOLE_LIFE = sorted(PERSON_WIDE)
Card = tuple[ClientId, CustomerId]


def known_twice(store: Store) -> tuple[Card, Card, Card]:
    """Give two cards of one person with one client company, and one with another."""
    ours, theirs = worlds.found_client(store, "ONE"), worlds.found_client(store, "TWO")
    for client_id in (ours, theirs):
        worlds.approve(store, client_id, "house_gentle", "it_debt_unirec")
    card: dict[str, Any] = {"phone": NUMBER, "name": "Lucia Bianchi", "region": "RM"}
    return (
        (ours, worlds.add_customer(store, ours, "A-1", **card)),
        (ours, worlds.add_customer(store, ours, "A-2", **card)),
        (theirs, worlds.add_customer(store, theirs, "B-1", **card)),
    )


def said(store: Store, card: Card, **told: Any) -> rules.Verdict:
    asked: dict[str, Any] = {"channel": "voice", "purpose": "debt_collection", "now": NOW} | told
    with store.read(worlds.only(card[0])) as session:
        return queries.contactability(session, client_id=card[0], customer_id=card[1], **asked)


def stop(store: Store, card: Card, reason: HoldReason, **told: Any) -> HoldId:
    hold = NewHold(card[1], reason, new_id(), NOW, evidence="letter of 3 June", **told)
    with store.begin(worlds.only(card[0])) as session:
        return place(session, client_id=card[0], hold=hold, now=NOW)


class TestAStopOfThePerson:
    @pytest.mark.parametrize("reason", WHOLE_LIFE)
    def test_binds_every_card_at_every_client_company(
        self, store: Store, reason: HoldReason
    ) -> None:
        cards = known_twice(store)
        assert [said(store, card).decision for card in cards] == ["allow"] * 3

        stop(store, cards[0], reason)

        code = code_of(rules.Stop(reason.value))
        assert [codes(said(store, card)) for card in cards] == [[code]] * 3

    def test_tells_another_client_company_no_more_than_that_it_stands(self, store: Store) -> None:
        mine, _, theirs = known_twice(store)

        stop(store, mine, HoldReason.DECEASED)

        (reason,) = said(store, theirs).reasons
        assert "letter" not in str(reason)

    def test_ends_everywhere_when_it_ends(self, store: Store) -> None:
        cards = known_twice(store)
        hold_id = stop(store, cards[0], HoldReason.INSOLVENCY)

        with store.begin(worlds.only(cards[0][0])) as session:
            end(session, client_id=cards[0][0], hold_id=hold_id, now=NOW)

        assert [said(store, card).decision for card in cards] == ["allow"] * 3

    def test_runs_out_everywhere_by_itself(self, store: Store) -> None:
        cards = known_twice(store)
        until = NOW + timedelta(hours=2)

        stop(store, cards[0], HoldReason.BREATHING_SPACE, ends_at=until)

        assert [said(store, card).not_before for card in cards] == [until] * 3

    def test_follows_a_card_that_proves_to_be_somebody_known(self, store: Store) -> None:
        known = known_twice(store)
        ours = known[0][0]
        bare = worlds.add_customer(store, ours, "A-3", name="Lucia Bianchi")
        stop(store, (ours, bare), HoldReason.CEASE)
        assert said(store, known[0]).allowed

        worlds.add_customer(store, ours, "A-3", name="Lucia Bianchi", phone=NUMBER)

        assert [codes(said(store, card)) for card in known] == [["hold:cease"]] * 3

    def test_is_no_stop_of_invoices(self, store: Store) -> None:
        mine, beside, theirs = known_twice(store)

        stop(store, mine, HoldReason.COMPLAINT)

        assert codes(said(store, mine)) == ["hold:complaint"]
        assert said(store, beside).allowed
        assert said(store, theirs).allowed

    def test_is_one_of_those_that_the_rules_know(self) -> None:
        assert {reason.value for reason in PERSON_WIDE} == OF_PERSON - {"point_unusable"}


class TestAWishOfThePerson:
    def test_binds_every_card_at_the_client_company_it_was_told_to(self, store: Store) -> None:
        mine, beside, theirs = known_twice(store)
        whom: dict[str, Any] = {"client_id": mine[0], "customer_id": mine[1]}

        with store.begin(worlds.only(mine[0])) as session:
            need = CareNeed("pause", True, NOW, None, None)
            customers.state_need(session, need=need, basis="call", now=NOW, **whom)

        assert [codes(said(store, card)) for card in (mine, beside)] == [["hold:vulnerability"]] * 2
        assert said(store, theirs).allowed

    def test_closes_channels_of_every_card(self, store: Store) -> None:
        mine, beside, _ = known_twice(store)
        whom: dict[str, Any] = {"client_id": mine[0], "customer_id": mine[1]}

        with store.begin(worlds.only(mine[0])) as session:
            need = CareNeed("written_only", True, NOW, None, None)
            customers.state_need(session, need=need, basis="call", now=NOW, **whom)

        assert [codes(said(store, card)) for card in (mine, beside)] == [["opt_out"]] * 2

    def test_of_hours_narrows_beside_those_of_another_card(self, store: Store) -> None:
        mine, beside, _ = known_twice(store)
        hours = ("18:00-20:00", "19:00-21:00")
        for card, span in zip((mine, beside), hours, strict=True):
            week = read_hours({day: [span] for day in ("mon", "tue")})
            wish = Preference(week, (), (), None, NOW, None)
            with store.begin(worlds.only(card[0])) as session:
                customers.prefer(
                    session, client_id=card[0], customer_id=card[1], preference=wish, basis="call",
                    now=NOW,
                )  # fmt: skip

        seven = NOW.replace(hour=17)
        assert [said(store, card).not_before for card in (mine, beside)] == [seven] * 2
