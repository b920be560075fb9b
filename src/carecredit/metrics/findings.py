"""What a series says, as one sentence; flat, missing and undefined are said as such."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from carecredit.kernel.calendars import add_months
from carecredit.metrics.numerals import Language, Value, month_and_year, number, percent_of


class Point(msgspec.Struct, frozen=True):
    """A measure as of a day; None where it is undefined."""

    on: date
    value: Value | None


SENTENCES: dict[Language, dict[str, str]] = {
    "it": {
        "month": "In 1 mese",
        "months": "In {months} mesi",
        "no_data": "Nessun dato da mostrare",
        "undefined": "A {when} non è calcolabile",
        "dso_alone": "{value} giorni; manca un mese precedente con cui confrontarlo",
        "dso_fewer": "{span} {change} giorni in meno",
        "dso_more": "{span} {change} giorni in più",
        "dso_flat": "{span} è rimasto a {value} giorni",
        "aging_none": "Nulla oltre i 90 giorni",
        "aging_alone": "Manca un mese precedente con cui confrontare il tratto oltre 90 giorni",
        "aging_new": "{span} il tratto oltre 90 giorni, prima vuoto, ha cominciato a riempirsi",
        "aging_down": "{span} il tratto oltre 90 giorni scende {change}",
        "aging_up": "{span} il tratto oltre 90 giorni sale {change}",
        "aging_cleared": "{span} il tratto oltre 90 giorni si è svuotato",
        "aging_flat": "{span} il tratto oltre 90 giorni è rimasto stabile",
    },
    "en": {
        "month": "in 1 month",
        "months": "in {months} months",
        "no_data": "Nothing to show yet",
        "undefined": "Cannot be worked out for {when}",
        "dso_alone": "{value} days; there is no earlier month to compare with",
        "dso_fewer": "{change} days fewer {span}",
        "dso_more": "{change} days more {span}",
        "dso_flat": "Steady at {value} days {span}",
        "aging_none": "Nothing over 90 days",
        "aging_alone": "There is no earlier month to compare the part over 90 days with",
        "aging_new": "The part over 90 days, empty before, began to fill {span}",
        "aging_down": "The part over 90 days is down {change} {span}",
        "aging_up": "The part over 90 days is up {change} {span}",
        "aging_cleared": "The part over 90 days was cleared {span}",
        "aging_flat": "The part over 90 days held steady {span}",
    },
}


def dso_finding(points: Sequence[Point], language: Language, *, months: int = 6) -> str:
    """Say how many days sooner or later money comes in than some months ago."""
    words = SENTENCES[language]
    if not points:
        return words["no_data"]
    last, before = points[-1], _anchor(points, months)
    if last.value is None:
        return words["undefined"].format(when=month_and_year(last.on, language))
    value = number(last.value, language, places=1)
    if before is None or before.value is None:
        return words["dso_alone"].format(value=value)
    # What is shown adds up: the change is that of the figures as they are written.
    change = round(_exact(last.value), 1) - round(_exact(before.value), 1)
    key = "dso_flat" if change == 0 else "dso_fewer" if change < 0 else "dso_more"
    return words[key].format(
        span=_span(before.on, last.on, language),
        change=number(abs(change), language, places=1),
        value=value,
    )


def aging_finding(over_90: Sequence[Point], language: Language, *, months: int = 12) -> str:
    """Say what became of the oldest band, the one that is hardest to bring home."""
    words = SENTENCES[language]
    if not over_90:
        return words["no_data"]
    last, before = over_90[-1], _anchor(over_90, months)
    if last.value is None:
        return words["undefined"].format(when=month_and_year(last.on, language))
    if before is None or before.value is None:
        return words["aging_alone" if last.value else "aging_none"]
    key, change = _aging_change(_exact(before.value), _exact(last.value))
    return words[key].format(
        span=_span(before.on, last.on, language), change=_percent(change, language)
    )


def _aging_change(before: Decimal, last: Decimal) -> tuple[str, Decimal]:
    """Choose the sentence and its percentage; a rise from nothing has no percentage."""
    if before <= 0:
        return ("aging_new" if last > 0 else "aging_none"), Decimal()
    if last <= 0:
        return "aging_cleared", Decimal()
    change = round((last - before) / before * 100)
    key = "aging_flat" if change == 0 else "aging_down" if change < 0 else "aging_up"
    return key, Decimal(abs(change))


def _anchor(points: Sequence[Point], months: int) -> Point | None:
    """Find the earliest defined point that is no older than so many months before the last."""
    oldest = add_months(points[-1].on, -months)
    earlier = (point for point in points[:-1] if point.on >= oldest)
    return next((point for point in earlier if point.value is not None), None)


def _span(first: date, last: date, language: Language) -> str:
    months = (last.year - first.year) * 12 + last.month - first.month
    return SENTENCES[language]["month" if months == 1 else "months"].format(months=months)


def _percent(change: Decimal, language: Language) -> str:
    """Write a share with the article that Italian wants before it: del 31%, dell’8%, dell’11%."""
    digits = number(change, language)
    written = percent_of(digits, language)
    if language == "en":
        return written
    elided = digits in {"1", "11"} or digits.startswith("8")
    return f"dell’{written}" if elided else f"del {written}"


def _exact(value: Value) -> Decimal:
    return Decimal(str(value))
