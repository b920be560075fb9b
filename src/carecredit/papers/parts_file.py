"""The parts of a number as a table with typed columns, and what such a file says of itself."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import msgspec

from carecredit.mandates.views import Client
from carecredit.metrics.numerals import Language
from carecredit.metrics.views import Part, Parts
from carecredit.metrics.wide import known_text
from carecredit.papers.files import TableForm, table_bytes
from carecredit.papers.tables import About, Cell, Column, Kind, Table, meaning_of


def parts_bytes(
    parts: Parts, form: TableForm, *, client: Client, now: datetime, language: Language = "en"
) -> bytes:
    """Write a page of parts in a form; as JSON it is the answer with its number and total."""
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(parts)) + b"\n"
    return table_bytes(
        parts_table(parts), about_parts(parts, client=client, now=now, language=language), form
    )


def parts_table(parts: Parts) -> Table:
    """Give a row for each document, with what it adds to the numerator."""
    columns = (
        Column("kind", Kind.TEXT),
        Column("number", Kind.TEXT),
        Column("customer", Kind.TEXT),
        Column("day", Kind.DATE),
        Column("due_on", Kind.DATE),
        Column("segment", Kind.TEXT),
        Column("currency", Kind.TEXT),
        Column("amount", Kind.DECIMAL if parts.counted else Kind.MONEY),
    )
    return Table("parts", columns, (tuple(_cells(part, parts)) for part in parts.parts))


def about_parts(parts: Parts, *, client: Client, now: datetime, language: Language = "en") -> About:
    """Say which number these are the parts of, and what all of them add up to."""
    answer = parts.answer
    facts = {
        "client": f"{client.code} ({client.name})",
        "metric": answer.id,
        "segment": answer.filters.get("segment", "ALL"),
        "as_of": str(answer.as_of),
        "known_at": known_text(answer.known_at),
        "value": answer.value or answer.status.value,
        **{each.id: each.value or each.status.value for each in answer.beside},
        "numerator": answer.numerator or "",
        "denominator": answer.denominator or "",
        "total_of_all_parts": parts.total,
        "parts_in_this_file": f"{len(parts.parts)} of {parts.count}",
        "definitions_version": answer.definition_version,
    }
    title = f"CareCredit parts of {answer.id}, {client.name}"
    return About(
        title=title,
        made_at=now,
        facts=tuple(facts.items()),
        meanings=(meaning_of(answer.id, language),),
        language=language,
    )


def _cells(part: Part, parts: Parts) -> Iterator[Cell]:
    yield from (part.kind, part.number, part.customer, part.day, part.due_on, part.segment)
    yield None if parts.counted else parts.answer.currency
    yield Decimal(part.amount)
