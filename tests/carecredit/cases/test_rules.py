"""The rules of cases: what moves them, whose clock runs, and that a replay always agrees."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import worlds
from carecredit.cases.rules import (
    BY,
    CaseKind,
    CaseState,
    Deadline,
    DeadlineKind,
    Goal,
    Happened,
    Hours,
    Inputs,
    LevelInvalid,
    LevelVersion,
    Outcome,
    Party,
    ServiceLevel,
    Softening,
    case_policy,
    deadlines,
    house_calendar,
    house_level,
    parse_hours,
    parse_level,
    read_hours,
    replay,
    sentence,
    told_in_words,
    written_hours,
)
from carecredit.cases.rules.policy import CasePolicyInvalid, parse_case_policy
from carecredit.cases.rules.words import _data
from carecredit.kernel.errors import Invalid
from carecredit.kernel.working_time import EVER, Timetable, always, without

START = datetime(2026, 6, 8, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
OFFICE = always(house_calendar().calendar)
Told = tuple[str, Party, timedelta]


def history(*told: Told) -> list[Happened]:
    """Tell events by code, party and the time since the one before."""
    at, events = START, [Happened("opened", START, Party.CUSTOMER, {"priority": "normal"})]
    for code, party, passed in told:
        at += passed
        events.append(Happened(code, at, party))
    return events


def worked_out(events: Sequence[Happened], *, now: datetime, **inputs: Any) -> list[Deadline]:
    known = {"kind": "question", "levels": [house_level()], "timetables": {"standard": OFFICE}}
    found = deadlines(replay(events, case_policy()), inputs=Inputs(**(known | inputs)), now=now)
    return [one.deadline for one in found]


class TestThePolicy:
    DATA = msgspec.to_builtins(case_policy())

    def broken(self, **more: Any) -> None:
        parse_case_policy(self.DATA | more, source="policy.toml")

    @pytest.mark.parametrize(
        "more",
        [
            {"motto": "be kind"},
            {"holding": ["feud"]},
            {"priorities": []},
            {"priorities": [{"is": "high", "kinds": ["dispute"]}]},
            {"transitions": [{"event": "x", "from": ["open"], "who": ["client"]}] * 2},
        ],
    )
    def test_is_refused_with_the_place_where_it_is_wrong(self, more: Any) -> None:
        with pytest.raises(CasePolicyInvalid, match=r"policy\.toml"):
            self.broken(**more)

    def test_has_words_in_every_language_for_all_that_it_names(self) -> None:
        for language in ("it", "en"):
            for event in case_policy().events:
                assert sentence("event", event, language=language)
            for section, words in (("kind", CaseKind), ("state", CaseState),
                                   ("deadline", DeadlineKind)):  # fmt: skip
                for word in words:
                    assert sentence(section, word, language=language)
        assert {name: set(words) for name, words in _data("it").items()} == {
            name: set(words) for name, words in _data("en").items()
        }
        with pytest.raises(Invalid):
            sentence("event", "vanished", language="it")
        assert told_in_words("topic", "meter") == {"it": "meter", "en": "meter"}

    def test_lists_what_an_operator_may_write_down_of_each_state(self) -> None:
        policy = case_policy()

        assert policy.moves_from(CaseState.RESOLVED) == [
            "customer_wrote", "customer_thanked", "answered", "reopened",
        ]  # fmt: skip
        assert "client_answered" in policy.moves_from(CaseState.WAITING_CLIENT)
        for state in CaseState:
            for event in policy.moves_from(state):
                assert policy.after(state, event, BY.get(event, Party.OPERATOR))

    def test_lets_nobody_call_a_matter_not_ours(self) -> None:
        assert not [word for word in _data("en")["resolution"] if "not_" in word]


class TestWhoWaits:
    def test_is_not_put_off_by_writing_again(self) -> None:
        wrote = ("customer_wrote", Party.CUSTOMER, HOUR)
        answered = ("answered", Party.OPERATOR, HOUR)

        once = worked_out(history(answered, wrote), now=START + 3 * HOUR)
        thrice = worked_out(history(answered, wrote, wrote, wrote), now=START + 5 * HOUR)

        assert [one.kind for one in thrice] == ["resolution", "first_answer", "next_answer"]
        assert once[-1].due_at == thrice[-1].due_at
        assert once[-1].started_at == START + 2 * HOUR

    def test_waits_anew_after_each_answer(self) -> None:
        wrote = ("customer_wrote", Party.CUSTOMER, HOUR)
        answered = ("answered", Party.OPERATOR, HOUR)

        found = worked_out(
            history(answered, wrote, answered, wrote, answered), now=START + 9 * HOUR
        )

        rounds = [one.number for one in found if one.kind is DeadlineKind.NEXT_ANSWER]
        assert rounds == [1, 2]
        assert {one.outcome for one in found[1:]} == {Outcome.MET}

    def test_is_nobody_where_the_customer_did_not_come_to_us(self) -> None:
        ours = [Happened("opened", START, Party.SYSTEM, {"priority": "normal"})]

        assert [one.kind for one in worked_out(ours, now=START)] == ["resolution"]
        ours.append(Happened("customer_wrote", START + HOUR, Party.CUSTOMER))
        assert [one.kind for one in worked_out(ours, now=START + HOUR)] == [
            "resolution", "first_answer",
        ]  # fmt: skip

    def test_is_answered_by_an_operator_who_resolves(self) -> None:
        solved = worked_out(history(("resolved", Party.OPERATOR, HOUR)), now=START + 2 * HOUR)

        assert {one.outcome for one in solved} == {Outcome.MET}


class TestAServiceLevel:
    def level(self, **more: Any) -> dict[str, Any]:
        told: dict[str, Any] = {"goals": [{}], "pauses": {}, "softening": {}}
        told["softening"] = {"spacing_days": 5, "tone": "listening"}
        return told | more

    @pytest.mark.parametrize(
        "more",
        [
            {"goals": [{"first_answer": 0}]},
            {"goals": [{"resolution": 10**6}]},
            {"goals": [{"kinds": ["feud"]}]},
            {"pauses": {"resolution": ["resolved"]}},
            {"softening": {"spacing_days": 0, "tone": "help"}},
            {"softening": {"spacing_days": 5, "tone": "stern"}},
            {"review_working_days": 0},
            {"tell_minutes": 0},
            {"motto": "be quick"},
        ],
    )
    def test_is_refused_where_it_makes_no_sense(self, more: Any) -> None:
        with pytest.raises(LevelInvalid, match="here"):
            parse_level(self.level(**more), source="here")

    def test_judges_what_is_over_by_what_counted_then(self) -> None:
        soft = Softening(5, "listening")
        strict = ServiceLevel((Goal(first_answer=1),), {}, soft)
        levels = [house_level(), LevelVersion("1", START + 5 * HOUR, strict)]
        answered = history(("answered", Party.OPERATOR, HOUR))

        found = worked_out(answered, now=START + 9 * HOUR, levels=levels)

        assert [(one.kind, one.level_version, one.breached_at) for one in found] == [
            ("first_answer", "house.1", None)
        ]


class TestHours:
    def test_are_written_as_they_are_read(self) -> None:
        told = Hours(
            "Europe/Rome",
            {"mon": ("08:00-12:00", "22:00-06:00")},
            "IT",
            None,
            ("12-07",),
            (worlds.TODAY,),
            {"2026-08-15": ("10:00-12:00",)},
        )

        assert written_hours(read_hours(told)) == told

    @pytest.mark.parametrize(
        "more",
        [{"week": {"monday": ["08:00-12:00"]}}, {"special": {"15 August": []}}, {"zone": "Rome"},
         {"closed": ["x"]}],
    )  # fmt: skip
    def test_say_what_cannot_be_read(self, more: Any) -> None:
        with pytest.raises(Invalid):
            read_hours(parse_hours({"zone": "Europe/Rome", "week": {}} | more, source="here"))


@st.composite
def lives(draw: st.DrawFn) -> list[Happened]:
    """Whatever may happen to a case, by the table."""
    events = history()
    for _ in range(draw(st.integers(0, 12))):
        state = replay(events, case_policy()).state
        party = draw(st.sampled_from(list(Party)))
        allowed = case_policy().allowed(state, party)
        if not allowed:
            continue
        passed = timedelta(minutes=draw(st.integers(0, 3_000)))
        data = {"automatic": draw(st.booleans())}
        code = draw(st.sampled_from(allowed))
        events.append(Happened(code, events[-1].at + passed, party, data))
    return events


waits = st.integers(0, 10_000).map(lambda count: timedelta(minutes=count))


class TestWhateverHappens:
    @given(lives(), waits)
    def test_one_clock_of_a_kind_runs_at_most(
        self, events: list[Happened], wait: timedelta
    ) -> None:
        found = worked_out(events, now=events[-1].at + wait)
        running = [one.kind for one in found if one.ended_at is None]

        assert len(set(running)) == len(running)
        assert not {DeadlineKind.FIRST_ANSWER, DeadlineKind.NEXT_ANSWER} <= set(running)
        closed = replay(events, case_policy()).state is CaseState.RESOLVED
        assert not (closed and DeadlineKind.RESOLUTION in running)

    @given(lives(), waits)
    def test_what_counted_adds_up_to_the_goal(
        self, events: list[Happened], wait: timedelta
    ) -> None:
        now = events[-1].at + wait
        known = Inputs("question", [house_level()], {"standard": OFFICE})

        for one in deadlines(replay(events, case_policy()), inputs=known, now=now):
            deadline, joined = one.deadline, list(one.intervals)
            if deadline.due_at is not None:
                assert one.counted_seconds == deadline.goal_minutes * 60
                assert joined[-1].end == deadline.due_at
            assert all(a.end == b.start for a, b in itertools.pairwise(joined))
            assert not joined or joined[0].start == deadline.started_at

    @given(lives(), waits, st.integers(0, 20))
    def test_a_holiday_never_makes_a_deadline_sooner(
        self, events: list[Happened], wait: timedelta, ahead: int
    ) -> None:
        now = events[-1].at + wait
        day = START.date() + timedelta(days=ahead)
        shut = {"standard": always(without(house_calendar().calendar, day))}

        for one, later in zip(
            worked_out(events, now=now),
            worked_out(events, now=now, timetables=shut),
            strict=True,
        ):
            if one.due_at is None:
                assert later.due_at is None
            elif later.due_at is not None:
                assert later.due_at >= one.due_at

    @given(lives(), waits)
    def test_a_breach_is_never_taken_back_by_time(
        self, events: list[Happened], wait: timedelta
    ) -> None:
        now = events[-1].at + wait
        early = {(one.kind, one.number): one for one in worked_out(events, now=now)}
        for one in worked_out(events, now=now + 30 * 24 * HOUR):
            before = early[one.kind, one.number]
            assert before.breached_at in {None, one.breached_at}
            if before.ended_at is not None:
                assert before == one


def test_a_timetable_of_the_house_has_begun_before_anything() -> None:
    assert Timetable((house_calendar(),)).version_at(EVER).version == "house.1"
