"""From a measure to its tile: figure, unit, change in words and course."""

from decimal import Decimal
from typing import NamedTuple

from markupsafe import Markup

from carecredit.metrics.charts import sparkline
from carecredit.metrics.numerals import Language, Value, number, percent, percent_of
from carecredit_api.console.formats import Scaled, month_name, short_money
from carecredit_api.console.views import Kpi
from carecredit_api.console.words import catalogue

BETTER_WHEN_MORE = frozenset({"cei"})


class Tile(NamedTuple):
    """A measure as it stands on the page; the verdict is better, worse, same or none."""

    key: str
    name: str
    figure: str
    unit: str
    change: str
    verdict: str
    note: str
    course: Markup
    definition: str


def tile(kpi: Kpi, language: Language) -> Tile:
    """Lay out one measure; a value that is undefined says so and shows no figure."""
    words = catalogue(language)
    name = words[f"kpi.{kpi.key}"]
    shown = Scaled("–", "") if kpi.value is None else _scaled(kpi, kpi.value, language)
    change, verdict = _change(kpi, language)
    spoken = words["kpi.undefined"] if kpi.value is None else f"{shown.figure} {shown.unit}".strip()
    finding = words["kpi.course"].format(name=name, count=len(kpi.trail), value=spoken)
    return Tile(
        key=kpi.key,
        name=name,
        figure=shown.figure,
        unit=shown.unit,
        change=change,
        verdict=verdict,
        note=_note(kpi, language),
        course=Markup(sparkline(kpi.trail, finding)),  # noqa: S704 - charts.py escapes its texts
        definition=words[f"kpi.{kpi.key}_definition"],
    )


def _scaled(kpi: Kpi, value: Value, language: Language) -> Scaled:
    if kpi.key == "past_due":
        return short_money(Decimal(str(value)), kpi.currency, language)
    if kpi.key == "dso":
        return Scaled(number(value, language, places=1), catalogue(language)["kpi.days"])
    return Scaled(percent(value, language), "")


def _change(kpi: Kpi, language: Language) -> tuple[str, str]:
    """Say the change since the month before, and whether it is for the better."""
    words = catalogue(language)
    if kpi.value is None:
        return words["kpi.undefined"], "none"
    if kpi.change is None or kpi.compared_on is None:
        return words["kpi.no_change"], "none"
    month = month_name(kpi.compared_on, language)
    change = round(kpi.change, 1)
    if change == 0:
        return words["kpi.same"].format(month=month), "same"
    better = (change > 0) == (kpi.key in BETTER_WHEN_MORE)
    return words["kpi.since"].format(
        change=_with_unit(kpi, change, language), month=month
    ), "better" if better else "worse"


def _with_unit(kpi: Kpi, change: Decimal, language: Language) -> str:
    words, signed = catalogue(language), number(change, language, places=1, signed=True)
    if kpi.key == "past_due":
        return percent_of(signed, language)
    return f"{signed} {words['kpi.days' if kpi.key == 'dso' else 'kpi.points']}"


def _note(kpi: Kpi, language: Language) -> str:
    if kpi.share_of_open is None:
        return ""
    return catalogue(language)["kpi.of_open"].format(
        share=percent(kpi.share_of_open, language, places=0)
    )
