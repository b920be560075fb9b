"""Late interest by dated tables: published answers, half-years, part payments, gaps."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.receivables.rules import (
    LateRuleUnknown,
    Overdue,
    check_late_rule,
    interest,
    is_late,
    late_rule,
    late_rules,
)
from carecredit.receivables.rules.late_rules import LateRule, Rate

DUE = date(2024, 3, 1)


def flat(percent: str, margin: str = "0") -> LateRule:
    """A rule of one rate for ever."""
    rate = Rate(date(1990, 1, 1), date(2099, 12, 31), Fraction(percent), "made up")
    return LateRule(
        key="flat", name={"en": "Flat", "it": "Fisso"}, country="IT", between="businesses",
        currency="EUR", margin_percent=Fraction(margin), rate_of="each_day", compensation=(),
        rates=(rate,), source="made up",
    )  # fmt: skip


def owed(minor: int, *paid: tuple[date, int], due: date = DUE) -> Overdue:
    return Overdue(((due, minor),), paid)


class TestInterest:
    @pytest.mark.parametrize(
        ("minor", "percent", "days", "interest_minor"),
        [
            (450_000, "11", 30, 4_068),  # printed 40.68 (Fiscavo)
            (200_000, "13.25", 45, 3_267),  # printed 32.66, truncated (Toolfy): exact 32.671
        ],
    )
    def test_agrees_with_published_examples_where_they_round(
        self, minor: int, percent: str, days: int, interest_minor: int
    ) -> None:
        paid = (DUE + timedelta(days=days), minor)

        found = interest(flat(percent), owed(minor, paid), through_on=date(2025, 1, 1))

        assert (found.minor, sum(line.days for line in found.lines)) == (interest_minor, days)

    def test_begins_on_the_day_after_the_due_date(self) -> None:
        assert interest(flat("10"), owed(36_500), through_on=DUE).lines == ()
        (line,) = interest(flat("10"), owed(36_500), through_on=DUE + timedelta(days=1)).lines
        assert (line.from_on, line.days, line.interest) == (DUE + timedelta(days=1), 1, 10)

    def test_gives_each_half_year_its_own_rate(self) -> None:
        overdue = owed(100_000, (date(2025, 1, 31), 100_000), due=date(2024, 12, 1))

        found = interest(late_rule("it_b2b"), overdue, through_on=date(2025, 6, 1))

        told = [(line.days, str(line.percent)) for line in found.lines]
        assert told == [(30, "49/4"), (31, "223/20")]
        assert found.minor == round(
            Fraction(100_000) * (Fraction("12.25") * 30 + Fraction("11.15") * 31) / 36_500
        )

    def test_lets_the_principal_fall_with_each_part_payment(self) -> None:
        paid = ((DUE + timedelta(days=10), 40_000), (DUE + timedelta(days=20), 60_000))

        found = interest(flat("10"), owed(100_000, *paid), through_on=date(2025, 1, 1))

        assert [(it.days, it.principal_minor) for it in found.lines] == [
            (10, 100_000),
            (10, 60_000),
        ]

    def test_counts_each_instalment_from_its_own_due_date(self) -> None:
        overdue = Overdue(((DUE, 100), (DUE + timedelta(days=10), 100)), ())

        found = interest(flat("10"), overdue, through_on=DUE + timedelta(days=20))

        assert [(it.days, it.principal_minor) for it in found.lines] == [(10, 100), (10, 200)]

    def test_keeps_one_rate_for_a_whole_delay_where_the_rule_says_so(self) -> None:
        overdue = owed(100_000, due=date(2024, 12, 1))

        found = interest(late_rule("gb_b2b"), overdue, through_on=date(2025, 3, 1))

        assert {line.percent for line in found.lines} == {Fraction("13.25")}

    def test_stops_where_the_table_ends_and_says_so(self) -> None:
        rule = late_rule("it_b2b")
        last = rule.rates[-1].through_on

        found = interest(
            rule, owed(100, due=last - timedelta(days=9)), through_on=last + timedelta(days=30)
        )

        assert sum(line.days for line in found.lines) == 9
        assert found.unknown_from == last + timedelta(days=1)

    @given(
        st.integers(1, 10_000),
        st.lists(st.tuples(st.integers(0, 900), st.integers(1, 3_000)), max_size=5),
        st.integers(0, 900),
        st.integers(0, 900),
    )
    def test_equals_a_count_day_by_day_and_a_waiver_splits_it(
        self, minor: int, paid: list[tuple[int, int]], through: int, waived: int
    ) -> None:
        rule = late_rule("it_b2b")
        overdue = owed(minor, *((DUE + timedelta(days=day), cents) for day, cents in paid))
        by_day = {}
        for day in range(1, through + 1):
            left = minor - sum(cents for at, cents in paid if at < day)
            rate = rule.rate_on(DUE + timedelta(days=day))
            if left > 0 and rate is not None:
                by_day[day] = left * (rate.percent + 8) / 100 / 365
        last = DUE + timedelta(days=through)

        whole = interest(rule, overdue, through_on=last)
        rest = interest(rule, overdue, through_on=last, after=DUE + timedelta(days=waived))

        exact = sum((line.interest for line in whole.lines), Fraction())
        later = sum((line.interest for line in rest.lines), Fraction())
        assert exact == sum(by_day.values())
        assert later == sum(value for day, value in by_day.items() if day > waived)
        assert whole.minor == round(exact)
        assert is_late(overdue, last) == bool(by_day)


class TestTheTables:
    @pytest.mark.parametrize("key", list(late_rules()))
    def test_have_no_gap_and_name_their_source(self, key: str) -> None:
        rule = late_rule(key)

        assert rule.source
        assert set(rule.name) == {"it", "en"}
        for before, after in zip(rule.rates, rule.rates[1:], strict=False):
            assert after.from_on == before.through_on + timedelta(days=1)
        assert all(rate.source for rate in rule.rates)

    def test_say_where_sources_conflict_and_take_the_official_one(self) -> None:
        rate = late_rule("it_b2b").rate_on(date(2024, 9, 1))

        assert rate is not None
        assert (rate.percent, rate.confidence) == (Fraction("4.25"), "conflicting")
        assert "4.50" in (rate.note or "")

    @pytest.mark.parametrize(
        ("key", "owed_minor", "fixed"),
        [
            ("it_b2b", 1, 4_000), ("it_consumer", 1, 0), ("gb_b2b", 99_999, 4_000),
            ("gb_b2b", 100_000, 7_000), ("gb_b2b", 1_000_000, 10_000),
        ],
    )  # fmt: skip
    def test_give_the_fixed_compensation_of_the_country(
        self, key: str, owed_minor: int, fixed: int
    ) -> None:
        assert late_rule(key).compensation_minor(owed_minor) == fixed

    def test_know_no_other_rule(self) -> None:
        assert check_late_rule("none") == "none"
        with pytest.raises(LateRuleUnknown, match="it_b2b"):
            check_late_rule("usury")
