from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules.forecast import (
    Habit,
    naive,
    outset,
    run_rate,
    shift_days,
    weekly_error,
    weeks_after,
)
from carecredit.metrics.rules.items import Item, Part, applied_minor, by_instalment, open_minor
from carecredit.metrics.rules.measure import Status
from carecredit.metrics.rules.recovery import (
    RecoverySums,
    cohort_span,
    elapsed,
    placement,
    recovery_rate,
)
from carecredit.metrics.rules.rolling import (
    CureSums,
    Move,
    cure_amounts,
    cure_counts,
    cured,
    cured_by,
    cured_count,
    move,
    roll_matrix,
    roll_rate,
    roll_rate_count,
    went_as,
)

MAY = date(2026, 5, 1)
small = st.integers(0, 200)
any_sign = st.integers(-200, 200)


def day(number: int) -> date:
    return MAY + timedelta(number - 1)


class TestMove:
    def test_follows_what_stays_and_what_went_how(self) -> None:
        moved = move(open_minor=100, open_later_minor=40, cash_minor=35, credit_minor=20)

        assert moved == Move(40, paid_minor=35, credited_minor=20, written_off_minor=5)
        assert went_as(moved) is None

    def test_leaves_out_what_an_undoing_opened_again(self) -> None:
        moved = move(open_minor=60, open_later_minor=100, cash_minor=-40, credit_minor=0)

        assert (moved.open_minor, moved.stays_minor) == (60, 60)

    def test_counts_a_balance_that_is_gone_as_most_of_it_went(self) -> None:
        assert went_as(Move(0, 30, 50, 20)) == "credited"
        assert went_as(Move(0, 50, 50, 0)) == "paid"
        assert went_as(Move(1, 99, 0, 0)) is None

    @given(before=small, after=small, cash=any_sign, credit=any_sign)
    def test_loses_no_cent(self, before: int, after: int, cash: int, credit: int) -> None:
        moved = move(
            open_minor=before, open_later_minor=after, cash_minor=cash, credit_minor=credit
        )

        assert moved.open_minor == before
        assert moved.stays_minor <= after
        assert min(moved.stays_minor, *moved.gone) >= 0


class TestRollMatrix:
    def test_says_where_the_same_balances_stand(self) -> None:
        found = roll_matrix(
            [
                ("1_30", "31_60", Move(60, paid_minor=40)),
                ("1_30", "31_60", Move(0, paid_minor=100)),
                ("current", "1_30", Move(50)),
            ]
        )

        assert (found["1_30"].minor, found["1_30"].count) == (200, 2)
        assert found["1_30"].to_minor["31_60"] == 60
        assert found["1_30"].to_minor["paid"] == 140
        assert found["1_30"].to_count == {"31_60": 1, "paid": 1}
        assert found["current"].to_count == {"1_30": 1}

    @given(
        st.lists(
            st.tuples(
                st.sampled_from("ab"), st.sampled_from("cd"), st.builds(Move, small, small, small)
            )
        )
    )
    def test_adds_up_from_each_bucket(self, moves: list[tuple[str, str, Move]]) -> None:
        found = roll_matrix(moves)

        assert sum(roll.minor for roll in found.values()) == sum(m.open_minor for _, _, m in moves)
        assert sum(roll.count for roll in found.values()) == len(moves)
        for roll in found.values():
            assert sum(roll.to_minor.values()) == roll.minor
            assert sum(roll.to_count.values()) == roll.count

    def test_gives_a_rate_of_that_specific_group(self) -> None:
        assert roll_rate(200_000, 1_000_000).value == 20
        assert roll_rate(5, 0).status is Status.NO_DATA
        by_count = roll_rate_count(5, 100)
        assert (by_count.value, by_count.n) == (5, 100)
        assert by_count.interval == pytest.approx((2.1544, 11.1750), abs=1e-4)


class TestCure:
    MOVES = (Move(0, 100), Move(0, 0, 80), Move(0, 0, 0, 60), Move(40, 20))

    def test_counts_cash_and_credit_and_never_a_write_off(self) -> None:
        sums = cure_amounts(self.MOVES)

        assert sums == CureSums(300, paid=120, credited=80, written_off=60)
        assert sums.still_past_due == 40
        assert cured(sums).value == Fraction(200, 300)
        assert [cured_by(sums, kind).value for kind in ("cash", "credit", "write_off")] == [
            Fraction(120, 300), Fraction(80, 300), Fraction(60, 300),
        ]  # fmt: skip

    def test_counts_balances_each_by_how_it_went(self) -> None:
        sums = cure_counts(self.MOVES)

        assert sums == CureSums(4, paid=1, credited=1, written_off=1)
        assert cured_count(sums).value == Fraction(1, 2)
        assert cured_count(sums).n == 4

    def test_says_so_where_nothing_was_past_due(self) -> None:
        assert cured(CureSums()).status is Status.NO_DATA
        assert cured_count(CureSums()).status is Status.NO_DATA


class TestItem:
    def test_asks_for_nothing_before_its_invoice_and_never_below_zero(self) -> None:
        item = Item(day(5), day(9), 100, (Part(day(7), "cash", 130), Part(day(8), "cash", -50)))

        assert [open_minor(item, day(n)) for n in (4, 5, 6, 7, 8)] == [0, 100, 100, 0, 20]

    def test_with_a_negative_amount_asks_for_nothing(self) -> None:
        assert open_minor(Item(day(1), day(1), -100), day(3)) == 0


class TestByInstalment:
    def test_fills_the_oldest_due_first_and_undoes_the_newest(self) -> None:
        parts = [
            Part(day(3), "cash", 70),
            Part(day(5), "credit", 50),
            Part(day(6), "cash", -40),
        ]

        second, first = sorted(
            by_instalment(day(1), [(day(20), 100), (day(10), 60)], parts),
            key=lambda item: -item.due_on.toordinal(),
        )

        assert first.parts == (Part(day(3), "cash", 60),)
        assert second.parts == (
            Part(day(3), "cash", 10), Part(day(5), "credit", 50), Part(day(6), "cash", -40),
        )  # fmt: skip
        assert [open_minor(second, day(n)) for n in (2, 3, 5, 6)] == [100, 90, 40, 80]

    def test_puts_what_is_too_much_on_the_last(self) -> None:
        parts = [Part(day(3), "cash", 200), Part(day(4), "cash", -120)]

        first, second = by_instalment(day(1), [(day(10), 60), (day(20), 100)], parts)

        assert (applied_minor(first, day(3)), applied_minor(second, day(3))) == (60, 140)
        assert (open_minor(first, day(4)), open_minor(second, day(4))) == (0, 80)

    @given(
        amounts=st.lists(st.integers(1, 60), min_size=1, max_size=4),
        minors=st.lists(st.integers(-80, 120), max_size=5),
    )
    def test_asks_together_for_what_the_invoice_asks(
        self, amounts: list[int], minors: list[int]
    ) -> None:
        parts = tuple(Part(day(n + 1), "cash", minor) for n, minor in enumerate(minors))
        dues = [(day(10 * n), minor) for n, minor in enumerate(amounts, start=1)]
        whole = Item(day(1), day(1), sum(amounts), parts)

        found = by_instalment(day(1), dues, parts)

        for n in range(len(minors) + 2):
            on = day(n + 1)
            assert sum(applied_minor(item, on) for item in found) == applied_minor(whole, on)
            if applied_minor(whole, on) >= 0:
                assert sum(open_minor(item, on) for item in found) == open_minor(whole, on)


class TestRecovery:
    def test_counts_cash_of_the_placed_day_and_of_the_last(self) -> None:
        parts = (
            Part(day(9), "cash", 10),
            Part(day(11), "cash", 20),
            Part(day(12), "credit", 5),
            Part(day(41), "cash", 25),
            Part(day(42), "cash", 30),
        )

        found = placement(Item(day(1), day(10), 100, parts), placed_on=day(11))

        assert found.placed_minor == 90
        assert found.received_minor == (45, 75, 75)

    def test_takes_no_more_than_was_placed_and_no_less_than_nothing(self) -> None:
        over = Item(day(1), day(10), 100, (Part(day(11), "cash", 130),))
        undone = Item(day(1), day(10), 100, (Part(day(5), "cash", 40), Part(day(12), "cash", -40)))

        assert placement(over, placed_on=day(11)).received_minor == (100, 100, 100)
        assert placement(undone, placed_on=day(11)).received_minor == (0, 0, 0)

    def test_is_of_the_newest_month_that_has_had_its_days(self) -> None:
        cohort = cohort_span(date(2026, 5, 30), 30)

        assert cohort == DayRange(date(2026, 4, 1), date(2026, 4, 30))
        assert elapsed(cohort, 30, date(2026, 5, 30))
        assert not elapsed(cohort, 30, date(2026, 5, 29))

    def test_has_no_data_where_nothing_was_placed(self) -> None:
        assert recovery_rate(RecoverySums(200, 2, 50)).value == Fraction(1, 4)
        assert recovery_rate(RecoverySums()).status is Status.NO_DATA


class TestForecast:
    def test_weighs_days_late_by_cash_and_rounds_half_up(self) -> None:
        assert shift_days(Habit(400, 400 * 5)) == 5
        assert shift_days(Habit(2, 5)) == 3
        assert shift_days(Habit(2, -5)) == -2
        assert shift_days(Habit()) is None

    def test_expects_by_due_date_and_habit_week_by_week(self) -> None:
        items = [
            ("early", day(12), 100),
            ("late", day(12), 40),
            ("new", day(12), 7),
            ("late", day(1), 500),
            ("late", day(60), 9),
        ]

        start = outset(items, {"early": Habit(1, -3), "late": Habit(1, 10), "gone": Habit(6, 9)})

        found = naive(start, as_of=day(10), weeks=2)

        assert weeks_after(day(10), 2)[1] == DayRange(day(18), day(24))
        assert found.by_week_minor == (100 + 7 + 500, 40)
        assert (found.overdue_minor, found.later_minor) == (100, 9)

    @given(
        items=st.lists(st.tuples(st.sampled_from("ab"), st.dates(MAY, day(90)), small)),
        shift=st.integers(-40, 40),
        weeks=st.integers(1, 10),
    )
    def test_loses_no_cent(
        self, items: list[tuple[str, date, int]], shift: int, weeks: int
    ) -> None:
        start = outset(items, {"a": Habit(1, shift)})

        found = naive(start, as_of=day(30), weeks=weeks)

        assert sum(found.by_week_minor) + found.later_minor == sum(minor for *_, minor in items)
        assert found.overdue_minor <= found.by_week_minor[0]

    def test_scores_by_weekly_absolute_error(self) -> None:
        error = weekly_error([100, 50], [80, 80])

        assert error.absolute_minor == 50
        assert error.share.value == Fraction(50, 160)
        assert weekly_error([1], [0]).share.status is Status.NO_DATA

    def test_has_a_second_that_goes_on_as_the_weeks_before(self) -> None:
        assert run_rate([10, 20, 30], 2) == (20, 20)
        assert run_rate([], 1) == (0,)
