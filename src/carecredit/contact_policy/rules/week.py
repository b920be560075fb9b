"""The allowed hours of a week for a number, by the profiles named; no table, no history."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo

import msgspec

from carecredit.contact_policy.rules.bounds import FIRST, LAST
from carecredit.contact_policy.rules.decision import decide
from carecredit.contact_policy.rules.facts import Facts, Request
from carecredit.contact_policy.rules.library import load_profiles
from carecredit.contact_policy.rules.places import Place, place_of
from carecredit.contact_policy.rules.profile import Profile
from carecredit.contact_policy.rules.verdict import Verdict
from carecredit.kernel.calendars import DAY, start_of_day, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.phones import normalise
from carecredit.kernel.public_days import PublicDays

MINUTE = timedelta(minutes=1)
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_PURPOSES = ("debt_collection", "service", "marketing")


class OpenSpan(msgspec.Struct, frozen=True):
    """Allowed from an instant to before another, beside the person's own clock."""

    start: datetime
    end: datetime
    local: str


class OpenDay(msgspec.Struct, frozen=True):
    """One day of the person's week: its allowed spans, and what closes it where there is none."""

    on: date
    spans: tuple[OpenSpan, ...]
    closed_by: tuple[str, ...]


class OpenWeek(msgspec.Struct, frozen=True):
    """The allowed hours of a week; the clock is that of the first zone, every zone is respected."""

    number: str
    week: str
    profiles: tuple[str, ...]
    channel: str
    purpose: str
    zones: tuple[str, ...]
    place: tuple[str, ...]
    days: tuple[OpenDay, ...]


class _Asking(msgspec.Struct, frozen=True):
    request: Request
    facts: Facts
    profiles: tuple[Profile, ...]

    def at(self, moment: datetime) -> Verdict:
        return decide(
            self.request,
            facts=self.facts,
            history=(),
            profiles=self.profiles,
            calendars=PublicDays(),
            now=moment,
        )


def open_week(
    *,
    number: str,
    profiles: Sequence[str],
    week: str,
    channel: str = "voice",
    purpose: str | None = None,
    region: str | None = None,
) -> OpenWeek:
    """Work out the allowed hours of an ISO week, to the minute, for one who has no history.

    The place is taken from the number alone; `region` names the subdivision where it is known.
    """
    monday = _monday(week)
    phone = normalise(number, None)
    place = _place(phone.region, region, phone.zones)
    chosen = tuple(_profile(key) for key in profiles)
    asked = purpose or _fitting(chosen)
    facts = Facts(
        zones=place.zones,
        countries=place.countries,
        subdivision=place.subdivision,
        subdivision_known=place.subdivision_known,
        other_subdivisions=place.other_subdivisions,
        notes=place.notes,
    )
    asking = _Asking(Request(channel, asked), facts, chosen)
    return OpenWeek(
        number=phone.e164,
        week=week,
        profiles=tuple(profiles),
        channel=channel,
        purpose=asked,
        zones=place.zones,
        place=place.notes,
        days=tuple(_day(asking, monday + DAY * ahead) for ahead in range(7)),
    )


def _monday(week: str) -> date:
    found = _WEEK.fullmatch(week)
    try:
        if found is not None:
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            if FIRST.year <= monday.year < LAST.year:
                return monday
    except ValueError:
        pass
    raise Invalid(f"{week!r} is no ISO week; write one such as 2026-W50", field="week")


def _place(country: str | None, region: str | None, zones: tuple[str, ...]) -> Place:
    # Rome's numbers include the Vatican's; one that is of no country is of no known place.
    home = "IT" if country == "VA" else country or ""
    regions = [country] if country else []
    place = place_of(home, region, number_zones=zones, number_regions=regions)
    if not place.zones:
        raise Invalid(f"no zone is known for this number: {place.notes[0]}", field="number")
    return place


def _profile(key: str) -> Profile:
    known = load_profiles()
    if key not in known:
        raise Invalid(f"no profile {key!r}; known: {', '.join(known)}", field="profile")
    return known[key]


def _fitting(profiles: Sequence[Profile]) -> str:
    """Choose the purpose to which all the profiles speak, else one to which some do."""
    for every in (True, False):
        for purpose in _PURPOSES:
            spoken = [purpose in profile.purposes for profile in profiles]
            if all(spoken) if every else any(spoken):
                return purpose
    return _PURPOSES[0]


def _day(asking: _Asking, day: date) -> OpenDay:
    at = zone(asking.facts.zones[0])
    start, end = start_of_day(day, at), start_of_day(day + DAY, at)
    spans = tuple(
        OpenSpan(begin, until, _clock(begin, at) + "-" + _clock(until, at, last=until == end))
        for begin, until in _spans(asking, start, end)
    )
    if spans:
        return OpenDay(day, spans, ())
    noon = asking.at(start + (end - start) / 2)
    return OpenDay(day, (), tuple(f"{it.code} ({it.rule_id})" for it in noon.reasons))


def _clock(moment: datetime, at: tzinfo, *, last: bool = False) -> str:
    return "24:00" if last else f"{moment.astimezone(at):%H:%M}"


def _spans(asking: _Asking, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Walk a day from opening to opening; hours and offsets are whole minutes, and so are ends."""
    moment = start
    while moment < end:
        begin = asking.at(moment).not_before
        if begin is None or begin >= end:
            return
        until = begin
        while until < end and asking.at(until).allowed:
            until += MINUTE
        yield begin, until
        moment = until
