"""Tables with typed columns, and the words that must travel with them; formats are elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from carecredit.metrics.definitions import definition, worded
from carecredit.metrics.numerals import Language

Cell = str | int | Decimal | date | datetime | None
"""Money and ratios are exact decimals in major units; None is an empty place, never a zero."""


class Kind(StrEnum):
    """What a column holds; it decides its type in a file and its format in a workbook."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    """In major units, with the decimals that the value carries."""
    DECIMAL = "decimal"
    """Days and ratios."""
    DATE = "date"
    INSTANT = "instant"


class Column(msgspec.Struct, frozen=True):
    """A column: its name in the file and what it holds; `decimals` are those shown."""

    name: str
    kind: Kind
    decimals: int = 2


class Table(msgspec.Struct, frozen=True):
    """Rows under typed columns; they are gone through once."""

    name: str
    columns: tuple[Column, ...]
    rows: Iterable[Sequence[Cell]]


class Meaning(msgspec.Struct, frozen=True):
    """What a column means, for the sheet of definitions."""

    name: str
    unit: str
    formula: str
    convention: str
    source: str
    example: str = ""
    title: str = ""
    meaning: str = ""


def meaning_of(metric_id: str, language: Language) -> Meaning:
    """Say what a number means, in the language that a file is asked for in."""
    found, said = definition(metric_id), worded(metric_id, language)
    return Meaning(
        name=metric_id,
        unit=found.unit.value,
        formula=said.formula,
        convention=said.convention,
        source=said.source,
        example=f"{said.given}: {found.example.answer}",
        title=found.name[language],
        meaning=found.meaning[language],
    )


class About(msgspec.Struct, frozen=True):
    """What a file must say of itself: title, facts (as of, known at, version), definitions."""

    title: str
    made_at: datetime
    facts: tuple[tuple[str, str], ...] = ()
    meanings: tuple[Meaning, ...] = ()
    language: Language = "en"
