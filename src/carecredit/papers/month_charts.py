"""The pictures of the month's page, with their colours in them: DSO, what is late by age."""

from babel.numbers import get_currency_symbol

from carecredit.kernel.money import decimals
from carecredit.metrics.charts import (
    Band,
    BarChart,
    LineChart,
    Series,
    bar_chart,
    line_chart,
    sparkline,
)
from carecredit.metrics.findings import Point, aging_finding, dso_finding
from carecredit.metrics.numerals import LOCALES, Language, Value
from carecredit.metrics.paint import painted
from carecredit.metrics.rules.measure import Measure
from carecredit.papers.month_facts import MonthFacts
from carecredit.papers.month_values import decimal
from carecredit.papers.words import words

AGES = ("91_plus", "61_90", "31_60", "1_30")
"""From the baseline up: the band one wants to follow stands on it."""
WIDTH, HEIGHT, BARS = 680, 208, 13
SCALES = (
    (10**8, 10**6, "millions", 0),
    (10**7, 10**6, "millions", 1),
    (10**5, 10**3, "thousands", 0),
    (10**4, 10**3, "thousands", 1),
    (0, 1, "units", 0),
)
"""From so many units of the currency on, bars are in units of so many, with so many decimals."""


def dso_chart(facts: MonthFacts, language: Language) -> dict[str, str]:
    """Draw two years of DSO over the best possible."""
    said = words(language)
    dso = [_value(each) for each in facts.line("dso.simple.p3m", last=len(facts.days))]
    best = [_value(each) for each in facts.line("dso.best_possible.p3m", last=len(facts.days))]
    points = [Point(day, value) for day, value in zip(facts.days, dso, strict=True)]
    chart = LineChart(
        finding=dso_finding(points, language, months=12),
        dates=facts.days,
        series=(
            Series(said["month.dso_line"], tuple(dso)),
            Series(said["month.dso_best"], tuple(best), "reference"),
        ),
        unit=said["month.dso_unit"],
        axis_from=said["month.axis_from"],
    )
    drawn = line_chart(chart, language, width=WIDTH, height=HEIGHT)
    return _figure(said["month.dso_chart"], chart.finding, drawn)


def aging_chart(facts: MonthFacts, language: Language) -> dict[str, str]:
    """Draw a year of what is past due, by age, the oldest on the baseline."""
    said, days = words(language), facts.days[-BARS:]
    lines = {age: facts.line(f"aging.due.{age}", last=BARS) for age in AGES}
    size, unit, places = _scale(lines, 10 ** decimals(facts.currency))
    oldest = zip(days, map(_value, lines["91_plus"]), strict=True)
    points = [Point(day, value) for day, value in oldest]
    chart = BarChart(
        finding=aging_finding(points, language, months=12),
        dates=days,
        bands=tuple(
            Band(
                said[f"month.age_{age}"],
                f"age-{age}",
                tuple(_value(it, size) for it in lines[age]),
            )
            for age in AGES
        ),
        unit=said[f"month.aging_{unit}"].format(
            currency=get_currency_symbol(facts.currency, locale=LOCALES[language])
        ),
        places=places,
    )
    drawn = bar_chart(chart, language, width=WIDTH, height=HEIGHT)
    return _figure(said["month.aging_chart"], chart.finding, drawn)


def _scale(lines: dict[str, list[Measure]], one: int) -> tuple[int, str, int]:
    """Choose the unit that leaves the totals two to five digits long."""
    months = zip(*lines.values(), strict=True)
    largest = max((sum(it.value or 0 for it in month) for month in months), default=0)
    _, size, unit, places = next(scale for scale in SCALES if largest >= scale[0] * one)
    return size * one, unit, places


def spark(measures: list[Measure], finding: str) -> str:
    """Draw a measure's course in a thumbnail."""
    return painted(sparkline([_value(each) for each in measures], finding))


def _value(measure: Measure, size: int = 1) -> Value | None:
    return None if measure.value is None else decimal(measure.value / size)


def _figure(title: str, finding: str, drawn: str) -> dict[str, str]:
    return {"title": title, "finding": finding, "svg": painted(drawn)}
