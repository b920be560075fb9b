"""Into whose hands an item fits, and what the next one is for whom."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from calls import Desk
from carecredit.cadence.model import Touch
from carecredit.kernel.ids import ClientId, OperatorId, new_id
from carecredit.outreach.rules import Mood
from carecredit.store.session import Store
from carecredit.team.operations import say_languages
from carecredit.team.rules import Level, Profile, Spoken
from carecredit.worklist.operations import take_next
from carecredit.worklist.rules import Hands, Work, why_not
from worlds import CENTRE_CALLER, NOW

CLIENT, OTHER = ClientId(new_id()), ClientId(new_id())
ANNA, BRUNO = OperatorId(new_id()), OperatorId(new_id())
ITALIAN = (Spoken("it", Level.C2),)


def work(**said: Any) -> Work:
    return Work(**{"client_id": CLIENT, "language": "it", "due_at": NOW} | said)


def hands(*, hard: int = 0, **said: Any) -> Hands:
    return Hands(ANNA, Profile(ANNA, "Anna", **said), hard)


class TestWhyNot:
    @pytest.mark.parametrize(
        ("item", "whose", "reason"),
        [
            (work(), hands(), None),
            (work(language="de"), hands(), None),
            (work(), hands(languages=ITALIAN), None),
            (work(language="de"), hands(languages=ITALIAN), "language_missing"),
            (work(), hands(languages=ITALIAN, clients=(OTHER,)), "company_not_served"),
            (work(), hands(clients=(OTHER,)), "company_not_served"),
            (work(owner_id=ANNA), hands(), None),
            (work(owner_id=BRUNO), hands(), "owner_first"),
            (work(owner_id=BRUNO, due_at=NOW - timedelta(minutes=15)), hands(), None),
            (work(is_hard=True), hands(hard=1), None),
            (work(is_hard=True), hands(hard=2), "hard_in_a_row"),
            (work(), hands(hard=2), None),
        ],
    )
    def test_names_what_speaks_for_somebody_else(
        self, item: Work, whose: Hands, reason: str | None
    ) -> None:
        assert why_not(item, whose, now=NOW) == reason


class TestTakeNext:
    def take(self, desk: Desk, operator_id: OperatorId, *, minutes: int = 0) -> Any:
        with desk.store.begin(CENTRE_CALLER) as session:
            return take_next(
                session,
                client_ids=[desk.client_id],
                operator_id=operator_id,
                now=NOW + timedelta(minutes=minutes),
            )

    def test_gives_nobody_a_language_they_do_not_speak(self, store: Store) -> None:
        desk = Desk(store)
        with store.begin(CENTRE_CALLER) as session:
            german = (Spoken("de", Level.C1),)
            say_languages(session, operator_id=desk.anna, languages=german, now=NOW)

        assert self.take(desk, desk.anna) is None
        assert self.take(desk, desk.bruno) is not None


class TestPersonalCallbackOwnerAbsentPastTheLimit:
    def test_is_open_to_the_squad(self, store: Store) -> None:
        desk = Desk(store)
        with store.begin(CENTRE_CALLER) as session:
            session.execute(update(Touch).values(owner_id=desk.anna, due_at=NOW))

        took_early = TestTakeNext().take(desk, desk.bruno, minutes=14)
        took_late = TestTakeNext().take(desk, desk.bruno, minutes=15)

        assert took_early is None
        assert took_late is not None


class TestACallback:
    def test_belongs_to_who_promised_it(self, store: Store) -> None:
        desk = Desk(store)
        desk.take()
        closed = desk.close(callback_at=NOW + timedelta(hours=1), mood=Mood.CALM)

        with store.begin(CENTRE_CALLER) as session:
            touch = session.get(Touch, (desk.client_id, closed.callback_touch_id))
            assert touch is not None
            assert touch.owner_id == desk.anna
