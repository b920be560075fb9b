"""What a contact is made of: who came to whom, whether it is the right person, how it stood."""

from collections.abc import Collection
from enum import StrEnum

from carecredit.customers.rules import PURPOSES
from carecredit.kernel.errors import Invalid, Refused
from carecredit.mandates.rules import LANGUAGES


class Direction(StrEnum):
    """Who came to whom."""

    IN = "in"
    OUT = "out"


class RightParty(StrEnum):
    """Whether we speak with the person entitled to speak of the account; it lasts for a contact."""

    CONFIRMED = "confirmed"
    NOT_THE_PERSON = "not_the_person"
    DECLINED = "declined"


class Identified(StrEnum):
    """What the person proved to know or to be; the facts themselves are never kept."""

    CUSTOMER_NUMBER = "customer_number"
    TAX_CODE = "tax_code"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    LAST_INVOICE = "last_invoice"
    KNOWN_NUMBER = "known_number"
    """We called the number on file, or the call came from it."""
    SIGNED_IN = "signed_in"


class Resolved(StrEnum):
    """Whether the matter is solved with this contact, as the operator sees it."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


class Mood(StrEnum):
    """The mood of the person as the operator heard it: advice for the next contact, no score."""

    CONTENT = "content"
    CALM = "calm"
    WORRIED = "worried"
    UPSET = "upset"
    ANGRY = "angry"


class Summary(StrEnum):
    """By which channel the person gets what was agreed in writing."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    NONE = "none"


class LinkKind(StrEnum):
    """What may hang on a contact."""

    CASE = "case"
    INVOICE = "invoice"
    PROMISE = "promise"
    PLAN = "plan"
    PROOF = "proof"
    DISPUTE = "dispute"
    EXPECTATION = "expectation"
    GAP = "gap"
    CALLBACK = "callback"


class RightPartyUnclear(Refused):
    """Nothing about money is said or agreed before the right person is confirmed."""

    code = "right_party_unclear"


_ENOUGH_ALONE = frozenset({Identified.SIGNED_IN})
_FACTS_MIN = 2


def check_identified(facts: Collection[Identified]) -> None:
    """Accept two facts that only the person knows, or a signed-in session."""
    if _ENOUGH_ALONE.isdisjoint(facts) and len(set(facts)) < _FACTS_MIN:
        known = ", ".join(Identified)
        raise Invalid(
            f"two facts make sure who is speaking, or a signed-in session; they are: {known}",
            field="identified_by",
        )


def check_words(purpose: str, language: str | None) -> None:
    """Accept a purpose that contacts have, and a language that is spoken here (none: theirs)."""
    if purpose not in PURPOSES:
        known = ", ".join(sorted(PURPOSES))
        raise Invalid(f"{purpose!r} is no purpose; write one of {known}", field="purpose")
    if language is not None and language not in LANGUAGES:
        known = " or ".join(LANGUAGES)
        raise Invalid(f"{language!r} is not spoken here; write {known}", field="language")
