"""Searching whatever way it is typed: without accents, case, or the last vowel of a word.

A text is stored folded, so that both databases find the same by a plain comparison.
"""

import re
import unicodedata

from carecredit.kernel.errors import Invalid

QUERY_LENGTH_MAX, WORDS_MAX = 200, 12
STEM_LENGTH_MIN = 4
_ALONE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})
"""Letters that no normal form takes apart."""
_ENDING = re.compile(r"(?:[aeiou]|e?s)$")


def fold(text: str) -> str:
    """Write a text as its words alone, small and without accents, a blank around each."""
    # Some letters show their small form only when taken apart, and others the other way round.
    plain = _apart(_apart(text).casefold()).casefold()
    bare = "".join(sign for sign in _apart(plain) if not unicodedata.combining(sign))
    return "".join(f" {word}" for word in re.findall(r"[^\W_]+", bare.translate(_ALONE))) + " "


def stems(query: str) -> tuple[str, ...]:
    """Give what the words of a text must begin with to be found: `fatture` finds `fattura`."""
    if len(query) > QUERY_LENGTH_MAX or "\0" in query:
        raise Invalid(f"search for {QUERY_LENGTH_MAX} characters at most", field="q")
    words = fold(query).split()
    if not words:
        raise Invalid("say what to search for, in a word or more", field="q")
    if len(words) > WORDS_MAX:
        raise Invalid(f"search for {WORDS_MAX} words at most", field="q")
    return tuple(dict.fromkeys(_stem(word) for word in words))


def vain_words(query: str) -> str:
    """Give the words of a search to be counted; what holds a digit may be somebody's number."""
    words = ("#" if any(sign.isdigit() for sign in word) else word for word in fold(query).split())
    return " ".join(sorted(set(words)))[:QUERY_LENGTH_MAX]


def _apart(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


def _stem(word: str) -> str:
    return _ENDING.sub("", word) if len(word) > STEM_LENGTH_MIN else word
