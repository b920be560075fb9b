"""What lateness comes to by country: the worked cases, the turn of a half-year, and refusals."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from carecredit.kernel.errors import Invalid
from carecredit.receivables import rules

ITALY: dict[str, Any] = {"country": "IT", "parties": "B2B", "currency": "EUR"}
GERMANY: dict[str, Any] = {"country": "DE", "parties": "B2B", "currency": "EUR"}
BRITAIN: dict[str, Any] = {"country": "GB", "parties": "B2B", "currency": "GBP"}


class TestLateInterest:
    def test_reckons_91_days_in_italy(self) -> None:
        found = rules.late_interest(
            **ITALY, principals=["1000.00"], due_on=date(2026, 3, 31), paid_on=date(2026, 6, 30)
        )

        assert (found.interest_minor, found.fixed_minor) == (2531, 4000)

    def test_reckons_30_days_in_britain(self) -> None:
        found = rules.late_interest(
            **BRITAIN, principals=["5000.00"], due_on=date(2026, 7, 31), paid_on=date(2026, 8, 30)
        )

        assert (found.interest_minor, found.fixed_minor) == (4829, 7000)

    def test_reckons_nine_points_over_the_base_rate_in_germany(self) -> None:
        # 73 days are a fifth of a year: 1.27 + 9 = 10.27 % of 1,000 is 102.70, a fifth 20.54.
        found = rules.late_interest(
            **GERMANY, principals=["1000.00"], due_on=date(2026, 1, 31), paid_on=date(2026, 4, 14)
        )
        low = rules.late_interest(
            **GERMANY, principals=["1000.00"], due_on=date(2021, 1, 31), paid_on=date(2021, 4, 14)
        )

        assert (found.interest_minor, found.fixed_minor) == (2054, 4000)
        assert low.lines[0].percent == Fraction("8.12")  # the base rate was below zero
        assert "288" in str(found.source)

    def test_moves_the_german_base_rate_as_the_law_says_with_the_refinancing_rate(self) -> None:
        base, ecb = (rules.late_rule(key).rates for key in ("de_b2b", "eu_b2b"))
        ecb_from = {rate.from_on: rate.percent for rate in ecb}

        moved = {rate.from_on: rate.percent - ecb_from[rate.from_on] for rate in base}

        assert set(moved.values()) == {Fraction("-0.88")}

    def test_takes_each_half_years_own_rate_for_its_own_days(self) -> None:
        found = rules.late_interest(
            **BRITAIN, principals=["1000.00"], due_on=date(2025, 5, 31), paid_on=date(2025, 7, 31)
        )

        assert [(line.days, line.percent) for line in found.lines] == [
            (30, Fraction("12.75")),
            (31, Fraction("12.25")),
        ]
        assert found.interest_minor == 2088  # 10.4795 + 10.4041 = 20.8836

    def test_rounds_the_sum_once_and_half_up(self) -> None:
        # 73 days are a fifth of a year.
        found = rules.late_interest(
            **ITALY,
            principals=["0.50", "0.50", "98.99"],
            due_on=date(2026, 1, 31),
            paid_on=date(2026, 4, 14),
        )

        exact = sum((line.interest for line in found.lines), Fraction())
        assert exact == Fraction(9999 * 1015 * 73, 100 * 100 * 365)
        assert found.interest_minor == 203
        half = rules.late_interest(
            **ITALY, principals=["1000.00"] * 2, due_on=date(2026, 1, 31), paid_on=date(2026, 2, 1)
        )
        assert half.interest_minor == 56  # 55.616

    def test_goes_up_at_exactly_half_a_cent(self) -> None:
        # 73 days are a fifth of a year: 10.15 % of 50.00 is 5.075, a fifth of it 1.015.
        found = rules.late_interest(
            **ITALY, principals=["50.00"], due_on=date(2026, 1, 31), paid_on=date(2026, 4, 14)
        )

        assert found.lines[0].interest == Fraction("101.5")
        assert found.interest_minor == 102

    def test_asks_nothing_of_the_kind_of_consumers(self) -> None:
        found = rules.late_interest(
            country="IT", parties="B2C", currency="EUR", principals=["1000.00"],
            due_on=date(2026, 3, 31), paid_on=date(2026, 6, 30),
        )  # fmt: skip

        assert (found.interest_minor, found.fixed_minor, found.rule) == (0, 0, None)

    def test_asks_nothing_of_what_was_paid_on_its_day(self) -> None:
        found = rules.late_interest(
            **ITALY, principals=["1000.00"], due_on=date(2026, 3, 31), paid_on=date(2026, 3, 31)
        )

        assert (found.interest_minor, found.fixed_minor) == (0, 0)

    def test_refuses_days_whose_rate_nobody_knows(self) -> None:
        with pytest.raises(rules.RateUnknown, match="2026-07-01"):
            rules.late_interest(
                **ITALY, principals=["1.00"], due_on=date(2026, 6, 1), paid_on=date(2026, 7, 1)
            )

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"country": "FR"}, "country"),
            ({"parties": "b2b"}, "parties"),
            ({"currency": "USD"}, "currency"),
            ({"principals": []}, "principals"),
            ({"principals": ["-1.00"]}, "principals"),
        ],
    )
    def test_refuses_what_it_does_not_know(self, wrong: dict[str, Any], field: str) -> None:
        asked = {**ITALY, "principals": ["1.00"]} | wrong

        with pytest.raises(Invalid) as refused:
            rules.fixed_compensation(**asked)

        assert refused.value.field == field


class TestFixedCompensation:
    def test_is_due_for_each_invoice(self) -> None:
        found = rules.fixed_compensation(**ITALY, principals=["300.00", "120.00"])

        assert found.fixed_minor == 8000

    def test_goes_by_the_size_of_each_in_britain(self) -> None:
        sizes = ["999.99", "1000.00", "9999.99", "10000.00"]

        found = [rules.fixed_compensation(**BRITAIN, principals=[each]) for each in sizes]

        assert [each.fixed_minor for each in found] == [4000, 7000, 7000, 10000]
