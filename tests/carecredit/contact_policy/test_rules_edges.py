"""Every change of the clocks, walked through minute by minute against a reckoning of its own.

The reckoning knows only the offset before and after the change and the convention: a wall time that
is missing or comes twice opens at the later and closes at the earlier of its two readings. A few
edges are walked at every run, all of them by `make edges`.
"""

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import msgspec
import pytest

from carecredit.contact_policy import rules
from carecredit.contact_policy.rules.hours import day_start
from carecredit.kernel.calendars import zone
from decisions import DEBT, PROFILES, UNIREC, decide

PLACES = {
    "Europe/Rome": 24,
    "Europe/London": 24,
    "Europe/Lisbon": 24,
    "America/New_York": 24,
    "Australia/Lord_Howe": 24,
    "Pacific/Apia": 0,
    "Africa/Cairo": 24,
    "America/Santiago": 24,
}
"""Places, and how often their clocks change from 2024 to 2035; Apia's stopped in 2021."""

MINUTE = timedelta(minutes=1)
AROUND = timedelta(minutes=150)
WHENEVER = PROFILES["it_privacy_garante2005"]
EVERY = 24 if os.environ.get("CARECREDIT_EDGES") != "all" else 1
"""At every run one edge in so many is walked; the first of them shifts with the place."""


class Edge(msgspec.Struct, frozen=True):
    """An instant at which the clocks of a place change, and by how much they differ from UTC."""

    key: str
    at: datetime
    before: timedelta
    after: timedelta

    def walls(self, moment: datetime) -> datetime:
        """Tell what the clock on the wall shows."""
        return (moment + (self.before if moment < self.at else self.after)).replace(tzinfo=None)

    def readings(self, wall: datetime) -> tuple[datetime, datetime]:
        """Give the instants at which the wall may show a time: one, or around the edge two."""
        by_before = (wall - self.before).replace(tzinfo=UTC)
        by_after = (wall - self.after).replace(tzinfo=UTC)
        if by_before < self.at and by_after < self.at:
            return by_before, by_before
        if by_before >= self.at and by_after >= self.at:
            return by_after, by_after
        return min(by_before, by_after), max(by_before, by_after)


def offset(key: str, moment: datetime) -> timedelta:
    return moment.astimezone(zone(key)).utcoffset() or timedelta()


@cache
def edges(key: str) -> tuple[Edge, ...]:
    found, noon = [], datetime(2024, 1, 1, tzinfo=UTC)
    while noon < datetime(2036, 1, 1, tzinfo=UTC):
        later = noon + timedelta(hours=12)
        if offset(key, noon) != offset(key, later):
            moment = noon
            while offset(key, moment) == offset(key, noon):
                moment += MINUTE
            found.append(Edge(key, moment, offset(key, noon), offset(key, later)))
        noon = later
    return tuple(found)


def walked() -> list[Edge]:
    """Choose the edges of this run: all of them, or for each place one of the twenty-four."""
    return [
        edge for place, key in enumerate(PLACES) for edge in edges(key)[place * 5 % EVERY :: EVERY]
    ]


def windows(edge: Edge) -> Iterator[tuple[time, time]]:
    """Lay hours around the edge: from, to and across it, of half hours that it may swallow."""
    wall = edge.walls(edge.at - MINUTE) + MINUTE
    marks = [wall + timedelta(minutes=shift) for shift in (-90, -60, -30, 0, 30, 60, 90)]
    for start in marks:
        for minutes in (30, 60, 90):
            end = start + timedelta(minutes=minutes)
            if start.date() == end.date():
                yield start.time(), end.time()


def told_open(edge: Edge, span: tuple[time, time], moment: datetime) -> bool:
    """Reckon whether hours are open, on the day of the wall's clock and on its neighbours."""
    day = edge.walls(moment).date()
    for near in (day - timedelta(days=1), day, day + timedelta(days=1)):
        start = edge.readings(datetime.combine(near, span[0]))[1]
        end = edge.readings(datetime.combine(near, span[1]))[0]
        if start <= moment < end:
            return True
    return False


def minutes(edge: Edge) -> Iterator[datetime]:
    moment = edge.at - AROUND
    while moment <= edge.at + AROUND:
        yield moment
        moment += MINUTE


def allowed(key: str, moment: datetime, *spans: tuple[time, time]) -> rules.Verdict:
    wishes = tuple(rules.Wish(((span,),) * 7) for span in spans)
    facts = rules.Facts(zones=(key,), countries=("IT",), wishes=wishes)
    return decide(DEBT, facts=facts, profiles=(WHENEVER,), now=moment)


class TestClocks:
    def test_change_as_often_as_the_pinned_data_say(self) -> None:
        assert {key: len(edges(key)) for key in PLACES} == PLACES

    @pytest.mark.parametrize("edge", walked(), ids=lambda edge: f"{edge.key} {edge.at:%Y-%m-%d}")
    def test_open_only_hours_that_convention_and_wall_both_show(self, edge: Edge) -> None:
        for span in windows(edge):
            opens: datetime | None = None
            for moment in reversed([*minutes(edge)]):
                verdict = allowed(edge.key, moment, span)
                if told_open(edge, span, moment):
                    opens = moment
                assert verdict.allowed == (opens == moment), (span, moment)
                if verdict.allowed:
                    assert span[0] <= edge.walls(moment).time() < span[1], (span, moment)
                if opens is not None:
                    assert verdict.not_before == opens, (span, moment)

    @pytest.mark.parametrize("edge", walked(), ids=lambda edge: f"{edge.key} {edge.at:%Y-%m-%d}")
    def test_begin_a_day_for_caps_with_its_first_minute(self, edge: Edge) -> None:
        once = msgspec.structs.replace(
            UNIREC,
            window=msgspec.structs.replace(UNIREC.window, week=None),
            holidays=WHENEVER.holidays,
            caps=UNIREC.caps[:1],
        )
        facts = rules.Facts(zones=(edge.key,), countries=("IT",))
        talked = edge.at - AROUND
        today = edge.walls(talked).date()
        fresh: datetime | None = None
        for moment in reversed([*minutes(edge)]):
            if edge.walls(moment).date() > today:
                fresh = moment
        talk = rules.Event("conversation", talked)
        for moment in minutes(edge):
            verdict = decide(DEBT, facts=facts, history=(talk,), profiles=(once,), now=moment)
            assert verdict.allowed == (fresh is not None and moment >= fresh), moment

    @pytest.mark.parametrize("edge", walked(), ids=lambda edge: f"{edge.key} {edge.at:%Y-%m-%d}")
    def test_begin_each_day_around_with_its_first_minute(self, edge: Edge) -> None:
        first: dict[date, datetime] = {}
        moment = edge.at - timedelta(hours=30)
        before = edge.walls(moment).date()
        while moment < edge.at + timedelta(hours=54):
            first.setdefault(edge.walls(moment).date(), moment)
            moment += MINUTE
        del first[before]

        assert {day: day_start(edge.key, day) for day in first} == first


class TestChangeOfTheYearInApia:
    @pytest.mark.parametrize("year", range(2024, 2036, EVERY))
    def test_is_a_day_like_another(self, year: int) -> None:
        midnight = datetime(year, 12, 31, 11, tzinfo=UTC)
        for shift in range(-150, 151):
            moment = midnight + MINUTE * shift
            verdict = allowed("Pacific/Apia", moment, (time(0), time(1)))
            assert verdict.allowed == (0 <= shift < 60)
