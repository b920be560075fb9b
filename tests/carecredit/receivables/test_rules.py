"""What is open, what is late, and whose invoice money settles first."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import InvoiceId, new_id
from carecredit.receivables.rules import (
    OpenItem,
    allocate,
    check_segment,
    days_past_due,
    open_amount,
)

DAY = date(2026, 5, 31)
ITEMS = st.lists(
    st.builds(
        OpenItem,
        invoice_id=st.builds(lambda: InvoiceId(new_id())),
        due_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        open_minor=st.integers(-50, 500),
    ),
    max_size=6,
)


class TestOpenAmount:
    @pytest.mark.parametrize(
        ("gross", "applied", "left"),
        [(100, 0, 100), (100, 40, 60), (100, 100, 0), (100, 130, 0), (-50, 0, -50), (-50, -50, 0)],
    )
    def test_is_never_below_zero_but_for_a_negative_invoice(
        self, gross: int, applied: int, left: int
    ) -> None:
        assert open_amount(gross, applied) == left


class TestDaysPastDue:
    @pytest.mark.parametrize(("after", "days"), [(-1, 0), (0, 0), (1, 1), (30, 30)])
    def test_counts_whole_days_after_the_due_date(self, after: int, days: int) -> None:
        assert days_past_due(DAY, DAY + timedelta(days=after)) == days


class TestAllocate:
    @given(st.integers(1, 2_000), ITEMS)
    def test_never_takes_more_than_there_is_on_either_side(
        self, minor: int, items: list[OpenItem]
    ) -> None:
        shares = {share.invoice_id: share.minor for share in allocate(minor, items)}

        owed = {item.invoice_id: max(0, item.open_minor) for item in items}
        assert all(0 < share <= owed[invoice_id] for invoice_id, share in shares.items())
        assert sum(shares.values()) == min(minor, sum(owed.values()))

    @given(st.integers(1, 2_000), ITEMS)
    def test_begins_a_later_one_only_when_the_earlier_are_settled(
        self, minor: int, items: list[OpenItem]
    ) -> None:
        shares = {share.invoice_id: share.minor for share in allocate(minor, items)}

        begun = [item for item in items if item.invoice_id in shares]
        last = max((item.due_on for item in begun), default=None)
        for item in items:
            if last and item.due_on < last and item.open_minor > 0:
                assert shares[item.invoice_id] == item.open_minor


class TestCheckSegment:
    @pytest.mark.parametrize("name", ["ALL", "all"])
    def test_leaves_the_name_of_the_whole_to_the_whole(self, name: str) -> None:
        with pytest.raises(Invalid, match="all segments"):
            check_segment(name)

    @pytest.mark.parametrize("name", [None, "north", "ALL-IN"])
    def test_accepts_any_other(self, name: str | None) -> None:
        assert check_segment(name) == name
