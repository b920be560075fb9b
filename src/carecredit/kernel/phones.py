"""Phone numbers: one canonical form, what may be dialled, and in which zones it may ring."""

import re
import tomllib
from functools import cache
from importlib import resources
from itertools import combinations, pairwise
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
_NEVER_PREFIXED = ("+39178", "+39199")
"""Italian services at the caller's cost, which the library takes for personal numbers."""
_BETWEEN_NUMBERS = re.compile(
    r"\s*([;|\n\r]+|,+|(?<=\s)[/-](?=\s)|/(?=\s*\d{1,2}\s*$)"
    r"|(?<=\s)(?:o|e|oppure|or|and|oder|und|ou|et|y|&)(?=\s))\s*",
    re.IGNORECASE,
)
"""What parts two numbers; a slash or a hyphen alone often stands inside one (06/123456)."""
_LAST_DIGITS = re.compile(r"\d{1,2}")
_ENDING_DIRECT_DIAL = frozenset({"AT", "DE"})
"""Where digits after a hyphen are dialled on, and do not stand for the end of another number."""
_IN_GROUPS = re.compile(r"[\d\s().+-]+")
_GROUPS_MAX = 12
_NUMBERS_MAX = 4
_EXTENSION_MAX = 6
_EXTENSION_UNNAMED = re.compile(r"[;,]\s*\d+\W*$")


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
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if kind in _NEVER_DIALLED or e164.startswith(_NEVER_PREFIXED):
        raise NeverDialled(
            f"{raw!r} is a {(kind or _UNKNOWN).replace('_', ' ')} number, which we never call; "
            "give the customer's own line",
            field="phone",
        )
    return Phone(
        e164=e164,
        extension=number.extension or None,
        region=phonenumbers.region_code_for_number(number),
        kind=kind or _UNKNOWN,
        zones=_zones(number),
        raw=raw,
    )


def split(raw: str, region: str | None) -> tuple[Phone, ...]:
    """Read every number of one field, in order and once each; a part that is none refuses all."""
    parts = _parts(raw, region)
    try:
        found = [phone for part in parts for phone in _numbers(part, region)]
    except NotANumber:
        # Somebody parts a number as others part two: 06 - 12345678.
        found = [normalise(raw.strip(), region)]
    if not found:
        raise _not_a_number(raw)
    return tuple({(phone.e164, phone.extension): phone for phone in found}.values())


def _kind(number: PhoneNumber) -> str | None:
    """Name the kind of a number; one of no kind is not valid (the library goes by the same)."""
    kind = phonenumbers.number_type(number)
    return None if kind == PhoneNumberType.UNKNOWN else _KINDS.get(kind, _UNKNOWN)


def _parts(raw: str, region: str | None) -> list[str]:
    """Part a field; the last digits of a neighbouring line (06 1234567 - 8) are written in full."""
    if ";ext=" in raw:
        return [part.strip() for part in re.split(r";(?!ext=)|[|\n\r]", raw) if part.strip()]
    told = [*_BETWEEN_NUMBERS.split(raw.strip()), ""]
    parts: list[str] = []
    separator = ""
    for part, following in zip(told[::2], told[1::2], strict=True):
        text = part.strip()
        if separator in {"-", "/"} and _LAST_DIGITS.fullmatch(text) and parts:
            before = parts[-1][: -len(text)]
            text = before + text if region not in _ENDING_DIRECT_DIAL else text
        parts += [text] if text else []
        separator = following
    return parts


def _numbers(part: str, region: str | None) -> list[Phone]:
    """Read a part that is a number, or several with a slash, a hyphen or a space between them."""
    try:
        return [normalise(part, region)]
    except NotANumber as error:
        refusal = error
    if "/" in part:
        return [normalise(piece.strip(), region) for piece in part.split("/") if piece.strip()]
    found = _grouped(part, region)
    if found is None:
        raise refusal
    return found


def _grouped(part: str, region: str | None) -> list[Phone] | None:
    """Part groups of digits into the fewest numbers, if that can be done in one way only."""
    groups = re.split(r"[\s-]+", part)
    if len(groups) > _GROUPS_MAX or _IN_GROUPS.fullmatch(part) is None:
        return None
    for count in range(2, _NUMBERS_MAX + 1):
        found = [
            read
            for cuts in combinations(range(1, len(groups)), count - 1)
            if (read := _read_all(groups, cuts, region)) is not None
        ]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _read_all(groups: list[str], cuts: tuple[int, ...], region: str | None) -> list[Phone] | None:
    edges = (0, *cuts, len(groups))
    try:
        return [normalise(" ".join(groups[a:b]), region) for a, b in pairwise(edges)]
    except NotANumber:
        return None


def _parse(raw: str, region: str | None) -> PhoneNumber:
    if len(raw) > _RAW_MAX:
        raise _not_a_number(raw[:20] + "…")
    try:
        number = phonenumbers.parse(raw, region)
    except phonenumbers.NumberParseException as error:
        raise _not_a_number(raw) from error
    if len(number.extension or "") > _EXTENSION_MAX and _EXTENSION_UNNAMED.search(raw):
        # The library takes a second number after a semicolon for an extension of the first.
        raise _not_a_number(raw)
    return number


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
