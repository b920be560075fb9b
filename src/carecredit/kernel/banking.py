"""Where money is sent: IBAN, BIC and creditor reference, checked digit by digit."""

import re

from carecredit.kernel.errors import Invalid

IBAN_LENGTHS: dict[str, int] = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
    "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
    "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
"""How long an account number is, by country (ISO 13616, the registry kept by SWIFT)."""

SEPA = frozenset({
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB",
    "GI", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK",
    "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "SM", "VA",
})  # fmt: skip
"""Whose accounts take transfers in euro (the EPC's list of SEPA countries, EPC409-09)."""

REFERENCE_MAX = 21
"""Characters of a creditor reference after RF and its two check digits (ISO 11649)."""

_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}")
_BIC = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_REFERENCE = re.compile(rf"RF[0-9]{{2}}[A-Z0-9]{{1,{REFERENCE_MAX}}}")
_SEPARATORS = re.compile(r"[\s./_-]")


def check_iban(text: str) -> str:
    """Accept an IBAN with or without blanks: country, length and check digits (ISO 13616)."""
    iban = "".join(text.split()).upper()
    if _IBAN.fullmatch(iban) is None:
        raise Invalid(
            f"{text!r} is no IBAN; write one such as IT60 X054 2811 1010 0000 0123 456",
            field="iban",
        )
    length = IBAN_LENGTHS.get(iban[:2])
    if length is None:
        raise Invalid(f"no country of IBANs begins with {iban[:2]}", field="iban")
    if len(iban) != length:
        raise Invalid(
            f"an IBAN of {iban[:2]} has {length} characters, not {len(iban)}; compare it with "
            "the bank's paper",
            field="iban",
        )
    if _remainder(iban) != 1:
        raise Invalid(
            "the check digits of the IBAN do not fit; a character is mistyped", field="iban"
        )
    return iban


def check_bic(text: str) -> str:
    """Accept a BIC of 8 or 11 characters (ISO 9362)."""
    bic = "".join(text.split()).upper()
    if _BIC.fullmatch(bic) is None:
        raise Invalid(
            f"{text!r} is no BIC; write 8 or 11 letters and digits such as BPMOIT22", field="bic"
        )
    return bic


def creditor_reference(number: str) -> str | None:
    """Make the reference by which a payment is known again (ISO 11649), from a document's number.

    Blanks, dots, dashes, slashes and underscores are left out: a payer may not type them. A number
    with other signs, or a longer one, has no such reference (null): it is written out in words.
    """
    bare = _SEPARATORS.sub("", number).upper()
    if not 0 < len(bare) <= REFERENCE_MAX or not (bare.isascii() and bare.isalnum()):
        return None
    return f"RF{98 - _remainder(f'RF00{bare}'):02}{bare}"


def is_creditor_reference(text: str) -> bool:
    """Say whether a text is a creditor reference whose check digits fit."""
    return _REFERENCE.fullmatch(text) is not None and _remainder(text) == 1


def takes_euro(iban: str) -> bool:
    """Say whether a transfer in euro (SEPA) reaches an account."""
    return iban[:2] in SEPA


def in_fours(text: str) -> str:
    """Write an account number or reference in groups of four, as it is read out."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def _remainder(text: str) -> int:
    """Divide by 97 what a text is with its first four characters moved to its end (ISO 7064)."""
    return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97
