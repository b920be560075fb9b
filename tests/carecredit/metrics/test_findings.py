"""Findings are worked out, and honest when a series is flat, short or undefined."""

from datetime import date

import pytest

from carecredit.kernel.calendars import add_months
from carecredit.metrics.findings import SENTENCES, Point, aging_finding, dso_finding
from carecredit.metrics.numerals import Language, number


def series(*values: float | None) -> list[Point]:
    last = date(2026, 11, 30)
    return [
        Point(add_months(last, index - len(values) + 1), value)
        for index, value in enumerate(values)
    ]


class TestSentences:
    def test_are_the_same_in_every_language(self) -> None:
        assert SENTENCES["it"].keys() == SENTENCES["en"].keys()


class TestDsoFinding:
    @pytest.mark.parametrize(
        ("values", "italian", "english"),
        [
            (
                (60, 56.6, 55.2, 53.4, 52.1, 50.3, 48.6, 47.2),
                "In 6 mesi 9,4 giorni in meno",
                "9.4 days fewer in 6 months",
            ),
            ((40, 43.1), "In 1 mese 3,1 giorni in più", "3.1 days more in 1 month"),
            (
                (47.21, 47.2, 47.22),
                "In 2 mesi è rimasto a 47,2 giorni",
                "Steady at 47.2 days in 2 months",
            ),
            (
                (47.2,),
                "47,2 giorni; manca un mese precedente con cui confrontarlo",
                "47.2 days; there is no earlier month to compare with",
            ),
            ((50, None), "A nov 2026 non è calcolabile", "Cannot be worked out for Nov 2026"),
            ((None, 50, 48), "In 1 mese 2,0 giorni in meno", "2.0 days fewer in 1 month"),
            ((), "Nessun dato da mostrare", "Nothing to show yet"),
        ],
    )
    def test_compares_with_six_months_before_or_says_why_not(
        self, values: tuple[float | None, ...], italian: str, english: str
    ) -> None:
        assert dso_finding(series(*values), "it") == italian
        assert dso_finding(series(*values), "en") == english


class TestAgingFinding:
    @pytest.mark.parametrize(
        ("values", "italian"),
        [
            ((417, 430, 288), "In 2 mesi il tratto oltre 90 giorni scende del 31%"),
            ((100, 108), "In 1 mese il tratto oltre 90 giorni sale dell’8%"),
            ((100, 89), "In 1 mese il tratto oltre 90 giorni scende dell’11%"),
            ((1000, 1001), "In 1 mese il tratto oltre 90 giorni è rimasto stabile"),
            ((0, 5), "In 1 mese il tratto oltre 90 giorni, prima vuoto, ha cominciato a riempirsi"),
            ((5, 0), "In 1 mese il tratto oltre 90 giorni si è svuotato"),
            ((0, 0), "Nulla oltre i 90 giorni"),
            ((0,), "Nulla oltre i 90 giorni"),
            ((5, None), "A nov 2026 non è calcolabile"),
        ],
    )
    def test_says_what_became_of_the_oldest_band(
        self, values: tuple[float | None, ...], italian: str
    ) -> None:
        assert aging_finding(series(*values), "it") == italian

    def test_says_it_in_english_too(self) -> None:
        finding = aging_finding(series(417, 288), "en")

        assert finding == "The part over 90 days is down 31% in 1 month"


class TestNumber:
    @pytest.mark.parametrize(
        ("value", "places", "signed", "language", "expected"),
        [
            (1026, 0, False, "it", "1.026"),
            (-1.44, 1, True, "it", "−1,4"),
            (2.8, 1, True, "en", "+2.8"),
            (-0.04, 1, True, "en", "0.0"),
            (0, 1, True, "it", "0,0"),
        ],
    )
    def test_is_written_as_its_language_does(
        self, value: float, places: int, *, signed: bool, language: Language, expected: str
    ) -> None:
        assert number(value, language, places=places, signed=signed) == expected
