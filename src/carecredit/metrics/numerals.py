"""Numbers and months as people read them, in the languages of the house; all through Babel."""

from datetime import date
from decimal import Decimal
from typing import Literal

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

Language = Literal["it", "en"]
LANGUAGES: tuple[Language, ...] = ("it", "en")
LOCALES: dict[Language, str] = {"it": "it_IT", "en": "en_GB"}

Value = Decimal | float | int
"""A measure ready to be shown; whoever computed it carried full precision."""

MINUS = "−"


def number(value: Value, language: Language, *, places: int = 0, signed: bool = False) -> str:
    """Write a number with its thousands and decimals; a true minus, and a plus where asked.

    What rounds to nothing has no sign.
    """
    exact = round(Decimal(str(value)), places)
    pattern = "#,##0." + "0" * places if places else "#,##0"
    text = format_decimal(abs(exact), format=pattern, locale=LOCALES[language])
    if exact == 0:
        return text
    return (MINUS if exact < 0 else "+" * signed) + text


def percent(value: Value, language: Language, *, places: int = 1, signed: bool = False) -> str:
    """Write a share of a hundred with its sign, where and how far off the language has it."""
    return percent_of(number(value, language, places=places, signed=signed), language)


def percent_of(figure: str, language: Language) -> str:
    """Put the sign of a hundred to a figure that is written already."""
    pattern: str = Locale.parse(LOCALES[language]).percent_formats[None].pattern
    return pattern.replace("#,##0", figure)


def month(day: date, language: Language) -> str:
    """Name a month briefly: nov, Nov."""
    return format_date(day, "LLL", locale=LOCALES[language])


def month_and_year(day: date, language: Language) -> str:
    """Name a month with its year: nov 2026, Nov 2026."""
    return format_date(day, "LLL yyyy", locale=LOCALES[language])
