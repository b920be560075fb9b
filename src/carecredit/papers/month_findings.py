"""What a month says, as sentences: how soon money comes in, what is late, what came in."""

from collections.abc import Iterator
from fractions import Fraction

from carecredit.metrics.numerals import Language, number
from carecredit.metrics.rules.measure import Measure
from carecredit.papers.month_facts import MonthFacts
from carecredit.papers.month_values import amount, changed, decimal, percent, reason
from carecredit.papers.words import words

DSO = "dso.simple.p3m"


def month_findings(facts: MonthFacts, language: Language) -> list[str]:
    """Say what a director would say first, then what stands beside it."""
    said = words(language)
    if not facts.measures or _empty(facts):
        return [said["month.nothing"]]
    found = (_dso(facts, language), _late(facts, language), _received(facts, language))
    return [f"{sentence[0].upper()}{sentence[1:]}." for sentence in found if sentence]


def _empty(facts: MonthFacts) -> bool:
    money = (facts.at("receivables.open"), facts.at("sales.p12m"), facts.at("receivables.net"))
    return not any(measure.value for measure in money)


def _before(facts: MonthFacts, metric_id: str) -> Iterator[tuple[str, Measure]]:
    """Give what to compare with: a year ago, else a month ago."""
    for when, months in (("year_ago", 12), ("month_ago", 1)):
        then = facts.at(metric_id, months_ago=months)
        if then.value is not None:
            yield when, then


def _dso(facts: MonthFacts, language: Language) -> str:
    said, now = words(language), facts.at(DSO)
    if now.value is None:
        return said["month.finding_dso_none"].format(reason=reason(now, language))
    days = number(decimal(now.value), language, places=1)
    when, then = next(_before(facts, DSO), ("", None))
    if then is None or then.value is None:
        return said["month.finding_dso_alone"].format(days=days)
    change = round(decimal(now.value), 1) - round(decimal(then.value), 1)
    key = "flat" if change == 0 else "down" if change < 0 else "up"
    return said[f"month.finding_dso_{key}"].format(
        days=days, change=number(abs(change), language, places=1), when=said[f"month.{when}"]
    )


def _late(facts: MonthFacts, language: Language) -> str:
    """Say how much is past due, and whether that share of what is open rose or fell."""
    said = words(language)
    late, opened = facts.at("receivables.past_due").value, facts.at("receivables.open").value
    if not opened or opened <= 0:
        return ""
    if not late or late <= 0:
        return said["month.late_none"]
    sentence = said["month.late"].format(
        amount=amount(late, facts.currency, language), share=percent(late, opened, language)
    )
    for when, months in (("year_ago", 12), ("month_ago", 1)):
        then = facts.at("receivables.open", months_ago=months).value
        if then and then > 0:
            past = facts.at("receivables.past_due", months_ago=months).value or Fraction()
            change = _points(late / opened) - _points(past / then)
            return _compared(sentence, "late", change, said[f"month.{when}"], language)
    return sentence


def _points(share: Fraction) -> Fraction:
    """Give a share in points as it is shown, so that what is shown adds up."""
    return Fraction(round(share * 1000), 10)


def _compared(sentence: str, key: str, change: Fraction, when: str, language: Language) -> str:
    said = words(language)
    if change == 0:
        return sentence
    points = said["month.unit_points"].format(
        value=number(decimal(abs(change)), language, places=1)
    )
    way = "down" if change < 0 else "up"
    return said[f"month.{key}_{way}"].format(sentence=sentence, change=points, when=when)


def _received(facts: MonthFacts, language: Language) -> str:
    said, now = words(language), facts.money()
    if now.value is None:
        return ""
    sentence = said["month.received"].format(amount=amount(now.value, facts.currency, language))
    before = facts.money(months_ago=1)
    if before.value is None or before.value == now.value:
        return sentence
    change = now.value - before.value
    way = "down" if change < 0 else "up"
    return said[f"month.received_{way}"].format(
        sentence=sentence, change=changed(now, before, facts.currency, language).lstrip("+−")
    )
