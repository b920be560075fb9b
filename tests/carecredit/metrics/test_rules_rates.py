"""Effectiveness, ages, days to pay, churn and promises, against figures worked out by hand."""

from fractions import Fraction

import pytest
from msgspec import structs

from carecredit.metrics.rules.aging import DUE_EDGES, INVOICE_EDGES, aging
from carecredit.metrics.rules.churn import (
    PeopleSums,
    customer_churn,
    gross_retention,
    net_retention,
    revenue_churn,
)
from carecredit.metrics.rules.effectiveness import (
    bad_debt_ratio,
    collection_effectiveness,
    percent_current,
    turnover,
)
from carecredit.metrics.rules.intervals import wilson
from carecredit.metrics.rules.measure import Measure, Status
from carecredit.metrics.rules.payment import (
    CashSums,
    cash_line,
    days_late_mean,
    days_late_weighted,
    days_late_weighted_signed,
    days_to_pay_mean,
    days_to_pay_weighted,
    on_time_amount,
    on_time_count,
)
from carecredit.metrics.rules.promises import (
    PromiseSums,
    promise_kept_amount,
    promise_kept_count,
)


def near(measure: Measure, published: float, tolerance: float) -> bool:
    assert measure.value is not None
    return abs(float(measure.value) - published) <= tolerance


def cash(*lines: tuple[int, int, int]) -> CashSums:
    parts = [cash_line(lines=1, minor=minor, pay_days=pay, late_days=late)
             for minor, pay, late in lines]  # fmt: skip
    names = CashSums.__struct_fields__
    return CashSums(*(sum(getattr(part, name) for part in parts) for name in names))


class TestCollectionEffectiveness:
    def test_divides_the_sales_in_the_foundations_form(self) -> None:
        measure = collection_effectiveness(
            opening_minor=6_200,
            sales_minor=10_890,
            closing_minor=6_340,
            closing_current_minor=3_590,
            months=3,
        )

        assert near(measure, 55.9, 0.05)

    def test_gives_another_number_undivided(self) -> None:
        measure = collection_effectiveness(
            opening_minor=6_200,
            sales_minor=10_890,
            closing_minor=6_340,
            closing_current_minor=3_590,
        )

        assert near(measure, 79.6, 0.05)

    def test_is_undefined_where_nothing_could_come_in(self) -> None:
        measure = collection_effectiveness(
            opening_minor=0, sales_minor=100, closing_minor=100, closing_current_minor=100
        )

        assert (measure.value, measure.status) == (None, Status.UNDEFINED)


class TestRatios:
    def test_turnover_gives_the_published_answer(self) -> None:
        measure = turnover(sales_minor=6_205_000, opening_minor=335_000, closing_minor=335_000)

        assert near(measure, 18.52, 0.005)

    def test_turnover_of_nothing_is_undefined(self) -> None:
        measure = turnover(sales_minor=100, opening_minor=-10, closing_minor=10)

        assert measure.status is Status.UNDEFINED

    def test_bad_debt_gives_the_published_answer(self) -> None:
        assert bad_debt_ratio(written_off_minor=1_000, sales_minor=100_000).value == 1

    def test_bad_debt_without_sales_says_so(self) -> None:
        assert bad_debt_ratio(written_off_minor=1, sales_minor=0).status is Status.NO_SALES

    def test_percent_current_of_nothing_open_is_undefined(self) -> None:
        assert percent_current(current_minor=0, open_minor=0).status is Status.UNDEFINED


class TestAging:
    def test_sums_the_published_columns(self) -> None:
        items = [
            (10_000, 0), (5_000, 31), (20_000, 45), (9_000, 61),
            (47_000, 30), (21_000, 60), (12_000, 90), (3_000, 91), (8_000, 400),
        ]  # fmt: skip

        assert aging(items, INVOICE_EDGES) == (57_000, 46_000, 21_000, 11_000)

    @pytest.mark.parametrize(
        ("age", "place"), [(-9, 0), (0, 0), (1, 1), (30, 1), (31, 2), (61, 3), (90, 3), (91, 4)]
    )
    def test_puts_each_age_in_its_bucket(self, age: int, place: int) -> None:
        assert aging([(7, age)], DUE_EDGES)[place] == 7


class TestPayment:
    def test_weighted_days_give_the_published_answer(self) -> None:
        sums = cash((1_000, 15, 0), (3_000, 30, 0), (2_000, 45, 0))

        assert days_to_pay_weighted(sums).value == Fraction(65, 2)
        assert days_to_pay_mean(sums).value == 30

    def test_days_late_are_floored_unless_called_signed(self) -> None:
        sums = cash((100, 20, -10), (300, 40, 10))

        assert days_late_weighted_signed(sums).value == 5
        assert days_late_weighted(sums).value == Fraction(15, 2)
        assert days_late_mean(sums).value == 5

    def test_paid_on_the_due_date_is_on_time(self) -> None:
        sums = cash((100, 30, 0), (300, 31, 1))

        assert on_time_amount(sums).value == Fraction(1, 4)
        assert on_time_count(sums).value == Fraction(1, 2)

    def test_without_cash_there_is_no_data(self) -> None:
        assert days_to_pay_weighted(CashSums()).status is Status.NO_DATA
        assert on_time_count(CashSums()).status is Status.NO_DATA


class TestChurn:
    def test_net_retention_gives_the_published_answers(self) -> None:
        people = PeopleSums(ever=9, ever_minor=200_000, active=9, active_minor=200_000, lost=1,
                            lost_minor=6_000, contraction_minor=4_000,
                            expansion_minor=20_000)  # fmt: skip
        grown = structs.replace(people, expansion_minor=32_000)
        shrunk = PeopleSums(ever=9, ever_minor=300_000, active=9, active_minor=300_000, lost=1,
                            lost_minor=50_000, expansion_minor=70_000)  # fmt: skip

        assert net_retention(people).value == Fraction(105, 100)
        assert net_retention(grown).value == Fraction(111, 100)
        assert gross_retention(grown).value == Fraction(95, 100)
        assert revenue_churn(people).value == Fraction(3, 100)
        assert 1 - (net_retention(shrunk).value or 0) == Fraction(-20_000, 300_000)

    def test_of_nobody_there_says_why(self) -> None:
        assert customer_churn(PeopleSums(ever=3)).status is Status.UNDEFINED
        assert customer_churn(PeopleSums()).status is Status.NO_DATA


class TestPromises:
    def test_are_kept_by_count_and_by_amount(self) -> None:
        sums = PromiseSums(judged=2, kept=1, promised_minor=200, kept_minor=160)

        assert promise_kept_count(sums).value == Fraction(1, 2)
        assert promise_kept_amount(sums).value == Fraction(4, 5)
        assert promise_kept_count(PromiseSums()).status is Status.NO_DATA


class TestWilson:
    @pytest.mark.parametrize(
        ("hits", "total", "published"), [(81, 263, (0.2553, 0.3662)), (0, 20, (0, 0.1611))]
    )
    def test_gives_the_published_intervals(
        self, hits: int, total: int, published: tuple[float, float]
    ) -> None:
        assert wilson(hits, total) == pytest.approx(published, abs=6e-5)
