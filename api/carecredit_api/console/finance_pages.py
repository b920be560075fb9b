"""The pages of finance, rendered: how a book stands, what a number is made of, definitions."""

from decimal import Decimal
from typing import Any

from carecredit.metrics.definitions import worded
from carecredit.metrics.numerals import Language, number, percent_of
from carecredit.metrics.rules.measure import Unit
from carecredit.papers.formats import day, instant
from carecredit.papers.words import words as paper_words
from carecredit_api.console.finance import figures, segment_rows, tiles, total_row
from carecredit_api.console.finance_views import DefinitionsPage, FinancePage, Frame, PartsPage
from carecredit_api.console.pages import render
from carecredit_api.console.retention import retention_figure
from carecredit_api.console.words import catalogue

KINDS_OF_SALES = ("dso.", "add.", "bad_debt_ratio.")
"""Their denominator is the sales of the same window, which have parts of their own."""


def render_finance(page: FinancePage, *, language: Language) -> str:
    """Show how a book stands: tiles, courses, ages, segments, how long customers stay."""
    drawn = retention_figure(page.retention, language) if page.retention else None
    return _render(
        "finance.html",
        page.frame,
        language,
        page=page,
        tiles=tiles(page, language),
        figures=figures(page, language),
        rows=segment_rows(page, language),
        total=total_row(page, language),
        retention=drawn,
        month=page.frame.as_of.isoformat()[: len("2026-01")],
    )


def render_parts(page: PartsPage, *, language: Language) -> str:
    """Show what a number was added up from, with the total that ties."""
    answer = page.parts.answer
    said = catalogue(language)
    return _render(
        "finance_parts.html",
        page.frame,
        language,
        page=page,
        name=page.definition.name[language],
        wording=worded(answer.id, language),
        value=_value(page, language),
        why=paper_words(language)[f"reason.{answer.status.value}"],
        amount=lambda text: _plain(text, language),
        kind=lambda word: said.get(f"part.{word}", word),
        denominator=_denominator(page),
    )


def render_definitions(page: DefinitionsPage, *, language: Language) -> str:
    """Show what every number is, as the catalogue has it."""
    return _render("finance_definitions.html", page.frame, language, page=page, worded=worded)


def _render(template: str, frame: Frame, language: Language, **values: Any) -> str:
    kept = {name: getattr(frame.asked, name) for name in frame.asked.__struct_fields__}
    kept |= {"metric": values["page"].parts.answer.id} if "denominator" in values else {}
    known = instant(frame.known_at, frame.zone, language)
    return render(
        template,
        language,
        frame.theme,
        kept=kept,
        frame=frame,
        asked=frame.asked,
        as_of=day(frame.as_of, language),
        known=known,
        **values,
    )


def _value(page: PartsPage, language: Language) -> str:
    """Write the number with more decimals than a tile has: this is where it is checked."""
    answer = page.parts.answer
    if answer.value is None:
        return "–"
    if answer.unit is Unit.MONEY:
        return f"{_plain(answer.value, language)}\N{NO-BREAK SPACE}{answer.currency}"
    share = 100 if answer.unit is Unit.FRACTION else 1
    places = 0 if answer.unit is Unit.COUNT else 2
    figure = number(Decimal(answer.value) * share, language, places=places)
    if answer.unit is Unit.DAYS:
        return f"{figure}\N{NO-BREAK SPACE}{catalogue(language)['kpi.days']}"
    return percent_of(figure, language) if answer.unit in {Unit.FRACTION, Unit.PERCENT} else figure


def _plain(text: str, language: Language) -> str:
    """Write an amount or a count with all the decimals it came with."""
    return number(Decimal(text), language, places=len(text.partition(".")[2]))


def _denominator(page: PartsPage) -> str | None:
    """Lead to the parts of the denominator, where that is a number of its own."""
    answer = page.parts.answer
    asked = page.frame.asked
    if answer.id.startswith(KINDS_OF_SALES) and answer.window:
        return asked.address("/finance/parts", metric=f"sales.{answer.window}")
    if answer.id == "percent_current":
        return asked.address("/finance/parts", metric="receivables.open")
    return None
