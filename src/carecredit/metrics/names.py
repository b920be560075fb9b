"""What numbers are called and what they say, in the languages of the house: data, read when asked.

A name is that of the family, with its window, bucket or length in words behind a comma.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from carecredit.metrics.numerals import LANGUAGES, Language

Words = dict[str, str]
_MONTHS, _DAYS, _HOURS = (re.compile(it) for it in (r"p(\d+)m", r"(\d+)d", r"(\d+)h"))
_BUCKET, _OVER = re.compile(r"(\d+)_(\d+)"), re.compile(r"(\d+)_plus")


def metric_words(family: str, metric_id: str) -> tuple[Words, Words]:
    """Give the name and the meaning of a number, each by language."""
    behind = metric_id.removeprefix(family).removeprefix(".")
    names, meanings = _words("family", family)
    return {each: _whole(names[each], behind, each) for each in LANGUAGES}, meanings


def report_words(name: str) -> tuple[Words, Words]:
    """Give the name and the meaning of a report, each by language."""
    return _words("report", name)


@cache
def formula_words() -> dict[str, Any]:
    """Give formula, convention and example of every family in Italian; they are kept in English."""
    source = resources.files("carecredit.metrics").joinpath("meanings", "formulas_it.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _words(section: str, name: str) -> tuple[Words, Words]:
    said = {language: _data(language)[section][name] for language in LANGUAGES}
    return {each: it[0] for each, it in said.items()}, {each: it[1] for each, it in said.items()}


def _whole(name: str, behind: str, language: Language) -> str:
    return f"{name}, {_suffix(behind, _data(language)['suffix'])}" if behind else name


def _suffix(behind: str, said: Words) -> str:
    """Say a window, a bucket or a length in words."""
    if found := _MONTHS.fullmatch(behind):
        return said["month" if found[1] == "1" else "months"].format(n=found[1])
    if found := _DAYS.fullmatch(behind):
        return said["days"].format(n=found[1])
    if found := _HOURS.fullmatch(behind):
        return said["hours"].format(n=found[1])
    if found := _BUCKET.fullmatch(behind):
        return said["bucket"].format(first=found[1], last=found[2])
    if found := _OVER.fullmatch(behind):
        return said["over"].format(last=int(found[1]) - 1)
    return said[behind]


@cache
def _data(language: Language) -> dict[str, Any]:
    source = resources.files("carecredit.metrics").joinpath("meanings", f"{language}.toml")
    return tomllib.loads(source.read_text(encoding="utf-8"))
