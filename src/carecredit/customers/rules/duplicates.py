"""When two persons may be one: reasons that somebody weighs, never a decision."""

import tomllib
from enum import StrEnum
from functools import cache
from importlib import resources

from msgspec import Struct

from carecredit.customers.rules.relations import fold_name, known_as
from carecredit.kernel.errors import Invalid

LANGUAGES = ("it", "en")
SHARED_MAX = 20
"""A number that more persons share is a switchboard's: it says nothing of who they are."""
TAIL = 8
"""So many last digits of two numbers are the same: one may have been read with another prefix."""
_WORD_MIN = 4
"""In a shorter word one letter makes another name (Anna, Ann; Gio, Leo)."""
_WORDS_MIN = 2


class DuplicateReason(StrEnum):
    """What speaks for two persons being one."""

    SAME_EMAIL = "same_email"
    SAME_PHONE = "same_phone"
    PHONE_OTHER_PREFIX = "phone_other_prefix"
    SAME_NAME = "same_name"
    SIMILAR_NAME = "similar_name"


class PersonFacts(Struct, frozen=True):
    """What is known of a person across the cards that may be seen."""

    names: frozenset[str]
    phones: frozenset[str]
    emails: frozenset[str]


def duplicate_reasons(one: PersonFacts, other: PersonFacts) -> tuple[DuplicateReason, ...]:
    """Say why two persons may be one; nothing where what speaks for it does not suffice.

    A mailbox is somebody's own, and suffices. A number is a household's: only with a name that is
    the same or nearly so, and read with another prefix only with the same name.
    """
    found: list[DuplicateReason] = []
    if _mailboxes(one) & _mailboxes(other):
        found.append(DuplicateReason.SAME_EMAIL)
    if one.phones & other.phones:
        found.append(DuplicateReason.SAME_PHONE)
    elif _tails(one) & _tails(other):
        found.append(DuplicateReason.PHONE_OTHER_PREFIX)
    name = _by_name(one, other)
    if DuplicateReason.SAME_EMAIL not in found and not _borne_out(found, name):
        return ()
    return (*found, *((name,) if name else ()))


def similar_name(one: str, other: str) -> bool:
    """Say whether two names may be one, written otherwise: an initial, a slip, a name left out."""
    mine, theirs = sorted((fold_name(one).split(), fold_name(other).split()), key=len)
    if len(mine) < _WORDS_MIN or not set(mine) & set(theirs):
        return False
    left = [word for word in theirs if word not in mine]
    for word in (word for word in mine if word not in theirs):
        match = next((each for each in left if _alike(word, each)), None)
        if match is None:
            return False
        left.remove(match)
    return True


def told_reason(code: str) -> dict[str, str]:
    """Tell a reason in every language."""
    words = {language: _words()[language].get(code) for language in LANGUAGES}
    found = {language: text for language, text in words.items() if text is not None}
    if len(found) != len(LANGUAGES):
        raise Invalid(f"no words for the reason {code!r} of a duplicate")
    return found


def _borne_out(found: list[DuplicateReason], name: DuplicateReason | None) -> bool:
    if DuplicateReason.SAME_PHONE in found:
        return name is not None
    return bool(found) and name is DuplicateReason.SAME_NAME


def _by_name(one: PersonFacts, other: PersonFacts) -> DuplicateReason | None:
    mine, theirs = ({fold_name(name) for name in it.names} - {""} for it in (one, other))
    if mine & theirs:
        return DuplicateReason.SAME_NAME
    near = any(similar_name(name, another) for name in mine for another in theirs)
    return DuplicateReason.SIMILAR_NAME if near else None


def _mailboxes(facts: PersonFacts) -> set[str]:
    return {known_as("email", email) for email in facts.emails}


def _tails(facts: PersonFacts) -> set[str]:
    return {phone[-TAIL:] for phone in facts.phones if len(phone) > TAIL}


def _alike(one: str, other: str) -> bool:
    """An initial, or one letter more, less, other, or two changed about."""
    if 1 in {len(one), len(other)}:
        return one[0] == other[0]
    if min(len(one), len(other)) < _WORD_MIN:
        return False
    start = _shared(one, other)
    mine, theirs = one[start:], other[start:]
    end = _shared(mine[::-1], theirs[::-1])
    mine, theirs = mine[: len(mine) - end], theirs[: len(theirs) - end]
    return max(len(mine), len(theirs)) <= 1 or (len(mine) <= _WORDS_MIN and mine == theirs[::-1])


def _shared(one: str, other: str) -> int:
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return length


@cache
def _words() -> dict[str, dict[str, str]]:
    source = resources.files("carecredit.customers").joinpath("duplicates.toml")
    return tomllib.loads(source.read_text("utf-8"))
