"""The packaged words and profiles, read into values."""

import tomllib
from functools import cache
from importlib import resources

import msgspec


class Province(msgspec.Struct, frozen=True):
    """An Italian province, its dialling code, and how many live there beside the others."""

    region: str
    area: str
    weight: int


class Place(msgspec.Struct, frozen=True):
    """A British place: its nation and all but the last three digits of a landline there."""

    region: str
    prefix: str
    weight: int


class Italian(msgspec.Struct, frozen=True):
    """Words for those who live in Italy."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    domains: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    streets: tuple[str, ...]
    mobiles: tuple[str, ...]
    provinces: tuple[Province, ...]


class English(msgspec.Struct, frozen=True):
    """Words for those who live in Britain and Ireland."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    domains: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    mobiles: tuple[str, ...]
    mobiles_irish: tuple[str, ...]
    places: tuple[Place, ...]


class Words(msgspec.Struct, frozen=True):
    """Everything a name, an address or a number is put together from."""

    italian: Italian
    english: English


class Segment(msgspec.Struct, frozen=True):
    """A group of a company's customers: who they are, what they pay, on what terms, how."""

    name: str
    terms_days: int
    tax_percent: int
    net_minor: tuple[int, int]
    kinds: dict[str, int]
    habits: dict[str, int]


class Profile(msgspec.Struct, frozen=True):
    """What makes one client company differ from another."""

    code: str
    prefix: str
    name: str
    country: str
    currency: str
    iban: str
    language: str
    zone: str
    sector: str
    every_months: int
    newcomers_percent: int
    endings_before: int
    endings_since: int
    reasons: dict[str, int]
    reach: dict[str, int]
    season_percent: tuple[int, ...]
    segments: tuple[Segment, ...]


class _Profiles(msgspec.Struct, frozen=True):
    company: tuple[Profile, ...]


@cache
def words() -> Words:
    """Read the packaged words."""
    return msgspec.convert(_toml("words.toml"), Words)


@cache
def profiles() -> tuple[Profile, ...]:
    """Read the profiles of the client companies."""
    return msgspec.convert(_toml("companies.toml"), _Profiles).company


def _toml(name: str) -> dict[str, object]:
    text = resources.files("carecredit.demo").joinpath(name).read_text(encoding="utf-8")
    return tomllib.loads(text)
