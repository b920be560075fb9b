"""The month's page, as a finance director reads it: finding, figures, charts, tables."""

from collections.abc import Iterator
from datetime import datetime
from fractions import Fraction
from typing import Any

from carecredit.metrics import numerals
from carecredit.metrics.definitions import definition, worded
from carecredit.metrics.numerals import Language
from carecredit.metrics.rules.intervals import SMALL_GROUP
from carecredit.metrics.rules.measure import Measure, Status, Unit
from carecredit.metrics.views import MetricAnswer
from carecredit.papers import pdf, web
from carecredit.papers.formats import day, instant, month_of_year
from carecredit.papers.month_charts import aging_chart, dso_chart
from carecredit.papers.month_facts import MonthFacts
from carecredit.papers.month_findings import month_findings
from carecredit.papers.month_values import amount, changed, decimal, percent, reason, written
from carecredit.papers.words import words

Page = dict[str, Any]
AGES = ("current", "1_30", "31_60", "61_90", "91_plus")
MEASURES = {
    "net": "receivables.net",
    "past_due": "receivables.past_due",
    "disputed": "receivables.disputed",
    "unapplied": "receivables.unapplied",
    "sales": "sales.p1m",
    "received": "",
    "dso": "dso.simple.p3m",
    "best": "dso.best_possible.p3m",
    "add": "add.p3m",
    "cei": "cei.p1m",
    "current": "percent_current",
    "on_time": "on_time.amount.p3m",
}
"""What the page compares; the money of the month is no measure of the catalogue."""
TILES = ("net", "past_due", "received", "dso")
DEFINED = (
    "receivables.net", "dso.simple.p3m", "dso.best_possible.p3m", "add.p3m", "cei.p1m",
    "aging.due.91_plus", "percent_current", "on_time.amount.p3m", "churn.customer.p1m",
    "retention.net.p12m",
)  # fmt: skip


def month_html(facts: MonthFacts, *, language: Language) -> str:
    """Write the page as HTML that stands alone."""
    return web.render("monthly.html", month_page(facts, language=language))


def month_pdf(facts: MonthFacts, *, language: Language, made_at: datetime) -> bytes:
    """Set the page as a PDF of one or two sheets."""
    return pdf.render("monthly.typ", month_page(facts, language=language), made_at=made_at)


def month_page(facts: MonthFacts, *, language: Language) -> Page:
    """Put into words all that the page shows; what draws it decides nothing."""
    said, last = words(language), facts.days[-1]
    title = said["month.title"]
    month = month_of_year(last, language)
    finding, *beside = month_findings(facts, language)
    return {
        "lang": language,
        "title": title,
        "document_title": f"{title}: {facts.client.name}, {month}",
        "client": facts.client.name,
        "of": said["month.of"].format(month=month, client=facts.client.name),
        "month": month,
        "finding": finding,
        "beside": " ".join(beside),
        "figures": [_tile(facts, name, language) for name in TILES],
        "charts": [dso_chart(facts, language), aging_chart(facts, language)],
        "aging": _aging(facts, language),
        "changed": _changed(facts, language),
        "people": _people(facts, language),
        "definitions": {
            "heading": said["month.definitions"],
            "rows": [_definition(metric_id, language) for metric_id in DEFINED],
        },
        "notes": list(_notes(facts, language)),
        "footer": said["month.footer"].format(
            day=day(last, language),
            known=instant(facts.known_at, facts.client.zone, language),
            version=facts.version,
            currency=facts.currency,
        ),
        "page_of": said["month.page"],
    }


def _measure(facts: MonthFacts, name: str, months_ago: int = 0) -> Measure:
    if name == "received":
        return facts.money(months_ago=months_ago)
    return facts.at(MEASURES[name], months_ago=months_ago)


def _name(name: str, language: Language) -> str:
    """Call a measure as the catalogue does, with its window: a number has one name."""
    if name == "received":
        return words(language)["month.m_received"]
    return definition(MEASURES[name]).name[language]


def _tile(facts: MonthFacts, name: str, language: Language) -> dict[str, str]:
    """Write one figure with its change, or the reason why it is not there."""
    said, now = words(language), _measure(facts, name)
    before = _measure(facts, name, 1)
    note = reason(now, language)
    if now.value is not None and before.value is not None:
        change = changed(now, before, facts.currency, language)
        note = f"{change} {said['month.against_month']}"
    return {
        "label": _name(name, language),
        "value": written(now, facts.currency, language),
        "note": note,
    }


def _aging(facts: MonthFacts, language: Language) -> Page:
    """Write what the balance is made of, to the cent; the lines add up to the control account."""
    said = words(language)
    opened = facts.at("receivables.open").value or Fraction()
    rows = [
        [
            _age(age, language),
            *_across(facts, f"aging.due.{age}", language),
            percent(facts.at(f"aging.due.{age}").value or Fraction(), opened, language),
        ]
        for age in AGES
    ]
    sums = [
        [said["month.age_open"], *_across(facts, "receivables.open", language), ""],
        [said["month.age_unapplied"], *_across(facts, "receivables.unapplied", language, -1), ""],
        [said["month.age_net"], *_across(facts, "receivables.net", language), ""],
    ]
    return {
        "heading": said["month.aging_table"],
        "head": [said["month.age"], *_months(facts, language), said["month.share"]],
        "rows": rows,
        "sums": sums,
    }


def _months(facts: MonthFacts, language: Language) -> list[str]:
    return [day(facts.days[-1 - back], language) for back in (12, 1, 0)]


def _across(facts: MonthFacts, metric_id: str, language: Language, sign: int = 1) -> list[str]:
    """Write an amount a year ago, a month ago and now."""
    found = (facts.at(metric_id, months_ago=back).value for back in (12, 1, 0))
    none = words(language)["month.undefined"]
    return [
        none if value is None else amount(sign * value, facts.currency, language, exact=True)
        for value in found
    ]


def _age(age: str, language: Language) -> str:
    said = words(language)
    if age in {"current", "91_plus"}:
        return said["month.age_current" if age == "current" else "month.age_over"]
    return said["month.age_days"].format(band=said[f"month.age_{age}"])


def _changed(facts: MonthFacts, language: Language) -> Page:
    said = words(language)
    rows = []
    for name in MEASURES:
        now, before, year = (_measure(facts, name, back) for back in (0, 1, 12))
        rows.append(
            {
                "name": _name(name, language),
                "now": written(now, facts.currency, language),
                "why": reason(now, language),
                "month": changed(now, before, facts.currency, language),
                "year": changed(now, year, facts.currency, language),
            }
        )
    return {
        "heading": said["month.changed"],
        "head": [
            said["month.measure"],
            said["month.now"].format(month=day(facts.days[-1], language)),
            said["month.against_month"],
            said["month.against_year"],
        ],
        "rows": rows,
    }


def _people(facts: MonthFacts, language: Language) -> Page:
    """Write who left and what stayed, with n and interval; or that it cannot be said."""
    said = words(language)
    known = [it for it in facts.people if it.status is Status.OK]
    rows = [_person_row(answer, language) for answer in facts.people]
    return {
        "heading": said["month.people"],
        "absent": "" if known else said["month.people_none"],
        "head": [said[f"month.{it}"] for it in ("measure", "value", "sureness")],
        "rows": rows if known else [],
    }


def _person_row(answer: MetricAnswer, language: Language) -> dict[str, str]:
    said = words(language)
    family = answer.id.rpartition(".")[0].replace(".", "_")
    name = said[f"month.{family}"]
    if answer.value is None:
        why = said[f"reason.{answer.status.value}"]
        return {"name": name, "value": said["month.undefined"], "note": why}
    value = _share(answer.value, answer.unit, language)
    if answer.interval is None or answer.n is None:
        return {"name": name, "value": value, "note": ""}
    low, high = (_share(each, answer.unit, language) for each in answer.interval)
    note = said["month.people_rate"].format(hits=answer.numerator, n=answer.n, low=low, high=high)
    small = f"; {said['month.people_small']}" if answer.n < SMALL_GROUP else ""
    return {"name": name, "value": value, "note": note + small}


def _share(text: str, unit: Unit, language: Language) -> str:
    value = Fraction(text) * (100 if unit is Unit.FRACTION else 1)
    return numerals.percent(decimal(value), language)


def _definition(metric_id: str, language: Language) -> dict[str, str]:
    """Say what a number is: in a sentence, as a formula, and by which convention."""
    found, said = definition(metric_id), worded(metric_id, language)
    return {
        "id": metric_id,
        "name": found.name[language],
        "meaning": found.meaning[language],
        "formula": said.formula,
        "convention": said.convention,
        "source": said.source,
    }


def _notes(facts: MonthFacts, language: Language) -> Iterator[str]:
    said = words(language)
    if facts.other_currencies:
        others = ", ".join(facts.other_currencies)
        yield said["month.other_currencies"].format(currencies=others)
    if facts.data_through is not None and facts.data_through < facts.days[-1]:
        yield said["month.data_through"].format(day=day(facts.data_through, language))
