"""The regions of a country: in which zones they lie, and which may be the person's."""

import tomllib
from functools import cache, lru_cache
from importlib import resources

import msgspec

from carecredit.kernel.public_days import known_subdivision, subdivisions_of


class _Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zones: dict[str, tuple[str, ...]]
    rest: tuple[str, ...] = ()


class _Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: str
    local_days: tuple[str, ...]
    countries: dict[str, _Country]


@lru_cache(maxsize=4096)
def region_zones(country: str, region: str) -> tuple[str, ...]:
    """Give the zones in which a region lies; none where the table does not know it."""
    told = _told().countries.get(country)
    if told is None:
        return ()
    known = known_subdivision(country, region)
    code = (known or region.removeprefix(f"{country}-")).upper()
    return told.zones.get(code, told.rest if known else ())


@lru_cache(maxsize=256)
def possible_subdivisions(country: str) -> tuple[tuple[str, str], ...]:
    """List the regions of which each may be the right one while none is known.

    Where local days are those of single towns none is listed: the national days alone count.
    """
    if country in _told().local_days:
        return ()
    return tuple((country, code) for code in subdivisions_of(country))


@cache
def _told() -> _Told:
    file = resources.files("carecredit.contact_policy").joinpath("region_zones.toml")
    return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _Told)
