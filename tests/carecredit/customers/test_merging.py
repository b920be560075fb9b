"""Two persons become one, and lose nothing by it; what is proposed, and what stays the stricter."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, select, update

import worlds
from carecredit import schema
from carecredit.customers import model, operations, queries
from carecredit.customers.operations.moving import UNITED, moved_tables, person_tables
from carecredit.kernel.ids import PersonId
from carecredit.store.session import Store
from merges import MOBILE, Two, act, busy, dump, merge, person, proposed, put, undo
from worlds import NOW, TODAY

pytestmark = pytest.mark.usefixtures("chains_hold")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def two(store: Store) -> Two:
    return Two(store)


class TestATableOfPersons:
    def test_moves_as_it_is_or_is_united(self) -> None:
        """A new table with a person in a unique key has to say what becomes of two rows."""
        keyed = {
            table.name
            for table in person_tables()
            if any("person_id" in key.columns for key in (table.primary_key, *_unique(table)))
        }

        assert keyed == UNITED

    def test_is_every_one_that_points_at_persons(self) -> None:
        pointing = {
            str(key.parent)
            for table in schema.METADATA.sorted_tables
            for key in table.foreign_keys
            if key.column.table.name == "persons"
        }

        assert pointing - {f"{table.name}.person_id" for table in person_tables()} == {
            "persons.merged_into",
            "merges.kept_id",
            "merges.gone_id",
            "duplicate_rejections.first_id",
            "duplicate_rejections.second_id",
        }


def _unique(table: Table) -> list[Any]:
    return [it for it in (*table.constraints, *table.indexes) if getattr(it, "unique", False)]


class TestProposals:
    def test_say_why_and_change_nothing(self, store: Store, two: Two) -> None:
        before = dump(store)

        assert proposed(store, two.acq) == [({two.kept, two.gone}, ["same_phone", "similar_name"])]
        assert dump(store) == before

    def test_are_made_only_of_cards_the_caller_may_see(self, store: Store, two: Two) -> None:
        assert proposed(store, two.acq, worlds.only(two.acq)) == []

    def test_are_not_made_for_two_people_with_one_phone(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        for number, name in enumerate(("Anna Rossi", "Bruno Verdi")):
            worlds.add_customer(store, client_id, f"K-{number}", phone=MOBILE, name=name)

        assert proposed(store, client_id) == []

    def test_are_not_made_again_once_rejected(self, store: Store, two: Two) -> None:
        pair: dict[str, Any] = {
            "one_id": two.gone,
            "other_id": two.kept,
            "reason": "mother and daughter",
        }
        act(store, operations.reject_duplicate, **pair)
        act(store, operations.reject_duplicate, **pair)

        assert proposed(store, two.acq) == []

    def test_rejected_for_somebody_merged_hold_for_who_it_is_now(
        self, store: Store, two: Two
    ) -> None:
        third = worlds.add_customer(store, two.acq, "K-3", phone=MOBILE, name="Anna M. Rossi")
        other = person(store, two.acq, third)
        act(store, operations.reject_duplicate, one_id=two.gone, other_id=other, reason="her aunt")
        merge(store, two.kept, two.gone)

        assert proposed(store, two.acq) == []

    def test_find_a_number_read_with_another_prefix(self, store: Store) -> None:
        client_id = worlds.found_client(store)
        for number, phone in enumerate((MOBILE, "+41331234567")):
            worlds.add_customer(store, client_id, f"K-{number}", phone=phone, name="Anna Rossi")

        assert [reasons for _, reasons in proposed(store, client_id)] == [
            ["phone_other_prefix", "same_name"]
        ]


class TestMergeWithMoreThan200RelatedRows:
    def test_loses_none(self, store: Store, two: Two) -> None:
        busy(store, two)
        counts = {table.name: _count(store, table, two.gone) for table in moved_tables()}

        merge(store, two.kept, two.gone)

        moved = {table.name: _count(store, table, two.kept) for table in moved_tables()}
        assert sum(counts.values()) > 200
        assert all(counts.values())
        assert moved == counts | {"customers": counts["customers"] + 1}
        assert not any(_count(store, table, two.gone) for table in person_tables())

    def test_is_undone_exactly(self, store: Store, two: Two) -> None:
        busy(store, two)
        before = dump(store)

        done = merge(store, two.kept, two.gone)
        between = dump(store)
        undone = undo(store, done, now=LATER)

        assert between != before
        assert dump(store) == before
        assert (undone.undone_by, undone.undone_at) == ("Anna Bianchi", LATER)

    def test_may_be_made_and_undone_again(self, store: Store, two: Two) -> None:
        busy(store, two)
        before = dump(store)

        for kept, gone in ((two.kept, two.gone), (two.gone, two.kept), (two.kept, two.gone)):
            undo(store, merge(store, kept, gone))

        assert dump(store) == before


def _count(store: Store, table: Table, person_id: PersonId) -> int:
    with store.read(worlds.CENTRE_CALLER) as session:
        query = select(func.count()).select_from(table).where(table.c.person_id == person_id)
        return session.execute(query).scalar_one()


class TestTheStricter:
    def test_caps_add_up(self, store: Store, two: Two) -> None:
        cap = {"rule_id": "calls", "day_on": TODAY}
        put(store, "cap_counters", cap | {"person_id": two.kept, "taken": 1, "count_max": 2})
        put(store, "cap_counters", cap | {"person_id": two.gone, "taken": 2, "count_max": 2})

        done = merge(store, two.kept, two.gone)
        assert _caps(store) == {two.kept: 3}

        undo(store, done)
        assert _caps(store) == {two.kept: 1, two.gone: 2}

    def test_a_unit_taken_since_stays_with_the_person_kept(self, store: Store, two: Two) -> None:
        cap = {"rule_id": "calls", "day_on": TODAY}
        put(store, "cap_counters", cap | {"person_id": two.gone, "taken": 1, "count_max": 5})
        done = merge(store, two.kept, two.gone)
        with store.begin(worlds.CENTRE_CALLER) as session:
            session.execute(update(model.CapCounter).values(taken=3))

        undo(store, done)

        assert _caps(store) == {two.kept: 2, two.gone: 1}

    def test_a_refusal_holds_at_every_point_of_both(self, store: Store, two: Two) -> None:
        with store.begin(worlds.CENTRE_CALLER) as session:
            operations.opt_out(
                session, client_id=two.acq, customer_id=two.first, channel=None, proof="p", now=NOW
            )
        done = merge(store, two.kept, two.gone)
        assert _silent_at(store, two, "anna@example.org")

        undo(store, done)
        assert not _silent_at(store, two, "anna@example.org")

    def test_a_stop_follows(self, store: Store, two: Two) -> None:
        put(store, "person_stops", {"client_id": two.nrd, "person_id": two.gone})

        merge(store, two.kept, two.gone)

        assert _count(store, schema.METADATA.tables["person_stops"], two.kept) == 1


def _caps(store: Store) -> dict[PersonId, int]:
    table = model.CapCounter
    with store.read(worlds.CENTRE_CALLER) as session:
        rows = session.execute(select(table.person_id, table.taken))
        return {row.person_id: row.taken for row in rows}


def _silent_at(store: Store, two: Two, value: str) -> bool:
    point = model.ContactPoint
    with store.read(worlds.CENTRE_CALLER) as session:
        hashed = session.execute(select(point.point_hash).where(point.value == value)).scalar_one()
        return bool(queries.suppressions(session, point_hash=hashed, client_id=two.acq, at=LATER))
