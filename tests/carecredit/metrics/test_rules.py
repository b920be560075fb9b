from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from carecredit.kernel.calendars import DayRange, zone
from carecredit.kernel.errors import Invalid
from carecredit.metrics.definitions import definition, definitions
from carecredit.metrics.rules.aging import DUE_EDGES, INVOICE_EDGES, aging
from carecredit.metrics.rules.catalogue import METRIC_IDS, UnknownMetric, resolve
from carecredit.metrics.rules.churn import (
    PeopleSums,
    customer_churn,
    gross_retention,
    net_retention,
    revenue_churn,
)
from carecredit.metrics.rules.countback import dso_countback_day, dso_countback_month, months_back
from carecredit.metrics.rules.dates import Every, ends, parse_known, parse_span
from carecredit.metrics.rules.dso import (
    average_days_late,
    dso_average_ends,
    dso_average_month_ends,
    dso_best_possible,
    dso_past_due,
    dso_simple,
)
from carecredit.metrics.rules.edge import amount_text, decimal_text
from carecredit.metrics.rules.effectiveness import (
    bad_debt_ratio,
    collection_effectiveness,
    percent_current,
    turnover,
)
from carecredit.metrics.rules.intervals import wilson
from carecredit.metrics.rules.knowledge import known_until
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
from carecredit.metrics.rules.receivables import Standing, standing
from carecredit.metrics.rules.windows import Window, average_points, day_before, parse_window


def near(measure: Measure, published: float, tolerance: float) -> bool:
    assert measure.value is not None
    return abs(float(measure.value) - published) <= tolerance


def cash(*lines: tuple[int, int, int]) -> CashSums:
    parts = [cash_line(lines=1, minor=minor, pay_days=pay, late_days=late)
             for minor, pay, late in lines]  # fmt: skip
    names = CashSums.__struct_fields__
    return CashSums(*(sum(getattr(part, name) for part in parts) for name in names))


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


class TestWindow:
    @pytest.mark.parametrize(
        ("text", "last", "first", "days"),
        [
            ("p1m", date(2024, 3, 31), date(2024, 3, 1), 31),
            ("p1m", date(2023, 2, 28), date(2023, 2, 1), 28),
            ("p1m", date(2024, 2, 28), date(2024, 1, 29), 31),
            ("p3m", date(2024, 3, 31), date(2024, 1, 1), 91),
            ("p3m", date(2023, 3, 31), date(2023, 1, 1), 90),
            ("p3m", date(2024, 5, 30), date(2024, 3, 1), 91),
            ("p12m", date(2024, 2, 29), date(2023, 3, 1), 366),
            ("90d", date(2024, 3, 31), date(2024, 1, 2), 90),
        ],
    )
    def test_ends_on_the_day_and_begins_after_the_same_day_months_before(
        self, text: str, last: date, first: date, days: int
    ) -> None:
        window = parse_window(text).ending(last)

        assert (window.first, window.last, window.days) == (first, last, days)

    @pytest.mark.parametrize("text", ["", "p0m", "0d", "3m", "p61m", "1831d", "p3m ", "p³m"])
    def test_of_another_form_is_refused(self, text: str) -> None:
        with pytest.raises(Invalid, match="no window"):
            parse_window(text)

    @given(st.integers(1, 60), st.dates(date(2000, 1, 1), date(2030, 1, 1)))
    def test_never_begins_earlier_on_a_later_day(self, months: int, day: date) -> None:
        window = Window(months=months)

        following = date.fromordinal(day.toordinal() + 1)

        assert window.ending(day).first <= window.ending(following).first


class TestAveragePoints:
    def test_are_the_day_before_and_each_month_end(self) -> None:
        points = average_points(Window(months=3).ending(date(2024, 3, 31)))

        assert points == (
            date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31),
        )  # fmt: skip

    def test_end_with_the_day_itself_where_it_is_no_month_end(self) -> None:
        window = Window(months=3).ending(date(2024, 3, 15))

        assert day_before(window) == date(2023, 12, 15)
        assert average_points(window) == (
            date(2023, 12, 15), date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29),
            date(2024, 3, 15),
        )  # fmt: skip


class TestStanding:
    @pytest.mark.parametrize(
        ("gross", "applied", "expected"),
        [
            (100, 30, Standing(70, 0)),
            (100, 140, Standing(0, 40)),
            (100, -20, Standing(120, 0)),
            (-100, 0, Standing(-100, 0)),
            (-100, -140, Standing(0, -40)),
            (0, 5, Standing(0, 5)),
        ],
    )
    def test_never_changes_its_sign(self, gross: int, applied: int, expected: Standing) -> None:
        assert standing(gross, applied) == expected


class TestKnownUntil:
    def test_reads_a_date_as_the_end_of_the_local_day(self) -> None:
        until = known_until(date(2026, 6, 8), zone("Europe/Rome"))

        assert until == datetime(2026, 6, 8, 21, 59, 59, 999_999, tzinfo=UTC)

    def test_leaves_an_instant_as_it_is(self) -> None:
        instant = datetime(2026, 6, 8, 7, tzinfo=UTC)

        assert known_until(instant, zone("Europe/Rome")) == instant


class TestDates:
    def test_a_month_is_all_of_its_days(self) -> None:
        assert parse_span("2024-02") == DayRange(date(2024, 2, 1), date(2024, 2, 29))

    def test_months_mean_their_ends(self) -> None:
        span = DayRange(date(2024, 1, 15), date(2024, 4, 29))

        assert ends(span, Every.MONTH) == [
            date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31),
        ]  # fmt: skip
        assert ends(span, Every.QUARTER) == [date(2024, 3, 31)]
        assert len(ends(span, Every.DAY)) == span.days

    @pytest.mark.parametrize("text", ["", "2024-13", "2024-1", "yesterday", "2024-02-30"])
    def test_of_another_form_are_refused(self, text: str) -> None:
        with pytest.raises(Invalid, match="no date"):
            parse_span(text)

    def test_known_at_is_a_day_or_an_instant_with_its_offset(self) -> None:
        assert parse_known("2024-02-29") == date(2024, 2, 29)
        assert parse_known("2024-02-29T10:00:00+01:00") == datetime(2024, 2, 29, 9, tzinfo=UTC)
        with pytest.raises(Invalid, match="offset"):
            parse_known("2024-02-29T10:00:00")


class TestEdge:
    @pytest.mark.parametrize(
        ("value", "places", "text"),
        [
            (Fraction(1, 2), 0, "0"),
            (Fraction(3, 2), 0, "2"),
            (Fraction(-1, 3), 4, "-0.3333"),
            (Fraction(5, 1000), 2, "0.00"),
            (Fraction(15, 1000), 2, "0.02"),
            (Fraction(-1, 1000), 2, "0.00"),
        ],
    )
    def test_rounds_once_half_even(self, value: Fraction, places: int, text: str) -> None:
        assert decimal_text(value, places) == text

    @pytest.mark.parametrize(
        ("currency", "text"), [("EUR", "12.34"), ("JPY", "1234"), ("BHD", "1.234")]
    )
    def test_writes_money_with_the_decimals_of_its_currency(self, currency: str, text: str) -> None:
        assert amount_text(Fraction(1234), currency) == text


class TestDefinitions:
    def test_stand_for_every_number_of_a_series(self) -> None:
        found = definitions()

        assert tuple(each.id for each in found) == METRIC_IDS
        assert all(each.formula and each.convention and each.source for each in found)

    def test_cover_other_windows_of_the_same_name(self) -> None:
        assert definition("dso.simple.60d").formula == definition("dso.simple.p3m").formula

    @pytest.mark.parametrize("metric_id", ["dso", "dso.simple", "cei.crf.90d", "x.p3m", ""])
    def test_of_an_unknown_name_are_refused_with_the_way_out(self, metric_id: str) -> None:
        with pytest.raises(UnknownMetric, match=r"dso\.simple\.p3m|cei\.crf\.p3m"):
            resolve(metric_id)
