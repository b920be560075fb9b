"""Money, days and windows read as people of each language write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from carecredit.kernel.calendars import zone
from carecredit.metrics.numerals import Language, percent
from carecredit_api.console.formats import day, money, short_money, window

ROME = zone("Europe/Rome")
NOW = datetime(2026, 12, 1, 8, 40, tzinfo=UTC)


class TestMoney:
    @pytest.mark.parametrize(
        ("minor", "currency", "language", "expected"),
        [
            (123_450, "EUR", "it", "1.234,50\xa0€"),
            (123_450, "EUR", "en", "€1,234.50"),
            (-5, "EUR", "it", "−0,05\xa0€"),
            (100, "JPY", "en", "JP¥100"),
        ],
    )
    def test_is_exact_to_the_cent(
        self, minor: int, currency: str, language: Language, expected: str
    ) -> None:
        assert money(minor, currency, language) == expected

    def test_is_rounded_where_asked(self) -> None:
        assert money(64_100_049, "EUR", "en", whole=True) == "€641,000"
        assert money(-5, "EUR", "it", whole=True) == "0\xa0€"


class TestShortMoney:
    @pytest.mark.parametrize(
        ("minor", "expected"),
        [
            (102_600_000, ("1,03", "M€")),
            (4_125_000, ("41,2", "k€")),
            (41_275, ("412,75", "€")),
            (0, ("0,00", "€")),
        ],
    )
    def test_chooses_its_unit(self, minor: int, expected: tuple[str, str]) -> None:
        assert short_money(Decimal(minor), "EUR", "it") == expected

    @pytest.mark.parametrize(
        ("minor", "currency", "expected"),
        [
            (361_335, "GBP", "£3,613.35"),
            (-3_613_350, "GBP", "−£36.1k"),
            (102_600_000, "EUR", "€1.03M"),
        ],
    )
    def test_has_its_sign_where_english_has_it(
        self, minor: int, currency: str, expected: str
    ) -> None:
        assert short_money(Decimal(minor), currency, "en") == (expected, "")

    def test_writes_a_share_as_the_language_does(self) -> None:
        assert (percent(Decimal("79.64"), "it"), percent(-1, "en")) == ("79,6%", "−1.0%")


class TestDay:
    def test_is_written_as_its_language_does(self) -> None:
        assert day(date(2026, 11, 4), "it") == "04/11/2026"
        assert day(date(2026, 11, 4), "en") == "4 Nov 2026"


class TestWindow:
    @pytest.mark.parametrize(
        ("opens", "closes", "expected"),
        [
            ((1, 8), None, "Ora"),
            ((1, 8), (1, 11), "Ora, fino alle 12:00"),
            ((1, 13), (1, 16), "14:00–17:00"),
            ((1, 13), None, "dalle 14:00"),
            ((1, 6), (1, 8), "Fascia chiusa alle 09:00"),
            ((2, 8), (2, 9), "02/12/2026, 09:00–10:00"),
        ],
    )
    def test_is_told_in_the_operators_hours(
        self, opens: tuple[int, int], closes: tuple[int, int] | None, expected: str
    ) -> None:
        opens_at = datetime(2026, 12, *opens, tzinfo=UTC)
        closes_at = datetime(2026, 12, *closes, tzinfo=UTC) if closes else None

        assert window(opens_at, closes_at, now=NOW, at=ROME, language="it") == expected
