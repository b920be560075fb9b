"""A mandate's opening hours as the decision reads them."""

from datetime import time

import pytest

from carecredit.contact_policy import rules
from carecredit.kernel.errors import Invalid

HOURS = '{"tue": ["09:00-12:00"]}'


class TestOperatorHours:
    def test_are_those_of_a_channel_that_needs_somebody_there(self) -> None:
        told = {"hours": HOURS, "zone": "client", "calendar": "IT-MI", "client_zone": "Europe/Rome"}

        found = rules.operator_hours("voice", **told)

        week = ((), ((time(9), time(12)),), (), (), (), (), ())
        assert found == rules.OperatorHours("Europe/Rome", week, "IT", "MI")
        assert rules.operator_hours("visit", **told) == found
        assert rules.operator_hours("email", **told) is None
        assert rules.operator_hours("voice", **told | {"hours": "always"}) is None

    def test_take_the_zone_named_and_no_calendar(self) -> None:
        found = rules.operator_hours(
            "voice", hours=HOURS, zone="Europe/London", calendar="none", client_zone="Europe/Rome"
        )

        assert found is not None
        assert (found.zone, found.calendar, found.subdivision) == ("Europe/London", None, None)


class TestCheckCalendar:
    @pytest.mark.parametrize("known", ["none", "IT", "IT-MI", "GB-ENG"])
    def test_accepts_what_the_calendars_know(self, known: str) -> None:
        rules.check_calendar(known)

    @pytest.mark.parametrize("unknown", ["ZZ", "ZZ-MI", "IT-XY"])
    def test_refuses_what_they_do_not(self, unknown: str) -> None:
        with pytest.raises(Invalid, match=unknown) as refused:
            rules.check_calendar(unknown)

        assert refused.value.field == "opening_calendar"
