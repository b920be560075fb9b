"""Numbers and months as people read them, in the languages of the house; all through Babel."""

from datetime import date
from decimal import Decimal
from typing import Literal

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


def month(day: date, language: Language) -> str:
    """Name a month briefly: nov, Nov."""
    return format_date(day, "LLL", locale=LOCALES[language])


def month_and_year(day: date, language: Language) -> str:
    """Name a month with its year: nov 2026, Nov 2026."""
    return format_date(day, "LLL yyyy", locale=LOCALES[language])
