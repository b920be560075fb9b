"""The allowed hours of a week: drawn from the decision itself, to the minute."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from carecredit.contact_policy import rules
from carecredit.kernel.errors import Invalid

ROME = "+393331234567"


def week(**asked: Any) -> rules.OpenWeek:
    told: dict[str, Any] = {"number": ROME, "profiles": ["it_debt_unirec"], "week": "2026-W50"}
    return rules.open_week(**(told | asked))


def hours(found: rules.OpenWeek) -> list[str]:
    return [" ".join(span.local for span in day.spans) for day in found.days]


class TestOpenWeek:
    def test_closes_holidays_and_sundays_and_says_by_which_rule(self) -> None:
        found = week()

        full = "08:30-21:00"
        assert hours(found) == [full, "", full, full, full, "08:30-15:00", ""]
        assert found.days[0].on == date(2026, 12, 7)
        assert found.days[1].closed_by == ("holiday (it_debt_unirec.holidays)",)
        assert found.days[6].closed_by == ("outside_window (it_debt_unirec.windows)",)

    def test_applies_profiles_all_together(self) -> None:
        found = week(profiles=["it_debt_unirec", "house_gentle"])

        assert hours(found)[0] == "09:00-20:00"
        assert found.purpose == "debt_collection"

    def test_keeps_the_day_of_the_patron_where_the_region_is_known(self) -> None:
        assert hours(week(region="MI"))[0] == ""

    def test_has_several_spans_where_the_profile_has(self) -> None:
        found = week(number="+33612345678", profiles=["fr_marketing"], week="2026-W49")

        assert hours(found)[0] == "10:00-13:00 14:00-20:00"

    def test_follows_the_clock_through_the_end_of_summer_time(self) -> None:
        found = week(week="2026-W43", profiles=["us_regf"], number="+12125550123")
        later = week(week="2026-W45", profiles=["us_regf"], number="+12125550123")

        assert found.days[0].spans[0].start == datetime(2026, 10, 19, 12, tzinfo=UTC)
        assert later.days[0].spans[0].start == datetime(2026, 11, 2, 13, tzinfo=UTC)

    def test_intersects_the_zones_a_number_may_be_in(self) -> None:
        found = week(number="+34612345678", profiles=["es_marketing"], week="2026-W47")

        assert set(found.zones) == {"Europe/Madrid", "Atlantic/Canary"}
        (span,) = found.days[0].spans
        # From nine in the Canaries until nine in the evening in Madrid.
        assert span.start == datetime(2026, 11, 16, 9, tzinfo=UTC)
        assert span.end == datetime(2026, 11, 16, 20, tzinfo=UTC)

    def test_is_open_whole_days_where_no_hours_are_said(self) -> None:
        found = week(profiles=["it_privacy_garante2005"])

        assert hours(found) == ["00:00-24:00"] * 7

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"week": "2026-50"}, "week"),
            ({"week": "2026-W54"}, "week"),
            ({"week": "9999-W52"}, "week"),
            ({"profiles": ["atlantis"]}, "profile"),
            ({"number": "+80012345678"}, "number"),
        ],
    )
    def test_refuses_what_it_does_not_know(self, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            week(**wrong)

        assert refused.value.field == field

    def test_leaves_next_to_nothing_where_the_number_may_ring_anywhere(self) -> None:
        found = week(number="+18005550199", profiles=["us_regf"], week="2026-W47")

        # Eight in Guam, the next day, is half past six in the evening on Newfoundland's clock.
        spans = [span for day in found.days for span in day.spans]
        assert len(found.zones) > 5
        assert len(spans) == 7
        assert {(span.end - span.start).total_seconds() for span in spans} == {2.5 * 3600}

    def test_asks_for_what_is_due_where_the_profiles_speak_to_nothing_of_ours(self) -> None:
        found = week(profiles=["it_utility_electricity"])

        assert found.purpose == "debt_collection"
        assert all(not day.spans for day in found.days)
