"""PDF out of a wheel: tagged for screen readers, fit for the archive, no library of the system."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

FOLDER = Path(__file__).parent
STANDARDS = ("a-2a", "ua-1")
"""PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1): real text, structure, language, title."""


def render(template: str, page: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """Set a page by its template; the data are data, never markup.

    A name in a script that no font of the package has cannot stand in an archival PDF: that one
    is set with the system's fonts, as a plain tagged PDF, rather than not at all.
    """
    inputs = {"page": json.dumps(page, ensure_ascii=False)}
    try:
        return _compile(_fonts(), inputs, template, list(STANDARDS), made_at)
    except typst.TypstError as error:
        if "could not be displayed" not in error.message:
            raise
    return _compile(_fonts_of_the_system(), inputs, template, [], made_at)


def _compile(
    fonts: typst.Fonts,
    inputs: dict[str, str],
    template: str,
    standards: list[Any],
    made_at: datetime,
) -> bytes:
    compiler = typst.Compiler(
        str(FOLDER / "templates" / template),
        root=str(FOLDER / "templates"),
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs=inputs,
    )
    # A PDF's dates know whole seconds (ISO 32000-1, 7.9.4).
    at = made_at.replace(microsecond=0)
    made = compiler.compile(format="pdf", pdf_standards=standards, timestamp=at)
    if not isinstance(made, bytes):  # pages apart, which only pictures are
        raise TypeError("a PDF is one file")
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(FOLDER / "fonts")])


@cache
def _fonts_of_the_system() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, font_paths=[str(FOLDER / "fonts")])
