import copy
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from dateutil.easter import easter

from carecredit.contact_policy import rules
from carecredit.contact_policy.rules import library
from carecredit.contact_policy.rules.library import read_file
from carecredit.kernel.public_days import days_of, easter_monday

GOOD: dict[str, Any] = {
    "title": "A made-up rule",
    "jurisdiction": "IT",
    "purpose": ["debt_collection"],
    "legal_force": "law",
    "channels": ["voice"],
    "windows": {"mon": [["09:00", "13:00"], ["14:00", "20:00"]]},
    "holidays": {"policy": "forbid", "calendar": "IT"},
    "caps": [
        {
            "id": "day",
            "count": 1,
            "window": {"kind": "calendar_day", "n": 1},
            "scope": "per_person",
            "counts": "attempts",
        }
    ],
    "sources": [{"title": "made up", "evidence": "own"}],
    "verified": True,
    "confidence": 1.0,
}


CHANNELS_A_DAY = {
    "id": "one",
    "count": 1,
    "window": {"kind": "calendar_day", "n": 1},
    "scope": "per_person",
    "counts": "channels",
    "channel": "distinct_channels",
}
SIXTY = {"standard_days": 60, "first_day_counts": True}
NO_SILENCE = {"after": "conversation", "days": 0, "day_count": "event_day_excluded"}


def changed(path: str, value: Any) -> dict[str, Any]:
    told = copy.deepcopy(GOOD)
    place: Any = told
    *before, last = path.split("/")
    for step in before:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    return told


class TestParseProfile:
    def test_reads_a_profile(self) -> None:
        profile = rules.parse_profile(GOOD, key="made_up")

        assert profile.jurisdictions == ("IT",)
        assert profile.window.week is not None
        assert [len(day) for day in profile.window.week] == [2, 0, 0, 0, 0, 0, 0]

    @pytest.mark.parametrize(
        ("path", "value", "told"),
        [
            ("widows", {}, "widows"),
            ("windows", {}, "windows"),
            ("windows", {"any": True, "never": True}, "windows"),
            ("windows/mon", [["09:00", "24:00"]], "24:00"),
            ("windows/mon", [["9", "20:00"]], "'9'"),
            ("windows/mon", [["20:00", "09:00"]], "forward"),
            ("windows/mon", [["09:00", "13:00"], ["12:00", "20:00"]], "forward"),
            ("windows/monday", [["09:00", "13:00"]], "monday"),
            ("channels", ["phone"], "phone"),
            ("holidays", {"policy": "forbid"}, "holidays.calendar"),
            ("holidays/policy", "maybe", "holidays.policy"),
            ("caps/0/count", 0, "caps.day"),
            ("caps/0/count", "1", "caps"),
            ("caps/0/scope", "per_house", "scope"),
            ("caps/0/channel", "phone", "phone"),
            ("caps/0/channel", "distinct_channels", "distinct_channels"),
            ("caps/0/window", {"kind": "rolling_days"}, "window"),
            ("caps/0/window", {"kind": "rolling_days", "n": 0}, "window.n"),
            ("caps/0/min_gap_days", 0, "min_gap_days"),
            ("min_gap_hours_between_attempts", 0, "min_gap_hours"),
            ("cooloff", NO_SILENCE, "days"),
            ("obligations", ["be_nice"], "be_nice"),
            ("purpose", ["debt_colection"], "debt_colection"),
            ("purpose", [], "purpose"),
            ("confidence", 0, "confidence"),
            ("confidence", 1.1, "confidence"),
            ("jurisdiction", "IT, ITALIA", "ITALIA"),
            ("jurisdiction", "", "jurisdiction"),
            ("holidays/calendar", "ITALIA", "ITALIA"),
            ("holidays/subdivision", "Cortina", "Cortina"),
            ("holidays/categories", ["public", "festive"], "holidays.categories"),
            ("caps/0/counts", "channels", "go together"),
            ("caps", [CHANNELS_A_DAY], "iso_week"),
            ("holidays", {"policy": "none", "subdivision": "MI"}, "holidays.subdivision"),
            ("state_overrides", [{"state": "XX", "window": ["09:00", "10:00"]}], "XX"),
            ("consent", {"channels": ["phone"]}, "consent.channels"),
            ("moratorium", {"standard_days": 0, "first_day_counts": True}, "standard_days"),
            ("moratorium", {**SIXTY, "after_treatment_days": 0}, "after_treatment_days"),
            ("moratorium", {"standard_days": 60}, "first_day_counts"),
        ],
    )  # fmt: skip
    def test_refuses_what_it_does_not_understand_and_names_file_profile_and_key(
        self, path: str, value: Any, told: str
    ) -> None:
        with pytest.raises(rules.ProfileInvalid) as refused:
            rules.parse_profile(changed(path, value), key="made_up", file="it.toml")

        assert "it.toml: made_up: " in refused.value.message
        assert told in refused.value.message

    def test_refuses_a_validity_that_ends_before_it_begins(self) -> None:
        told = GOOD | {"valid_from": date(2026, 5, 2), "valid_to": date(2026, 5, 1)}

        with pytest.raises(rules.ProfileInvalid, match="valid_to"):
            rules.parse_profile(told, key="made_up")

    def test_refuses_two_caps_of_one_name(self) -> None:
        told = GOOD | {"caps": GOOD["caps"] * 2}

        with pytest.raises(rules.ProfileInvalid, match="caps"):
            rules.parse_profile(told, key="made_up")

    @pytest.mark.parametrize("key", ["title", "windows", "holidays", "channels", "sources"])
    def test_refuses_a_profile_that_lacks_a_decisive_key(self, key: str) -> None:
        told = {name: value for name, value in GOOD.items() if name != key}

        with pytest.raises(rules.ProfileInvalid, match=key):
            rules.parse_profile(told, key="made_up")


class TestReadFile:
    @pytest.mark.parametrize("text", ["schema_version = 2", "version = '1'", "= nonsense"])
    def test_refuses_a_file_of_another_schema_by_name(self, text: str) -> None:
        with pytest.raises(rules.ProfileInvalid, match=r"xx\.toml"):
            read_file(text, file="xx.toml")

    def test_refuses_a_key_beside_the_profiles(self) -> None:
        with pytest.raises(rules.ProfileInvalid, match="profile is no key"):
            read_file("schema_version = 1\n[profile.it]", file="xx.toml")


class TestLoadProfiles:
    def test_reads_every_packaged_profile_with_its_sources(self) -> None:
        found = rules.load_profiles()

        assert len(found) == 42
        assert all(profile.sources for profile in found.values())
        assert all(0 < profile.confidence <= 1 for profile in found.values())
        assert {profile.version for profile in found.values()} == {"2026-11-22", "2026-11-24"}

    def test_refuses_a_profile_that_stands_in_two_files(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = resources.files("carecredit.contact_policy").joinpath("profiles", "house.toml")
        (tmp_path / "profiles").mkdir()
        for name in ("one.toml", "two.toml", "README.md"):
            (tmp_path / "profiles" / name).write_text(text.read_text(encoding="utf-8"))
        monkeypatch.setattr(library.resources, "files", lambda _: tmp_path)

        with pytest.raises(rules.ProfileInvalid, match=r"two\.toml: house_gentle"):
            rules.load_profiles.__wrapped__()

    def test_names_only_calendars_that_are_known(self) -> None:
        for profile in rules.load_profiles().values():
            rule = profile.holidays
            if rule.calendar not in {None, "consumer_country"}:
                assert days_of(str(rule.calendar), rule.subdivision, rule.categories, 2026)


class TestEasterMonday:
    def test_follows_easter_by_another_reckoning(self) -> None:
        for year in range(1900, 2300):
            assert easter_monday(year) == easter(year) + timedelta(days=1), year


class TestPublicDays:
    def test_follow_the_calendar_of_the_place(self) -> None:
        milan = days_of("IT", "MI", ("public",), 2026)
        italy = days_of("IT", None, ("public",), 2026)

        assert len(milan - italy) == 1

    @pytest.mark.parametrize(
        ("calendar", "subdivision", "category", "year"),
        [
            ("XX", None, "public", 2026),
            ("IT", "Cortina", "public", 2026),
            ("IT", None, "festive", 2026),
            ("IT", None, "public", 2101),
        ],
    )
    def test_refuse_what_is_not_known(
        self, calendar: str, subdivision: str | None, category: str, year: int
    ) -> None:
        with pytest.raises(rules.CalendarUnknown):
            days_of(calendar, subdivision, (category,), year)
