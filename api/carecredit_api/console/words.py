"""The words of the pages: one catalogue for each language, and which language a reader wants."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from carecredit.metrics.numerals import LANGUAGES, Language

FALLBACK: Language = "en"


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Read a language's words; the names are the same in every one."""
    source = resources.files("carecredit_api.console") / "words" / f"{language}.toml"
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return {
        f"{table}.{name}": sentence
        for table, sentences in tables.items()
        for name, sentence in sentences.items()
    }


def language_of(asked: str | None, accept_language: str | None) -> Language:
    """Choose the page's language: what the address asks for, then what the browser prefers."""
    wanted = [asked or "", *_preferred(accept_language or "")]
    for tag in wanted:
        for language in LANGUAGES:
            if tag.lower().partition("-")[0] == language:
                return language
    return FALLBACK


def _preferred(header: str) -> list[str]:
    """Read an Accept-Language header (RFC 9110), best first; what cannot be read counts least."""
    weighed = []
    for position, part in enumerate(header.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        weighed.append((-_weight(weight), position, tag.strip()))
    return [tag for weight, _, tag in sorted(weighed) if weight < 0]


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
