"""How long people stay: published tables, plain recounts, and what must hold for any lives."""

from collections import Counter
from fractions import Fraction
from itertools import pairwise
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.errors import Invalid
from carecredit.metrics.rules.incidence import aalen_johansen
from carecredit.metrics.rules.intervals import Form, newcombe, of_survival
from carecredit.metrics.rules.survival import (
    UNSEEN,
    Lives,
    kaplan_meier,
    moments,
    parse_time,
    share_at,
)

SIX_MP = (
    (6, 1), (6, 1), (6, 1), (6, 0), (7, 1), (9, 0), (10, 1), (10, 0), (11, 0), (13, 1), (16, 1),
    (17, 0), (19, 0), (20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0),
)  # fmt: skip
CONTROL = (1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23)


def lives(*people: tuple[int, int | str]) -> Lives:
    """Count people by duration and end; 0 means that no end was seen."""
    return Counter((time, "" if end == 0 else str(end)) for time, end in people)


NINE_OF_305 = lives(
    (7, 0), (10, 1), (14, 0), (16, 1), (18, 2), (23, 1), (24, 0), (26, 2), (27, 1),
    *[(100, 0)] * 296,
)  # fmt: skip
ENDS = st.sampled_from([0, 1, 2, 3])
PEOPLE = st.lists(st.tuples(st.integers(0, 12), ENDS), min_size=1, max_size=40)


class TestKaplanMeier:
    def test_gives_the_textbook_table_of_the_6_mp_arm(self) -> None:
        curve = kaplan_meier(lives(*SIX_MP))

        assert [(s.time, round(s.share, 4), round(s.error or 0, 4)) for s in curve.steps] == [
            (6, 0.8571, 0.0764), (7, 0.8067, 0.0869), (10, 0.7529, 0.0963), (13, 0.6902, 0.1068),
            (16, 0.6275, 0.1141), (22, 0.5378, 0.1282), (23, 0.4482, 0.1346),
        ]  # fmt: skip
        assert (curve.subjects, curve.ended, curve.followed_until) == (21, 9, 35)
        assert (curve.median, curve.median_interval) == (23, (13, None))

    def test_gives_the_published_control_arm(self) -> None:
        curve = kaplan_meier(lives(*((time, 1) for time in CONTROL)))

        (at_ten,) = [step for step in curve.steps if step.time == 8]
        assert (round(at_ten.share, 3), round(at_ten.error or 0, 3)) == (0.381, 0.106)
        assert share_at(curve, 10) == at_ten.share
        assert curve.median == 8

    @pytest.mark.parametrize(
        ("form", "low", "high"),
        [(Form.LOGLOG, 0.620, 0.952), (Form.LOG, 0.720, 1.0), (Form.PLAIN, 0.707, 1.007)],
    )
    def test_draws_the_interval_on_the_scale_it_is_told(
        self, form: Form, low: float, high: float
    ) -> None:
        first = kaplan_meier(lives(*SIX_MP), form=form).steps[0]

        assert first.interval is not None
        assert tuple(round(bound, 3) for bound in first.interval) == (low, high)

    def test_has_who_was_last_seen_at_a_time_at_risk_in_it(self) -> None:
        (step,) = kaplan_meier(lives((5, 1), (5, 0), (9, 0))).steps

        assert (step.at_risk, step.share) == (3, pytest.approx(2 / 3))

    def test_has_no_error_where_the_last_one_ends(self) -> None:
        curve = kaplan_meier(lives((1, 1), (2, 1)))

        assert [(s.share, s.error, s.interval) for s in curve.steps][-1] == (0.0, None, None)
        assert share_at(curve, 99) == 0.0

    def test_says_nothing_beyond_what_was_followed(self) -> None:
        curve = kaplan_meier(lives((1, 1), (4, 0)))

        assert share_at(curve, 4) == 0.5
        assert share_at(curve, 5) is None

    def test_of_nobody_has_no_median_and_no_mean(self) -> None:
        curve = kaplan_meier({})

        assert (curve.subjects, curve.median, curve.mean, curve.steps) == (0, None, None, ())
        assert share_at(curve, 1) is None

    def test_keeps_times_that_differ_a_little_apart(self) -> None:
        times = [Fraction(1, 10) * 3, Fraction("0.3"), Fraction("0.300000001")]

        curve = kaplan_meier(Counter((time, "x") for time in times))

        assert [(step.time, step.ended) for step in curve.steps] == [
            (Fraction(3, 10), 2), (Fraction("0.300000001"), 1),
        ]  # fmt: skip

    def test_reads_the_median_where_exactly_half_are_left(self) -> None:
        assert kaplan_meier(lives((1, 1), (2, 1), (3, 0), (4, 0))).median == 2
        assert kaplan_meier(lives((1, 1), (2, 0), (3, 0), (4, 0))).median is None

    def test_gives_the_mean_up_to_a_horizon(self) -> None:
        everybody = lives((2, 1), (4, 1), (6, 1))

        whole, until_five = kaplan_meier(everybody).mean, kaplan_meier(everybody, until=5).mean

        assert whole is not None
        assert until_five is not None
        assert (whole.time, whole.until) == (pytest.approx(4.0), 6)
        assert whole.error == pytest.approx(sqrt((8 / 3) / 3))
        assert (until_five.time, until_five.until) == (pytest.approx(2 + 2 * 2 / 3 + 1 / 3), 5)

    @given(PEOPLE)
    def test_never_rises_and_equals_the_product_in_fractions(
        self, people: list[tuple[int, int]]
    ) -> None:
        curve = kaplan_meier(lives(*people))

        exact = Fraction(1)
        for step in curve.steps:
            at_risk = sum(time >= step.time for time, _ in people)
            ended = sum(time == step.time and end > 0 for time, end in people)
            exact *= Fraction(at_risk - ended, at_risk)
            assert isclose(step.share, exact, abs_tol=1e-12)
        assert all(one.share >= other.share for one, other in pairwise(curve.steps))

    @given(PEOPLE, st.randoms())
    def test_does_not_depend_on_the_order_of_people(
        self, people: list[tuple[int, int]], chance: object
    ) -> None:
        mixed = list(people)
        chance.shuffle(mixed)  # type: ignore[attr-defined] # a random generator

        assert kaplan_meier(lives(*people)) == kaplan_meier(lives(*mixed))
        assert aalen_johansen(lives(*people)) == aalen_johansen(lives(*mixed))

    @given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
    def test_is_the_plain_share_where_every_end_was_seen(self, times: list[int]) -> None:
        for step in kaplan_meier(lives(*((time, 1) for time in times))).steps:
            share = sum(time > step.time for time in times) / len(times)
            assert step.share == pytest.approx(share)
            if step.error is not None:
                assert step.error == pytest.approx(sqrt(share * (1 - share) / len(times)))


class TestAalenJohansen:
    def test_gives_the_exact_figures_behind_the_printed_nine_of_305(self) -> None:
        found = aalen_johansen(NINE_OF_305)

        (one, other) = found.causes
        shares = [step.share for step in one.steps]
        assert [round(100 * share, 2) for share in shares] == [0.33, 0.66, 0.99, 1.32]
        assert [round(100 * share, 1) for share in shares[:3]] == [0.3, 0.7, 1.0]
        assert all(abs(a - b) < 0.0015 for a, b in zip(shares, (0.003, 0.006, 0.009, 0.012),
                                                       strict=True))  # fmt: skip
        assert (one.ended, other.ended, found.subjects) == (4, 2, 305)

    def test_is_not_one_less_kaplan_meier_of_each_cause(self) -> None:
        found = aalen_johansen(NINE_OF_305)
        alone = {time_cause: n for time_cause, n in NINE_OF_305.items() if time_cause[1] != "2"}
        censored = Counter(alone)
        for (time, cause), n in NINE_OF_305.items():
            if cause == "2":
                censored[time, UNSEEN] += n

        overstated = 1 - kaplan_meier(censored).steps[-1].share

        assert overstated > found.causes[0].steps[-1].share

    @given(PEOPLE)
    def test_has_causes_that_add_up_to_one_with_those_staying(
        self, people: list[tuple[int, int]]
    ) -> None:
        found, curve = aalen_johansen(lives(*people)), kaplan_meier(lives(*people))

        ended = sum(cause.steps[-1].share for cause in found.causes if cause.steps)
        assert found.staying is not None
        assert isclose(ended + found.staying, 1, abs_tol=1e-12)
        left = curve.steps[-1].share if curve.steps else 1.0
        assert isclose(found.staying, left, abs_tol=1e-12)

    @given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([0, 1])), min_size=2, max_size=30))
    def test_with_one_cause_is_the_other_side_of_kaplan_meier(
        self, people: list[tuple[int, int]]
    ) -> None:
        found, curve = aalen_johansen(lives(*people)), kaplan_meier(lives(*people))

        steps = found.causes[0].steps if found.causes else ()
        assert len(steps) == len(curve.steps)
        for mine, theirs in zip(steps, curve.steps, strict=True):
            assert isclose(mine.share, 1 - theirs.share, abs_tol=1e-12)
            if theirs.error is not None:
                assert isclose(mine.error, theirs.error, abs_tol=1e-7)

    def test_names_a_cause_that_nobody_of_a_group_ended_by(self) -> None:
        (one, none) = aalen_johansen(lives((3, 1), (5, 0)), ["1", "2"]).causes

        assert (one.ended, none.ended, none.steps) == (1, 0, ())


class TestMoments:
    @given(PEOPLE)
    def test_lose_nobody(self, people: list[tuple[int, int]]) -> None:
        found = moments(lives(*people))

        assert sum(moment.ends + moment.unseen for moment in found) == len(people)
        assert found[0].at_risk == len(people)


class TestNewcombe:
    @pytest.mark.parametrize(
        ("one", "other", "low", "high"),
        [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)],
    )
    def test_gives_the_published_intervals_of_a_difference(
        self, one: tuple[int, int], other: tuple[int, int], low: float, high: float
    ) -> None:
        assert tuple(round(bound, 4) for bound in newcombe(one, other)) == (low, high)

    def test_knows_nothing_of_an_empty_group(self) -> None:
        assert newcombe((0, 0), (3, 10)) == (-1.0, 1.0)

    @given(st.integers(0, 20), st.integers(0, 20))
    def test_turns_its_sign_with_the_groups(self, one: int, other: int) -> None:
        low, high = newcombe((one, 20), (other, 20))
        back_low, back_high = newcombe((other, 20), (one, 20))

        assert (low, high) == (pytest.approx(-back_high), pytest.approx(-back_low))
        assert low <= (one - other) / 20 <= high


class TestAnInterval:
    @pytest.mark.parametrize("form", list(Form))
    def test_is_not_defined_at_all_or_none(self, form: Form) -> None:
        assert of_survival(0.0, 0.1, form) is None
        assert of_survival(1.0, 0.0, form) is None


class TestATime:
    def test_is_a_plain_number(self) -> None:
        assert parse_time("36.5") == Fraction(73, 2)
        with pytest.raises(Invalid, match="no time"):
            parse_time("1e3")
