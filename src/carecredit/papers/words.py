"""The words of the papers, in the languages of the house: data, read when asked for."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from carecredit.metrics.numerals import Language


@cache
def words(language: Language) -> Mapping[str, str]:
    """Read a language's words; a name is `section.key`."""
    source = resources.files("carecredit.papers").joinpath("words", f"{language}.toml")
    sections = tomllib.loads(source.read_text(encoding="utf-8"))
    return {
        f"{section}.{key}": text
        for section, named in sections.items()
        for key, text in named.items()
    }
