"""The sign of what stands, figures at the edge, and a definition of every number."""

from fractions import Fraction

import pytest

from carecredit.metrics.definitions import definition, definitions
from carecredit.metrics.rules.catalogue import METRIC_IDS, UnknownMetric, resolve
from carecredit.metrics.rules.edge import amount_text, decimal_text
from carecredit.metrics.rules.receivables import Standing, standing


class TestStanding:
    @pytest.mark.parametrize(
        ("gross", "applied", "expected"),
        [
            (100, 30, Standing(70, 0)),
            (100, 140, Standing(0, 40)),
            (100, -20, Standing(120, 0)),
            (-100, 0, Standing(-100, 0)),
            (-100, -140, Standing(0, -40)),
            (0, 5, Standing(0, 5)),
        ],
    )
    def test_never_changes_its_sign(self, gross: int, applied: int, expected: Standing) -> None:
        assert standing(gross, applied) == expected


class TestEdge:
    @pytest.mark.parametrize(
        ("value", "places", "text"),
        [
            (Fraction(1, 2), 0, "0"),
            (Fraction(3, 2), 0, "2"),
            (Fraction(-1, 3), 4, "-0.3333"),
            (Fraction(5, 1000), 2, "0.00"),
            (Fraction(15, 1000), 2, "0.02"),
            (Fraction(-1, 1000), 2, "0.00"),
        ],
    )
    def test_rounds_once_half_even(self, value: Fraction, places: int, text: str) -> None:
        assert decimal_text(value, places) == text

    @pytest.mark.parametrize(
        ("currency", "text"), [("EUR", "12.34"), ("JPY", "1234"), ("BHD", "1.234")]
    )
    def test_writes_money_with_the_decimals_of_its_currency(self, currency: str, text: str) -> None:
        assert amount_text(Fraction(1234), currency) == text


class TestDefinitions:
    def test_stand_for_every_number_of_a_series(self) -> None:
        found = definitions()

        assert tuple(each.id for each in found) == METRIC_IDS
        assert all(each.formula and each.convention and each.source for each in found)

    def test_cover_other_windows_of_the_same_name(self) -> None:
        assert definition("dso.simple.60d").formula == definition("dso.simple.p3m").formula

    @pytest.mark.parametrize("metric_id", ["dso", "dso.simple", "cei.crf.90d", "x.p3m", ""])
    def test_of_an_unknown_name_are_refused_with_the_way_out(self, metric_id: str) -> None:
        with pytest.raises(UnknownMetric, match=r"dso\.simple\.p3m|cei\.crf\.p3m"):
            resolve(metric_id)
