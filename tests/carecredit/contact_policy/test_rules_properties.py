from datetime import UTC, datetime, time, timedelta

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
DAY_AND_NIGHT = (((time(0), time(23, 59)),),) * 7

instants = st.integers(0, 400 * 24 * 12).map(lambda step: START + timedelta(minutes=5 * step))
spans = st.integers(0, 40 * 24 * 4).map(lambda step: timedelta(minutes=15 * step))


@st.composite
def cases(draw: st.DrawFn) -> dict[str, object]:
    now = draw(instants)
    kinds = st.sampled_from(rules.KINDS[:3])
    event = st.builds(
        rules.Event,
        kind=kinds,
        at=spans.map(lambda back: now - back),
        channel=st.sampled_from(["voice", "email", "sms"]),
        direction=st.sampled_from(["out", "out", "in"]),
        debts=st.sampled_from([(), ("D1",), ("D2",), ("D1", "D2")]),
    )
    zones = draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True))
    keys = draw(st.lists(st.sampled_from(KEYS), min_size=1, max_size=3, unique=True))
    return {
        "request": rules.Request(
            draw(st.sampled_from(["voice", "sms"])),
            "debt_collection",
            draw(st.sampled_from([(), ("D1",)])),
        ),
        "facts": rules.Facts(zones=tuple(zones), countries=("IT",)),
        "history": tuple(draw(st.lists(event, max_size=6))),
        "profiles": tuple(PROFILES[key] for key in keys),
        "now": now,
    }


def decide(case: dict[str, object], **changes: object) -> rules.Verdict:
    told = dict(case) | changes
    request = told.pop("request")
    return rules.decide(request, calendars=rules.PublicDays(), **told)  # type: ignore[arg-type] # a case is drawn as a mapping


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
        kind=st.sampled_from(rules.KINDS[:3]),
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
