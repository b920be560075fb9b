"""Pages as HTML that stand alone: style, font and pictures inside, nothing fetched elsewhere."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

FONT = "inter-latin-wght-normal.woff2"


def render(template: str, page: Mapping[str, Any]) -> str:
    """Fill a template; every text is escaped, only our own drawings are markup."""
    return _environment().get_template(template).render(page=page, style=Markup(_style()))  # noqa: S704 - the style sheet of the package


def policy() -> str:
    """Say what a browser may do with such a page: show it, with the one style it carries."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("carecredit.papers"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawing"] = Markup  # what charts and codes draw is escaped where drawn
    return environment


@cache
def _style() -> str:
    """Read the style sheet and put the font into it."""
    folder = resources.files("carecredit.papers")
    font = base64.b64encode((folder / "fonts" / FONT).read_bytes()).decode()
    sheet = (folder / "templates" / "paper.css").read_text(encoding="utf-8")
    return sheet.replace("FONT", f"data:font/woff2;base64,{font}")
