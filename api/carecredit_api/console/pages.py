"""The pages, rendered: a struct and a language in, a whole HTML document out."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec import structs

from carecredit.kernel.calendars import local_date
from carecredit.metrics.definitions import definitions
from carecredit.metrics.numerals import LANGUAGES, Language
from carecredit_api.console import formats
from carecredit_api.console.assets import asset_path
from carecredit_api.console.figures import aging_figure, dso_figure
from carecredit_api.console.reference import reference_of
from carecredit_api.console.tiles import tile
from carecredit_api.console.views import ProblemPage, SignIn, Theme, TodayPage
from carecredit_api.console.words import catalogue

PROBLEMS = frozenset({400, 403, 404, 429, 500, 503})
"""The statuses that have words of their own."""


def render_today(
    page: TodayPage, *, language: Language, theme: Theme | None = None, at: str = ""
) -> str:
    """Show the first page: whom to speak with and why, the measures, and the way on."""
    return render(
        "today.html",
        language,
        theme,
        kept={"client": page.client.key if page.client else None},
        at=at,
        finance=page.finance,
        page=page,
        today=local_date(page.now, page.zone),
        tiles=[tile(kpi, language) for kpi in page.kpis],
        figures=[
            dso_figure(page.dso, language),
            aging_figure(page.aging, page.aging_currency, language),
        ],
    )


def render_sign_in(page: SignIn, *, language: Language, theme: Theme | None = None) -> str:
    """Show the form that takes an API key; it posts `key`, `next` and `csrf` to /sign-in."""
    return render("sign_in.html", language, theme, page=page)


def measures_page(page: ProblemPage, asked: Mapping[str, str], language: Language) -> ProblemPage:
    """Say which measures there are, where one was asked for that is not; each leads to itself."""
    kept = {name: value for name, value in asked.items() if name not in {"metric", "offset"}}
    choices = tuple(
        (
            f"/finance/parts?{urlencode(kept | {'metric': each.id})}",
            f"{each.name[language]} ({each.id})",
        )
        for each in definitions()
    )
    told = catalogue(language)["problem.no_measure"]
    return structs.replace(page, detail=told, choices=choices)


def render_problem(page: ProblemPage, *, language: Language, theme: Theme | None = None) -> str:
    """Tell an error in words; a status without its own borrows those of its class."""
    key = page.status
    if key not in PROBLEMS:
        key = 400 if key < HTTPStatus.INTERNAL_SERVER_ERROR else 500
    return render("problem.html", language, theme, page=page, key=key)


def render_api_docs(
    openapi: dict[str, Any],
    *,
    language: Language,
    theme: Theme | None = None,
    document_path: str = "/schema/openapi.json",
    finance: bool = False,
) -> str:
    """Show an OpenAPI 3.1 document as a page to read and search, without a script."""
    reference = reference_of(openapi, other=catalogue(language)["docs.other"])
    return render(
        "docs.html",
        language,
        theme,
        finance=finance,
        reference=reference,
        document_path=document_path,
    )


def render(
    template: str,
    language: Language,
    theme: Theme | None = None,
    *,
    kept: Mapping[str, str | None] | None = None,
    at: str = "",
    **values: Any,
) -> str:
    """Lay a page out in a language; `kept` is what its own address keeps of the question.

    `at` is that address, where a form answers in its place.
    """
    words = catalogue(language)
    present = dict(kept or {}) | {"lang": language, "theme": theme}

    def word(name: str, /, **parts: object) -> str:
        """Look a sentence up; the template escapes it together with its parts."""
        return words[name].format(**parts)

    def link(**changes: str | None) -> str:
        """Give this page's address with one choice changed and the others kept."""
        chosen = {name: value for name, value in (present | changes).items() if value}
        return at + "?" + urlencode(chosen)

    def question() -> str:
        """Give what a form's address keeps of the question."""
        return "?" + urlencode({name: value for name, value in present.items() if value})

    found = _environment().get_template(template)
    return found.render(
        language=language,
        theme=theme,
        languages=LANGUAGES,
        t=word,
        link=link,
        question=question,
        **values,
    )


@cache
def _environment() -> Environment:
    """Set up the templates: everything is escaped, and a misspelt name is an error."""
    environment = Environment(
        loader=PackageLoader("carecredit_api.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset=asset_path, icon=_icon, formats=formats)
    return environment


def _icon(name: str) -> Markup:
    """Draw an icon from the sprite; words beside it carry the meaning."""
    address = f"{asset_path('icons.svg')}#{name}"
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>').format(address)
