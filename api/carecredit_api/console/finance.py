"""From the measures of a book to the tiles, figures and table of the finance page."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from markupsafe import Markup

from carecredit.metrics.charts import sparkline
from carecredit.metrics.numerals import Language, number, percent
from carecredit.metrics.rules.intervals import SMALL_GROUP, wilson
from carecredit.metrics.rules.measure import Measure, Unit
from carecredit.papers.words import words as paper_words
from carecredit_api.console.figures import Figure, aging_figure, dso_figure
from carecredit_api.console.finance_views import FinancePage, SegmentLine
from carecredit_api.console.formats import Scaled, day, money, short_money
from carecredit_api.console.views import AgingMonth, DsoMonth
from carecredit_api.console.words import catalogue

PARTS = "/finance/parts"
TILES = {
    "dso": "dso.simple.p3m",
    "best": "dso.best_possible.p3m",
    "past_due": "receivables.past_due",
    "cei": "cei.p1m",
    "disputed": "receivables.disputed",
    "churn": "churn.customer.p1m",
}
TABLE = ("dso", "open", "past_due", "disputed", "cei")
IDS = TILES | {"open": "receivables.open"}
AGES = ("1_30", "31_60", "61_90", "91_plus")
BETTER_WHEN_MORE = frozenset({"cei"})
NEITHER = frozenset({"best"})
"""Whether terms are long or short is the client company's choice, not a success."""
TRAIL = BARS = 13
"""A year and the month it is compared with."""
WIDTH = 620


class Cell(NamedTuple):
    """What a cell shows, where its parts are, and why it is empty if it is."""

    text: str
    href: str | None = None
    note: str = ""


class Tile(NamedTuple):
    """A measure as it stands on the page; the verdict is better, worse, same or none."""

    key: str
    name: str
    figure: str
    unit: str
    href: str
    change: str
    verdict: str
    note: str
    course: Markup
    definition: str


class LinkedFigure(NamedTuple):
    """A figure whose table leads to the parts of each of its numbers."""

    figure: Figure
    rows: Sequence[Sequence[Cell]]


def tiles(page: FinancePage, language: Language) -> list[Tile]:
    """Lay out the six measures one looks at first."""
    return [_tile(page, key, language) for key in TILES]


def _tile(page: FinancePage, key: str, language: Language) -> Tile:
    said, metric_id = catalogue(language), TILES[key]
    trail = page.lines[metric_id][-TRAIL:]
    name, now = said[f"finance.{key}"], trail[-1]
    shown = _scaled(now, page.frame.currency, language)
    change, verdict = _change(page, key, language)
    spoken = f"{shown.figure} {shown.unit}".strip() if now.value is not None else change
    course = said["kpi.course"].format(name=name, count=len(trail), value=spoken)
    values = [None if it.value is None else _decimal(it.value) for it in trail]
    return Tile(
        key=key,
        name=name,
        figure=shown.figure,
        unit=shown.unit,
        href=page.frame.asked.address(PARTS, metric=metric_id),
        change=change,
        verdict=verdict,
        note=_people(now, language) if key == "churn" else _share(page, key, language),
        course=Markup(sparkline(values, course)),  # noqa: S704 - charts.py escapes its texts
        definition=said[f"finance.{key}_definition"],
    )


def written(measure: Measure, currency: str, language: Language, *, exact: bool = False) -> str:
    """Write a measure with its unit; a dash where it has no value."""
    if exact and measure.unit is Unit.MONEY and measure.value is not None:
        return money(round(measure.value), currency, language)
    shown = _scaled(measure, currency, language)
    return f"{shown.figure}\N{NO-BREAK SPACE}{shown.unit}" if shown.unit else shown.figure


def reason(measure: Measure, language: Language) -> str:
    """Say why a measure has no value; nothing where it has one."""
    return paper_words(language)[f"reason.{measure.status.value}"]


def _scaled(measure: Measure, currency: str, language: Language) -> Scaled:
    said = catalogue(language)
    if measure.value is None:
        return Scaled("–", "")
    value = _decimal(measure.value)
    match measure.unit:
        case Unit.MONEY:
            return short_money(value, currency, language)
        case Unit.DAYS:
            return Scaled(number(value, language, places=1), said["kpi.days"])
        case Unit.PERCENT | Unit.FRACTION:
            return Scaled(percent(_percent(measure), language), "")
        case Unit.COUNT:
            return Scaled(number(value, language), "")
        case _:
            return Scaled(number(value, language, places=2), "")


def _change(page: FinancePage, key: str, language: Language) -> tuple[str, str]:
    """Say the change since a month before, and whether it is for the better."""
    said = catalogue(language)
    before, now = page.lines[TILES[key]][-2:]
    if now.value is None:
        return reason(now, language), "none"
    if before.value is None:
        return said["kpi.no_change"], "none"
    on = day(page.days[-2], language)
    change, told = _difference(before, now, page.frame.currency, language)
    if change == 0:
        return said["finance.same"].format(day=on), "same"
    better = (change > 0) == (key in BETTER_WHEN_MORE)
    verdict = "plain" if key in NEITHER else "better" if better else "worse"
    return said["finance.since"].format(change=told, day=on), verdict


def _difference(
    before: Measure, now: Measure, currency: str, language: Language
) -> tuple[Decimal, str]:
    """Subtract the figures as they are shown, so that what is shown adds up."""
    said = catalogue(language)
    if now.unit is Unit.MONEY:
        change = _decimal(now.value or Fraction()) - _decimal(before.value or Fraction())
        shown = short_money(change, currency, language)
        sign = "+" if change > 0 else ""
        return change, f"{sign}{shown.figure}\N{NO-BREAK SPACE}{shown.unit}".strip()
    change = round(_percent(now), 1) - round(_percent(before), 1)
    unit = said["kpi.days" if now.unit is Unit.DAYS else "kpi.points"]
    return change, f"{number(change, language, places=1, signed=True)} {unit}"


def _share(page: FinancePage, key: str, language: Language) -> str:
    """Say for an amount what share of all that is open it is."""
    opened = page.lines["receivables.open"][-1].value
    part = page.lines[TILES[key]][-1]
    if part.unit is not Unit.MONEY or not opened or opened < 0:
        return ""
    share = _decimal((part.value or Fraction()) * 100 / opened)
    said = catalogue(language)["finance.of_open"]
    return said.format(share=percent(share, language))


def _people(churn: Measure, language: Language) -> str:
    """Say of how many a rate of people is, how sure that is, and whether it is too few."""
    said = catalogue(language)
    if churn.value is None:
        return ""
    hits, total = int(churn.numerator or 0), int(churn.denominator or 0)
    low, high = (100 * each for each in wilson(hits, total))
    told = said["finance.people"].format(
        hits=hits, n=total, low=number(low, language, places=1), high=percent(high, language)
    )
    return f"{told}; {said['finance.small']}" if total < SMALL_GROUP else told


def figures(page: FinancePage, language: Language) -> list[LinkedFigure]:
    """Draw DSO over two years and what is past due by age over one, with tables that lead on."""
    dso = dso_figure(
        [
            DsoMonth(on, *(_value(page.lines[TILES[key]][at]) for key in ("dso", "best")))
            for at, on in enumerate(page.days)
        ],
        language,
        width=WIDTH,
    )
    aging = aging_figure(
        [
            AgingMonth(on, *(_minor(page.lines[f"aging.due.{age}"][at]) for age in AGES))
            for at, on in list(enumerate(page.days))[-BARS:]
        ],
        page.frame.currency,
        language,
    )
    ages = (*(f"aging.due.{age}" for age in AGES), "receivables.past_due")
    if not any(it.value for it in page.lines["receivables.past_due"][-BARS:]):
        aging = undrawn(aging)
    if all(it.value is None for it in page.lines[TILES["dso"]]):
        dso = undrawn(dso)
    return [
        LinkedFigure(dso, _linked(page, dso, (TILES["dso"], TILES["best"]), page.days)),
        LinkedFigure(aging, _linked(page, aging, ages, page.days[-BARS:])),
    ]


def undrawn(figure: Figure) -> Figure:
    """Leave a figure to its sentence and its table, where there is nothing to draw."""
    return figure._replace(wide=Markup(), narrow=Markup())


def _linked(
    page: FinancePage, figure: Figure, ids: Sequence[str], days: Sequence[date]
) -> list[list[Cell]]:
    asked = page.frame.asked
    return [
        [
            Cell(first),
            *(
                Cell(text, asked.address(PARTS, metric=metric_id, as_of=on.isoformat()))
                for text, metric_id in zip(cells, ids, strict=True)
            ),
        ]
        for (first, *cells), on in zip(figure.rows, days, strict=True)
    ]


def segment_rows(page: FinancePage, language: Language) -> list[list[Cell]]:
    """Lay out a row for every segment; each number leads to its parts."""
    return [list(_segment_row(page, line, language)) for line in page.rows]


def total_row(page: FinancePage, language: Language) -> list[Cell]:
    """Lay out the row of the whole, worked out anew."""
    return list(_segment_row(page, page.whole, language))


def _segment_row(page: FinancePage, line: SegmentLine, language: Language) -> Iterator[Cell]:
    segment = "" if line is page.whole else line.segment
    asked = page.frame.asked
    if line is page.whole:
        yield Cell(catalogue(language)["finance.total"])
    else:
        yield Cell(segment, asked.address("/finance", segment=segment))
    for key in TABLE:
        measure = line.measures[IDS[key]]
        yield Cell(
            written(measure, page.frame.currency, language, exact=True),
            asked.address(PARTS, metric=IDS[key], segment=segment),
            reason(measure, language),
        )


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _percent(measure: Measure) -> Decimal:
    value = _decimal(measure.value or Fraction())
    return value * 100 if measure.unit is Unit.FRACTION else value


def _value(measure: Measure) -> Decimal | None:
    return None if measure.value is None else _decimal(measure.value)


def _minor(measure: Measure) -> int | None:
    return None if measure.value is None else round(measure.value)
