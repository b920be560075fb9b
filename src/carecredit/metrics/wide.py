"""The wide file of a series: a line for a segment, currency and date, two columns a number."""

import csv
from datetime import date, datetime
from typing import TextIO

from carecredit.metrics.rules.edge import value_text
from carecredit.metrics.views import Series, SeriesRow


def wide_csv(series: Series, file: TextIO) -> None:
    """Write a series: money in major units, ratios with decimals, empty where undefined."""
    writer = csv.writer(file, lineterminator="\n")
    names = (name for metric_id in series.ids for name in (metric_id, f"{metric_id}.status"))
    writer.writerow(["segment", "currency", "as_of", "known_at", *names])
    writer.writerows(_cells(row) for row in series.rows)


def records(series: Series) -> list[dict[str, object]]:
    """Give the same as records: for each number its value (text, or null) and its status."""
    return [
        {
            "segment": row.segment,
            "currency": row.currency,
            "as_of": row.as_of.isoformat(),
            "known_at": known_text(row.known_at) or None,
            "metrics": {
                name: {"value": value_text(it, row.currency), "status": it.status.value}
                for name, it in zip(series.ids, row.measures, strict=True)
            },
        }
        for row in series.rows
    ]


def known_text(known_at: datetime | date | None) -> str:
    """Write an instant in UTC or a date, as it was asked for."""
    if isinstance(known_at, datetime):
        return known_at.isoformat().replace("+00:00", "Z")
    return known_at.isoformat() if known_at else ""


def inert(text: str) -> str:
    """Write a name so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    bare = text.lstrip()
    return f"'{text}" if bare[:1] in set("=+-@|%\t\r＝＋－＠") else text


def _cells(row: SeriesRow) -> list[str]:
    head = [inert(row.segment), row.currency, row.as_of.isoformat(), known_text(row.known_at)]
    for measure in row.measures:
        head += [value_text(measure, row.currency) or "", measure.status.value]
    return head
