"""A series as a table with typed columns, and what such a file says of itself."""

import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from carecredit.mandates.views import Client
from carecredit.metrics.definitions import definition, version
from carecredit.metrics.numerals import Language
from carecredit.metrics.rules.edge import value_text
from carecredit.metrics.rules.measure import Measure, Unit
from carecredit.metrics.views import Series, SeriesRow
from carecredit.metrics.wide import known_text, records, wide_csv
from carecredit.papers.files import TableForm, table_bytes
from carecredit.papers.tables import About, Cell, Column, Kind, Table, meaning_of

HEAD = (
    Column("segment", Kind.TEXT),
    Column("currency", Kind.TEXT),
    Column("as_of", Kind.DATE),
    Column("known_at", Kind.TEXT),
)
KINDS = {Unit.MONEY: Kind.MONEY, Unit.COUNT: Kind.COUNT}
DECIMALS = {Unit.DAYS: 1, Unit.PERCENT: 1, Unit.FRACTION: 3, Unit.TIMES: 2}


def series_bytes(
    series: Series, form: TableForm, *, client: Client, now: datetime, language: Language = "en"
) -> bytes:
    """Write a series in a form; CSV and JSON are the wide file as it has always been."""
    match form:
        case "csv":
            text = io.StringIO(newline="")
            wide_csv(series, text)
            return text.getvalue().encode()
        case "json":
            return msgspec.json.format(msgspec.json.encode(records(series))) + b"\n"
        case _:
            about = about_series(series, client=client, now=now, language=language)
            return table_bytes(series_table(series), about, form)


def narrowed(series: Series, ids: Sequence[str]) -> Series:
    """Keep some of the measures, in the order they are named."""
    places = [series.ids.index(each) for each in ids]
    rows = tuple(
        msgspec.structs.replace(row, measures=tuple(row.measures[at] for at in places))
        for row in series.rows
    )
    return msgspec.structs.replace(series, ids=tuple(ids), rows=rows)


def series_table(series: Series) -> Table:
    """Give a column for each measure, of its type, and its status beside it."""
    columns = [*HEAD]
    for metric_id in series.ids:
        unit = definition(metric_id).unit
        columns.append(Column(metric_id, KINDS.get(unit, Kind.DECIMAL), DECIMALS.get(unit, 2)))
        columns.append(Column(f"{metric_id}.status", Kind.TEXT))
    return Table("series", tuple(columns), (tuple(_cells(row)) for row in series.rows))


def about_series(
    series: Series, *, client: Client, now: datetime, language: Language = "en"
) -> About:
    """Say whose book, which days, as known when, by which definitions."""
    days = sorted({row.as_of for row in series.rows})
    known = sorted({known_text(row.known_at) for row in series.rows} - {""})
    facts = {
        "client": f"{client.code} ({client.name})",
        "as_of": f"{days[0]} to {days[-1]}" if days else "",
        "known_at": ", ".join(known) or f"all that was recorded by {known_text(now)}",
        "data_through": str(series.data_through or ""),
        "definitions_version": version(),
        "money": "major units of the currency in the same row",
    }
    if series.rate_set:
        facts |= {"rate_set": series.rate_set, "converted": "; ".join(series.warnings)}
    return About(
        title=f"CareCredit series, {client.name}",
        made_at=now,
        facts=tuple(facts.items()),
        meanings=tuple(meaning_of(each, language) for each in series.ids),
        language=language,
    )


def _cells(row: SeriesRow) -> Iterator[Cell]:
    yield from (row.segment, row.currency, row.as_of, known_text(row.known_at) or None)
    for measure in row.measures:
        yield _value(measure, row.currency)
        yield measure.status.value


def _value(measure: Measure, currency: str) -> Cell:
    text = value_text(measure, currency)
    if text is None:
        return None
    return int(text) if measure.unit is Unit.COUNT else Decimal(text)
