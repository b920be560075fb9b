"""Money, days and hours as the pages write them; all through Babel."""

from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import NamedTuple

from babel.core import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, get_currency_symbol

from carecredit.kernel.calendars import local_date
from carecredit.kernel.money import decimals
from carecredit.metrics.numerals import LOCALES, MINUS, Language, number
from carecredit.papers.formats import day, money
from carecredit_api.console.words import catalogue

__all__ = ["Scaled", "day", "hour", "money", "month_name", "short_money", "weekday", "window"]

THOUSAND, MILLION = Decimal(1000), Decimal(1_000_000)


class Scaled(NamedTuple):
    """A figure and the unit behind it: 1,03 and M€; what stands before it is in the figure."""

    figure: str
    unit: str


def short_money(minor: Decimal, currency: str, language: Language) -> Scaled:
    """Write an amount in three or four digits, for a tile; small ones keep their cents.

    The sign of the currency stands where the language has it: £3,613.35, 3.613,35 €.
    """
    exact = minor / Decimal(10) ** decimals(currency)
    sign = get_currency_symbol(currency, locale=LOCALES[language])
    if Locale.parse(LOCALES[language]).currency_formats["standard"].pattern.startswith("¤"):
        return Scaled(_signed_first(exact, currency, language), "")
    for size, prefix in ((MILLION, "M"), (THOUSAND * 10, "k")):
        if abs(exact) >= size:
            scaled = exact / (MILLION if prefix == "M" else THOUSAND)
            return Scaled(number(scaled, language, places=2 if prefix == "M" else 1), prefix + sign)
    return Scaled(number(exact, language, places=decimals(currency)), sign)


def _signed_first(exact: Decimal, currency: str, language: Language) -> str:
    """Write a short amount behind the sign of its currency: £1.03M, −£36.1k, £3,613.35."""
    one = format_currency(1, currency, "¤#,##0", LOCALES[language], currency_digits=False)
    for size, unit, by, places in ((MILLION, "M", MILLION, 2), (THOUSAND * 10, "k", THOUSAND, 1)):
        if abs(exact) >= size:
            figure = number(exact / by, language, places=places) + unit
            break
    else:
        figure = number(exact, language, places=decimals(currency))
    minus = MINUS if figure.startswith(MINUS) else ""
    return minus + one.removesuffix("1") + figure.removeprefix(MINUS)


def weekday(value: date, language: Language) -> str:
    """Write a day with its name: domenica 22 novembre, Sunday 22 November."""
    return format_date(value, "EEEE d MMMM", locale=LOCALES[language])


def month_name(value: date, language: Language) -> str:
    """Name a month in full, as it stands inside a sentence."""
    names = Locale.parse(LOCALES[language]).months["format"]["wide"]
    return str(names[value.month])


def hour(instant: datetime, at: tzinfo, language: Language) -> str:
    """Write the hour and minute of an instant at a place."""
    return format_time(instant.astimezone(at), "HH:mm", locale=LOCALES[language])


def moment(instant: datetime, at: tzinfo, language: Language) -> str:
    """Write an instant on the clock of a place: its day and its minute."""
    local = instant.astimezone(at)
    return f"{day(local.date(), language)}, {hour(instant, at, language)}"


def window(
    opens_at: datetime, closes_at: datetime | None, *, now: datetime, at: tzinfo, language: Language
) -> str:
    """Say in words when a person may be reached: now until, from, on another day, or no longer."""
    words = catalogue(language)
    end = hour(closes_at, at, language) if closes_at else ""
    if closes_at is not None and closes_at <= now:
        return words["when.closed"].format(end=end)
    if opens_at <= now:
        return words["when.until"].format(end=end) if end else words["when.now"]
    start = hour(opens_at, at, language)
    span = f"{start}–{end}" if end else words["when.from"].format(start=start)
    if local_date(opens_at, at) == local_date(now, at):
        return span
    return f"{day(local_date(opens_at, at), language)}, {span}"
