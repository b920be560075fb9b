"""When two cards are one person; what a customer's card must say."""

import re
import unicodedata
from enum import StrEnum

from carecredit.kernel.errors import Invalid

_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]{1,180}\.[^@\s,;<>\".]{2,}")


class EndedReason(StrEnum):
    """Why a relationship ended; leaving by choice and ending over money stay apart."""

    CHOSE_TO_LEAVE = "chose_to_leave"
    DEBT = "debt"
    WRITE_OFF = "write_off"
    MOVED = "moved"
    DECEASED = "deceased"
    OTHER = "other"


def fold_name(name: str) -> str:
    """Write a name so that order, case, accents and points do not matter."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    words = re.findall(r"\w+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    return " ".join(sorted(words))


def check_email(text: str) -> str:
    """Accept an e-mail address and give it in the form it is compared in; raises `Invalid`."""
    address = text.strip()
    if len(address) > 200 or not address.isascii() or _EMAIL.fullmatch(address) is None:  # noqa: PLR2004 - the width of the column
        raise Invalid(f"{text!r} is no e-mail address; write one such as name@example.org")
    return address.lower()


def same_name(one: bytes | None, other: bytes | None) -> bool:
    """Say whether two cards that share a contact point do not contradict each other by name."""
    return one is None or other is None or one == other
