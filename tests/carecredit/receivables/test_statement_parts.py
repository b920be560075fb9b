"""What is open of the parts of an invoice, and what of it is contested."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from carecredit.receivables import rules

parts = st.lists(
    st.builds(
        rules.Part,
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.integers(1, 10_000),
    ),
    min_size=1,
    max_size=6,
)


class TestOpenParts:
    @given(parts, st.integers(0, 80_000))
    def test_lose_no_cent(self, given: list[rules.Part], applied: int) -> None:
        gross = sum(part.minor for part in given)

        opened = list(rules.open_parts(given, applied))

        assert sum(minor for _, minor in opened) == max(gross - applied, 0)
        assert all(0 <= minor <= part.minor for part, minor in opened)
        assert [part.due_on for part, _ in opened] == sorted(part.due_on for part in given)

    @given(parts, st.integers(0, 80_000))
    def test_leave_nothing_open_before_something_paid(
        self, given: list[rules.Part], applied: int
    ) -> None:
        opened = [(part.minor, minor) for part, minor in rules.open_parts(given, applied)]

        touched = [index for index, (gross, minor) in enumerate(opened) if minor < gross]
        assert all(minor == 0 for _, minor in opened[: max(touched, default=0)])


class TestDisputedAmount:
    @given(st.lists(st.none() | st.integers(1, 10_000)), st.integers(-5_000, 20_000))
    def test_is_never_more_than_is_open(self, amounts: list[int | None], minor: int) -> None:
        disputed = rules.disputed_amount(amounts, minor)

        assert 0 <= disputed <= max(minor, 0)
        assert (disputed == 0) == (not amounts or minor <= 0)
