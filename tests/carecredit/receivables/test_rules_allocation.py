"""Whose invoice money settles: the customer's word, then nature, then the mandate's order."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import InvoiceId, new_id
from carecredit.kernel.money import Money
from carecredit.mandates.rules import NATURES, AllocationOrder
from carecredit.receivables.rules import (
    OpenItem,
    Share,
    ShareBeyondOpen,
    SharesBeyondAmount,
    allocate,
    instructed,
)

A, B, C, D = (InvoiceId(new_id()) for _ in range(4))
IDS = [A, B, C, D]
JAN, FEB, MAR = date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)
NUMBERS = dict(zip(IDS, ("F-1", "F-2", "F-3", "F-4"), strict=True))
ITEMS = st.lists(
    st.builds(
        OpenItem,
        invoice_id=st.sampled_from(IDS),
        due_on=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        open_minor=st.integers(-50, 5_000),
        nature=st.sampled_from(NATURES),
    ),
    max_size=8,
    unique_by=lambda item: (item.invoice_id, item.due_on, item.nature),
)
ORDERS = st.sampled_from(list(AllocationOrder))


def told(shares: tuple[Share, ...]) -> dict[InvoiceId, int]:
    return {share.invoice_id: share.minor for share in shares}


class TestAllocate:
    @given(st.integers(1, 20_000), ITEMS, ORDERS, st.permutations(NATURES))
    def test_loses_no_cent_and_goes_never_beyond_what_is_open(
        self, minor: int, items: list[OpenItem], order: str, natures: list[str]
    ) -> None:
        shares = told(allocate(minor, items, order=order, natures=natures))

        owed: dict[InvoiceId, int] = {}
        for item in items:
            owed[item.invoice_id] = owed.get(item.invoice_id, 0) + max(0, item.open_minor)
        assert all(0 < share <= owed[key] for key, share in shares.items())
        whole = 0 if order == AllocationOrder.AS_STATED else min(minor, sum(owed.values()))
        assert sum(shares.values()) == whole

    @given(st.integers(1, 20_000), ITEMS, ORDERS, st.integers())
    def test_does_not_depend_on_the_order_in_which_invoices_come(
        self, minor: int, items: list[OpenItem], order: str, seed: int
    ) -> None:
        shuffled = Random(seed).sample(items, len(items))

        assert told(allocate(minor, items, order=order)) == told(
            allocate(minor, shuffled, order=order)
        )

    def test_goes_by_due_date_through_the_instalments_of_several_invoices(self) -> None:
        items = [OpenItem(A, JAN, 100), OpenItem(A, MAR, 100), OpenItem(B, FEB, 100)]

        assert told(allocate(150, items)) == {A: 100, B: 50}
        assert told(allocate(250, items)) == {A: 150, B: 100}

    def test_settles_costs_then_interest_then_principal(self) -> None:
        items = [
            OpenItem(A, JAN, 100), OpenItem(B, MAR, 10, "interest"), OpenItem(C, MAR, 5, "costs"),
        ]  # fmt: skip

        assert told(allocate(12, items)) == {C: 5, B: 7}
        assert told(allocate(12, items, natures=("principal", "interest", "costs"))) == {A: 12}

    def test_gives_each_its_part_to_the_cent(self) -> None:
        items = [OpenItem(A, JAN, 100), OpenItem(B, JAN, 100), OpenItem(C, JAN, 100)]

        shares = allocate(100, items, order="proportional")

        assert sorted(share.minor for share in shares) == [33, 33, 34]

    @given(st.integers(1, 20_000), ITEMS)
    def test_strays_from_an_exact_part_by_less_than_a_cent(
        self, minor: int, items: list[OpenItem]
    ) -> None:
        same = [item for item in items if item.nature == "principal" and item.open_minor > 0]
        total = sum(item.open_minor for item in same)

        for share in allocate(minor, same, order="proportional"):
            owed = sum(item.open_minor for item in same if item.invoice_id == share.invoice_id)
            exact = min(minor, total) * owed / total
            assert abs(share.minor - exact) < 1

    def test_leaves_what_is_not_stated_unapplied(self) -> None:
        assert allocate(50, [OpenItem(A, JAN, 100)], order="as_stated") == ()


def follow(minor: int, wishes: list[Share], room: dict[InvoiceId, int]) -> tuple[Share, ...]:
    return instructed(Money(minor, "EUR"), wishes, room, day=MAR, numbers=NUMBERS)


class TestInstructed:
    def test_follows_the_customers_word_against_the_order(self) -> None:
        shares = follow(80, [Share(B, 50), Share(B, 10), Share(A, 20)], {A: 100, B: 60})

        assert told(shares) == {B: 60, A: 20}

    def test_cuts_nothing_to_fit(self) -> None:
        with pytest.raises(
            ShareBeyondOpen, match=r"1\.01 EUR .* 1\.00 EUR that invoice F-1 .* 2026-03-31"
        ):
            follow(200, [Share(A, 101)], {A: 100})
        with pytest.raises(ShareBeyondOpen):
            follow(200, [Share(B, 1)], {A: 100})
        with pytest.raises(SharesBeyondAmount):
            follow(50, [Share(A, 51)], {A: 100})
        with pytest.raises(Invalid, match="above zero"):
            follow(50, [Share(A, 0)], {A: 100})
