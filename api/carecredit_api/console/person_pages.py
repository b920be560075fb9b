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


def render_person(
    page: PersonPage, *, language: Language, theme: Theme | None = None, at: str = ""
) -> str:
    """Show a person: name first, amounts apart and in ordinary ink, one next step with reasons."""
    words = catalogue(language)

    def named(group: str, code: str | None) -> str:
        """Name a code; one without a word of its own is shown as it is."""
        if code is None:
            return words[f"person.any_{group}"]
        return words.get(f"person.{group}_{code}", code.replace("_", " "))

    def typed(form: str, name: str) -> tuple[str, ...]:
        """Give what was typed into a form that came back."""
        back = page.returned
        return back.values.get(name, ()) if back is not None and back.form == form else ()

    def wrong(form: str, name: str) -> str:
        """Say what is wrong with a field of a form that came back."""
        back = page.returned
        here = back is not None and (back.form, back.field) == (form, name)
        return back.message if back is not None and here else ""

    def began(form: str, *names: str) -> bool:
        """Say whether anything was typed into a part of a form, or is wrong with it."""
        return any(any(typed(form, name)) or wrong(form, name) for name in names)

    return render(
        "person.html",
        language,
        theme,
        kept={"client": page.client.key},
        at=at,
        page=page,
        named=named,
        typed=typed,
        wrong=wrong,
        began=began,
        icons=ICONS,
    )
