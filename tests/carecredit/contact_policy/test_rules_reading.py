"""A profile as read from its file: every key becomes what the decision goes by."""

from datetime import date, time
from typing import Any

import pytest

from carecredit.contact_policy import rules
from carecredit.contact_policy.rules import profile as profiles
from carecredit.contact_policy.rules.library import read_file
from told import CAP, NINE_TO_FIVE, PLAIN, SILENCE, read, refused


class TestParseProfile:
    def test_takes_over_what_it_is_told(self) -> None:
        told = read(
            version="7",
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 12, 31),
            picked="by_hand",
            min_gap_hours_between_attempts=4,
            obligations=["identity_first"],
            caveat="for people",
        )

        assert (told.key, told.version, told.title) == ("made_up", "7", "A made-up rule")
        assert told.jurisdictions == ("US-FL", "IT")
        assert told.purposes == {"debt_collection", "service"}
        assert (told.legal_force, told.house) == ("law", False)
        assert told.channels == {"voice", "sms"}
        assert told.window == profiles.Window(None, frozenset({"voice", "sms"}))
        assert told.holidays == profiles.HolidayRule("none")
        assert (told.caps, told.cooloff, told.consent, told.moratorium) == ((), None, None, None)
        assert (told.gap_hours, told.eve_hours, told.overrides) == (4, (), ())
        assert told.obligations == ("identity_first",)
        assert told.sources == (profiles.Source("made up", "own"),)
        assert (told.verified, told.confidence, told.by_hand) == (True, 0.5, True)
        assert (told.valid_from, told.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))
        assert told.texts == {"caveat": "for people"}

    def test_takes_for_granted_what_it_is_not_told(self) -> None:
        told = read()

        assert (told.version, told.by_hand, told.gap_hours) == ("1", False, None)
        assert (told.valid_from, told.valid_to, told.obligations) == (None, None, ())

    def test_knows_a_text_again_by_its_digest(self) -> None:
        assert read().digest == read().digest != read(caveat="for people").digest
        assert len(read().digest) == 64

    def test_accepts_a_single_day_and_full_confidence(self) -> None:
        day = date(2026, 5, 1)

        assert read(valid_from=day, valid_to=day, confidence=1).valid_to == day

    def test_names_the_profile_alone_where_there_is_no_file(self) -> None:
        with pytest.raises(rules.ProfileInvalid, match=r"^made_up: ") as found:
            rules.parse_profile(PLAIN | {"confidence": 0}, key="made_up")

        assert found.value.field == "made_up"

    def test_accepts_everywhere_and_the_union(self) -> None:
        assert read(jurisdiction="*").jurisdictions == ("*",)
        assert read(jurisdiction="EU,GB-ENG").jurisdictions == ("EU", "GB-ENG")


class TestHours:
    def test_are_read_day_by_day(self) -> None:
        days = {"mon": [["09:00", "17:00"]], "sun": [["00:00", "23:59"]]}

        week = read(windows=days).window.week

        assert week == ((NINE_TO_FIVE,), (), (), (), (), (), ((time(0), time(23, 59)),))

    @pytest.mark.parametrize("place", range(7))
    def test_are_those_of_their_own_day(self, place: int) -> None:
        name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[place]

        week = read(windows={name: [["09:00", "17:00"]]}).window.week

        assert week is not None
        assert [bool(day) for day in week] == [at == place for at in range(7)]

    def test_are_none_at_all_where_it_says_never(self) -> None:
        assert read(windows={"never": True}).window.week == ((),) * 7

    def test_may_name_channels_of_their_own(self) -> None:
        assert read(windows={"any": True, "channel": "sms"}).window.channels == {"sms"}

    @pytest.mark.parametrize(
        ("windows", "told"),
        [
            ({}, "no hours"),
            ({"any": True, "mon": [["09:00", "17:00"]]}, "only one of them"),
            ({"never": True, "mon": [["09:00", "17:00"]]}, "only one of them"),
            ({"any": True, "channel": "phone"}, "windows.channel"),
            ({"mon": [["09:00", "09:00"]]}, "run forward"),
            ({"mon": [["09:00", "12:00"], ["12:00", "13:00"]]}, "run forward"),
        ],
    )
    def test_say_one_thing(self, windows: dict[str, Any], told: str) -> None:
        assert told in refused(windows=windows).message

    def test_of_eves_are_read(self) -> None:
        assert read(pre_holiday_windows=[["09:00", "17:00"]]).eve_hours == (NINE_TO_FIVE,)
        assert "pre_holiday_windows" in refused(pre_holiday_windows=[["9", "17:00"]]).message


class TestHolidays:
    @pytest.mark.parametrize(
        ("named", "read_as"),
        [(None, None), ("national", None), ("consumer_land", None), ("MI", "MI")],
    )
    def test_are_of_the_nation_the_person_or_a_part(
        self, named: str | None, read_as: str | None
    ) -> None:
        rule = {"policy": "forbid", "calendar": "IT"} | ({"subdivision": named} if named else {})

        assert read(holidays=rule).holidays == profiles.HolidayRule("forbid", "IT", read_as)

    def test_take_kinds_of_days_in_one_order(self) -> None:
        rule = {"policy": "discourage", "calendar": "DE", "categories": ["public", "catholic"]}

        told = read(holidays=rule | {"extra": ["easter_monday"]}).holidays

        assert told.categories == ("catholic", "public")
        assert (told.policy, told.easter_monday) == ("discourage", True)

    def test_may_be_of_the_persons_country(self) -> None:
        rule = {"policy": "forbid", "calendar": "consumer_country"}

        assert read(holidays=rule).holidays.calendar == "consumer_country"


class TestCaps:
    def test_take_over_what_they_are_told(self) -> None:
        (cap,) = read(caps=[CAP]).caps

        assert cap == profiles.Cap(
            id="day",
            count=2,
            window=profiles.Counting("rolling_hours", 36),
            per_debt=False,
            per_channel=False,
            channels=frozenset({"voice", "sms"}),
            counts="attempts",
        )

    def test_count_by_the_scope_they_name(self) -> None:
        scopes = {
            "per_person": (False, False),
            "per_person_per_agency": (False, False),
            "per_person_per_professional": (False, False),
            "per_person_per_channel": (False, True),
            "per_debt": (True, False),
            "per_debt_per_person": (True, False),
        }

        for scope, counted in scopes.items():
            (cap,) = read(caps=[CAP | {"scope": scope}]).caps
            assert (cap.per_debt, cap.per_channel) == counted, scope

    def test_may_have_channels_a_gap_and_a_beginning_of_their_own(self) -> None:
        own = {"channel": "written", "min_gap_days": 1, "after": "first conversation"}

        (cap,) = read(caps=[CAP | own]).caps

        assert cap.channels == {"email", "sms", "messaging", "letter", "push"}
        assert (cap.gap_days, cap.after_first_conversation) == (1, True)
        (other,) = read(caps=[CAP | {"after": "direct contact made"}]).caps
        assert (other.gap_days, other.after_first_conversation) == (None, False)

    def test_are_of_the_house_in_a_house_profile_and_where_they_say_so(self) -> None:
        assert [cap.house for cap in read(caps=[CAP]).caps] == [False]
        assert [cap.house for cap in read(caps=[CAP | {"house": True}]).caps] == [True]
        assert [cap.house for cap in read(caps=[CAP], legal_force="house").caps] == [True]

    def test_count_at_least_one_of_something(self) -> None:
        once = CAP | {"count": 1, "window": {"kind": "calendar_day", "n": 1}}

        assert read(caps=[once]).caps[0].count == 1
        assert "caps.day" in refused(caps=[CAP | {"count": 0}]).message
        assert "caps.day" in refused(caps=[CAP | {"channel": "phone"}]).message

    @pytest.mark.parametrize(
        ("kind", "n"), [("iso_week", 2), ("calendar_day", 1), ("rolling_days", 1)]
    )
    def test_count_distinct_channels_by_one_week_alone(self, kind: str, n: int) -> None:
        channels = CAP | {"counts": "channels", "channel": "distinct_channels"}
        weekly = channels | {"window": {"kind": "iso_week", "n": 1}}

        assert read(caps=[weekly]).caps[0].counts == "channels"
        told = refused(caps=[channels | {"window": {"kind": kind, "n": n}}])
        assert "one iso_week" in told.message


class TestCoolOff:
    def test_takes_over_what_it_is_told(self) -> None:
        silence = SILENCE | {"scope": "per_debt_per_person", "channel": "sms", "house": True}

        assert read(cooloff=SILENCE).cooloff == profiles.CoolOff(
            "refusal", 1, 0, per_debt=False, channels=frozenset({"voice", "sms"})
        )
        assert read(cooloff=silence).cooloff == profiles.CoolOff(
            "refusal", 1, 0, per_debt=True, channels=frozenset({"sms"}), house=True
        )

    @pytest.mark.parametrize(
        "day_count", ["event_day_excluded", "sixty full calendar days after the refusal"]
    )
    def test_leaves_out_the_day_itself_where_it_says_so(self, day_count: str) -> None:
        told = read(cooloff=SILENCE | {"day_count": day_count}, legal_force="house").cooloff

        assert told is not None
        assert (told.first_day, told.house) == (1, True)

    def test_names_a_channel_it_does_not_know(self) -> None:
        assert "cooloff.channel" in refused(cooloff=SILENCE | {"channel": "fon"}).message
        assert "cooloff.days" in refused(cooloff=SILENCE | {"days": 0}).message


class TestConsentAndMoratorium:
    def test_take_over_what_they_are_told(self) -> None:
        told = read(
            consent={"channels": ["voice_sms", "email"], "valid_from": date(2026, 8, 11)},
            moratorium={
                "standard_days": 1,
                "first_day_counts": False,
                "after_treatment_days": 1,
            },
        )

        channels = frozenset({"voice", "sms", "email"})
        assert told.consent == profiles.ConsentRule(channels, date(2026, 8, 11))
        assert told.moratorium == profiles.Moratorium(
            1, first_day_counts=False, after_treatment_days=1
        )


class TestStateOverrides:
    @pytest.mark.parametrize(
        ("sunday", "spans"),
        [
            ({}, (NINE_TO_FIVE,)),
            ({"sunday": "none"}, ()),
            ({"sunday": ["10:00", "11:00"]}, ((time(10), time(11)),)),
        ],
    )
    def test_close_or_change_the_sunday(self, sunday: dict[str, Any], spans: Any) -> None:
        told = {"state": "FL", "window": ["09:00", "17:00"]} | sunday

        (override,) = read(state_overrides=[told]).overrides

        assert override == profiles.Override("FL", (*((NINE_TO_FIVE,),) * 6, spans), holidays=False)

    def test_may_close_the_holidays(self) -> None:
        told = {"state": "FL", "window": ["09:00", "17:00"], "holidays": "none"}

        assert read(state_overrides=[told]).overrides[0].holidays

    def test_name_what_is_wrong(self) -> None:
        night = {"state": "FL", "window": ["17:00", "09:00"]}
        sunday = {"state": "FL", "window": ["09:00", "17:00"], "sunday": ["9", "10:00"]}

        assert "state_overrides.FL: hours" in refused(state_overrides=[night]).message
        assert "state_overrides.FL.sunday" in refused(state_overrides=[sunday]).message


class TestReadFile:
    HEAD = 'schema_version = 1\nversion = "3"\n'
    BODY = """[profiles.one]
title = "One"
jurisdiction = "IT"
purpose = ["service"]
legal_force = "law"
channels = ["voice"]
windows = { any = true }
holidays = { policy = "none" }
sources = []
verified = true
confidence = 1.0
"""

    def test_gives_each_profile_the_version_of_the_file_or_its_own(self) -> None:
        assert read_file(self.HEAD + self.BODY, file="xx.toml")["one"].version == "3"
        own = self.HEAD + self.BODY + 'version = "4"\n'
        assert read_file(own, file="xx.toml")["one"].version == "4"
        unversioned = "schema_version = 1\n" + self.BODY
        assert read_file(unversioned, file="xx.toml")["one"].version == "1"
        assert read_file(self.HEAD, file="xx.toml") == {}

    @pytest.mark.parametrize(
        ("text", "told", "field"),
        [
            ("= nonsense", "xx.toml: ", "xx.toml"),
            ("schema_version = 2", "xx.toml: schema_version must be 1", "xx.toml"),
            (HEAD + "zeta = 1\nprofile = 1", "xx.toml: profile is no key of a file", "profile"),
            (HEAD + BODY + "typing_error = 1", "xx.toml: one: ", "one"),
        ],
    )
    def test_names_file_and_place(self, text: str, told: str, field: str) -> None:
        with pytest.raises(rules.ProfileInvalid) as refused_:
            read_file(text, file="xx.toml")

        assert refused_.value.message.startswith(told)
        assert refused_.value.field == field
