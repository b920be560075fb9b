"""Measures and their changes as the month's page writes them."""

from decimal import Decimal
from fractions import Fraction

from carecredit.kernel.money import decimals
from carecredit.metrics import numerals
from carecredit.metrics.numerals import Language, number
from carecredit.metrics.rules.measure import Measure, Unit
from carecredit.papers.formats import money
from carecredit.papers.words import words

WHOLE_FROM = 1_000
"""From so many units of the currency on, cents only distract."""
PLACES = {Unit.DAYS: 1, Unit.PERCENT: 1, Unit.FRACTION: 1, Unit.TIMES: 2, Unit.COUNT: 0}


def written(measure: Measure, currency: str, language: Language, *, exact: bool = False) -> str:
    """Write a measure with its unit; a dash where there is none."""
    if measure.value is None:
        return words(language)["month.undefined"]
    if measure.unit is Unit.MONEY:
        return amount(measure.value, currency, language, exact=exact)
    figure = number(_scaled(measure), language, places=PLACES[measure.unit])
    return _with_unit(figure, measure.unit, language)


def changed(now: Measure, then: Measure, currency: str, language: Language) -> str:
    """Write what changed, with its sign; a dash where there is nothing to compare."""
    if now.value is None or then.value is None:
        return words(language)["month.undefined"]
    if now.unit is Unit.MONEY:
        # As exact as the two are written themselves: cents beside whole amounts only distract.
        exact = max(abs(now.value), abs(then.value)) < WHOLE_FROM * 10 ** decimals(currency)
        difference = now.value - then.value
        figure = amount(difference, currency, language, exact=exact, whole=not exact)
        return f"+{figure}" if difference > 0 else figure
    places = PLACES[now.unit]
    # What is shown must add up: the change is that of the figures as they are written.
    difference_shown = round(_scaled(now), places) - round(_scaled(then), places)
    figure = number(difference_shown, language, places=places, signed=True)
    if now.unit in {Unit.PERCENT, Unit.FRACTION}:
        return words(language)["month.unit_points"].format(value=figure)
    return _with_unit(figure, now.unit, language)


def reason(measure: Measure, language: Language) -> str:
    """Say why a measure has no value; nothing where it has one."""
    return words(language)[f"reason.{measure.status.value}"]


def amount(
    minor: Fraction,
    currency: str,
    language: Language,
    *,
    exact: bool = False,
    whole: bool = False,
) -> str:
    """Write an amount: to the cent where asked or small, else whole."""
    large = not exact and abs(minor) >= WHOLE_FROM * 10 ** decimals(currency)
    return money(round(minor), currency, language, whole=whole or large)


def percent(part: Fraction, whole: Fraction, language: Language) -> str:
    """Write a share with one decimal; a dash of nothing."""
    if whole <= 0:
        return words(language)["month.undefined"]
    share = decimal(part * 100 / whole)
    return numerals.percent(share, language)


def decimal(value: Fraction) -> Decimal:
    """Give a fraction as a decimal, for showing."""
    return Decimal(value.numerator) / Decimal(value.denominator)


def _scaled(measure: Measure) -> Decimal:
    value = decimal(measure.value or Fraction())
    return value * 100 if measure.unit is Unit.FRACTION else value


def _with_unit(figure: str, unit: Unit, language: Language) -> str:
    said = words(language)
    match unit:
        case Unit.DAYS:
            return said["month.unit_days"].format(value=figure)
        case Unit.PERCENT | Unit.FRACTION:
            return numerals.percent_of(figure, language)
        case _:
            return figure
