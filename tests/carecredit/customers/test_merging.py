"""Two persons made one and parted again: all moves, the stricter holds, and nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, insert, select, update

import worlds
from carecredit import schema
from carecredit.customers import model, operations, queries, views
from carecredit.customers.operations.moving import UNITED, moved_tables, person_tables
from carecredit.kernel.errors import CareCreditError, Invalid
from carecredit.kernel.ids import ClientId, CustomerId, PersonId, new_id
from carecredit.store.base import Identifier, Instant
from carecredit.store.session import Caller, Store
from worlds import NOW, TODAY

pytestmark = pytest.mark.usefixtures("chains_hold")
MOBILE = "+393331234567"
LATER = NOW + timedelta(hours=1)
OWN_RECORD = {"merges", "merge_rows", "duplicate_rejections", "audit_entries", "audit_heads"}
FILL: dict[type, Any] = {str: "x", int: 0, bool: False, date: TODAY, bytes: b"x"}


def person(store: Store, client_id: ClientId, customer_id: CustomerId) -> PersonId:
    with store.read(worlds.CENTRE_CALLER) as session:
        return queries.person_of(session, client_id=client_id, customer_id=customer_id)


def dump(store: Store) -> dict[str, list[Any]]:
    with store.read(worlds.CENTRE_CALLER) as session:
        return {
            table.name: sorted(map(repr, session.execute(select(table))))
            for table in schema.METADATA.sorted_tables
            if table.name not in OWN_RECORD
        }


def filled(name: str, **told: Any) -> dict[str, Any]:
    """Make a row of a table, what is not told made up by its kind."""
    row = {}
    for column in schema.METADATA.tables[name].c:
        if column.name in told:
            row[column.name] = told[column.name]
        elif not column.nullable:
            row[column.name] = _made_up(column)
    return row


def _made_up(column: Any) -> Any:
    if isinstance(column.type, Identifier):
        return new_id()
    return NOW if isinstance(column.type, Instant) else FILL[column.type.python_type]


def put(store: Store, name: str, *rows: dict[str, Any]) -> None:
    table: Table = schema.METADATA.tables[name]
    with store.begin(worlds.CENTRE_CALLER) as session:
        session.execute(insert(table), [filled(name, **row) for row in rows])


def act(
    store: Store, do: Callable[..., Any], caller: Caller = worlds.CENTRE_CALLER, **told: Any
) -> Any:
    with store.begin(caller) as session:
        return do(session, by="Anna Bianchi", **{"now": NOW} | told)


def merge(store: Store, kept: PersonId, gone: PersonId, **told: Any) -> views.Merge:
    words: dict[str, Any] = {"kept_id": kept, "gone_id": gone, "reason": "same tax code"}
    done: views.Merge = act(store, operations.merge_persons, **words | told)
    return done


def undo(store: Store, done: views.Merge, **told: Any) -> views.Merge:
    undone: views.Parted = act(store, operations.undo_merge, merge_id=done.id, **told)
    return undone.merge


def proposed(store: Store, client_id: ClientId, caller: Caller = worlds.CENTRE_CALLER) -> list[Any]:
    with store.read(caller) as session:
        found = queries.duplicates(session, client_id=client_id)
    return [({it.first_id, it.second_id}, list(it.reasons)) for it in found]


class Two:
    """Anna Rossi at two client companies, once as A. Rossi: two persons, one phone."""

    def __init__(self, store: Store) -> None:
        self.acq, self.nrd = worlds.found_client(store), worlds.found_client(store, "NRD")
        self.first = worlds.add_customer(store, self.acq, phone=MOBILE, name="Anna Rossi")
        self.second = worlds.add_customer(
            store, self.nrd, phone=MOBILE, email="anna@example.org", name="A. Rossi"
        )
        self.kept = person(store, self.acq, self.first)
        self.gone = person(store, self.nrd, self.second)


@pytest.fixture
def two(store: Store) -> Two:
    return Two(store)


def busy(store: Store, two: Two) -> None:
    """Give the second person more than two hundred related rows, in every table of persons."""
    for number in range(120):
        worlds.add_customer(
            store, two.nrd, f"N-{number}", email="anna@example.org", name="A. Rossi"
        )
    mine: dict[str, Any] = {"client_id": two.nrd, "customer_id": two.second, "person_id": two.gone}
    for _ in range(5):
        contact_id = new_id()
        put(store, "contacts", mine | {"id": contact_id})
        put(store, "surveys", mine | {"contact_id": contact_id})
    put(store, "touches", *(mine | {"status": "cancelled"} for _ in range(40)))
    put(store, "contact_events", *({**mine, "counters": "[]"} for _ in range(60)))
    put(store, "person_stops", mine)
    days = [TODAY - timedelta(days=number) for number in range(10)]
    caps = {"rule_id": "calls", "taken": 2, "count_max": 3}
    put(store, "cap_counters", *(caps | {"person_id": two.gone, "day_on": day} for day in days))
    put(store, "cap_counters", *(caps | {"person_id": two.kept, "day_on": it} for it in days[:4]))
    with store.begin(worlds.CENTRE_CALLER) as session:
        operations.opt_out(
            session, client_id=two.nrd, customer_id=two.second, channel="sms", proof="p", now=NOW
        )


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


class TestTwoOppositeMergesAtOnce:
    def test_one_wins_and_the_other_is_refused(self, store: Store, two: Two) -> None:
        def one(kept: PersonId, gone: PersonId) -> str:
            try:
                return str(merge(store, kept, gone).kept_id)
            except CareCreditError as error:
                return error.code

        pairs = [(two.kept, two.gone), (two.gone, two.kept)] * 4
        with ThreadPoolExecutor(len(pairs)) as pool:
            said = list(pool.map(lambda pair: one(*pair), pairs))

        assert sorted(said)[-7:] == ["merge_stale"] * 7
        assert sum(one != "merge_stale" for one in said) == 1


class TestSomebodyMergedAway:
    def test_is_known_again_by_the_name_it_had(self, store: Store, two: Two) -> None:
        merge(store, two.kept, two.gone)

        again = worlds.add_customer(store, two.acq, "K-9", phone=MOBILE, name="A. Rossi")

        assert person(store, two.acq, again) == two.kept

    def test_keeps_what_came_since_with_the_person_kept(self, store: Store, two: Two) -> None:
        done = merge(store, two.kept, two.gone)
        since = worlds.add_customer(
            store, two.acq, "K-9", email="anna@example.org", name="Anna Rossi"
        )

        undo(store, done)

        assert person(store, two.acq, since) == two.kept
        assert person(store, two.nrd, two.second) == two.gone
        again = worlds.add_customer(
            store, two.acq, "K-10", email="anna@example.org", name="Anna Rossi"
        )
        assert person(store, two.acq, again) == two.kept


class TestAnUndoing:
    def test_is_refused_a_second_time(self, store: Store, two: Two) -> None:
        done = merge(store, two.kept, two.gone)
        undo(store, done)

        with pytest.raises(operations.MergeKept, match="undone already"):
            undo(store, done)

    def test_is_refused_while_a_later_merge_stands(self, store: Store, two: Two) -> None:
        third = worlds.add_customer(store, two.acq, "K-3", phone=MOBILE, name="Rosa Neri")
        other = person(store, two.acq, third)
        before = dump(store)
        first = merge(store, two.kept, two.gone)
        second = merge(store, other, two.kept)

        with pytest.raises(operations.MergeKept, match=str(second.id)):
            undo(store, first)
        undo(store, second)
        undo(store, first)

        assert dump(store) == before

    def test_is_refused_where_a_row_has_come_to_another(self, store: Store, two: Two) -> None:
        done = merge(store, two.kept, two.gone)
        third = worlds.add_customer(store, two.acq, "K-3", name="Rosa Neri")
        other = person(store, two.acq, third)
        with store.begin(worlds.CENTRE_CALLER) as session:
            table = model.Customer
            session.execute(update(table).where(table.id == two.second).values(person_id=other))

        with pytest.raises(operations.MergeKept, match="customers"):
            undo(store, done)


class TestACallerOfOneClientCompany:
    def test_hears_nothing_of_a_person_of_another(self, store: Store, two: Two) -> None:
        with pytest.raises(queries.UnknownPerson):
            merge(store, two.kept, two.gone, caller=worlds.only(two.acq))

    def test_may_not_merge_who_has_to_do_with_another(self, store: Store, two: Two) -> None:
        third = worlds.add_customer(store, two.acq, "K-3", phone=MOBILE, name="Anna M. Rossi")
        worlds.add_customer(store, two.nrd, "N-3", phone=MOBILE, name="Anna M. Rossi")
        other = person(store, two.acq, third)

        with pytest.raises(operations.MergeNotYours) as refused:
            merge(store, two.kept, other, caller=worlds.only(two.acq))

        assert "NRD" not in refused.value.message
        merge(store, two.kept, other, caller=worlds.only(two.acq, two.nrd))

    def test_may_not_undo_what_it_may_not_merge(self, store: Store, two: Two) -> None:
        done = merge(store, two.kept, two.gone)

        with pytest.raises(operations.MergeNotYours):
            undo(store, done, caller=worlds.only(two.acq))

    def test_may_merge_its_own(self, store: Store, two: Two) -> None:
        third = worlds.add_customer(store, two.acq, "K-3", phone=MOBILE, name="Anna M. Rossi")

        done = merge(store, two.kept, person(store, two.acq, third), caller=worlds.only(two.acq))

        assert person(store, two.acq, third) == done.kept_id
        undo(store, done, caller=worlds.only(two.acq))
        assert person(store, two.acq, third) == done.gone_id


class TestAMerge:
    @pytest.mark.parametrize("told", [{"reason": " "}, {"reason": "x" * 201}])
    def test_says_why(self, store: Store, two: Two, told: dict[str, str]) -> None:
        with pytest.raises(Invalid):
            merge(store, two.kept, two.gone, **told)

    def test_is_of_two(self, store: Store, two: Two) -> None:
        with pytest.raises(Invalid):
            merge(store, two.kept, two.kept)

    def test_is_told_to_the_chain_of_each_company_concerned(self, store: Store, two: Two) -> None:
        merge(store, two.kept, two.gone)

        for client_id in (two.acq, two.nrd):
            assert worlds.actions(store, client_id)[-1] == "person.merged"
