"""Days on which banks work: weekends and holidays of a country left out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.bank_days import bank_days_after, is_bank_day, next_bank_day

FRIDAY = date(2026, 6, 12)


class TestBankDays:
    @pytest.mark.parametrize(
        ("day", "country", "works"),
        [
            (FRIDAY, "IT", True),
            (date(2026, 6, 13), "IT", False),
            (date(2026, 6, 2), "IT", False),  # Festa della Repubblica
            (date(2026, 6, 2), "DE", True),
            (date(2026, 4, 6), "IT", False),  # Easter Monday
            (FRIDAY, "ZZ", True),
            (date(2026, 6, 13), "ZZ", False),
        ],
    )
    def test_are_neither_weekends_nor_holidays(
        self, day: date, country: str, *, works: bool
    ) -> None:
        assert is_bank_day(day, country) is works

    def test_after_a_friday_begin_on_monday(self) -> None:
        assert bank_days_after(FRIDAY, 3, "IT") == date(2026, 6, 17)
        assert bank_days_after(date(2026, 6, 13), 0, "IT") == date(2026, 6, 15)
        assert bank_days_after(date(2026, 12, 23), 2, "IT") == date(2026, 12, 28)

    @given(
        st.dates(date(1990, 1, 1), date(2090, 1, 1)),
        st.integers(0, 30),
        st.sampled_from(["IT", "DE"]),
    )
    def test_lie_ahead_one_after_the_other(self, day: date, count: int, country: str) -> None:
        found = bank_days_after(day, count, country)

        assert found >= next_bank_day(day, country) >= day
        assert bank_days_after(day, count + 1, country) > found
