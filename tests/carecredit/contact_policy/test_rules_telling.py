"""A verdict in a sentence on the person's own clock; what a person said in the decision's words."""

from typing import Any

import msgspec
import pytest

from carecredit.contact_policy import rules
from carecredit.customers.rules import CareNeed, Consent, NeedKind, Preference, Scope, read_hours
from decisions import HOUSE, TUESDAY, at, decide

LATE = at("2026-11-24T20:00:30+01:00")


class TestSummary:
    def test_says_yes_later_and_never(self) -> None:
        night = decide(profiles=(HOUSE,), now=LATE)
        never = decide(profiles=())
        zones = ("Europe/Rome",)

        assert rules.summary(decide(profiles=(HOUSE,)), zones).en == "Yes: may be contacted now."
        assert rules.summary(night, zones).it == (
            "Non adesso. Primo momento possibile: mercoledì 25/11/2026 alle 09:00 (Europe/Rome)."
        )
        assert rules.summary(never, zones).en.startswith("No: as things stand")
        assert rules.first_allowed(never, zones) is None

    @pytest.mark.parametrize("zones", [(), ("Europe/Nowhere",)])
    def test_goes_by_utc_where_no_place_is_known(self, zones: tuple[str, ...]) -> None:
        told = rules.first_allowed(decide(profiles=(HOUSE,), now=LATE), zones)

        assert told is not None
        assert told.en == "Wednesday 25/11/2026 at 08:00 (UTC)"

    def test_tells_seconds_where_there_are_any(self) -> None:
        verdict = msgspec.structs.replace(decide(profiles=(HOUSE,)), not_before=LATE)

        told = rules.first_allowed(verdict, ("Europe/Rome",))

        assert told is not None
        assert told.en == "Tuesday 24/11/2026 at 20:00:30 (Europe/Rome)"


class TestWishStops:
    def said(self, **told: Any) -> dict[str, Any]:
        return {"preferences": (), "consents": (), "needs": (), "at": TUESDAY} | told

    def test_close_channels_not_named_and_those_that_a_need_silences(self) -> None:
        only_mail = Preference(None, (), ("email",), None, TUESDAY, None)
        spoken = CareNeed(NeedKind.SPOKEN_ONLY, True, TUESDAY, None, None)
        pause = CareNeed(NeedKind.PAUSE, True, LATE, None, None)
        call, mail = rules.Request("voice", "service"), rules.Request("email", "service")

        assert list(rules.wish_stops(call, **self.said(preferences=(only_mail,)))) == [
            rules.Stop("opt_out", channel="voice")
        ]
        assert list(rules.wish_stops(mail, **self.said(preferences=(only_mail,)))) == []
        assert list(rules.wish_stops(mail, **self.said(needs=(spoken, pause)))) == [
            rules.Stop("vulnerability", TUESDAY, None),
            rules.Stop("opt_out", channel="email"),
        ]

    def test_close_no_channel_where_only_hours_were_asked_for(self) -> None:
        evenings = Preference(read_hours({"mon": ["18:00-21:00"]}), (), (), None, TUESDAY, None)
        call = rules.Request("voice", "service")

        assert list(rules.wish_stops(call, **self.said(preferences=(evenings,)))) == []

    def test_let_an_offer_pass_that_was_consented_to(self) -> None:
        consent = Consent(Scope("email", "marketing"), "granted", TUESDAY, None)
        offer = rules.Request("email", "marketing")

        assert list(rules.wish_stops(offer, **self.said(consents=(consent,)))) == []


class TestGranted:
    def test_gives_consents_as_widely_as_they_were_given(self) -> None:
        wide = Consent(Scope(), "granted", TUESDAY, LATE)
        offer = rules.Request("email", "service", promotion=True)

        found = rules.granted(offer, [wide], at=TUESDAY)

        assert found == (rules.Consent(None, None, TUESDAY, LATE),) * 2
        assert rules.granted(offer, [], at=TUESDAY) == ()


class TestWishedHours:
    def test_are_those_asked_for_where_any_were(self) -> None:
        hours = read_hours({"mon": ["18:00-21:00", "09:00-10:00"]})
        wish = Preference(hours, ("voice",), (), None, TUESDAY, None)
        none = Preference(None, (), ("email",), None, TUESDAY, None)

        assert rules.wished_hours([wish]) == (rules.Wish(hours, ("voice",)),)
        assert [span[0].hour for span in hours[0]] == [9, 18]
        assert rules.wished_hours([none]) == rules.wished_hours([]) == ()
