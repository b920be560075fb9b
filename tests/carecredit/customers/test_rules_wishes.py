"""Consent, hours and needs as values: the latest known counts, and nothing is guessed."""

from datetime import UTC, datetime, time, timedelta

import pytest

from carecredit.customers.rules import (
    CareNeed,
    Consent,
    Preference,
    Scope,
    Stance,
    check_consent,
    check_preference,
    check_scope,
    consented,
    latest_preference,
    pauses,
    read_hours,
    silences,
    standing_needs,
    within,
    written_hours,
)
from carecredit.kernel.errors import Invalid

NOW = datetime(2026, 6, 8, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
VOICE, ALL = Scope("voice", "marketing"), Scope(None, "marketing")


def said(stance: Stance, scope: Scope = ALL, *, start: int = -1, end: int | None = None) -> Consent:
    return Consent(scope, stance, NOW + start * DAY, None if end is None else NOW + end * DAY)


def granted(*stated: Consent) -> bool:
    return consented(stated, channel="voice", purpose="marketing", at=NOW)


class TestConsent:
    def test_is_missing_until_it_is_given(self) -> None:
        assert not granted()
        assert granted(said(Stance.GRANTED))

    def test_counts_by_the_latest_statement_that_covers_it(self) -> None:
        assert not granted(said(Stance.GRANTED), said(Stance.REFUSED, VOICE))
        assert granted(said(Stance.REFUSED), said(Stance.GRANTED, VOICE))
        assert granted(said(Stance.GRANTED), said(Stance.REFUSED, Scope("email", "marketing")))
        assert not granted(said(Stance.GRANTED), said(Stance.LIFTED))

    def test_counts_from_its_start_to_before_its_end(self) -> None:
        assert granted(said(Stance.GRANTED, start=0))
        assert not granted(said(Stance.GRANTED, start=1))
        assert not granted(said(Stance.GRANTED, end=0))

    def test_names_its_purpose(self) -> None:
        with pytest.raises(Invalid, match="for a purpose"):
            check_consent(said(Stance.GRANTED, Scope("voice", None)))
        with pytest.raises(Invalid, match="ends before it starts"):
            check_consent(said(Stance.REFUSED, end=-1))

    def test_knows_no_other_channels_and_purposes(self) -> None:
        for channel, purpose in (("fax", None), (None, "fun")):
            with pytest.raises(Invalid, match="known here"):
                check_scope(channel, purpose)


class TestWithin:
    def test_says_that_all_holds_each(self) -> None:
        assert within(VOICE, ALL)
        assert within(VOICE, Scope())
        assert not within(ALL, VOICE)
        assert not within(Scope("voice", "service"), ALL)


class TestHours:
    def test_leave_a_day_open_that_is_not_named(self) -> None:
        week = read_hours({"mon": ["18:00-21:00"], "fri": []})

        assert week[0] == ((time(18), time(21)),)
        assert week[4] == ()
        assert week[1] == ((time(0), time.max),)

    def test_are_written_as_they_are_read(self) -> None:
        told = {"fri": [], "mon": ["09:00-12:00", "18:00-24:00"]}

        assert written_hours(read_hours(told)) == told

    @pytest.mark.parametrize(
        ("told", "wrong"),
        [
            ({"funday": []}, "no day"),
            ({"mon": ["18-21"]}, "no hours"),
            ({"mon": ["18:00-24:30"]}, "no hours"),
            ({"mon": ["21:00-06:00"]}, "split it at midnight"),
        ],
    )
    def test_are_refused_where_they_say_nothing(
        self, told: dict[str, list[str]], wrong: str
    ) -> None:
        with pytest.raises(Invalid, match=wrong):
            read_hours(told)

    def test_that_close_everything_are_an_opt_out(self) -> None:
        closed = Preference(((),) * 7, (), (), None, NOW, None)

        with pytest.raises(Invalid, match="opt-out"):
            check_preference(closed)


class TestLatestPreference:
    def test_is_the_last_that_has_begun_unless_it_has_ended(self) -> None:
        first = Preference(None, (), ("email",), None, NOW - DAY, None)
        ahead = Preference(None, (), (), "en", NOW + DAY, None)
        over = Preference(None, (), (), "en", NOW - DAY, NOW)

        assert latest_preference([first, ahead], NOW) == first
        assert latest_preference([first, over], NOW) is None
        assert latest_preference([], NOW) is None


class TestNeeds:
    def test_count_by_the_latest_statement_of_each_kind(self) -> None:
        stated = (
            CareNeed("pause", True, NOW - DAY, None, None),
            CareNeed("helper", True, NOW - DAY, None, None),
            CareNeed("pause", False, NOW - DAY, None, None),
            CareNeed("extra_time", True, NOW - DAY, NOW, None),
            CareNeed("large_print", True, NOW + DAY, None, None),
        )

        assert [one.kind for one in standing_needs(stated, NOW)] == ["helper"]

    def test_close_channels_or_pause(self) -> None:
        assert silences("written_only") == {"voice", "visit"}
        assert silences("helper") == frozenset()
        assert pauses("pause")
        assert not pauses("helper")
