"""Phone numbers: one canonical form, what may be dialled, and in which zones it may ring."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import ClassVar

import msgspec
import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, timezone

from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid

LIBRARY_VERSION: str = phonenumbers.__version__
"""The release of the numbering data by which every number here was read."""

_RAW_MAX = 200
_PREFIX_MIN = 3
_SAN_MARINO_THROUGH_ITALY = "+390549"
_KINDS = {
    PhoneNumberType.FIXED_LINE: "fixed_line",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_line_or_mobile",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium_rate",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PERSONAL_NUMBER: "personal_number",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "company_number",
    PhoneNumberType.VOICEMAIL: "voicemail",
}
_UNKNOWN = "unknown"
_NEVER_DIALLED = frozenset({"premium_rate", "shared_cost", "pager", "company_number", "voicemail"})
_SEPARATORS = tuple(re.compile(text) for text in (r"[;|\n\r]+|,", r"\s+/\s+|\s+-\s+", r"/"))
"""From what surely parts two numbers to what often stands inside one (Italy writes 06/123456)."""


class NotANumber(Invalid):
    """What was given cannot be a phone number."""

    code: ClassVar[str] = "phone_invalid"


class NeverDialled(Invalid):
    """The number exists and is of a kind that we never call."""

    code: ClassVar[str] = "phone_never_dialled"


class Phone(msgspec.Struct, frozen=True):
    """A number in its one canonical form; its zones are hints (none: nothing is known)."""

    e164: str
    extension: str | None
    region: str | None
    kind: str
    zones: tuple[str, ...]
    raw: str


class _Correction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    prefix: str
    use: tuple[str, ...]
    because: str


class _Corrections(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    corrections: tuple[_Correction, ...]


def normalise(raw: str, region: str | None) -> Phone:
    """Read one number as written in a region and give its canonical form, or say why not.

    Italian numbers keep their leading zero; San Marino's, which also answer through Italy's code,
    are written with their own, so that a person has one budget of contacts and not two.
    """
    number = _parse(raw, region)
    kind = _kind(number)
    if kind is None:
        raise _refusal(raw, number)
    canonical = _canonical(number)
    if canonical is not number:
        number, kind = canonical, _kind(canonical)
    if kind in _NEVER_DIALLED:
        raise NeverDialled(
            f"{raw!r} is a {kind.replace('_', ' ')} number, which we never call; "
            "give the customer's own line",
            field="phone",
        )
    return Phone(
        e164=phonenumbers.format_number(number, PhoneNumberFormat.E164),
        extension=number.extension or None,
        region=phonenumbers.region_code_for_number(number),
        kind=kind or _UNKNOWN,
        zones=_zones(number),
        raw=raw,
    )


def split(raw: str, region: str | None) -> tuple[Phone, ...]:
    """Read every number of one field, in order and once each; a part that is none refuses all."""
    refusal: Invalid | None = None
    for parts in _readings(raw):
        try:
            found = [normalise(part, region) for part in parts]
        except NeverDialled:
            raise
        except NotANumber as error:
            refusal = refusal or error
            continue
        if found:
            return tuple({(phone.e164, phone.extension): phone for phone in found}.values())
    raise refusal or _not_a_number(raw)


def _kind(number: PhoneNumber) -> str | None:
    """Name the kind of a number; one of no kind is not valid (the library goes by the same)."""
    kind = phonenumbers.number_type(number)
    return None if kind == PhoneNumberType.UNKNOWN else _KINDS.get(kind, _UNKNOWN)


def _readings(raw: str) -> Iterator[list[str]]:
    yield [raw.strip()]
    parts = [raw]
    for separator in _SEPARATORS:
        finer = [piece.strip() for part in parts for piece in _pieces(separator, part)]
        parts = [piece for piece in finer if piece]
        yield parts


def _pieces(separator: re.Pattern[str], part: str) -> list[str]:
    return [part] if ";ext=" in part else separator.split(part)


def _parse(raw: str, region: str | None) -> PhoneNumber:
    if len(raw) > _RAW_MAX:
        raise _not_a_number(raw[:20] + "…")
    try:
        return phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException as error:
        raise _not_a_number(raw) from error


def _not_a_number(raw: str) -> NotANumber:
    return NotANumber(
        f"{raw!r} is no phone number; write it with its country code, such as +39 02 12345678",
        field="phone",
    )


def _refusal(raw: str, number: PhoneNumber) -> Invalid:
    if phonenumbers.is_valid_short_number(number):
        return NeverDialled(
            f"{raw!r} is a short or emergency number, which we never call; "
            "give the customer's own line",
            field="phone",
        )
    return _not_a_number(raw)


def _canonical(number: PhoneNumber) -> PhoneNumber:
    text = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not text.startswith(_SAN_MARINO_THROUGH_ITALY):
        return number
    canonical = phonenumbers.parse("+378" + text.removeprefix("+39"), None)
    if not phonenumbers.is_valid_number(canonical):
        return number
    canonical.extension = number.extension
    return canonical


def _zones(number: PhoneNumber) -> tuple[str, ...]:
    text = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    known = corrections()
    for length in range(len(text), _PREFIX_MIN, -1):
        if text[:length] in known:
            return known[text[:length]]
    found = timezone.time_zones_for_number(number)
    return tuple(key for key in found if key != timezone.UNKNOWN_TIMEZONE)


@cache
def corrections() -> dict[str, tuple[str, ...]]:
    """Read the packaged corrections: which zones replace the library's, by prefix."""
    data = resources.files("carecredit.kernel").joinpath("phone_zones.toml").read_bytes()
    told = msgspec.convert(tomllib.loads(data.decode()), _Corrections)
    for correction in told.corrections:
        for key in correction.use:
            zone(key)
    return {correction.prefix: correction.use for correction in told.corrections}
