"""Where a person may be: candidate zones from country and number, and which profiles speak there.

A known address always counts, and every number beside it may tell of another place: the hours must
suit all of them. Where the country alone is known and no number says where in it, all its zones are
taken if they lie close together, and otherwise none: nobody is called at an hour we guessed.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources

import msgspec

from carecredit.contact_policy.rules.facts import Request
from carecredit.contact_policy.rules.profile import Profile
from carecredit.contact_policy.rules.regions import possible_subdivisions, region_zones
from carecredit.kernel.calendars import DAY, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.public_days import (
    has_subdivisions,
    known_subdivision,
    knows_country,
)

SPREAD_MAX = timedelta(hours=2)
"""A country's zones are all taken together only if its clocks lie no further apart."""

EU_MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
_ONE_NETWORK = frozenset({("IT", "VA")})
"""Rome's numbers include the Vatican's: for a customer in Italy they say nothing of the place."""

_SAME_FROM = datetime(2024, 1, 1, tzinfo=UTC)
_SAME_DAYS = 2200


class Place(msgspec.Struct, frozen=True):
    """Where a person is taken to be, and on what ground."""

    zones: tuple[str, ...]
    countries: tuple[str, ...]
    subdivision: str | None
    subdivision_known: bool
    notes: tuple[str, ...]
    other_subdivisions: tuple[tuple[str, str], ...] = ()


def place_of(
    country: str,
    region: str | None,
    *,
    number_zones: tuple[str, ...],
    number_regions: Iterable[str | None] = (),
) -> Place:
    """Work out candidate zones and subdivisions: those of the address, and those of the numbers."""
    zones, note = candidate_zones(country, region, number_zones)
    subdivision = known_subdivision(country, region) if region else None
    known = subdivision is not None or not has_subdivisions(country)
    countries = _countries(country, number_regions)
    unsure = countries[1:] if known else countries
    others = tuple(other for each in unsure for other in possible_subdivisions(each))
    notes = (note, *_about_holidays(country, region, subdivision, others))
    return Place(zones, countries, subdivision, known, notes, others)


def _about_holidays(
    country: str, region: str | None, subdivision: str | None, others: Iterable[tuple[str, str]]
) -> Iterator[str]:
    if region and subdivision is None:
        yield f"region {region} is not in the holiday calendar of {country}"
    unsure = sorted({each for each, _ in others})
    if unsure:
        yield f"no region known in {', '.join(unsure)}: the holidays of every region count"
    elif region is None:
        yield "no region known: national holidays only"


def _countries(country: str, number_regions: Iterable[str | None]) -> tuple[str, ...]:
    """Give the address's country, and those of the numbers that have public holidays."""
    others = (
        other
        for other in number_regions
        if other is not None and (country, other) not in _ONE_NETWORK and knows_country(other)
    )
    return tuple(dict.fromkeys((country, *others)))


def candidate_zones(
    country: str, region: str | None, number_zones: tuple[str, ...]
) -> tuple[tuple[str, ...], str]:
    """Give the zones a person may be in (none: unknown), and why these."""
    of_country = country_zones(country)
    of_region = distinct(region_zones(country, region)) if region else ()
    address = of_region or (of_country if len(of_country) == 1 else ())
    if address:
        zones = distinct((*address, *number_zones))
        ground = f"region {region} of {country}" if of_region else f"country {country}"
        both = "" if len(zones) == len(address) else " and number prefix"
        return zones, f"zone from {ground}{both}"
    if any(_lies_in(key, country) for key in number_zones):
        # Among the zones of the numbers those of the country come first; the others stay in.
        return distinct(sorted(number_zones, key=lambda key: not _lies_in(key, country))), (
            "zone from number prefix"
        )
    if number_zones:
        return distinct((*of_country, *number_zones)), (
            f"every zone of country {country}, and that of a number from elsewhere"
        )
    if of_country and _spread(of_country) <= SPREAD_MAX:
        return of_country, f"every zone of country {country}"
    return (), f"country {country} has many zones and no number tells which"


def _lies_in(key: str, country: str) -> bool:
    """Say whether a zone is one of a country's; an old name, by its clocks."""
    listed = _listed()
    if key in listed:
        return listed[key] == country
    return _changes(key) in {_changes(each) for each in country_zones(country)}


@cache
def country_zones(country: str) -> tuple[str, ...]:
    """List the zones of a country whose clocks differ, by the pinned zone data."""
    return distinct(key for key, where in _listed().items() if where == country)


@cache
def _listed() -> dict[str, str]:
    """Read the country of every zone, in the order of the pinned zone data."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}


def distinct(keys: Iterable[str]) -> tuple[str, ...]:
    """Keep the first of the zones whose clocks always agree (Rome stands for the Vatican)."""
    first: dict[tuple[tuple[datetime, timedelta], ...], str] = {}
    for key in keys:
        first.setdefault(_changes(key), key)
    return tuple(first.values())


@cache
def _changes(key: str) -> tuple[tuple[datetime, timedelta], ...]:
    at = zone(key)
    found: list[tuple[datetime, timedelta]] = []
    day = _SAME_FROM
    for _ in range(_SAME_DAYS):
        offset = day.astimezone(at).utcoffset() or timedelta(0)
        if not found or found[-1][1] != offset:
            found.append((_moment_of_change(key, day, offset), offset))
        day += DAY
    return tuple(found)


def _moment_of_change(key: str, after: datetime, offset: timedelta) -> datetime:
    at, before = zone(key), after - DAY
    while after - before > timedelta(minutes=15):
        middle = before + (after - before) / 2
        if middle.astimezone(at).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def _spread(keys: tuple[str, ...]) -> timedelta:
    offsets = [offset for key in keys for _, offset in _changes(key)]
    return max(offsets) - min(offsets)


def speaks_at(profile: Profile, place: Place) -> bool:
    """Say whether a profile's jurisdiction covers a place; an unknown subdivision may be any."""
    return any(_covers(path, place) for path in profile.jurisdictions)


def picked(profiles: Iterable[Profile], place: Place, request: Request) -> tuple[Profile, ...]:
    """Pick the profiles that apply at a place.

    Those that speak to the request without saying a word about hours may add to others, and never
    permit by themselves: where none bounds the hours, none is picked and the request is refused.
    """
    there = tuple(
        profile for profile in profiles if not profile.by_hand and speaks_at(profile, place)
    )
    bounded = any(profile.speaks_to(request) and profile.bounds_hours(request) for profile in there)
    return there if bounded else ()


def _covers(path: str, place: Place) -> bool:
    country, _, subdivision = path.partition("-")
    if country == "*":
        return True
    if country == "EU":
        return not frozenset(EU_MEMBERS.split()).isdisjoint(place.countries)
    if country not in place.countries:
        return False
    of_address = country == place.countries[0] and place.subdivision is not None
    return not subdivision or not of_address or subdivision == place.subdivision


def check_zones(keys: tuple[str, ...]) -> bool:
    """Say whether every name is a zone of the pinned data."""
    try:
        return all(zone(key) is not None for key in keys)
    except Invalid:
        return False
