"""Hours and public days of the person, of a wish and of our own desk."""

from datetime import time
from typing import Any

import msgspec

from carecredit.contact_policy import rules
from carecredit.kernel.public_days import has_subdivisions
from decisions import DEBT, PROFILES, ROME, TUESDAY, UNIREC, at, codes, decide


class TestHours:
    def test_of_a_window_may_name_channels_of_their_own(self) -> None:
        window = msgspec.structs.replace(UNIREC.window, channels=frozenset({"sms"}))
        messages = msgspec.structs.replace(UNIREC, window=window)
        night = at("2026-11-24T22:00:00+01:00")
        whenever = PROFILES["it_privacy_garante2005"]
        sms = msgspec.structs.replace(DEBT, channel="sms")

        def told(request: rules.Request) -> list[str]:
            return codes(decide(request, profiles=(whenever, messages), now=night))

        assert told(sms) == ["outside_window"]
        assert told(DEBT) == []
        assert not messages.bounds_hours(DEBT)
        assert messages.bounds_hours(sms)

    def test_of_a_wish_may_be_of_some_channels_alone(self) -> None:
        mornings = rules.Wish((((time(9), time(10)),),) * 7, channels=("sms",))
        facts = msgspec.structs.replace(ROME, wishes=(mornings,))

        assert decide(facts=facts).allowed
        assert codes(decide(msgspec.structs.replace(DEBT, channel="sms"), facts=facts)) == [
            "outside_window"
        ]

    def test_lost_to_a_change_of_the_clocks_come_again_a_week_later(self) -> None:
        nights: Any = (*((),) * 6, ((time(2), time(2, 30)),))
        facts = msgspec.structs.replace(ROME, wishes=(rules.Wish(nights),))
        whenever = PROFILES["it_privacy_garante2005"]

        verdict = decide(facts=facts, profiles=(whenever,), now=at("2027-03-21T03:00:00+01:00"))

        assert verdict.not_before == at("2027-04-04T02:00:00+02:00")

    def test_end_with_the_day_where_they_say_so(self) -> None:
        fridays: Any = (*((),) * 4, rules.WHOLE_DAY, (), ())
        facts = msgspec.structs.replace(ROME, wishes=(rules.Wish(fridays),))
        whenever = PROFILES["it_privacy_garante2005"]

        def allowed(moment: str) -> bool:
            return decide(facts=facts, profiles=(whenever,), now=at(moment)).allowed

        assert not allowed("2026-11-26T23:59:59.999999+01:00")
        assert allowed("2026-11-27T00:00:00+01:00")
        assert allowed("2026-11-27T23:59:59.999999+01:00")
        assert not allowed("2026-11-28T00:00:00+01:00")

    def test_of_an_eve_are_looked_for_before_within_and_after(self) -> None:
        ad = rules.Request("voice", "marketing")
        code = PROFILES["it_marketing_code"]

        def moment(now: str) -> object:
            return decide(ad, profiles=(code,), now=at(now)).not_before

        assert moment("2026-12-24T09:30:00+01:00") == at("2026-12-24T10:00:00+01:00")
        assert moment("2026-12-24T18:59:00+01:00") == at("2026-12-24T18:59:00+01:00")
        assert moment("2026-12-24T19:00:00+01:00") == at("2026-12-28T09:00:00+01:00")


class TestPublicDaysOfAPlace:
    def test_unite_those_of_every_subdivision_that_may_be_the_right_one(self) -> None:
        ambrose = at("2026-12-07T11:00:00+01:00")
        perhaps_milan = msgspec.structs.replace(ROME, other_subdivisions=(("IT", "MI"),))

        assert decide(now=ambrose).allowed
        assert set(codes(decide(facts=perhaps_milan, now=ambrose))) == {"holiday"}

    def test_are_unknown_where_no_country_is(self) -> None:
        nowhere = msgspec.structs.replace(ROME, countries=())

        verdict = decide(facts=nowhere, profiles=(PROFILES["house_gentle"],))

        assert (verdict.decision, codes(verdict)) == ("never", ["profile_unknown"])
        assert "no country" in verdict.reasons[0].evidence[0]

    def test_of_another_subdivision_bring_its_exceptions(self) -> None:
        law = PROFILES["us_tcpa_marketing"]
        ad = rules.Request("voice", "marketing")
        evening = at("2026-11-24T20:30:00-05:00")
        georgia = rules.Facts(("America/New_York",), ("US",), subdivision="GA")
        perhaps_florida = msgspec.structs.replace(georgia, other_subdivisions=(("US", "FL"),))
        elsewhere = msgspec.structs.replace(georgia, other_subdivisions=(("BR", "FL"),))

        assert decide(ad, facts=georgia, profiles=(law,), now=evening).allowed
        assert decide(ad, facts=elsewhere, profiles=(law,), now=evening).allowed
        assert not decide(ad, facts=perhaps_florida, profiles=(law,), now=evening).allowed

    def test_of_a_state_close_where_its_law_says_so(self) -> None:
        law = PROFILES["us_tcpa_marketing"]
        ad = rules.Request("voice", "marketing")
        mardi_gras = at("2027-02-09T11:00:00-06:00")

        def told(subdivision: str, calendars: tuple[str, ...] = ("US",)) -> rules.Verdict:
            facts = rules.Facts(("America/Chicago",), calendars, subdivision=subdivision)
            return decide(ad, facts=facts, profiles=(law,), now=mardi_gras)

        closed = told("LA")
        assert codes(closed) == ["holiday"]
        assert closed.reasons[0].rule_id == "us_tcpa_marketing.state_overrides.LA"
        assert closed.not_before == at("2027-02-10T08:00:00-06:00")
        assert told("TX").allowed

    def test_that_never_end_close_for_ever(self) -> None:
        class Sundays:
            version = "made up"

            def is_holiday(self, *_: object) -> bool:
                return True

        verdict = rules.decide(
            DEBT, facts=ROME, history=(), profiles=(UNIREC,), calendars=Sundays(), now=TUESDAY
        )

        assert (verdict.decision, codes(verdict)) == ("never", ["no_common_window"])
        assert verdict.versions.holidays == "made up"

    def test_of_a_country_that_nobody_knows_may_differ_from_place_to_place(self) -> None:
        assert has_subdivisions("XX")
        assert has_subdivisions("IT")
        assert not has_subdivisions("GR")

    def test_of_any_state_apply_where_the_state_is_not_known(self) -> None:
        somewhere = rules.Facts(("America/Chicago",), ("US",), subdivision_known=False)
        verdict = decide(
            rules.Request("voice", "marketing"),
            facts=somewhere,
            profiles=(PROFILES["us_tcpa_marketing"],),
            now=at("2027-02-09T12:30:00-06:00"),
        )

        assert [(each.code, each.rule_id) for each in verdict.reasons] == [
            ("holiday", "us_tcpa_marketing.state_overrides.LA")
        ]


class TestDesk:
    def test_is_closed_by_its_own_hours_and_its_own_public_days(self) -> None:
        ambrose = at("2026-12-07T11:00:00+01:00")
        week = (((time(9), time(10, 30)),),) * 7

        def told(calendar: str | None, subdivision: str | None) -> list[tuple[str, str]]:
            desk = rules.OperatorHours("Europe/Rome", week, calendar, subdivision)
            facts = msgspec.structs.replace(ROME, operator=desk)
            found = decide(facts=facts, now=ambrose).reasons
            return [(each.code, each.rule_id) for each in found if each.code == "operator_closed"]

        hours = ("operator_closed", "operator.hours")
        assert told(None, None) == told("IT", None) == [hours]
        assert told("IT", "MI") == [hours, ("operator_closed", "operator.holidays")]
