from datetime import UTC, date, datetime, time, timedelta

import msgspec
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from carecredit.contact_policy import rules

PROFILES = rules.load_profiles()
KEYS = (
    "house_gentle",
    "it_debt_unirec",
    "us_regf",
    "us_ma_debt",
    "gr_debt",
    "ca_on_debt",
    "au_rg96_phone",
    "co_ley2300",
    "cl_ley21320",
    "in_rbi",
    "fr_debt",
    "it_marketing_code",
    "us_tcpa_marketing",
    "br_sp",
)
ZONES = (
    "Europe/Rome",
    "America/New_York",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
)
START = datetime(2026, 3, 20, tzinfo=UTC)
STEADY_ZONES = ("Asia/Kolkata", "Asia/Tokyo", "America/Bogota", "Asia/Kathmandu")
"""Places whose clocks never change."""
WEEK = timedelta(weeks=1)

instants = st.integers(0, 400 * 24 * 12).map(lambda step: START + timedelta(minutes=5 * step))
wishes = st.builds(
    rules.Wish,
    st.tuples(
        *[
            st.sampled_from([(), rules.WHOLE_DAY, ((time(10), time(12)), (time(18), time(20)))])
            for _ in range(7)
        ]
    ),
)
spans = st.integers(0, 40 * 24 * 4).map(lambda step: timedelta(minutes=15 * step))


def stops(now: datetime) -> st.SearchStrategy[rules.Stop]:
    ahead = spans.map(lambda span: now - timedelta(days=10) + span)
    return st.builds(
        rules.Stop,
        st.sampled_from(["dispute", "moratorium", "opt_out"]),
        starts_at=st.none() | ahead,
        ends_at=ahead,
        debts=st.sampled_from([(), ("D2",)]),
    )


class MadeUpDays:
    """Calendars of a test's own: the given days are public everywhere."""

    version = "made up"

    def __init__(self, days: frozenset[date] = frozenset()) -> None:
        self.days = days

    def is_holiday(self, *named: object) -> bool:
        return named[-1] in self.days


@st.composite
def cases(draw: st.DrawFn, places: tuple[str, ...] = ZONES) -> dict[str, object]:
    now = draw(instants)
    kinds = st.sampled_from(rules.KINDS)
    event = st.builds(
        rules.Event,
        kind=kinds,
        at=spans.map(lambda back: now - back),
        channel=st.sampled_from(["voice", "email", "sms"]),
        direction=st.sampled_from(["out", "out", "in"]),
        debts=st.sampled_from([(), ("D1",), ("D2",), ("D1", "D2")]),
    )
    zones = draw(st.lists(st.sampled_from(places), min_size=1, max_size=2, unique=True))
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))
    return {
        "request": rules.Request(
            draw(st.sampled_from(["voice", "voice", "sms"])),
            draw(st.sampled_from(["debt_collection", "debt_collection", "marketing"])),
            draw(st.sampled_from([(), ("D1",), ("D1", "D2")])),
        ),
        "facts": rules.Facts(
            zones=tuple(zones),
            countries=("IT",),
            subdivision_known=draw(st.booleans()),
            wishes=tuple(draw(st.lists(wishes, max_size=1))),
            stops=tuple(draw(st.lists(stops(now), max_size=1))),
        ),
        "history": tuple(draw(st.lists(event, max_size=6))),
        "profiles": tuple(PROFILES[key] for key in keys),
        "now": now,
    }


def decide(case: dict[str, object], **changes: object) -> rules.Verdict:
    told = dict(case) | changes
    request = told.pop("request")
    told.setdefault("calendars", rules.PublicDays())
    return rules.decide(request, **told)  # type: ignore[arg-type] # a case is drawn as a mapping


def moment(verdict: rules.Verdict) -> datetime:
    return verdict.not_before or datetime.max.replace(tzinfo=UTC)


class TestDecide:
    @settings(max_examples=40)
    @given(case=cases())
    def test_allows_now_exactly_when_the_next_instant_is_now(self, case: dict[str, object]) -> None:
        verdict = decide(case)

        assert verdict.allowed == (verdict.not_before == case["now"])
        assert verdict.allowed == (not verdict.reasons)

    @settings(max_examples=40)
    @given(case=cases(), part=st.floats(0, 1, exclude_max=True))
    def test_allows_at_the_next_instant_and_nowhere_before(
        self, case: dict[str, object], part: float
    ) -> None:
        now, verdict = case["now"], decide(case)
        assume(verdict.decision == "defer")
        assert isinstance(now, datetime)
        assert verdict.not_before is not None

        then = decide(case, now=verdict.not_before)
        just_before = decide(case, now=verdict.not_before - timedelta(microseconds=1))
        between = decide(case, now=now + (verdict.not_before - now) * part)

        assert then.allowed
        assert not just_before.allowed
        assert between.not_before == verdict.not_before

    @settings(max_examples=25)
    @given(case=cases(), key=st.sampled_from(KEYS))
    def test_is_never_earlier_with_one_profile_more(
        self, case: dict[str, object], key: str
    ) -> None:
        profiles = case["profiles"]
        assert isinstance(profiles, tuple)
        before = decide(case)
        assume("profile_unknown" not in {reason.code for reason in before.reasons})

        after = decide(case, profiles=(*profiles, PROFILES[key]))

        assert moment(after) >= moment(before)

    @settings(max_examples=25)
    @given(case=cases(), key=st.sampled_from(ZONES))
    def test_is_never_earlier_with_one_zone_more(self, case: dict[str, object], key: str) -> None:
        facts = case["facts"]
        assert isinstance(facts, rules.Facts)

        after = decide(case, facts=msgspec.structs.replace(facts, zones=(*facts.zones, key)))

        assert moment(after) >= moment(decide(case))

    @settings(max_examples=40)
    @given(case=cases(), subdivision=st.sampled_from(["MI", "RM", "TO", "BZ"]))
    def test_is_never_earlier_with_more_holidays(
        self, case: dict[str, object], subdivision: str
    ) -> None:
        facts = case["facts"]
        assert isinstance(facts, rules.Facts)

        after = decide(case, facts=msgspec.structs.replace(facts, subdivision=subdivision))

        assert moment(after) >= moment(decide(case))

    @settings(max_examples=40)
    @given(
        case=cases(),
        kind=st.sampled_from(rules.KINDS),
        channel=st.sampled_from(["voice", "email", "sms", "letter"]),
        back=spans,
    )
    def test_is_never_earlier_with_one_event_more(
        self, case: dict[str, object], kind: str, channel: str, back: timedelta
    ) -> None:
        history, now = case["history"], case["now"]
        assert isinstance(history, tuple)
        assert isinstance(now, datetime)

        after = decide(case, history=(*history, rules.Event(kind, now - back, channel)))

        assert moment(after) >= moment(decide(case))

    @settings(max_examples=40)
    @given(case=cases(), zone=st.sampled_from(ZONES), opens=st.integers(0, 20))
    def test_is_never_earlier_wherever_the_operator_sits(
        self, case: dict[str, object], zone: str, opens: int
    ) -> None:
        facts = case["facts"]
        assert isinstance(facts, rules.Facts)
        desk = rules.OperatorHours(zone, (((time(opens), time(opens + 3)),),) * 7)

        after = decide(case, facts=msgspec.structs.replace(facts, operator=desk))

        assert moment(after) >= moment(decide(case))

    @settings(max_examples=40)
    @given(case=cases(), days=st.lists(spans, max_size=4), more=st.lists(spans, max_size=8))
    def test_is_never_earlier_with_days_that_become_public(
        self, case: dict[str, object], days: list[timedelta], more: list[timedelta]
    ) -> None:
        now = case["now"]
        assert isinstance(now, datetime)
        few = frozenset((now + span).date() for span in days)
        many = few | frozenset((now + span).date() for span in more)

        before = decide(case, calendars=MadeUpDays(few))
        after = decide(case, calendars=MadeUpDays(many))

        assert moment(after) >= moment(before)

    @settings(max_examples=40)
    @given(case=cases(), wish=wishes, data=st.data())
    def test_is_never_earlier_with_one_wish_or_one_stop_more(
        self, case: dict[str, object], wish: rules.Wish, data: st.DataObject
    ) -> None:
        facts, now = case["facts"], case["now"]
        assert isinstance(facts, rules.Facts)
        assert isinstance(now, datetime)
        stop = data.draw(stops(now))

        wished = decide(case, facts=msgspec.structs.replace(facts, wishes=(*facts.wishes, wish)))
        stopped = decide(case, facts=msgspec.structs.replace(facts, stops=(*facts.stops, stop)))

        assert moment(wished) >= moment(decide(case))
        assert moment(stopped) >= moment(decide(case))

    @settings(max_examples=40)
    @given(case=cases(), zone=st.sampled_from(ZONES), opens=st.integers(0, 20), part=spans)
    def test_allows_within_the_desks_hours_only_what_it_allows_without_them(
        self, case: dict[str, object], zone: str, opens: int, part: timedelta
    ) -> None:
        facts, now = case["facts"], case["now"]
        assert isinstance(facts, rules.Facts)
        assert isinstance(now, datetime)
        desk = rules.OperatorHours(zone, (((time(opens), time(opens + 3)),),) * 7)
        staffed = msgspec.structs.replace(facts, operator=desk)

        then = decide(case, facts=staffed, now=now + part)
        found = then.not_before

        assert decide(case, now=now + part).allowed or not then.allowed
        assert found is None or decide(case, now=found).allowed

    @settings(max_examples=60)
    @given(case=cases(STEADY_ZONES), weeks=st.integers(-50, 50))
    def test_moves_by_whole_weeks_with_everything_else(
        self, case: dict[str, object], weeks: int
    ) -> None:
        facts, history, now = case["facts"], case["history"], case["now"]
        assert isinstance(facts, rules.Facts)
        assert isinstance(history, tuple)
        assert isinstance(now, datetime)
        shift = WEEK * weeks
        moved = [msgspec.structs.replace(event, at=event.at + shift) for event in history]
        halted = [
            msgspec.structs.replace(
                stop,
                starts_at=stop.starts_at and stop.starts_at + shift,
                ends_at=stop.ends_at and stop.ends_at + shift,
            )
            for stop in facts.stops
        ]
        assume(not any(profile.valid_from for profile in case["profiles"]))  # type: ignore[attr-defined] # profiles

        here = decide(case, calendars=MadeUpDays())
        there = decide(
            case,
            calendars=MadeUpDays(),
            facts=msgspec.structs.replace(facts, stops=tuple(halted)),
            history=tuple(moved),
            now=now + shift,
        )

        assert there.decision == here.decision
        assert there.not_before == (here.not_before and here.not_before + shift)
        assert [each.code for each in there.reasons] == [each.code for each in here.reasons]
