"""What the procedure does not foresee goes to the client company, and comes back told."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import worlds
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import ContactId, GapId, new_id
from carecredit.knowledge import operations, queries
from carecredit.knowledge.rules import life, state_after
from carecredit.store.session import Store
from shelves import Shelf
from worlds import NOW

pytestmark = pytest.mark.usefixtures("chains_hold")
DAY = timedelta(days=1)
SPLIT = "Nessuna regola per dividere la bolletta tra due coinquilini."


def raised(shelf: Shelf, *, of: Any = None, now: Any = NOW, **facts: Any) -> GapId:
    told = {"text": SPLIT, "topic": "late_bill", "operator_id": shelf.anna}
    new = operations.NewGap(**told | facts)  # type: ignore[arg-type] # a test's facts
    found: GapId = shelf.do(operations.raise_gap, of=of, gap=new, now=now)
    return found


def moved(shelf: Shelf, gap_id: GapId, *moves: str, now: Any = NOW, **told: Any) -> Any:
    gap = shelf.ask(queries.gap, gap_id=gap_id)
    for move in moves:
        facts = {"version": gap.version} | told
        gap = shelf.do(operations.move_gap, gap_id=gap_id, move=move, now=now, **facts)
    return gap


def states(shelf: Shelf, *asked: str) -> list[str]:
    return [each.state for each in shelf.ask(queries.gaps, states=asked)]


class TestAGap:
    def test_goes_its_way_until_whoever_raised_it_is_told(self, shelf: Shelf) -> None:
        contact_id = ContactId(new_id())
        gap_id = raised(shelf, contact_id=contact_id)
        shelf.publish()

        moved(shelf, gap_id, "send", now=NOW + DAY)
        moved(shelf, gap_id, "acknowledge", "agree", now=NOW + 2 * DAY)
        published = moved(shelf, gap_id, "publish", procedure=("late-bill", 1))
        to_tell = shelf.ask(queries.gaps_to_tell, operator_id=shelf.anna)
        told = moved(shelf, gap_id, "tell", now=NOW + 3 * DAY)

        assert (published.state, told.state, told.version) == ("published", "told", 6)
        assert (told.contact_id, told.raised_by, told.text) == (contact_id, "Anna", SPLIT)
        assert [each.id for each in to_tell] == [gap_id]
        assert shelf.ask(queries.gaps_to_tell, operator_id=shelf.anna) == []
        events = shelf.ask(queries.gap_events, gap_id=gap_id)
        assert [it.state for it in events] == [
            "open", "sent", "acknowledged", "agreed", "published", "told",
        ]  # fmt: skip
        assert [it.number for it in events] == [1, 2, 3, 4, 5, 6]
        assert {it.by for it in events} == {"Anna"}
        assert events[4].procedure_key == "late-bill"
        assert events[4].procedure_version == 1
        assert worlds.actions(shelf.store, shelf.ours)[-1] == "gap.told"

    def test_is_declined_with_a_reason_and_that_is_told_too(self, shelf: Shelf) -> None:
        gap_id = raised(shelf)
        with pytest.raises(Invalid, match="say why"):
            moved(shelf, gap_id, "decline")

        moved(shelf, gap_id, "decline", why="Il contratto non lo permette.")

        assert [it.id for it in shelf.ask(queries.gaps_to_tell, operator_id=shelf.anna)] == [gap_id]
        assert moved(shelf, gap_id, "tell").state == "told"
        events = shelf.ask(queries.gap_events, gap_id=gap_id)
        assert events[1].why == "Il contratto non lo permette."

    def test_makes_no_move_out_of_turn(self, shelf: Shelf) -> None:
        gap_id = raised(shelf)

        for move in ("tell", "publish", "acknowledge", "raise"):
            with pytest.raises((Refused, Invalid)):
                moved(shelf, gap_id, move)
        assert states(shelf) == ["open"]
        assert len(shelf.ask(queries.gap_events, gap_id=gap_id)) == 1

    def test_is_published_as_a_version_that_exists(self, shelf: Shelf) -> None:
        gap_id = raised(shelf)
        moved(shelf, gap_id, "send", "agree")

        with pytest.raises(queries.UnknownProcedure):
            moved(shelf, gap_id, "publish", procedure=("late-bill", 1))
        assert states(shelf) == ["agreed"]

    def test_stale_update_is_refused_with_what_changed(self, shelf: Shelf) -> None:
        gap_id = raised(shelf)
        moved(shelf, gap_id, "send")

        with pytest.raises(operations.GapStale) as told:
            moved(shelf, gap_id, "decline", version=1, why="no")

        assert "at version 2, not 1; since then: send by Anna at 2026-06-08" in str(told.value)
        assert states(shelf) == ["sent"]

    def test_that_is_unknown_is_said_to_be(self, shelf: Shelf) -> None:
        with pytest.raises(queries.UnknownGap):
            moved(shelf, GapId(new_id()), "send")


class TestGaps:
    def test_are_listed_by_state_a_page_at_a_time(self, shelf: Shelf) -> None:
        first, second = raised(shelf), raised(shelf)
        moved(shelf, second, "send")

        assert states(shelf) == ["open", "sent"]
        assert states(shelf, "sent") == ["sent"]
        assert states(shelf, "sent", "open") == ["open", "sent"]
        page = shelf.ask(queries.gaps, limit=1)
        assert [it.id for it in page] == [first]
        assert [it.id for it in shelf.ask(queries.gaps, after=first)] == [second]

    def test_that_were_sent_and_not_acknowledged_in_time_are_overdue(self, shelf: Shelf) -> None:
        waiting, answered, unsent = raised(shelf), raised(shelf), raised(shelf)
        for gap_id in (waiting, answered):
            moved(shelf, gap_id, "send")
        moved(shelf, answered, "acknowledge")
        last = NOW + life().acknowledge_days * DAY

        assert shelf.ask(queries.gaps_overdue, now=last) == []
        overdue = shelf.ask(queries.gaps_overdue, now=last + timedelta(seconds=1))
        assert [it.id for it in overdue] == [waiting]
        assert unsent not in {it.id for it in overdue}

    def test_of_an_erased_persons_contacts_lose_their_words(self, shelf: Shelf) -> None:
        contact_id = ContactId(new_id())
        gap_id, other = raised(shelf, contact_id=contact_id), raised(shelf)
        moved(shelf, gap_id, "decline", why="Anna Verdi ha già pagato")

        blanked = shelf.do(operations_forget, contact_ids=[contact_id])

        assert blanked == 1
        assert shelf.ask(queries.gap, gap_id=gap_id).text == ""
        assert {it.why for it in shelf.ask(queries.gap_events, gap_id=gap_id)} == {""}
        assert shelf.ask(queries.gap, gap_id=other).text == SPLIT

    def test_operator_of_client_a_asks_for_a_gap_of_client_b(self, shelf: Shelf) -> None:
        theirs = raised(shelf, of=shelf.theirs)

        assert shelf.ask(queries.gaps) == []
        assert shelf.ask(queries.gap_events, gap_id=theirs) == []
        assert shelf.ask(queries.gaps_to_tell, operator_id=shelf.anna) == []
        with pytest.raises(queries.UnknownGap):
            shelf.ask(queries.gap, gap_id=theirs)
        with shelf.store.read(worlds.only(shelf.ours)) as session:
            whose = {"client_id": shelf.theirs}
            assert queries.gaps(session, **whose) == []
            assert queries.gap_events(session, gap_id=theirs, **whose) == []
            with pytest.raises(queries.UnknownGap):
                queries.gap(session, gap_id=theirs, **whose)
        with pytest.raises(queries.UnknownGap):
            moved(shelf, theirs, "send")

    def test_are_published_in_no_procedure_of_another_company(self, shelf: Shelf) -> None:
        shelf.publish(of=shelf.theirs)
        gap_id = raised(shelf)
        moved(shelf, gap_id, "send", "agree")

        with pytest.raises(queries.UnknownProcedure):
            moved(shelf, gap_id, "publish", procedure=("late-bill", 1))


def operations_forget(session: Any, *, now: Any, **told: Any) -> int:  # noqa: ARG001 - as others
    return operations.forget_words(session, **told)


class TestReplay:
    @settings(
        max_examples=15,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        moves=st.lists(
            st.tuples(st.sampled_from(sorted(life().moves)), st.integers(-1, 1)), max_size=10
        )
    )
    def test_of_its_events_gives_the_state_that_is_kept(
        self, store: Store, moves: list[tuple[str, int]]
    ) -> None:
        shelf = self.shelf_of(store)
        gap_id = raised(shelf)
        for move, off in moves:
            version = shelf.ask(queries.gap, gap_id=gap_id).version + off
            procedure = ("late-bill", 1) if move == "publish" else None
            facts = {"version": version, "why": "perché", "procedure": procedure}
            try:
                moved(shelf, gap_id, move, **facts)
            except Refused:
                continue

        gap = shelf.ask(queries.gap, gap_id=gap_id)
        events = shelf.ask(queries.gap_events, gap_id=gap_id)
        assert gap.state == events[-1].state == state_after(it.move for it in events)
        assert gap.version == len(events) == events[-1].number

    @staticmethod
    def shelf_of(store: Store) -> Shelf:
        """Use one shelf for all the examples on a database."""
        made: Shelf | None = getattr(store, "shelf", None)
        if made is None:
            made = Shelf(store)
            made.publish()
            setattr(store, "shelf", made)  # noqa: B010 - a store has no such field of its own
        return made
