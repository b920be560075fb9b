"""The order of a story, and its words: newest first, the same each time it is told."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

import msgspec
from babel.dates import format_date
from babel.numbers import format_currency

from carecredit.kernel.clock import EPOCH, MICROSECOND
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money, major

LANGUAGES = ("en", "it")
_LOCALES = {"en": "en_GB", "it": "it_IT"}
_AT, _RANK, _ID, _PART = 8, 1, 16, 4
PLACE_LENGTH = _AT + _RANK + _ID + _PART
"""Bytes of a place."""


class Kind(StrEnum):
    """What a line is of; of one instant, what led to what stands below it."""

    INVOICE = "invoice"
    MONEY = "money"
    DISPUTE = "dispute"
    CONTACT = "contact"
    CASE = "case"
    PROMISE = "promise"
    PLAN = "plan"
    PROOF = "proof"
    EXPECTATION = "expectation"
    SURVEY = "survey"

    def rank(self, *, end: bool = False) -> int:
        """Give its place among lines of the same instant; an end stands above its beginning."""
        return 2 * list(Kind).index(self) + end


class Place(msgspec.Struct, frozen=True, order=True):
    """The place of a line in its story; a story read on continues below it."""

    at: datetime
    rank: int
    id: UUID
    part: int = 0
    """Tells apart what shares an instant and a key, such as the events of a case."""

    def packed(self) -> bytes:
        """Write it as bytes of a fixed length."""
        micros = (self.at - EPOCH) // MICROSECOND
        return (
            micros.to_bytes(_AT, "big", signed=True)
            + bytes([self.rank])
            + self.id.bytes
            + self.part.to_bytes(_PART, "big")
        )


def place_of(raw: bytes) -> Place:
    """Read a place that `packed` wrote."""
    if len(raw) != PLACE_LENGTH:
        raise Invalid("take the cursor from the answer before, unchanged", field="cursor")
    micros = int.from_bytes(raw[:_AT], "big", signed=True)
    key, part = raw[_AT + _RANK : -_PART], int.from_bytes(raw[-_PART:], "big")
    return Place(EPOCH + MICROSECOND * micros, raw[_AT], UUID(bytes=key), part)


def told(code: str, data: Mapping[str, Any], *, language: str) -> str:
    """Tell a line in a sentence; a code without words of its own is shown as it is."""
    sentence = _words()[language].get(code)
    if sentence is None:
        return code.replace("_", " ").replace(".", ": ")
    return sentence.format_map({key: _shown(key, it, language) for key, it in data.items()})


def word(code: str, *, language: str) -> str:
    """Name a code that stands inside a sentence."""
    return _words()[language].get(code, code.rpartition(".")[2].replace("_", " "))


def _shown(name: str, value: Any, language: str) -> Any:
    if isinstance(value, Money):
        exact = Decimal(major(value.minor, value.currency))
        return format_currency(exact, value.currency, locale=_LOCALES[language])
    if name.endswith("_on"):
        return _day(date.fromisoformat(value), language)
    return value


def _day(day: date, language: str) -> str:
    """Write a day; Italian says it with its article: il 1º giugno, l’8 giugno, il 9 giugno."""
    told = format_date(day, "d MMMM yyyy", locale=_LOCALES[language])
    if language != "it":
        return told
    if day.day == 1:
        return f"il 1º{told[1:]}"
    return f"l’{told}" if day.day in {8, 11} else f"il {told}"


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files("carecredit.timeline").joinpath("words.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, dict[str, str]])
