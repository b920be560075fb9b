"""What is left on every day, how due dates fill, what is contested, which shares are undone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import AllocationId, InvoiceId, new_id
from carecredit.receivables.rules import (
    OpenPart,
    StandingShare,
    check_due_dates,
    disputed_amount,
    fill,
    left_from,
    nature,
    next_due,
    past_due,
    undo_latest,
)

FIRST = date(2026, 1, 1)


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


CHANGES = st.lists(st.tuples(st.integers(0, 20).map(on), st.integers(-50, 50)), max_size=10)


class TestLeftFrom:
    @given(st.integers(0, 200), CHANGES, st.integers(0, 20))
    def test_is_the_least_that_any_day_from_then_on_has(
        self, amount: int, changes: list[tuple[date, int]], day: int
    ) -> None:
        each_day = [
            amount - sum(minor for counts_on, minor in changes if counts_on <= on(later))
            for later in range(day, 22)
        ]

        assert left_from(amount, changes, on(day)) == min(each_day)

    def test_does_not_count_what_is_taken_and_given_back_on_one_day(self) -> None:
        assert left_from(100, [(on(3), 100), (on(3), -100)], on(1)) == 100

    def test_sees_what_was_taken_for_a_while(self) -> None:
        taken = [(on(10), 100), (on(20), -100)]

        assert [left_from(100, taken, on(day)) for day in (5, 10, 20)] == [0, 0, 100]


DUE = st.lists(
    st.tuples(st.integers(0, 90).map(on), st.integers(1, 500)),
    min_size=1, max_size=6, unique_by=lambda one: one[0],
)  # fmt: skip


class TestFill:
    @given(DUE, st.integers(0, 3_000), st.randoms())
    def test_loses_no_cent_and_fills_the_earliest_first(
        self, due: list[tuple[date, int]], applied: int, chance: object
    ) -> None:
        shuffled = sorted(due, key=lambda _: chance.random())  # type: ignore[attr-defined] # hypothesis says object

        parts = fill(shuffled, applied)

        owed = sum(minor for _, minor in due)
        assert sum(part.open_minor for part in parts) == max(0, owed - applied)
        assert all(0 <= part.open_minor <= part.amount_minor for part in parts)
        begun = [part.open_minor == part.amount_minor for part in parts]
        assert begun == sorted(begun)
        partly = [part for part in parts if 0 < part.open_minor < part.amount_minor]
        assert len(partly) <= 1

    def test_says_what_is_due_next_and_what_is_past_due(self) -> None:
        parts = fill([(on(30), 100), (on(60), 100), (on(90), 100)], 150)

        assert next_due(parts) == on(60)
        assert [past_due(parts, on(day)) for day in (30, 60, 61, 91)] == [0, 0, 50, 150]
        assert next_due((OpenPart(on(1), 10, 0), OpenPart(on(9), 10, 0))) == on(9)


class TestCheckDueDates:
    @pytest.mark.parametrize(
        ("due", "told"),
        [
            ([(1, 60), (2, 50)], "add up to 110"),
            ([(1, 0), (2, 100)], "above zero"),
            ([(-1, 50), (2, 50)], "or later"),
            ([(2, 50), (2, 50)], "on one day"),
        ],
    )
    def test_refuses_what_is_no_plan_of_due_dates(
        self, due: list[tuple[int, int]], told: str
    ) -> None:
        with pytest.raises(Invalid, match=told):
            check_due_dates([(on(day), minor) for day, minor in due], owed_minor=100, first=on(0))


class TestDisputedAmount:
    @pytest.mark.parametrize(
        ("open_minor", "contested", "disputed"),
        [
            (100, [], 0), (100, [30], 30), (100, [30, 40], 70), (100, [80, 40], 100),
            (100, [None], 100), (100, [10, None], 100), (20, [30], 20), (0, [None], 0),
            (-50, [None], 0),
        ],
    )  # fmt: skip
    def test_adds_up_and_is_never_beyond_what_is_open(
        self, open_minor: int, contested: list[int | None], disputed: int
    ) -> None:
        assert disputed_amount(contested, open_minor) == disputed


class TestNature:
    def test_tells_charges_from_the_principal(self) -> None:
        kinds = ("cost_note", "interest_note", "invoice", "opening_balance")

        assert [nature(kind) for kind in kinds] == ["costs", "interest", "principal", "principal"]


SHARES = st.lists(
    st.builds(
        StandingShare,
        id=st.builds(lambda: AllocationId(new_id())),
        invoice_id=st.builds(lambda: InvoiceId(new_id())),
        counts_on=st.integers(0, 20).map(on),
        minor=st.integers(1, 100),
    ),
    max_size=6,
)


class TestUndoLatest:
    @given(SHARES, st.integers(0, 300), st.integers(0, 20))
    def test_covers_what_was_taken_back_on_every_day(
        self, shares: list[StandingShare], back: int, day: int
    ) -> None:
        brought = sum(share.minor for share in shares)
        back = min(back, brought)

        undoings = undo_latest(shares, back, on(day))

        assert sum(one.minor for one in undoings) == back
        for one in undoings:
            assert one.undone_on >= max(on(day), one.share.counts_on)
        changes = [(share.counts_on, share.minor) for share in shares]
        changes += [(one.undone_on, -one.minor) for one in undoings]
        assert left_from(brought - back, changes, on(day)) >= 0

    def test_begins_with_what_was_applied_last(self) -> None:
        first, last = (
            StandingShare(AllocationId(new_id()), InvoiceId(new_id()), on(day), 60)
            for day in (1, 5)
        )

        undoings = undo_latest([first, last], 80, on(9))

        assert [(one.share, one.minor) for one in undoings] == [(last, 60), (first, 20)]
