"""The page of a person, rendered."""

from carecredit.metrics.numerals import Language
from carecredit_api.console.pages import render
from carecredit_api.console.person_views import PersonPage
from carecredit_api.console.views import Theme
from carecredit_api.console.words import catalogue

ICONS = {
    "contact": "phone",
    "invoice": "file-json",
    "money": "check",
    "dispute": "scale",
    "case": "inbox",
    "promise": "handshake",
    "plan": "handshake",
    "proof": "check",
    "expectation": "clock",
    "survey": "message-circle",
}


def render_person(page: PersonPage, *, language: Language, theme: Theme | None = None) -> str:
    """Show a person: name first, amounts apart and in ordinary ink, one next step with reasons."""
    words = catalogue(language)

    def named(group: str, code: str | None) -> str:
        """Name a code; one without a word of its own is shown as it is."""
        if code is None:
            return words[f"person.any_{group}"]
        return words.get(f"person.{group}_{code}", code.replace("_", " "))

    return render(
        "person.html",
        language,
        theme,
        kept={"client": page.client.key},
        page=page,
        named=named,
        icons=ICONS,
    )
