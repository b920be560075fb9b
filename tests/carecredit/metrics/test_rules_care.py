from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.calendars import Period
from carecredit.kernel.errors import Invalid
from carecredit.metrics.rules.care import CARE, Care, CareFacts, HandledFact
from carecredit.metrics.rules.contacts import (
    ContactFact,
    first_contact_resolution,
    handle_time,
    joined,
    opened_cases,
    percentile,
    repeat_rate,
)
from carecredit.metrics.rules.measure import Status
from carecredit.metrics.rules.service import (
    Load,
    abandonment,
    abandonment_without_short,
    erlang_c_waiting,
    occupancy,
    service_level,
    service_level_of_answered,
    service_level_without_short,
    speed_of_answer,
    speed_of_answer_percentile,
    staffing,
)
from carecredit.metrics.rules.voice import ces_mean, ces_share, csat, nps, nps_of, nps_variance
from carecredit.metrics.rules.worth import (
    Criterion,
    agreement,
    lifetime_multiple,
    quality_score,
    value_saved,
)

START = datetime(2026, 5, 1, 9, tzinfo=UTC)
MAY = Period(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
LATER = datetime(2026, 8, 1, tzinfo=UTC)
WEEK = timedelta(7)


def contact(days: float, customer: str | None = "K-1", issue: str = "bill") -> ContactFact:
    return ContactFact(customer, issue, START + timedelta(days))


def solved_and_cases(
    calls: list[ContactFact], *, within: timedelta = WEEK, until: datetime = LATER
) -> tuple[int, int]:
    """Give numerator and denominator of what was solved the first time."""
    found = first_contact_resolution(
        opened_cases(calls, within=within, opened=MAY, until=until)
    ).measure
    return int(found.numerator or 0), int(found.denominator or 0)


class TestFirstContactResolution:
    def test_is_of_cases_and_not_of_contacts(self) -> None:
        calls = [contact(0), contact(2), contact(20), contact(1, "K-2")]

        assert solved_and_cases(calls) == (2, 3)

    def test_has_the_far_end_of_the_window_in_it(self) -> None:
        assert solved_and_cases([contact(0), contact(7)]) == (0, 1)
        assert solved_and_cases([contact(0), contact(7.001)]) == (2, 2)

    def test_waits_for_the_window_to_pass_also_for_those_already_repeated(self) -> None:
        calls = [contact(0), contact(1), contact(0, "K-2")]
        early = START + timedelta(6.9)

        cases = opened_cases(calls, within=WEEK, opened=MAY, until=early)

        assert [case.solved for case in cases] == [None, None]
        assert first_contact_resolution(cases).measure.status is Status.NO_DATA

    def test_keeps_another_issue_apart_and_leaves_out_the_unidentified(self) -> None:
        calls = [contact(0), contact(1, issue="meter"), contact(2, None), contact(-3, None)]

        assert solved_and_cases(calls) == (2, 2)

    def test_looks_before_the_period_for_silence(self) -> None:
        assert solved_and_cases([contact(-2), contact(1)]) == (0, 0)

    @given(st.lists(st.tuples(st.floats(0, 20), st.sampled_from(["K-1", "K-2", None]))))
    def test_never_has_more_cases_when_the_window_grows(
        self, calls: list[tuple[float, str | None]]
    ) -> None:
        facts = [contact(days, who) for days, who in calls]

        solved, cases = solved_and_cases(facts, within=timedelta(1))

        assert solved_and_cases(facts)[1] <= cases
        assert solved <= cases <= sum(who is not None for _, who in calls)


class TestALineThatFell:
    FELL = START + timedelta(minutes=2)

    def call(self, minutes: float, customer: str | None = "K-1", **facts: Any) -> ContactFact:
        told = {"key": minutes, "seconds": 60} | facts
        return ContactFact(customer, "bill", START + timedelta(minutes=minutes), **told)

    def test_is_one_contact_with_the_call_soon_after_it(self) -> None:
        fell = self.call(0, fell_at=self.FELL)

        (found,) = joined([fell, self.call(6, cause="wrong_amount")])

        assert (found.started_at, found.seconds, found.cause) == (START, 120, "wrong_amount")

    @pytest.mark.parametrize(
        "later",
        [
            {"minutes": 7},
            {"minutes": 6, "customer": "K-2"},
            {"minutes": 6, "is_call": False},
        ],
    )
    def test_is_two_where_it_is_later_another_or_no_call(self, later: dict[str, Any]) -> None:
        fell = self.call(0, fell_at=self.FELL)

        assert len(joined([fell, self.call(**later)])) == 2

    def test_falls_as_often_as_it_likes(self) -> None:
        again = START + timedelta(minutes=4)
        calls = [self.call(0, fell_at=self.FELL), self.call(3, fell_at=again), self.call(8)]

        assert [one.seconds for one in joined(calls)] == [180]

    def test_without_a_fall_two_calls_are_two(self) -> None:
        assert len(joined([self.call(0), self.call(3)])) == 2


class TestRepeatRate:
    def test_is_of_identified_contacts(self) -> None:
        calls = [contact(0), contact(2), contact(20), contact(20.5, "K-2"), contact(3, None)]

        found = repeat_rate(calls, within=WEEK, started=MAY).measure

        assert (found.numerator, found.denominator) == (1, 4)


class TestHandleTime:
    def test_has_a_mean_and_percentiles(self) -> None:
        seconds = [60, 120, 180, 240, 900]

        assert handle_time(seconds).value == 300
        assert handle_time(seconds).n == 5
        assert [percentile(seconds, p).value for p in (50, 90, 95)] == [180, 900, 900]
        assert handle_time([]).status is Status.NO_DATA
        assert percentile([], 50).status is Status.NO_DATA

    @given(st.lists(st.integers(0, 5_000), min_size=1), st.integers(1, 100))
    def test_a_percentile_is_passed_by_no_more_than_the_rest(
        self, seconds: list[int], percent: int
    ) -> None:
        value = percentile(seconds, percent).value
        assert value is not None

        assert sum(each <= value for each in seconds) * 100 >= percent * len(seconds)
        assert sum(each < value for each in seconds) * 100 < percent * len(seconds)


class TestTheTelephone:
    def test_level_has_abandoned_calls_in_it(self) -> None:
        assert service_level(answered_within=80, offered=100).value == Fraction(4, 5)
        assert service_level_without_short(
            answered_within=80, offered=100, short_abandoned=4
        ).value == Fraction(80, 96)
        assert service_level_of_answered(answered_within=80, answered=90).value == Fraction(8, 9)

    def test_speed_of_answer_is_over_answered_calls(self) -> None:
        assert speed_of_answer([10, 20, 60]).value == 30
        assert speed_of_answer_percentile([10, 20, 60], 90).value == 60
        assert speed_of_answer([]).status is Status.NO_DATA

    def test_abandonment_has_an_adjusted_form(self) -> None:
        assert abandonment(abandoned=10, offered=100).value == Fraction(1, 10)
        adjusted = abandonment_without_short(abandoned=10, offered=100, short_abandoned=5)
        assert adjusted.value == Fraction(5, 95)

    def test_occupancy_is_of_time(self) -> None:
        assert occupancy(handling_seconds=300, available_seconds=100).value == Fraction(3, 4)
        assert occupancy(handling_seconds=0, available_seconds=0).status is Status.NO_DATA


class TestErlangC:
    def test_needs_28_for_250_calls_an_hour(self) -> None:
        load = Load(calls_per_hour=250, handle_seconds=330, threshold_seconds=30, wanted_level=0.8)

        assert staffing(load).agents == 28

    @given(st.integers(1, 60), st.floats(0.1, 50))
    def test_agrees_with_the_sum_it_is_short_for(self, agents: int, erlangs: float) -> None:
        if erlangs >= agents:
            assert erlang_c_waiting(agents, erlangs) == 1
            return
        terms = [1.0]
        for k in range(1, agents + 1):
            terms.append(terms[-1] * erlangs / k)
        top = terms[agents] * agents / (agents - erlangs)

        waits = erlang_c_waiting(agents, erlangs)

        assert waits == pytest.approx(top / (sum(terms[:agents]) + top), rel=1e-9)

    def test_refuses_a_level_nobody_reaches(self) -> None:
        with pytest.raises(Invalid, match="between 0 and 1"):
            staffing(
                Load(calls_per_hour=10, handle_seconds=60, threshold_seconds=20, wanted_level=1)
            )


class TestWhatCustomersSay:
    def test_csat_is_the_top_two_of_five(self) -> None:
        found = csat({5: 50, 4: 31, 3: 100, 2: 40, 1: 42})

        assert found.value == Fraction(81, 263)
        assert found.interval == pytest.approx((0.2553, 0.3662), abs=6e-5)
        assert csat({}).status is Status.NO_DATA

    def test_nps_of_300_at_thirds_still_means_nine_points(self) -> None:
        found = nps(promoters=100, passives=100, detractors=100)

        assert (found.value, found.n) == (0, 300)
        assert found.interval is not None
        low, high = found.interval
        assert high - low == pytest.approx(320 / sqrt(300), abs=0.1)
        assert nps(promoters=0, passives=0, detractors=0).status is Status.NO_DATA

    def test_nps_counts_nine_and_ten_and_up_to_six(self) -> None:
        assert nps_of({10: 2, 9: 1, 8: 1, 7: 1, 6: 1}).value == Fraction(200, 6)
        assert nps_variance(promoters=3, passives=2, detractors=1) == Fraction(5, 9)

    def test_effort_has_two_forms_that_are_named(self) -> None:
        assert ces_share({5: 6, 4: 4, 3: 5, 1: 5}).value == 50
        assert ces_mean({7: 1, 4: 2, 1: 1}).value == 4
        assert ces_mean({}).status is Status.NO_DATA


class TestWorth:
    def test_a_customer_is_worth_a_multiple_of_the_margin(self) -> None:
        multiple = lifetime_multiple(retention=Fraction(4, 5), interest=Fraction(1, 10))

        assert multiple.value == Fraction(8, 3)

    def test_a_contact_is_judged_by_value_saved_less_cost(self) -> None:
        saved = value_saved(churn_avoided=Fraction(1, 50), value_minor=80_000, cost_minor=450)

        assert saved == 1150

    def test_a_critical_criterion_missed_zeroes_the_score(self) -> None:
        fair = [Criterion(3, Fraction(1)), Criterion(1, Fraction(1, 2), critical=True)]
        missed = [Criterion(3, Fraction(1)), Criterion(1, Fraction(0), critical=True)]

        assert quality_score(fair).value == Fraction(350, 4)
        assert quality_score(missed).value == 0
        assert quality_score([]).status is Status.NO_DATA

    def test_two_raters_agree_beyond_chance(self) -> None:
        pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15

        assert agreement(pairs).value == Fraction(2, 5)
        assert agreement([("y", "y")]).status is Status.UNDEFINED
        assert agreement([]).status is Status.NO_DATA


class TestCare:
    def test_answers_from_contacts_whose_window_has_passed(self) -> None:
        calls = [contact(0), contact(3), contact(14, "K-2")]
        care = Care(zone=UTC, facts=CareFacts(contacts=calls))

        seven = CARE["fcr.repeat.7d"](care, date(2026, 6, 7))
        day = CARE["fcr.repeat.24h"](care, date(2026, 6, 1))
        repeated = CARE["repeat.7d"](care, date(2026, 5, 31))

        assert (seven.numerator, seven.denominator) == (1, 2)
        assert (day.numerator, day.denominator) == (3, 3)
        assert (repeated.numerator, repeated.denominator) == (1, 3)

    def test_counts_a_call_in_the_month_its_wrap_up_ended(self) -> None:
        calls = [HandledFact(date(2026, 5, 31), 200), HandledFact(date(2026, 6, 1), 400)]
        care = Care(zone=UTC, facts=CareFacts(handled=calls))

        assert CARE["handle_time"](care, date(2026, 5, 31)).value == 200

    @pytest.mark.parametrize("name", CARE)
    def test_says_no_data_where_nothing_is_recorded(self, name: str) -> None:
        found = CARE[name](Care(zone=UTC), date(2026, 5, 31))

        assert (found.value, found.status) == (None, Status.NO_DATA)
