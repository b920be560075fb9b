"""How long an invoice was left in peace, in days that do not count for what we ask."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.holds.rules import held_days
from carecredit.kernel.calendars import zone

ROME = zone("Europe/Rome")
DUE, TODAY = date(2026, 5, 31), date(2026, 6, 20)
START = datetime(2026, 5, 1, tzinfo=UTC)


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 6, day, hour, tzinfo=UTC)


class TestHeldDays:
    @pytest.mark.parametrize(
        ("holds", "days"),
        [
            ([], 0),
            ([(at(8), at(10))], 2),
            ([(at(8), at(8, 20))], 0),
            ([(at(8), None)], 13),
            ([(at(8), at(12)), (at(10), at(14))], 6),
            ([(at(8), at(14)), (at(10), at(12))], 6),
            ([(START, at(3))], 2),
            ([(at(19), at(28))], 2),
            ([(START, START + timedelta(days=9))], 0),
        ],
    )
    def test_are_counted_once_each_and_only_past_the_due_date(
        self, holds: list[tuple[datetime, datetime | None]], days: int
    ) -> None:
        assert held_days(holds, after=DUE, until=TODAY, at=ROME) == days

    @given(
        st.lists(
            st.tuples(st.integers(0, 1_500), st.none() | st.integers(0, 900)).map(
                lambda it: (
                    START + timedelta(hours=it[0]),
                    None if it[1] is None else START + timedelta(hours=it[0] + it[1]),
                )
            ),
            max_size=8,
        )
    )
    def test_are_never_more_than_the_days_past_due(
        self, holds: list[tuple[datetime, datetime | None]]
    ) -> None:
        found = held_days(holds, after=DUE, until=TODAY, at=ROME)
        days = [DUE + timedelta(days=count) for count in range(1, 21)]
        standing = [
            day
            for day in days
            if any(
                start.astimezone(ROME).date() <= day
                and (end is None or day < end.astimezone(ROME).date())
                for start, end in holds
            )
        ]

        assert found == len(standing) <= (TODAY - DUE).days
