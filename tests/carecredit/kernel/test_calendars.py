"""Local days, months and periods, where calendars are awkward."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.calendars import (
    DayRange,
    Period,
    add_months,
    at_local,
    is_month_end,
    local_date,
    month_end,
    start_of_day,
    zone,
)
from carecredit.kernel.errors import Invalid

days = st.dates(date(1990, 1, 1), date(2036, 12, 31))
zones = st.sampled_from(
    [
        "Europe/Rome",
        "Africa/Cairo",
        "America/Santiago",
        "Asia/Kolkata",
        "Pacific/Apia",
        "Australia/Lord_Howe",
        "America/New_York",
        "UTC",
    ]
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type] # day, hour and minute


class TestAMonth:
    @pytest.mark.parametrize(
        ("day", "months", "expected"),
        [
            (date(2023, 2, 28), -1, date(2023, 1, 31)),
            (date(2024, 2, 28), -1, date(2024, 1, 28)),
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2024, 2, 29), -1, date(2024, 1, 31)),
            (date(2026, 3, 31), -1, date(2026, 2, 28)),
            (date(2026, 3, 30), -1, date(2026, 2, 28)),
            (date(2026, 4, 30), 1, date(2026, 5, 31)),
            (date(2026, 1, 30), 1, date(2026, 2, 28)),
            (date(2026, 12, 15), 1, date(2027, 1, 15)),
            (date(2026, 1, 15), -1, date(2025, 12, 15)),
            (date(2026, 6, 8), 0, date(2026, 6, 8)),
        ],
    )
    def test_end_stays_a_month_end_and_no_day_is_invented(
        self, day: date, months: int, expected: date
    ) -> None:
        assert add_months(day, months) == expected

    @given(days, st.integers(-240, 240))
    def test_further_lands_in_the_month_that_was_meant(self, day: date, months: int) -> None:
        moved = add_months(day, months)

        assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
        assert not is_month_end(day) or is_month_end(moved)

    def test_has_a_last_day(self) -> None:
        assert (month_end(2024, 2), month_end(2025, 2)) == (date(2024, 2, 29), date(2025, 2, 28))


class TestALocalDay:
    @pytest.mark.parametrize(
        ("day", "place", "expected"),
        [
            # Cairo skips midnight on the last Friday of April: the day starts at one.
            (date(2027, 4, 30), "Africa/Cairo", utc(2027, 4, 29, 22)),
            # Santiago skips it on the first Sunday after 1 September.
            (date(2026, 9, 6), "America/Santiago", utc(2026, 9, 6, 4)),
            # Santiago lives 23 to 24 twice in April: the next day starts at the second midnight.
            (date(2026, 4, 5), "America/Santiago", utc(2026, 4, 5, 4)),
            (date(2026, 6, 8), "Europe/Rome", utc(2026, 6, 7, 22)),
            (date(2026, 10, 25), "Europe/Rome", utc(2026, 10, 24, 22)),
            # Havana lives midnight to one twice: the day starts at the first of the two.
            (date(2026, 11, 1), "America/Havana", utc(2026, 11, 1, 4)),
        ],
    )
    def test_starts_at_its_first_instant(self, day: date, place: str, expected: datetime) -> None:
        assert start_of_day(day, zone(place)) == expected

    @given(days, zones)
    def test_holds_its_first_instant_and_not_the_one_before(self, day: date, place: str) -> None:
        if (day, place) == (date(2011, 12, 30), "Pacific/Apia"):
            return  # Samoa crossed the date line and left this day out
        start = start_of_day(day, zone(place))

        assert local_date(start, zone(place)) == day
        assert local_date(start - timedelta(microseconds=1), zone(place)) < day

    def test_takes_a_missing_hour_as_the_next_that_exists(self) -> None:
        rome = zone("Europe/Rome")

        assert at_local(date(2026, 3, 29), time(2, 30), rome) == utc(2026, 3, 29, 1)

    def test_takes_an_hour_lived_twice_as_the_first(self) -> None:
        rome = zone("Europe/Rome")

        assert at_local(date(2026, 10, 25), time(2, 30), rome) == utc(2026, 10, 25, 0, 30)

    def test_does_not_begin_before_itself(self) -> None:
        cairo = zone("Africa/Cairo")

        assert at_local(date(2027, 4, 30), time(0, 0), cairo) == utc(2027, 4, 29, 22)


class TestAZone:
    @pytest.mark.parametrize(
        "key",
        ["", "Rome", "Europe/Atlantis", "../../etc/passwd", "Europe", "/Europe/Rome", "tzdata.zi"],
    )
    def test_that_does_not_exist_is_refused(self, key: str) -> None:
        with pytest.raises(Invalid, match="no IANA zone"):
            zone(key)

    def test_knows_its_name(self) -> None:
        assert str(zone("Europe/Rome")) == "Europe/Rome"


class TestAPeriod:
    def test_has_its_start_and_not_its_end(self) -> None:
        period = Period(utc(2026, 1, 1), utc(2026, 1, 2))

        assert utc(2026, 1, 1) in period
        assert utc(2026, 1, 2) not in period

    def test_without_an_end_lasts(self) -> None:
        assert utc(2200, 1, 1) in Period(utc(2026, 1, 1))
        assert utc(2025, 12, 31) not in Period(utc(2026, 1, 1))

    def test_of_days_has_both_ends(self) -> None:
        week = DayRange(date(2026, 6, 8), date(2026, 6, 14))

        assert week.days == len(list(week)) == 7
        assert week.last in week
        assert date(2026, 6, 15) not in week
