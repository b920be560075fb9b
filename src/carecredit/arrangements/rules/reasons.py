"""Why an invoice was not paid, and what comes next: a catalogue read once from packaged data."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import msgspec

from carecredit.kernel.errors import Invalid

LANGUAGES = ("en", "it")
Words = dict[str, str]


class NonPaymentReason(StrEnum):
    """Why an invoice was not paid, as the customer tells it; each is in the catalogue."""

    NOT_RECEIVED = "not_received"
    FORGOTTEN = "forgotten"
    PAID_ALREADY = "paid_already"
    CONTESTED = "contested"
    UNCLEAR = "unclear"
    SHORT_OF_MONEY = "short_of_money"
    """A difficulty that will pass."""
    LASTING_DIFFICULTY = "lasting_difficulty"
    WAITS_FOR_CUSTOMERS = "waits_for_customers"
    """A business that is paid late itself."""
    UNHAPPY_WITH_SERVICE = "unhappy_with_service"
    PAYMENT_TROUBLE = "payment_trouble"
    WRONG_PERSON = "wrong_person"
    REFUSES = "refuses"
    DECEASED = "deceased"
    OTHER = "other"


class NextStep(StrEnum):
    """What may come next; those who act on it know each word."""

    RESEND_INVOICE = "resend_invoice"
    CHECK_ADDRESS = "check_address"
    EXPLAIN_INVOICE = "explain_invoice"
    ANNOUNCE_PROOF = "announce_proof"
    TAKE_PROMISE = "take_promise"
    OFFER_PLAN = "offer_plan"
    OFFER_RELIEF = "offer_relief"
    TELL_OF_BONUS = "tell_of_bonus"
    CHANGE_METHOD = "change_method"
    OPEN_QUESTION = "open_case:question"
    OPEN_TECHNICAL = "open_case:technical"
    OPEN_COMPLAINT = "open_case:complaint"
    OPEN_DISPUTE = "open_case:dispute"
    OPEN_HARDSHIP = "open_case:hardship"
    STOP_WRONG_PARTY = "stop:wrong_party"
    STOP_DECEASED = "stop:deceased"
    REVIEW_BY_PERSON = "review_by_person"


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason: in words, what comes next, what to say and what to avoid, by language."""

    words: Words
    next: tuple[NextStep, ...]
    say: Words
    avoid: Words
    business_only: bool = False


class Catalogue(msgspec.Struct, frozen=True):
    """The reasons of a version, in the order in which they are offered."""

    version: str
    reasons: Mapping[str, Reason]


class Bonus(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public help that somebody may be entitled to: where, for what, and by which source."""

    country: str
    sectors: tuple[str, ...]
    words: Words
    tell: Words
    source: str
    confidence: str


class Bonuses(msgspec.Struct, frozen=True):
    """The public helps of a version, by key."""

    version: str
    bonuses: Mapping[str, Bonus]


class CatalogueUnsound(Invalid):
    """A packaged catalogue does not say what it must."""

    code = "catalogue_unsound"


class UnknownBonus(Invalid):
    """No public help of this key is known."""

    code = "bonus_unknown"


@cache
def catalogue() -> Catalogue:
    """Read the packaged reasons."""
    return parse_reasons(_packaged("reasons.toml"), source="reasons.toml")


@cache
def bonuses() -> Bonuses:
    """Read the packaged public helps."""
    return parse_bonuses(_packaged("bonuses.toml"), source="bonuses.toml")


def bonus(key: str) -> Bonus:
    """Find a public help by its key."""
    found = bonuses().bonuses.get(key)
    if found is None:
        known = ", ".join(bonuses().bonuses)
        raise UnknownBonus(f"{key!r} is no help known here; write one of {known}", field="bonus")
    return found


def parse_reasons(data: Mapping[str, Any], *, source: str) -> Catalogue:
    """Read a catalogue of reasons: every reason once, in both languages; faults name the place."""
    found = _entries(data, "reasons", Reason, source)
    missing = sorted(set(NonPaymentReason) - found.keys())
    unknown = sorted(found.keys() - set(NonPaymentReason))
    if missing or unknown:
        raise CatalogueUnsound(f"{source}: missing {missing}, unknown {unknown}", field="reasons")
    for key, reason in found.items():
        _check_words(f"{source}: reasons.{key}", reason.words, reason.say, reason.avoid)
        if not reason.next:
            raise CatalogueUnsound(f"{source}: reasons.{key} leads nowhere", field="next")
    return Catalogue(_version(data, source), MappingProxyType(found))


def parse_bonuses(data: Mapping[str, Any], *, source: str) -> Bonuses:
    """Read a catalogue of public helps; a help without a source is refused."""
    found = _entries(data, "bonuses", Bonus, source)
    for key, one in found.items():
        _check_words(f"{source}: bonuses.{key}", one.words, one.tell)
        if not one.source.strip():
            raise CatalogueUnsound(f"{source}: bonuses.{key} has no source", field="source")
    return Bonuses(_version(data, source), MappingProxyType(found))


def _packaged(name: str) -> dict[str, Any]:
    file = resources.files("carecredit.arrangements").joinpath("catalogues", name)
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _entries(data: Mapping[str, Any], name: str, kind: type[Any], source: str) -> dict[str, Any]:
    try:
        return {
            key: msgspec.convert(told, kind)
            for key, told in msgspec.convert(data.get(name), dict[str, dict[str, Any]]).items()
        }
    except msgspec.ValidationError as error:
        raise CatalogueUnsound(f"{source}: {name}: {error}", field=name) from error


def _version(data: Mapping[str, Any], source: str) -> str:
    version = data.get("version")
    if not isinstance(version, str) or not version:
        raise CatalogueUnsound(f"{source}: name the version as a text", field="version")
    return version


def _check_words(place: str, *told: Words) -> None:
    for words in told:
        if sorted(words) != list(LANGUAGES) or not all(text.strip() for text in words.values()):
            raise CatalogueUnsound(f"{place} is told in {', '.join(LANGUAGES)}", field="words")
