"""How a number leaves the house: rounded once, half-even, as plain decimal text."""

from fractions import Fraction

from carecredit.kernel.money import decimals, major
from carecredit.metrics.rules.measure import Measure, Unit

RATIO_DECIMALS = 10
"""Of days and ratios: enough that nobody's check differs by our rounding."""


def decimal_text(value: Fraction | int, places: int) -> str:
    """Write a number with a fixed count of decimals, rounded half-even."""
    scaled, rest = divmod(value.numerator * 10**places, value.denominator)
    twice = 2 * rest
    if twice > value.denominator or (twice == value.denominator and scaled % 2):
        scaled += 1
    digits = str(abs(scaled)).rjust(places + 1, "0")
    sign = "-" if scaled < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def rounded(text: str, places: int) -> str:
    """Shorten a written number for people, half-even."""
    return decimal_text(Fraction(text), places)


def value_text(measure: Measure, currency: str, places: int = RATIO_DECIMALS) -> str | None:
    """Write a value: money in major units, counts plain, days and ratios with decimals."""
    if measure.value is None:
        return None
    if measure.unit is Unit.MONEY:
        places = decimals(currency)
        return decimal_text(Fraction(measure.value) / 10**places, places)
    return decimal_text(measure.value, 0 if measure.unit is Unit.COUNT else places)


def part_text(part: Fraction | int | None, measure: Measure, currency: str) -> str | None:
    """Write what was divided, or what it was divided by."""
    if part is None:
        return None
    return amount_text(part, currency) if measure.parts_are_money else str(part)


def amount_text(minor: Fraction | int, currency: str) -> str:
    """Write minor units in major ones; an average that falls between two cents keeps six more."""
    if minor.denominator == 1:
        return major(minor.numerator, currency)
    places = decimals(currency)
    return decimal_text(Fraction(minor) / 10**places, places + 6)
