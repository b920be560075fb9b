"""Codes told to people, in the languages of the house: data, read when asked, never stored."""

import tomllib
from functools import cache
from importlib import resources

from carecredit.kernel.errors import Invalid

LANGUAGES = ("it", "en")


def sentence(section: str, code: str, *, language: str) -> str:
    """Tell a code of a section (kind, state, event, deadline, why, reason) in words."""
    words = _data(language).get(section, {})
    if code not in words:
        raise Invalid(f"no words for {code!r} among the {section} in {language}")
    return words[code]


def told_in_words(section: str, code: str) -> dict[str, str]:
    """Tell a code in every language; one of a client company's own is told as it is."""
    return {each: _data(each).get(section, {}).get(code, code) for each in LANGUAGES}


@cache
def _data(language: str) -> dict[str, dict[str, str]]:
    source = resources.files("carecredit.cases").joinpath("words", f"{language}.toml")
    return tomllib.loads(source.read_text("utf-8"))
