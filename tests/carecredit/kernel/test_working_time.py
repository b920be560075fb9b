"""Working time: windows, midnight, holidays, the clocks, and that nothing hangs in the air."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.calendars import at_local, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.working_time import (
    CalendarInvalid,
    CalendarShut,
    CalendarVersion,
    Timetable,
    WorkingCalendar,
    add_working,
    add_working_days,
    always,
    check_calendar,
    check_opens,
    read_windows,
    read_yearly,
    spans,
    without,
    working_between,
    written_windows,
)

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ROME = zone("Europe/Rome")


def week(*windows: str, days: int = 5, **facts: object) -> WorkingCalendar:
    """The same windows on the first days of each week, in Rome."""
    read = read_windows(windows, field="mon")
    plan = (read,) * days + ((),) * (7 - days)
    return WorkingCalendar("Europe/Rome", plan, **facts)  # type: ignore[arg-type] # as told


def rome(text: str) -> datetime:
    """Read a wall-clock time in Rome."""
    told = datetime.fromisoformat(text)
    return at_local(told.date(), told.time(), ROME)


OFFICE = week("09:00-17:00")


class TestAddWorking:
    def test_goes_over_the_weekend(self) -> None:
        reached = add_working(always(OFFICE), rome("2026-06-05 16:30"), HOUR)

        assert reached == rome("2026-06-08 09:30")

    def test_ends_with_the_window_where_it_just_fits(self) -> None:
        assert add_working(always(OFFICE), rome("2026-06-05 16:00"), HOUR) == rome(
            "2026-06-05 17:00"
        )

    def test_skips_the_lunch_break(self) -> None:
        split = always(week("08:00-12:00", "13:30-18:00"))

        assert add_working(split, rome("2026-06-08 12:30"), HOUR) == rome("2026-06-08 14:30")

    def test_works_a_shift_over_midnight_to_its_end(self) -> None:
        nights = always(week("22:00-06:00"))

        assert add_working(nights, rome("2026-06-08 23:00"), 7 * HOUR) == rome("2026-06-09 06:00")
        assert add_working(nights, rome("2026-06-09 05:00"), 2 * HOUR) == rome("2026-06-09 23:00")

    def test_adds_nothing_to_an_instant(self) -> None:
        assert add_working(always(OFFICE), rome("2026-06-07 12:00"), 0 * HOUR) == rome(
            "2026-06-07 12:00"
        )

    def test_looks_only_so_far_ahead(self) -> None:
        shut = always(week())

        with pytest.raises(CalendarShut, match="3660 days"):
            add_working(shut, rome("2026-06-08 12:00"), HOUR)


class TestWorkingBetween:
    def test_counts_the_hour_that_a_night_lost(self) -> None:
        round_the_clock = always(week("00:00-24:00", days=7))
        night = rome("2026-03-29 00:00"), rome("2026-03-29 06:00")

        assert working_between(round_the_clock, *night) == 5 * HOUR

    def test_counts_the_hour_that_a_night_gained(self) -> None:
        round_the_clock = always(week("00:00-24:00", days=7))
        night = rome("2026-10-25 00:00"), rome("2026-10-25 06:00")

        assert working_between(round_the_clock, *night) == 7 * HOUR

    def test_loses_no_minute_at_midnight(self) -> None:
        for windows in (("00:00-24:00",), ("00:00-12:00", "12:00-24:00"), ("06:00-06:00",)):
            calendar = always(week(*windows, days=7))
            between = rome("2026-06-01 18:00"), rome("2026-06-11 18:00")

            assert working_between(calendar, *between) == timedelta(days=10), windows

    def test_counts_no_minute_twice_where_a_shift_meets_the_next_day(self) -> None:
        overlapping = always(week("08:00-08:30", "20:00-10:00", days=7))

        assert (
            working_between(overlapping, rome("2026-06-02 00:00"), rome("2026-06-03 00:00"))
            == 14 * HOUR
        )

    def test_is_nothing_backwards(self) -> None:
        assert working_between(
            always(OFFICE), rome("2026-06-08 12:00"), rome("2026-06-08 11:00")
        ) == timedelta(0)


class TestADay:
    def test_is_closed_on_the_holidays_of_its_country(self) -> None:
        italian = week("09:00-17:00", country="IT")

        assert italian.windows(date(2026, 6, 2)) == ()
        assert OFFICE.windows(date(2026, 6, 2)) != ()

    def test_is_closed_on_the_patrons_day_of_each_year(self) -> None:
        milan = week("09:00-17:00", yearly=read_yearly(["12-07"]))

        assert [milan.windows(date(year, 12, 7)) for year in (2026, 2027)] == [(), ()]

    def test_opens_specially_even_on_a_holiday(self) -> None:
        special = {date(2026, 6, 2): read_windows(["10:00-12:00"], field="special")}
        italian = week("09:00-17:00", country="IT", special=special)

        assert add_working(always(italian), rome("2026-06-01 16:30"), HOUR) == rome(
            "2026-06-02 10:30"
        )

    def test_is_shut_where_it_is_listed_so(self) -> None:
        assert without(OFFICE, date(2026, 6, 8)).windows(date(2026, 6, 8)) == ()

    def test_counts_among_working_days_where_it_opens(self) -> None:
        italian = week("09:00-17:00", country="IT")

        assert add_working_days(italian, date(2026, 5, 29), 2) == date(2026, 6, 3)
        with pytest.raises(CalendarShut):
            add_working_days(week(), date(2026, 5, 29), 1)


class TestVersions:
    LONGER = week("09:00-19:00")

    def timetable(self, *since: str) -> Timetable:
        stated = (CalendarVersion("1", rome("1970-01-01 00:00"), OFFICE),)
        newer = tuple(CalendarVersion(str(2 + at), rome(day), self.LONGER)
                      for at, day in enumerate(since))  # fmt: skip
        return Timetable(stated + newer)

    def test_count_from_their_day_on(self) -> None:
        timetable = self.timetable("2026-06-10 00:00")
        week_ = list(spans(timetable, rome("2026-06-08 00:00"), rome("2026-06-12 00:00")))

        assert [(one.version, one.end - one.start) for one in week_] == [
            ("1", 8 * HOUR), ("1", 8 * HOUR), ("2", 10 * HOUR), ("2", 10 * HOUR),
        ]  # fmt: skip
        assert timetable.version_at(rome("2026-06-09 23:59")).version == "1"
        assert timetable.version_at(rome("2026-06-10 00:00")).version == "2"

    def test_stated_later_go_before_those_that_begin_later(self) -> None:
        timetable = self.timetable("2026-08-01 00:00", "2026-06-01 00:00")

        assert timetable.version_at(rome("2026-09-01 00:00")).version == "3"

    def test_may_change_within_a_window(self) -> None:
        timetable = self.timetable("2026-06-08 12:00")
        day = rome("2026-06-08 00:00"), rome("2026-06-09 00:00")

        assert working_between(timetable, *day) == 10 * HOUR


class TestACalendar:
    def test_that_never_opens_is_refused(self) -> None:
        with pytest.raises(CalendarInvalid, match="never opens"):
            check_opens(always(week()), since=rome("2026-06-08 00:00"))

    @pytest.mark.parametrize(
        "text", ["", "8-12", "08:00", "08:00-25:00", "24:00-06:00", "08:60-12:00", "08:00-24:30"]
    )
    def test_names_the_window_that_is_none(self, text: str) -> None:
        with pytest.raises(CalendarInvalid, match="no window"):
            read_windows([text], field="mon")

    def test_refuses_windows_that_overlap(self) -> None:
        with pytest.raises(CalendarInvalid, match="overlap"):
            read_windows(["08:00-12:00", "11:00-13:00"], field="mon")

    @pytest.mark.parametrize("text", ["6-24", "13-01", "02-30", "june"])
    def test_refuses_a_day_that_no_year_has(self, text: str) -> None:
        with pytest.raises(CalendarInvalid):
            read_yearly([text])

    def test_refuses_a_place_that_is_none(self) -> None:
        with pytest.raises(Invalid):
            check_calendar(WorkingCalendar("Europe/Roma", ((),) * 7))
        with pytest.raises(Invalid):
            check_calendar(week("09:00-17:00", country="XX"))
        with pytest.raises(CalendarInvalid):
            check_calendar(WorkingCalendar("Europe/Rome", ((),) * 6))

    def test_is_written_as_it_is_read(self) -> None:
        told = ("00:00-06:00", "08:00-12:30", "22:00-24:00")

        assert written_windows(read_windows(told, field="mon")) == told
        assert written_windows(read_windows(["22:00-06:00"], field="mon")) == ("22:00-06:00",)


clocks = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """A week with up to three windows a day, some over midnight, that opens at least once."""
    days = []
    for _ in range(7):
        cuts = sorted(draw(st.sets(clocks, max_size=6)))
        pairs = [f"{a}-{b}" for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
        days.append(read_windows(pairs, field="mon"))
    if not any(days):
        days[draw(st.integers(0, 6))] = read_windows(["22:00-05:00"], field="mon")
    return WorkingCalendar(draw(st.sampled_from(["Europe/Rome", "America/Santiago"])), tuple(days))


instants = st.integers(0, 335 * 24 * 60).map(
    lambda passed: datetime(2026, 1, 1, tzinfo=UTC) + passed * MINUTE
)
minutes = st.integers(0, 3_000).map(lambda count: count * MINUTE)


class TestAlways:
    @given(calendars(), instants, minutes)
    def test_as_much_lies_between_as_was_added(
        self, calendar: WorkingCalendar, start: datetime, worked: timedelta
    ) -> None:
        timetable = always(calendar)

        assert working_between(timetable, start, add_working(timetable, start, worked)) == worked

    @given(calendars(), instants, minutes, st.integers(0, 60))
    def test_a_holiday_never_makes_it_sooner(
        self, calendar: WorkingCalendar, start: datetime, worked: timedelta, ahead: int
    ) -> None:
        day = start.date() + timedelta(days=ahead)

        later = add_working(always(without(calendar, day)), start, worked)

        assert later >= add_working(always(calendar), start, worked)

    @given(calendars(), instants, minutes, minutes)
    def test_time_adds_up(
        self, calendar: WorkingCalendar, start: datetime, one: timedelta, other: timedelta
    ) -> None:
        timetable, middle = always(calendar), start + one

        assert working_between(timetable, start, middle) + working_between(
            timetable, middle, middle + other
        ) == working_between(timetable, start, middle + other)
