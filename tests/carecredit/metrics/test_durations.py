"""Lives as of a day: ends, reasons, cohorts, the rule for lapsing."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from carecredit.customers.rules import Stay
from carecredit.metrics.rules.cohorts import cohorts
from carecredit.metrics.rules.durations import (
    LAPSED,
    Life,
    durations,
    end_by,
    lapsing,
    lost_by_reason,
    since,
    there_on,
)

START, AS_OF = date(2024, 1, 1), date(2025, 12, 31)


def day(number: int) -> date:
    return START + timedelta(days=number)


def life(*stays: tuple[int, int | None, str | None], segment: str | None = None) -> Life:
    made = tuple(
        Stay(day(start), None if end is None else day(end), reason) for start, end, reason in stays
    )
    return Life(segment, made[0].started_on, made)


@st.composite
def any_life(draw: st.DrawFn) -> Life:
    days = sorted(draw(st.sets(st.integers(0, 900), min_size=1, max_size=5)))
    stays = [
        (start, end, draw(st.sampled_from(["moved", "debt", None])))
        for start, end in zip(days[::2], [*days[1::2], None], strict=False)
    ]
    return life(*stays)


class TestALife:
    def test_is_there_until_the_day_before_its_end(self) -> None:
        one = life((0, 30, "moved"))

        assert [there_on(one, day(n)) for n in (-1, 0, 29, 30)] == [False, True, True, False]

    def test_that_went_and_came_back_has_not_ended(self) -> None:
        back = life((0, 30, "moved"), (60, None, None))

        assert end_by(back, day(40)) == (day(30), "moved")
        assert end_by(back, day(60)) is None
        assert not there_on(back, day(45))

    def test_without_a_stated_reason_ended_unstated(self) -> None:
        assert end_by(life((0, 30, None)), AS_OF) == (day(30), "unstated")


class TestDurations:
    def test_have_who_is_still_here_last_seen_on_the_day_asked_for(self) -> None:
        people = [life((0, 30, "moved")), life((10, None, None)), life((500, None, None))]

        assert durations(people, as_of=day(100)) == {(30, "moved"): 1, (90, ""): 1}

    def test_put_one_reason_beside_all_others(self) -> None:
        people = [life((0, 9, reason)) for reason in ("moved", "debt", "write_off")]

        assert durations(people, as_of=AS_OF, against="write_off") == {
            (9, "write_off"): 1, (9, "churn"): 2,
        }  # fmt: skip

    def test_since_a_day_leave_out_who_was_gone_by_then(self) -> None:
        people = [
            (life((0, 30, "moved")), day(40)),
            (life((0, 50, "debt")), day(40)),
            (life((0, None, None)), day(40)),
            (life((0, None, None)), day(200)),
        ]

        assert since(people, as_of=day(100)) == {(10, "debt"): 1, (60, ""): 1}


class TestTheLost:
    def test_are_told_by_reason_and_were_there_before(self) -> None:
        people = [
            life((0, 40, "moved")),
            life((0, 45, "debt")),
            life((35, 41, "moved")),
            life((0, 40, "moved"), (50, None, None)),
            life((0, None, None)),
        ]

        found = lost_by_reason(people, before=day(30), last=day(60))

        assert (found.active, found.by_reason, found.lost) == (4, {"moved": 1, "debt": 1}, 2)


class TestLapsing:
    def test_ends_so_many_days_after_the_last_purchase(self) -> None:
        one = lapsing(None, [day(0), day(20), day(200)], 90)

        assert one.stays == (Stay(day(0), day(110), LAPSED), Stay(day(200), day(290), LAPSED))
        assert end_by(one, day(109)) is None
        assert end_by(one, day(110)) == (day(110), LAPSED)


class TestCohorts:
    @given(st.lists(any_life(), max_size=12))
    def test_add_up_to_all_who_came_and_never_hold_more_than_came(self, people: list[Life]) -> None:
        found = cohorts(people, as_of=AS_OF, months=30)

        assert sum(cohort.subjects for cohort in found) == sum(
            one.began_on <= AS_OF for one in people
        )
        assert all(here <= cohort.subjects for cohort in found for here in cohort.here)

    @given(st.lists(any_life(), max_size=12))
    def test_add_up_at_a_month_end_to_those_there(self, people: list[Life]) -> None:
        end = date(2025, 6, 30)

        found = cohorts(people, as_of=end, months=24)

        assert sum(cohort.here[-1] for cohort in found) == sum(there_on(one, end) for one in people)

    def test_count_at_the_end_of_each_month_that_is_over(self) -> None:
        people = [life((0, 45, "moved")), life((14, None, None)), life((31, None, None))]

        january, february = cohorts(people, as_of=date(2024, 3, 30), months=12)

        assert (january.began, january.subjects, january.here) == (date(2024, 1, 1), 2, (2, 1))
        assert (february.subjects, february.here) == (1, (1,))
        assert Counter(cohort.began.month for cohort in (january, february)) == {1: 1, 2: 1}
