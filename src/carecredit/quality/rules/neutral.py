"""Neutral questions: phrases that beg, paint the scale or press are refused."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources

from carecredit.kernel.errors import Invalid

LENGTH_MAX = 300


class QuestionSteers(Invalid):
    """The question leads the person to an answer."""

    code = "question_steers"


_WAY_OUT = {
    "begs": "it begs for a mark: ask how it went, and stop there",
    "paints": "it paints the scale: leave praise and blame to the person",
    "presses": "it presses: an answer is free, and nothing hangs on it",
}


def check_question(text: str, *, language: str, field: str) -> None:
    """Accept a question that leaves the answer to the person; raises `QuestionSteers`."""
    if not 0 < len(text.strip()) <= LENGTH_MAX:
        raise Invalid(f"a question has 1 to {LENGTH_MAX} characters", field=field)
    if "!" in text:
        raise QuestionSteers("an exclamation mark presses; end with a question mark", field=field)
    folded = _folded(text)
    for kind, stems in _stems()[language].items():
        for stem in stems:
            if re.search(rf"\b{re.escape(stem)}", folded):
                raise QuestionSteers(f"{stem!r}: {_WAY_OUT[kind]}", field=field)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", letters).split())


@cache
def _stems() -> Mapping[str, Mapping[str, list[str]]]:
    text = resources.files("carecredit.quality").joinpath("steering.toml").read_text("utf-8")
    data = tomllib.loads(text)
    return {language: data[language] for language in ("it", "en")}
