"""Money: exact, of one currency, and never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel import money
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import CurrencyMismatch, Money

minors = st.integers(-(10**15), 10**15)
currencies = st.sampled_from(sorted(money.CURRENCIES))


class TestAnAmount:
    @given(minors, currencies)
    def test_is_read_back_as_it_was_written(self, minor: int, currency: str) -> None:
        assert money.parse_minor(money.major(minor, currency), currency) == minor

    @pytest.mark.parametrize(
        ("text", "currency", "minor"),
        [
            ("1234.50", "EUR", 123_450),
            ("1234.5", "EUR", 123_450),
            ("1234.500000", "EUR", 123_450),
            ("-0.01", "EUR", -1),
            ("0", "EUR", 0),
            ("-0", "EUR", 0),
            ("1500", "JPY", 1_500),
            ("1500.00", "JPY", 1_500),
            ("1.234", "KWD", 1_234),
            ("1.2345", "CLF", 12_345),
            ("7.50", "XXX", 750),
        ],
    )
    def test_is_read_with_the_decimals_of_its_currency(
        self, text: str, currency: str, minor: int
    ) -> None:
        assert money.parse_minor(text, currency) == minor

    @pytest.mark.parametrize(
        "text",
        [
            *("", "1,50", "1.234,50", "1 000", "1_000", "+1", "1e3", "NaN", "Infinity", "٣", "1."),
            *(".5", "1.001", "-", "--1", " 1", "1\n", "10000000000000.01", "9" * 17, "1e1000000"),
        ],
    )
    def test_that_is_not_plain_is_refused_and_never_guessed(self, text: str) -> None:
        with pytest.raises(Invalid):
            money.parse_minor(text, "EUR")

    @pytest.mark.parametrize(
        ("minor", "currency", "text"),
        [(5, "EUR", "0.05"), (-5, "EUR", "-0.05"), (0, "JPY", "0"), (12, "BHD", "0.012")],
    )
    def test_is_written_in_major_units(self, minor: int, currency: str, text: str) -> None:
        assert money.major(minor, currency) == text

    def test_says_its_currency(self) -> None:
        assert str(Money.parse("1234.5", "EUR")) == "1234.50 EUR"


TEXTS = ["1.00", "12.34", "999999999999.99", "7", "-3.50", "0.5", "1.00\n2.00", "", "1.001", "\n"]


class TestManyAmounts:
    @given(st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(["EUR", "EUR", "JPY"]))))
    def test_are_read_as_each_would_be(self, given: list[tuple[str, str]]) -> None:
        texts, currencies = [text for text, _ in given], [currency for _, currency in given]
        try:
            each = [money.parse_minor(text, currency) for text, currency in given]
        except Invalid:
            with pytest.raises(Invalid):
                money.parse_minors(texts, currencies)
        else:
            assert money.parse_minors(texts, currencies) == each


class TestTwoAmounts:
    def test_of_two_currencies_cannot_be_put_together(self) -> None:
        euro, franc = Money(1, "EUR"), Money(1, "CHF")

        for act in (
            lambda: euro + franc,
            lambda: euro - franc,
            lambda: euro < franc,
            lambda: euro <= franc,
            lambda: money.total([euro, franc], "EUR"),
        ):
            with pytest.raises(CurrencyMismatch):
                act()

    @given(minors, minors)
    def test_add_and_take_away_exactly(self, one: int, other: int) -> None:
        first, second = Money(one, "EUR"), Money(other, "EUR")

        assert first + second - second == first
        assert (first < second) is (one < other)
        assert (first >= second) is (one >= other)

    def test_of_none_are_zero(self) -> None:
        assert money.total([], "CHF") == Money(0, "CHF")


class TestASplit:
    @given(minors, st.integers(1, 60))
    def test_adds_up_to_the_cent_and_is_even(self, minor: int, parts: int) -> None:
        split = Money(minor, "EUR").split(parts)

        assert len(split) == parts
        assert sum(part.minor for part in split) == minor
        assert max(part.minor for part in split) - min(part.minor for part in split) <= 1

    def test_gives_the_left_over_to_the_first_parts(self) -> None:
        assert [part.minor for part in Money(-100, "EUR").split(3)] == [-34, -33, -33]

    def test_into_no_parts_is_refused(self) -> None:
        with pytest.raises(Invalid):
            Money(1, "EUR").split(0)


class TestACurrency:
    @pytest.mark.parametrize("code", ["eur", "EURO", "", "ABC", "€"])
    def test_outside_iso_4217_is_refused(self, code: str) -> None:
        with pytest.raises(Invalid):
            money.check_currency(code)

    def test_within_it_is_accepted(self) -> None:
        assert [money.check_currency(code) for code in ("EUR", "XXX")] == ["EUR", "XXX"]
