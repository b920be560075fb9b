"""Money: an integer count of a currency's smallest unit; never a float, never two currencies."""

import re
from collections.abc import Iterable, Sequence

import msgspec

from carecredit.kernel.errors import Invalid

MINOR_MAX = 10**15
"""Amounts beyond this (in minor units) are a mistake, not a sum."""

_NO_DECIMALS = frozenset(
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split()  # noqa: SIM905 - the same
)
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())  # noqa: SIM905 - the same
_FOUR_DECIMALS = frozenset({"CLF", "UYW"})
CURRENCIES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP
    BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB
    EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD
    JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
    MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR
    RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND
    TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF
    XPF XXX YER ZAR ZMW ZWG
    """.split()  # noqa: SIM905 - a list to be read, not typed
)
"""ISO 4217 codes in use; XXX (no currency stated) counts with two decimals."""

_AMOUNT = re.compile(r"(-?)([0-9]{1,16})(?:\.([0-9]{1,12}))?")
_TWO_DECIMALS = re.compile(r"(?:[0-9]{1,12}\.[0-9]{2}\n)+")
"""Lines of plain amounts in a currency with cents, none of them too large."""


class CurrencyMismatch(Invalid):
    """Amounts of two currencies were put together without a named rate."""

    code = "currency_mismatch"


def decimals(currency: str) -> int:
    """Say how many decimals a currency's amounts carry (ISO 4217)."""
    if currency in _NO_DECIMALS:
        return 0
    if currency in _THREE_DECIMALS:
        return 3
    return 4 if currency in _FOUR_DECIMALS else 2


def check_currency(code: str) -> str:
    """Accept an ISO 4217 code; anything else raises `Invalid`."""
    if code not in CURRENCIES:
        raise Invalid(
            f"{code!r} is no ISO 4217 currency; write a code such as EUR, or XXX for none stated",
            field="currency",
        )
    return code


class Money(msgspec.Struct, frozen=True, order=False):
    """An exact amount: minor units (cents) and their currency."""

    minor: int
    currency: str

    @classmethod
    def parse(cls, text: str, currency: str) -> "Money":
        """Read a plain amount such as 1234.50; more decimals than the currency has raise."""
        return cls(parse_minor(text, currency), currency)

    def __composite_values__(self) -> tuple[int, str]:
        return self.minor, self.currency

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __str__(self) -> str:
        return f"{major(self.minor, self.currency)} {self.currency}"

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be put together")
        return other.minor

    def split(self, parts: int) -> tuple["Money", ...]:
        """Divide into parts that add up to the cent; the first ones carry what is left over."""
        if parts < 1:
            raise Invalid("an amount is split into one part or more", field="parts")
        each, rest = divmod(abs(self.minor), parts)
        sign = -1 if self.minor < 0 else 1
        return tuple(
            Money(sign * (each + (1 if index < rest else 0)), self.currency)
            for index in range(parts)
        )


def parse_minor(text: str, currency: str) -> int:
    """Read a plain amount into minor units; nothing is rounded or guessed.

    ASCII digits with a decimal point, no thousands mark. Decimals beyond the currency's are
    accepted only where they are zeros. Raises `Invalid`.
    """
    found = _AMOUNT.fullmatch(text)
    if found is None:
        raise Invalid(
            f"{text!r} is no plain amount; write digits with a decimal point, such as 1234.50"
        )
    places = decimals(currency)
    fraction = (found[3] or "").ljust(places, "0")
    if fraction[places:].strip("0"):
        raise Invalid(f"{text!r} has more decimals than {currency} ({places}); round it first")
    minor = int(found[2] + (fraction[:places] or ""))
    if minor > MINOR_MAX:
        raise Invalid(f"{text!r} is beyond what an amount can be; check the decimal point")
    return -minor if found[1] else minor


def parse_minors(texts: Sequence[str], currencies: Sequence[str]) -> list[int]:
    """Read many plain amounts, each as `parse_minor` does; where all have cents, all at once."""
    lines = "\n".join([*texts, ""])
    plain = {decimals(currency) for currency in set(currencies)} == {2}
    if plain and lines.count("\n") == len(texts) and _TWO_DECIMALS.fullmatch(lines):
        return list(map(int, lines.replace(".", "").split()))
    return list(map(parse_minor, texts, currencies))


def major(minor: int, currency: str) -> str:
    """Write minor units as a plain decimal in major units, with the currency's decimals."""
    places = decimals(currency)
    sign, digits = ("-" if minor < 0 else ""), str(abs(minor)).rjust(places + 1, "0")
    if places == 0:
        return f"{sign}{digits}"
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def total(amounts: Iterable[Money], currency: str) -> Money:
    """Add amounts of one currency; an empty list is zero of it."""
    result = Money(0, currency)
    for amount in amounts:
        result += amount
    return result
