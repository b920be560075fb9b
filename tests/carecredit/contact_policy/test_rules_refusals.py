"""A profile that cannot be applied is refused, with the place and what to write instead."""

from datetime import date
from typing import Any

import pytest

from carecredit.contact_policy import rules
from told import CAP, PLAIN, SILENCE, read, refused


class TestRefusals:
    @pytest.mark.parametrize(
        ("told", "message"),
        [
            ({"confidence": 0}, "confidence must lie above 0 and at most at 1"),
            ({"purpose": []}, "purpose: name at least one"),
            ({"caps": [CAP, CAP]}, "caps: each needs an id of its own"),
            (
                {"moratorium": {"standard_days": 0, "first_day_counts": True}},
                "moratorium.standard_days must be at least 1",
            ),
            (
                {
                    "moratorium": {
                        "standard_days": 1,
                        "first_day_counts": True,
                        "after_treatment_days": 0,
                    }
                },
                "moratorium.after_treatment_days must be at least 1",
            ),
            (
                {"min_gap_hours_between_attempts": 0},
                "min_gap_hours_between_attempts must be at least 1",
            ),
            (
                {"min_gap_hours_between_attempts": 87_841},
                "min_gap_hours_between_attempts must be at most 87840",
            ),
            ({"cooloff": SILENCE | {"days": 3_661}}, "cooloff.days must be at most 3660"),
            (
                {"caps": [CAP | {"window": {"kind": "iso_week", "n": 523}}]},
                "caps.day.window.n must be at most 522",
            ),
            (
                {"caps": [CAP | {"window": {"kind": "rolling_hours", "n": 87_841}}]},
                "caps.day.window.n must be at most 87840",
            ),
            (
                {"valid_to": date(9999, 12, 31)},
                "valid_to: a day from 1900 to 2999 is expected",
            ),
            (
                {"consent": {"channels": ["sms"], "valid_from": date(1, 1, 1)}},
                "consent.valid_from: a day from 1900 to 2999 is expected",
            ),
            (
                {"valid_from": date(2026, 1, 2), "valid_to": date(2026, 1, 1)},
                "valid_to lies before valid_from",
            ),
            ({"channels": ["fon"]}, "channels: 'fon' is no channel we know"),
            (
                {"consent": {"channels": ["fon"]}},
                "consent.channels: 'fon' is no channel we know",
            ),
            (
                {"jurisdiction": "ITALIA"},
                "jurisdiction: 'ITALIA' is no country we know; write one such as IT",
            ),
            (
                {"windows": {"mon": [["10:00", "09:00"]]}},
                "windows: hours must run forward within the day, such as 09:00 to 20:00",
            ),
            (
                {"windows": {"mon": [["9", "10:00"]]}},
                "windows: '9' is no time of day; write one such as 08:30",
            ),
            ({"windows": {}}, "windows: no hours; write never = true where none is meant"),
            (
                {"windows": {"any": True, "never": True}},
                "windows: write any, never, or hours by day, and only one of them",
            ),
            (
                {"holidays": {"policy": "forbid"}},
                "holidays.calendar: forbid needs a calendar, such as IT or consumer_country",
            ),
            (
                {"holidays": {"policy": "forbid", "calendar": "XX"}},
                "holidays.calendar: no public days are known for 'XX'",
            ),
            (
                {"holidays": {"policy": "none", "calendar": "IT", "categories": ["x"]}},
                "holidays.categories: not all are known for IT",
            ),
            (
                {"holidays": {"policy": "none", "calendar": "IT", "subdivision": "XX"}},
                "holidays.subdivision: 'XX' is not one of the calendar's",
            ),
            (
                {"state_overrides": [{"state": "XX", "window": ["09:00", "10:00"]}]},
                "state_overrides: 'XX' is no subdivision of US",
            ),
            (
                {"caps": [CAP | {"count": 0}]},
                "caps.day: count and window.n must be at least 1",
            ),
            (
                {"caps": [CAP | {"counts": "channels"}]},
                "caps.day: distinct_channels and counts = channels go together",
            ),
            (
                {"caps": [CAP | {"min_gap_days": 0}]},
                "caps.day.min_gap_days must be at least 1",
            ),
            ({"cooloff": SILENCE | {"days": 0}}, "cooloff.days must be at least 1"),
        ],
    )
    def test_say_where_and_what_to_write(self, told: dict[str, Any], message: str) -> None:
        assert refused(**told).message == f"xx.toml: made_up: {message}"

    def test_name_the_hours_of_eves(self) -> None:
        message = refused(pre_holiday_windows=[["10:00", "09:00"]]).message

        assert message.startswith("xx.toml: made_up: pre_holiday_windows: hours must run")

    def test_list_the_obligations_there_are(self) -> None:
        message = refused(obligations=["be_nice"]).message

        assert "obligations: 'be_nice' is none of find_place, holiday_discouraged, " in message


class TestDigest:
    def test_does_not_hang_on_the_order_of_keys(self) -> None:
        turned = dict(reversed(PLAIN.items()))

        assert rules.parse_profile(turned, key="made_up").digest == read().digest
