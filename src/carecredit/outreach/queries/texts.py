"""The texts that are packaged."""

import tomllib
from functools import cache
from importlib import resources

from carecredit.outreach.rules import Template, parse_templates


def template(*, tone: str, language: str) -> Template:
    """Give the text of a tone in a language (English where the language has none)."""
    return _templates(language if language in {"it", "en"} else "en")[tone]


@cache
def _templates(language: str) -> dict[str, Template]:
    name = f"{language}.toml"
    file = resources.files("carecredit.outreach").joinpath("messages", name)
    return parse_templates(tomllib.loads(file.read_text("utf-8")), source=name)
