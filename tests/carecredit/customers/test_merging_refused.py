"""Merges that are refused or undone, and what somebody merged away is afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

import worlds
from carecredit.customers import model, operations, queries
from carecredit.kernel.errors import CareCreditError, Invalid
from carecredit.kernel.ids import PersonId
from carecredit.store.session import Store
from merges import MOBILE, Two, dump, merge, person, undo
from worlds import NOW

pytestmark = pytest.mark.usefixtures("chains_hold")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def two(store: Store) -> Two:
    return Two(store)


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
