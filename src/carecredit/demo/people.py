"""Who the customers are: names, languages, homes, numbers and addresses that nobody has."""

import unicodedata
from collections.abc import Iterator, Mapping
from random import Random

import msgspec

from carecredit.demo.chance import happens
from carecredit.demo.words import English, Italian, Words

Kinds = Mapping[str, Iterator["Identity"]]
"""An endless queue of new people and firms for each kind of customer."""

_MOBILE_PERCENT = 70


class Identity(msgspec.Struct, frozen=True):
    """A person or firm, the same whichever company serves it."""

    name: str
    language: str
    country: str
    region: str | None
    phone: str
    email: str


def kinds(rng: Random, words: Words) -> Kinds:
    """Open the queues; no two of them ever give the same name, number or address."""
    italian, english = words.italian, words.english
    italians = _full_names(rng, italian.first, italian.last)
    britons = _full_names(rng, english.first, english.last)
    italy = _italian_homes(rng, italian)
    britain = _british_homes(rng, english)
    return {
        "italian": _people(rng, italians, italy, "it", italian.domains),
        "italian_abroad": _people(rng, italians, britain, "it", english.domains),
        "expat": _people(rng, britons, italy, "en", english.domains),
        "briton": _people(rng, britons, britain, "en", english.domains),
        "irish": _people(rng, britons, _irish_homes(rng, english), "en", english.domains),
        "condominium": _people(rng, _condominiums(rng, italian), italy, "it", italian.domains),
        "firm_italian": _people(rng, _italian_firms(rng, italian), italy, "it", italian.domains),
        "firm_english": _people(rng, _english_firms(rng, english), britain, "en", english.domains),
    }


def fold(name: str) -> str:
    """Write a name as the local part of an address: plain letters, points for blanks."""
    plain = unicodedata.normalize("NFKD", name.lower())
    kept = "".join(sign for sign in plain if sign.isascii() and (sign.isalnum() or sign == " "))
    return ".".join(kept.split())


class _Home(msgspec.Struct, frozen=True):
    country: str
    region: str | None
    phone: str


def _people(
    rng: Random,
    names: Iterator[str],
    homes: Iterator[_Home],
    language: str,
    domains: tuple[str, ...],
) -> Iterator[Identity]:
    for name, home in zip(names, homes, strict=False):
        yield Identity(
            name=name,
            language=language,
            country=home.country,
            region=home.region,
            phone=home.phone,
            email=f"{fold(name)}@{rng.choice(domains)}",
        )


def _pairs(rng: Random, first: int, second: int) -> Iterator[tuple[int, int]]:
    """Give each pair of two lists once, in no order."""
    for index in rng.sample(range(first * second), first * second):
        yield divmod(index, second)


def _full_names(rng: Random, first: tuple[str, ...], last: tuple[str, ...]) -> Iterator[str]:
    for given, family in _pairs(rng, len(first), len(last)):
        yield f"{first[given]} {last[family]}"


def _condominiums(rng: Random, words: Italian) -> Iterator[str]:
    for street, house in _pairs(rng, len(words.streets), 60):
        yield f"Condominio {words.streets[street]} {house + 1}"


def _italian_firms(rng: Random, words: Italian) -> Iterator[str]:
    for trade, family in _pairs(rng, len(words.trades), len(words.last)):
        yield f"{words.trades[trade]} {words.last[family]} {rng.choice(words.forms)}"


def _english_firms(rng: Random, words: English) -> Iterator[str]:
    for family, trade in _pairs(rng, len(words.last), len(words.trades)):
        yield f"{words.last[family]} {words.trades[trade]} {rng.choice(words.forms)}"


def _italian_homes(rng: Random, words: Italian) -> Iterator[_Home]:
    weights = [province.weight for province in words.provinces]
    for tail in rng.sample(range(100_000), 1000):
        province = rng.choices(words.provinces, weights)[0]
        mobile = f"{rng.choice(words.mobiles)}{rng.randrange(100):02}{tail:05}"
        # No subscriber's number begins with 1 behind an Italian dialling code.
        landline = f"+39{province.area}11{tail:05}"
        phone = mobile if happens(rng, _MOBILE_PERCENT) else landline
        yield _Home(country="IT", region=province.region, phone=phone)


def _british_homes(rng: Random, words: English) -> Iterator[_Home]:
    weights = [place.weight for place in words.places]
    for tail in rng.sample(range(1000), 1000):
        place = rng.choices(words.places, weights)[0]
        mobile = f"{rng.choice(words.mobiles)}{rng.randrange(1000):03}{tail:03}"
        phone = mobile if happens(rng, _MOBILE_PERCENT) else f"{place.prefix}{tail:03}"
        yield _Home(country="GB", region=place.region, phone=phone)


def _irish_homes(rng: Random, words: English) -> Iterator[_Home]:
    for tail in rng.sample(range(1_000_000), 1000):
        phone = f"{rng.choice(words.mobiles_irish)}{tail:06}"
        yield _Home(country="IE", region=None, phone=phone)
