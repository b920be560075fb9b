"""From the measures of a page to its drawn figures: chart, finding, table and definition."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from babel.numbers import get_currency_symbol
from markupsafe import Markup

from carecredit.kernel.money import decimals
from carecredit.metrics.charts import Band, BarChart, LineChart, Series, bar_chart, line_chart
from carecredit.metrics.findings import Point, aging_finding, dso_finding
from carecredit.metrics.numerals import LOCALES, Language, Value, number
from carecredit_api.console.formats import day, money
from carecredit_api.console.views import AgingMonth, DsoMonth
from carecredit_api.console.words import catalogue

WIDE, NARROW = 470, 340
"""A figure is drawn for a column and again for a telephone: text in it keeps its size."""

BANDS = ("d91_plus_minor", "d61_90_minor", "d31_60_minor", "d1_30_minor")
"""From the baseline up: the band one wants to follow stands on it."""


class Figure(NamedTuple):
    """A chart as the page needs it; the table carries the same numbers."""

    key: str
    finding: str
    wide: Markup
    narrow: Markup
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def dso_figure(months: Sequence[DsoMonth], language: Language, *, width: int = WIDE) -> Figure:
    """Draw DSO over the best possible, and say whether money comes sooner or later."""
    words = catalogue(language)
    chart = LineChart(
        finding=dso_finding([Point(each.on, each.days) for each in months], language),
        dates=tuple(each.on for each in months),
        series=(
            Series(words["dso.line"], tuple(each.days for each in months)),
            Series(
                words["dso.best"], tuple(each.best_possible_days for each in months), "reference"
            ),
        ),
        unit=words["dso.unit"],
        axis_from=words["dso.axis_from"],
    )
    rows = [
        (
            day(each.on, language),
            _days(each.days, language),
            _days(each.best_possible_days, language),
        )
        for each in months
    ]
    return Figure(
        "dso",
        chart.finding,
        _safe(line_chart(chart, language, width=width, height=244)),
        _safe(line_chart(chart, language, width=NARROW, height=206)),
        (words["dso.month"], words["dso.line"], words["dso.best_full"]),
        rows,
    )


def aging_figure(
    months: Sequence[AgingMonth], currency: str, language: Language, *, width: int = WIDE
) -> Figure:
    """Draw what is past due by age, and say what became of the oldest band."""
    words = catalogue(language)
    over_90 = [Point(each.on, each.d91_plus_minor) for each in months]
    unit, divisor = _scale(months, currency, language)
    chart = BarChart(
        finding=aging_finding(over_90, language),
        dates=tuple(each.on for each in months),
        bands=tuple(
            _band(name, months, divisor, words[f"aging.{name.removesuffix('_minor')}"])
            for name in BANDS
        ),
        unit=unit,
        places=0,
    )
    return Figure(
        "aging",
        chart.finding,
        _safe(bar_chart(chart, language, width=width, height=262)),
        _safe(bar_chart(chart, language, width=NARROW, height=226)),
        (words["aging.month"], *(words[_word(name)] for name in BANDS[::-1]), words["aging.total"]),
        [_aging_row(each, currency, divisor, language) for each in months],
    )


def _safe(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - charts.py escapes every text it is given


def _word(band: str) -> str:
    return "aging.b" + band.removeprefix("d").removesuffix("_minor")


def _band(name: str, months: Sequence[AgingMonth], divisor: Decimal, word: str) -> Band:
    values = (getattr(each, name) for each in months)
    scaled = tuple(None if minor is None else minor / divisor for minor in values)
    return Band(word, "age-" + name.removeprefix("d").removesuffix("_minor"), scaled)


def _scale(months: Sequence[AgingMonth], currency: str, language: Language) -> tuple[str, Decimal]:
    """Choose the unit that leaves the totals three to five digits long."""
    sign = get_currency_symbol(currency, locale=LOCALES[language])
    one = Decimal(10) ** decimals(currency)
    largest = max((_total(each) or 0 for each in months), default=0) / one
    name, size = (
        ("millions", 10**6)
        if largest >= 10**8
        else ("thousands", 10**3)
        if largest >= 10**5
        else ("units", 1)
    )
    return catalogue(language)[f"aging.{name}"].format(currency=sign), one * size


def _total(month: AgingMonth) -> int | None:
    known = [minor for name in BANDS if (minor := getattr(month, name)) is not None]
    return sum(known) if known else None


def _aging_row(
    month: AgingMonth, currency: str, divisor: Decimal, language: Language
) -> tuple[str, ...]:
    """Write a month's amounts: to the cent where the chart shows units, whole where it scales."""
    amounts = [getattr(month, name) for name in BANDS[::-1]] + [_total(month)]
    whole = divisor > Decimal(10) ** decimals(currency)
    written = (_amount(minor, currency, language, whole=whole) for minor in amounts)
    return (day(month.on, language), *written)


def _amount(minor: int | None, currency: str, language: Language, *, whole: bool) -> str:
    if minor is None:
        return catalogue(language)["chart.undefined"]
    return money(minor, currency, language, whole=whole)


def _days(value: Value | None, language: Language) -> str:
    if value is None:
        return catalogue(language)["chart.undefined"]
    return number(value, language, places=1)
