"""Windows, days to average, what is known until when."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.calendars import DayRange, zone
from carecredit.kernel.errors import Invalid
from carecredit.metrics.rules.dates import Every, ends, parse_known, parse_span
from carecredit.metrics.rules.knowledge import known_until
from carecredit.metrics.rules.windows import Window, average_points, day_before, parse_window


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
