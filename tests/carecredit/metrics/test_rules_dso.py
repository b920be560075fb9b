"""DSO in its several forms, against figures worked out by hand."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules.countback import dso_countback_day, dso_countback_month, months_back
from carecredit.metrics.rules.dso import (
    average_days_late,
    dso_average_ends,
    dso_average_month_ends,
    dso_best_possible,
    dso_past_due,
    dso_simple,
)
from carecredit.metrics.rules.measure import Measure, Status


def near(measure: Measure, published: float, tolerance: float) -> bool:
    assert measure.value is not None
    return abs(float(measure.value) - published) <= tolerance


class TestDsoSimple:
    @pytest.mark.parametrize(
        ("balance", "sales", "days", "published", "tolerance"),
        [
            (50_000_000, 730_000_000, 365, 25, 0.005),
            (150_000, 1_800_000, 365, 30.4, 0.05),
            (15_000, 10_000, 30, 45, 0.005),
            (10_869, 17_674, 90, 55.35, 0.005),
            (200_000, 2_000_000, 365, 36.5, 0.005),
            (250, 600, 91, 37.9, 0.05),
        ],
    )
    def test_gives_the_published_answers(
        self, balance: int, sales: int, days: int, published: float, tolerance: float
    ) -> None:
        measure = dso_simple(balance_minor=balance, sales_minor=sales, days=days)

        assert near(measure, published, tolerance)

    @given(sales=st.integers(max_value=0))
    def test_has_no_value_without_sales(self, sales: int) -> None:
        measure = dso_simple(balance_minor=100, sales_minor=sales, days=30)

        assert (measure.value, measure.status) == (None, Status.NO_SALES)


class TestDsoAverage:
    def test_takes_half_of_opening_and_closing(self) -> None:
        measure = dso_average_ends(
            opening_minor=600_000, closing_minor=680_000, sales_minor=742_000, days=30
        )

        assert near(measure, 25.9, 0.05)

    def test_gives_the_second_published_answer(self) -> None:
        measure = dso_average_ends(
            opening_minor=335_000, closing_minor=335_000, sales_minor=6_205_000, days=365
        )

        assert near(measure, 19.71, 0.005)

    def test_takes_the_mean_of_all_month_ends(self) -> None:
        measure = dso_average_month_ends(
            balances_minor=[600, 500, 700, 600], sales_minor=1_820, days=91
        )

        assert measure.value == 30


class TestDsoCountbackMonth:
    def test_gives_the_published_answer(self) -> None:
        months = [(100_000, 30), (80_000, 30), (70_000, 30)]

        assert near(dso_countback_month(balance_minor=212_000, months=months), 73.7, 0.05)

    def test_adds_the_days_of_the_calendar(self) -> None:
        months = [(900_000, 31), (800_000, 28), (700_000, 31)]

        assert near(dso_countback_month(balance_minor=2_100_000, months=months), 76.714286, 5e-4)

    def test_gives_the_answer_the_poster_rounds_to_61(self) -> None:
        months = [(5_000_000, 28), (6_000_000, 28), (6_000_000, 28)]

        assert near(dso_countback_month(balance_minor=12_000_000, months=months), 60.67, 0.005)

    def test_counts_the_days_of_a_month_without_sales_and_takes_nothing_off(self) -> None:
        months = [(100, 31), (-40, 30), (0, 31), (200, 30)]

        measure = dso_countback_month(balance_minor=150, months=months)

        assert measure.value == 31 + 30 + 31 + Fraction(50, 200) * 30

    def test_takes_a_whole_month_where_exactly_that_is_left(self) -> None:
        measure = dso_countback_month(balance_minor=300, months=[(100, 31), (200, 30), (9, 31)])

        assert measure.value == 61

    @pytest.mark.parametrize("balance", [0, -5])
    def test_is_zero_where_nothing_is_owed(self, balance: int) -> None:
        measure = dso_countback_month(balance_minor=balance, months=[])

        assert (measure.value, measure.status) == (0, Status.OK)

    def test_has_only_a_lower_bound_when_history_is_used_up(self) -> None:
        measure = dso_countback_month(balance_minor=301, months=[(100, 31), (200, 30)])

        assert (measure.value, measure.status) == (None, Status.INSUFFICIENT_HISTORY)
        assert measure.at_least == 61


class TestMonthsBack:
    def test_begins_with_the_days_so_far_and_ends_with_the_month_of_the_first_invoice(self) -> None:
        months = list(months_back(date(2024, 3, 10), date(2024, 1, 31)))

        assert months == [
            DayRange(date(2024, 3, 1), date(2024, 3, 10)),
            DayRange(date(2024, 2, 1), date(2024, 2, 29)),
            DayRange(date(2024, 1, 1), date(2024, 1, 31)),
        ]

    def test_goes_back_36_months_and_no_more(self) -> None:
        months = list(months_back(date(2024, 3, 10), date(2001, 1, 1)))

        assert (len(months), months[-1].first) == (36, date(2021, 4, 1))

    def test_has_none_before_there_is_an_invoice(self) -> None:
        assert list(months_back(date(2024, 3, 10), None)) == []


class TestDsoCountbackDay:
    def test_takes_off_the_newest_days_first(self) -> None:
        sales = [(date(2024, 5, 3), 100), (date(2024, 5, 1), 200)]

        measure = dso_countback_day(
            balance_minor=150,
            sales=sales,
            as_of=date(2024, 5, 3),
            first_invoiced_on=date(2024, 5, 1),
        )

        assert measure.value == Fraction(9, 4)

    def test_goes_back_to_the_day_of_the_first_invoice(self) -> None:
        sales = [(date(2019, 5, 1), 200)]

        measure = dso_countback_day(
            balance_minor=201,
            sales=sales,
            as_of=date(2024, 5, 3),
            first_invoiced_on=date(2019, 5, 1),
        )

        assert (measure.status, measure.at_least) == (Status.INSUFFICIENT_HISTORY, 1830)


class TestBestPossibleAndLate:
    def test_give_the_published_answers(self) -> None:
        assert near(dso_best_possible(current_minor=4_000, sales_minor=10_000, days=30), 12, 0.005)
        assert near(dso_best_possible(current_minor=6_000, sales_minor=15_000, days=30), 12, 0.005)
        late = average_days_late(
            balance_minor=15_000, current_minor=4_000, sales_minor=10_000, days=30
        )
        assert near(late, 33, 0.005)
        assert dso_past_due(past_due_minor=11_000, sales_minor=10_000, days=30).value == 33
