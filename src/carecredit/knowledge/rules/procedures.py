"""What a version of a procedure must be to be published, and in which language it is read."""

import re
from collections.abc import Collection, Mapping
from datetime import date

from msgspec import Struct

from carecredit.kernel.errors import Invalid

BODY_LENGTH_MAX, TITLE_LENGTH_MAX, LINE_LENGTH_MAX, LINES_MAX = 50_000, 200, 1_000, 50
RESERVED = frozenset({"search", "searches-in-vain"})
"""Words that the addresses of procedures have for other things."""
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2}")


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """A procedure in one language: title, body, what to say by code, what to avoid."""

    title: str
    body: str
    keywords: tuple[str, ...] = ()
    """Other words people search it by."""
    sentences: Mapping[str, str] = {}
    avoid: tuple[str, ...] = ()


class NewProcedure(Struct, frozen=True, forbid_unknown_fields=True):
    """A version to be published, in each language it is written in.

    `supersedes` is the version that it takes the place of; none: it is the first of its key.
    """

    key: str
    topic: str
    owner: str
    texts: Mapping[str, Text]
    valid_from: date | None = None
    """None: from today."""
    valid_to: date | None = None
    review_on: date | None = None
    supersedes: int | None = None


def check_procedure(new: NewProcedure) -> None:
    """Accept a version that can be read, said and found; raises `Invalid` naming the field."""
    if _KEY.fullmatch(new.key) is None or new.key in RESERVED:
        raise Invalid(
            f"{new.key!r} is no key: small letters, digits, dashes and underscores, such as "
            "late-bill, and none of " + ", ".join(sorted(RESERVED)),
            field="key",
        )
    _check_code(new.topic, "topic")
    _check_line(new.owner, "owner", TITLE_LENGTH_MAX)
    start = new.valid_from
    if new.valid_to is not None and start is not None and new.valid_to <= start:
        raise Invalid("it is valid to a day after the one it is valid from", field="valid_to")
    if not new.texts:
        raise Invalid("write it in one language at least", field="texts")
    for language, text in new.texts.items():
        if _LANGUAGE.fullmatch(language) is None:
            raise Invalid(f"{language!r} is no language; write such as it", field="texts")
        _check_text(text, f"texts.{language}")


def chosen_language(written: Collection[str], *, asked: str | None, own: str) -> str:
    """Choose the language asked for; else the client company's own; else the first there is.

    The answer always says which it is, so nobody takes one for the other.
    """
    return next((it for it in (asked, own) if it in written and it is not None), min(written))


def _check_text(text: Text, place: str) -> None:
    _check_line(text.title, f"{place}.title", TITLE_LENGTH_MAX)
    if not 0 < len(text.body.strip()) <= BODY_LENGTH_MAX or "\0" in text.body:
        raise Invalid(
            f"a body has 1 to {BODY_LENGTH_MAX} characters of plain text or simple Markdown",
            field=f"{place}.body",
        )
    listed = {
        "keywords": text.keywords,
        "sentences": tuple(text.sentences.values()),
        "avoid": text.avoid,
    }
    for field, lines in listed.items():
        if len(lines) > LINES_MAX:
            raise Invalid(f"{LINES_MAX} at most", field=f"{place}.{field}")
        for line in lines:
            _check_line(line, f"{place}.{field}", LINE_LENGTH_MAX)
    if any("," in word for word in text.keywords):
        raise Invalid("a keyword has no comma; write several", field=f"{place}.keywords")
    for code in text.sentences:
        _check_code(code, f"{place}.sentences")


def _check_line(line: str, field: str, longest: int) -> None:
    if not 0 < len(line.strip()) <= longest or not line.isprintable():
        raise Invalid(f"write 1 to {longest} characters on one line", field=field)


def _check_code(code: str, field: str) -> None:
    if _CODE.fullmatch(code) is None:
        raise Invalid(
            f"{code!r} is no code: small letters, digits and underscores, such as wrong_amount",
            field=field,
        )
