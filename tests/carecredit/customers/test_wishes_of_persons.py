"""A refusal is the person's: it holds at every card of theirs, and parts with them."""

from collections.abc import Iterator
from typing import Any

import pytest

import worlds
from carecredit.contact_policy.queries import contactability
from carecredit.customers import operations
from carecredit.customers.queries import person_of
from carecredit.customers.rules import Consent, Scope, Stance
from carecredit.kernel.ids import CustomerId
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW

pytestmark = pytest.mark.usefixtures("chains_hold")


class Cards:
    """Two cards with nothing in common, of what turned out to be one person."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.client_id = worlds.found_client(store)
        worlds.approve(store, self.client_id)
        self.one, self.other = (
            worlds.add_customer(store, self.client_id, number, phone=phone, name=name)
            for number, phone, name in (
                ("K-1", "+390255550101", "Anna Rossi"),
                ("K-2", "+390255550102", "A. Rossi Bianchi"),
            )
        )
        with store.read(CENTRE_CALLER) as session:
            kept, gone = (
                person_of(session, client_id=self.client_id, customer_id=it) for it in self.both
            )
        self.merge = self.do(
            operations.merge_persons, kept_id=kept, gone_id=gone, reason="one voice", by="Anna"
        )

    @property
    def both(self) -> tuple[CustomerId, CustomerId]:
        """Give the two cards."""
        return self.one, self.other

    def do(self, act: Any, **told: Any) -> Any:
        """Act in a transaction of its own."""
        with self.store.begin(CENTRE_CALLER) as session:
            return act(session, now=NOW, **told)

    def say(self, stance: Stance, customer_id: CustomerId) -> None:
        """State a consent about calls at a card."""
        self.do(
            operations.state_consent,
            client_id=self.client_id,
            customer_id=customer_id,
            consent=Consent(Scope("voice"), stance, NOW, None),
            basis="call",
            proof="call of today",
        )

    def silent(self) -> Iterator[bool]:
        """Say of each card whether a call is refused by a wish."""
        for customer_id in self.both:
            with self.store.read(CENTRE_CALLER) as session:
                found = contactability(
                    session, client_id=self.client_id, customer_id=customer_id, channel="voice",
                    purpose="service", now=NOW,
                )  # fmt: skip
            yield "opt_out" in {reason.code for reason in found.reasons}


@pytest.fixture
def cards(store: Store) -> Cards:
    return Cards(store)


class TestARefusal:
    def test_holds_at_every_card_of_the_person(self, cards: Cards) -> None:
        assert list(cards.silent()) == [False, False]

        cards.say(Stance.REFUSED, cards.one)

        assert list(cards.silent()) == [True, True]

    def test_is_taken_back_at_whichever_card(self, cards: Cards) -> None:
        cards.say(Stance.REFUSED, cards.one)
        cards.say(Stance.LIFTED, cards.other)

        assert list(cards.silent()) == [False, False]

    def test_stays_with_both_where_they_are_parted(self, cards: Cards) -> None:
        cards.say(Stance.REFUSED, cards.one)
        cards.do(operations.undo_merge, merge_id=cards.merge.id, by="Anna")

        # While they were one it was said for both: the stricter stands until one of them speaks.
        assert list(cards.silent()) == [True, True]

    def test_that_an_erasure_leaves_is_of_that_card_alone(self, cards: Cards) -> None:
        cards.do(operations.erase_card, client_id=cards.client_id, customer_id=cards.one)

        assert list(cards.silent())[1] is False
