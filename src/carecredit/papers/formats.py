"""Money and days as papers and pages write them; all through Babel."""

from datetime import date, datetime
from decimal import Decimal

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_currency

from carecredit.kernel.calendars import zone
from carecredit.kernel.money import major
from carecredit.metrics.numerals import LOCALES, MINUS, Language


def money(minor: int, currency: str, language: Language, *, whole: bool = False) -> str:
    """Write an amount as its language does: to the cent, or rounded to the whole unit."""
    exact, locale = Decimal(major(minor, currency)), LOCALES[language]
    if not whole:
        return format_currency(exact, currency, locale=locale).replace("-", MINUS)
    pattern = Locale.parse(locale).currency_formats["standard"].pattern.replace("0.00", "0")
    rounded = round(exact) or 0
    written = format_currency(rounded, currency, pattern, locale=locale, currency_digits=False)
    return written.replace("-", MINUS)


def day(value: date, language: Language) -> str:
    """Write a day: 04/11/2026 in Italian, 4 Nov 2026 in English."""
    pattern = {"it": "dd/MM/yyyy", "en": "d MMM yyyy"}[language]
    return format_date(value, pattern, locale=LOCALES[language])


def long_day(value: date, language: Language) -> str:
    """Write a day in a sentence: 4 novembre 2026, 4 November 2026."""
    return format_date(value, "d MMMM yyyy", locale=LOCALES[language])


def month_of_year(value: date, language: Language) -> str:
    """Name a month in full with its year: novembre 2026, November 2026."""
    return format_date(value, "LLLL yyyy", locale=LOCALES[language])


def instant(value: datetime, at: str, language: Language) -> str:
    """Write an instant by the clocks of a zone."""
    local = value.astimezone(zone(at))
    return f"{day(local.date(), language)}, {local:%H:%M}"
