"""A case file's instants and desk hours that can mean nothing are refused with their place."""

from datetime import UTC, datetime

import pytest

from carecredit.contact_policy import rules
from carecredit.kernel.errors import Invalid

FILE = """schema_version = 1
[[cases]]
id = "S3"
profiles = ["us_regf"]
zones = ["America/Los_Angeles"]
now = 2026-11-23T15:30:00Z
not_before = 2026-11-24T00:00:00Z
history = [{ kind = "attempt", at = 2026-11-16T15:00:00Z }]
operator = { zone = "Europe/Rome", window = ["09:00", "24:00"] }
expect = { decision = "deny", next = 2026-11-24T16:00:00Z, reasons = ["moratorium"] }
"""


class TestReadCases:
    def test_takes_a_desk_that_is_open_to_midnight(self) -> None:
        told = rules.read_cases(FILE, file="cases.toml")

        assert rules.check_cases(told).differences == ()

    @pytest.mark.parametrize(
        ("asked", "instead", "place"),
        [
            ('["09:00", "24:00"]', '["18:00", "09:00"]', "line 9, cases 1, operator: window: "),
            ('["09:00", "24:00"]', '["09:00", "25:00"]', "line 9, cases 1, operator: window: "),
            ('["09:00", "24:00"]', '["9", "18"]', "line 9, cases 1, operator: window: "),
            ("2026-11-23T15:30:00Z", "9999-12-31T23:59:00Z", "line 6, cases 1, now: an instant"),
            ("2026-11-23T15:30:00Z", "2026-11-23T15:30:00", "line 6, cases 1, now: an instant"),
            ("2026-11-24T00:00:00Z", "0001-01-01T00:00:00Z", "line 7, cases 1, not_before: an"),
            ("2026-11-16T15:00:00Z", "3000-01-01T00:00:00Z", "line 8, cases 1, history: an"),
            ("2026-11-24T16:00:00Z", "1899-12-31T00:00:00Z", "line 10, cases 1, expect: an"),
        ],
    )
    def test_refuses_what_nobody_can_mean(self, asked: str, instead: str, place: str) -> None:
        assert asked in FILE

        with pytest.raises(rules.CaseFileInvalid) as refused:
            rules.read_cases(FILE.replace(asked, instead), file="cases.toml")

        assert f"cases.toml, {place}" in refused.value.message


class TestCheckMoment:
    @pytest.mark.parametrize("year", [1900, 2026, 2999])
    def test_accepts_an_instant_of_the_calendar(self, year: int) -> None:
        rules.check_moment(datetime(year, 12, 31, tzinfo=UTC), field="at")

    @pytest.mark.parametrize(
        ("moment", "said"),
        [
            (datetime(2026, 1, 1), "say in which zone"),  # noqa: DTZ001 - what is refused
            (datetime(1899, 12, 31, 23, 59, tzinfo=UTC), "an instant from 1900 to 2999"),
            (datetime(3000, 1, 1, tzinfo=UTC), "an instant from 1900 to 2999"),
        ],
    )
    def test_refuses_others_with_their_field(self, moment: datetime, said: str) -> None:
        with pytest.raises(Invalid, match=said) as refused:
            rules.check_moment(moment, field="at")

        assert refused.value.field == "at"
