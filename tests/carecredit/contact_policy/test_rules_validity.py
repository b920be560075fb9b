"""From when to when profiles and consents hold, and the days of a moratorium."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from carecredit.contact_policy import rules
from carecredit.kernel.errors import Invalid
from decisions import DEBT, HOUSE, PROFILES, ROME, TUESDAY, UNIREC, at, codes, decide

AD = rules.Request("email", "marketing")
PRIVACY = PROFILES["eu_eprivacy"]
WEDNESDAY = at("2026-11-25T00:00:00+01:00")


def valid(profile: rules.Profile, **days: date) -> rules.Profile:
    return msgspec.structs.replace(profile, **days)  # type: ignore[arg-type] # days by their names


def consented(**fields: Any) -> rules.Facts:
    return msgspec.structs.replace(ROME, consents=(rules.Consent(**fields),))


class TestValidity:
    def test_defers_to_the_first_day_of_the_only_profile(self) -> None:
        coming = valid(UNIREC, valid_from=date(2026, 11, 25))

        verdict = decide(profiles=(coming,))

        assert codes(verdict) == ["profile_unknown"]
        assert verdict.not_before == at("2026-11-25T08:30:00+01:00")

    def test_needs_each_purposes_own_profile_to_have_begun(self) -> None:
        offer = msgspec.structs.replace(DEBT, promotion=True)
        coming = valid(PROFILES["it_marketing_code"], valid_from=date(2026, 11, 26))

        verdict = decide(offer, profiles=(UNIREC, coming))

        assert codes(verdict) == ["profile_unknown"]
        assert verdict.reasons[0].rule_id == "marketing/voice"
        assert verdict.not_before == at("2026-11-26T09:00:00+01:00")

    def test_takes_the_earlier_of_two_that_begin(self) -> None:
        first = valid(UNIREC, valid_from=date(2026, 11, 25))
        second = valid(HOUSE, valid_from=date(2026, 11, 27))

        assert decide(profiles=(second, first)).not_before == at("2026-11-25T08:30:00+01:00")

    def test_binds_at_the_next_instant_what_has_begun_by_then(self) -> None:
        coming = valid(
            PROFILES["uk_breathing_space"],
            valid_from=date(2026, 11, 25),
        )

        verdict = decide(profiles=(HOUSE, coming), now=at("2026-11-24T20:30:00+01:00"))

        assert verdict.decision == "never"
        assert decide(profiles=(HOUSE, coming)).allowed

    def test_counts_no_event_for_a_profile_that_has_not_begun(self) -> None:
        talk = rules.Event("conversation", at("2026-11-24T10:00:00+01:00"))
        strict = valid(HOUSE, valid_from=date(2026, 11, 26))
        any_hour = PROFILES["it_privacy_garante2005"]

        verdict = decide(history=(talk,), profiles=(any_hour, strict))

        assert verdict.allowed

    def test_never_allows_past_the_last_day(self) -> None:
        ending = valid(UNIREC, valid_to=date(2026, 11, 24))

        assert decide(profiles=(ending,)).allowed
        evening = decide(profiles=(ending,), now=at("2026-11-24T21:30:00+01:00"))
        assert (evening.decision, codes(evening)) == ("never", ["outside_window"])
        after = decide(profiles=(ending,), now=WEDNESDAY)
        assert "profile_unknown" in codes(after)

    def test_leaves_alone_a_request_that_an_expired_profile_never_spoke_to(self) -> None:
        ended = valid(PROFILES["it_marketing_code"], valid_to=date(2026, 11, 1))

        assert decide(profiles=(UNIREC, ended)).allowed

    def test_goes_by_the_first_place_where_the_day_comes_and_ends(self) -> None:
        facts = rules.Facts(zones=("Pacific/Honolulu", "Europe/Rome"), countries=("IT",))
        any_hour = PROFILES["it_privacy_garante2005"]

        coming = decide(facts=facts, profiles=(valid(any_hour, valid_from=date(2026, 11, 25)),))
        ending = valid(any_hour, valid_to=date(2026, 11, 24))

        assert coming.not_before == WEDNESDAY
        assert not decide(facts=facts, profiles=(ending,), now=WEDNESDAY).allowed


class TestConsent:
    def test_is_needed_where_the_law_asks_for_it(self) -> None:
        none = msgspec.structs.replace(ROME, consents=())

        verdict = decide(AD, facts=none, profiles=(PRIVACY,))

        assert (verdict.decision, codes(verdict)) == ("never", ["hold:consent_missing"])
        assert "manca il consenso" in rules.explain(verdict, language="it")

    @pytest.mark.parametrize(
        ("given", "allowed"),
        [
            ({}, True),
            ({"channel": "email", "purpose": "marketing"}, True),
            ({"channel": "sms"}, False),
            ({"purpose": "service"}, False),
            ({"ends_at": TUESDAY}, False),
            ({"starts_at": TUESDAY}, True),
        ],
    )
    def test_covers_its_channel_purpose_and_time(
        self, given: dict[str, Any], *, allowed: bool
    ) -> None:
        verdict = decide(AD, facts=consented(**given), profiles=(PRIVACY,))

        assert verdict.allowed == allowed

    def test_that_begins_later_defers_to_its_beginning(self) -> None:
        verdict = decide(AD, facts=consented(starts_at=WEDNESDAY), profiles=(PRIVACY,))

        assert verdict.not_before == WEDNESDAY

    def test_that_ends_before_it_begins_is_none(self) -> None:
        turned = consented(starts_at=at("2026-12-02T00:00Z"), ends_at=at("2026-12-01T00:00Z"))

        assert decide(AD, facts=turned, profiles=(PRIVACY,)).decision == "never"

    def test_is_needed_for_a_message_that_also_promotes(self) -> None:
        offer = rules.Request("email", "service", promotion=True)
        none = msgspec.structs.replace(ROME, consents=())

        assert "hold:consent_missing" in codes(decide(offer, facts=none, profiles=(HOUSE, PRIVACY)))

    def test_is_given_by_asking_for_the_contact(self) -> None:
        wanted = msgspec.structs.replace(AD, requested=True)
        none = msgspec.structs.replace(ROME, consents=())

        assert decide(wanted, facts=none, profiles=(PRIVACY,)).allowed

    def test_is_answered_for_by_the_caller_of_a_case_file(self) -> None:
        assert decide(AD, profiles=(PRIVACY,)).allowed

    def test_is_needed_in_france_from_the_day_of_the_law(self) -> None:
        paris = rules.Facts(zones=("Europe/Paris",), countries=("FR",), consents=())
        call = rules.Request("voice", "marketing")

        def told(now: str) -> list[str]:
            profiles = (PROFILES["fr_marketing"],)
            return codes(decide(call, facts=paris, profiles=profiles, now=at(now)))

        assert told("2026-08-10T11:00:00+02:00") == []
        assert told("2026-08-11T11:00:00+02:00") == ["hold:consent_missing"]


class TestMoratoria:
    def test_count_the_day_of_registration_where_the_law_does(self) -> None:
        england = PROFILES["uk_breathing_space"]
        assert england.moratorium is not None
        elsewhere = msgspec.structs.replace(
            england,
            moratorium=msgspec.structs.replace(england.moratorium, first_day_counts=False),
        )
        day = date(2026, 11, 12)

        end = rules.moratorium_end(england, registered_on=day, zone="Europe/London")
        later = rules.moratorium_end(elsewhere, registered_on=day, zone="Europe/London")

        assert end == datetime(2027, 1, 11, tzinfo=UTC)
        assert later == datetime(2027, 1, 12, tzinfo=UTC)

    def test_run_on_after_treatment(self) -> None:
        end = rules.treatment_end(
            PROFILES["uk_breathing_space"],
            treatment_ended_on=date(2026, 6, 1),
            zone="Europe/London",
        )

        assert end == at("2026-07-02T00:00:00+01:00")

    def test_are_unknown_to_other_profiles(self) -> None:
        england = PROFILES["uk_breathing_space"]
        assert england.moratorium is not None
        plain = msgspec.structs.replace(
            england,
            moratorium=msgspec.structs.replace(england.moratorium, after_treatment_days=None),
        )

        with pytest.raises(Invalid, match=r"^it_debt_unirec speaks of no moratorium$") as silent:
            rules.moratorium_end(UNIREC, registered_on=date(2026, 1, 1), zone="Europe/Rome")
        assert silent.value.field == "profile"
        with pytest.raises(Invalid, match=r"^uk_breathing_space says no days after") as plainly:
            rules.treatment_end(plain, treatment_ended_on=date(2026, 1, 1), zone="Europe/London")
        assert plainly.value.field == "profile"
