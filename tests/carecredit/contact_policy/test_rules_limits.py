"""Caps, cool-offs and places: how often, and by whose clock."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from carecredit.contact_policy import rules
from decisions import DEBT, PROFILES, TUESDAY, at, codes, decide


class TestLimits:
    def test_house_gap_is_four_hours_from_one_try_to_the_next(self) -> None:
        tried = (rules.Event("attempt", TUESDAY - timedelta(hours=1)),)

        verdict = decide(history=tried)

        assert codes(verdict) == ["min_gap"]
        assert verdict.not_before == TUESDAY + timedelta(hours=3)

    def test_inbound_talk_starts_silence_and_uses_up_no_cap(self) -> None:
        came = (rules.Event("conversation", TUESDAY - timedelta(days=1), direction="in"),)

        verdict = decide(history=came)

        assert codes(verdict) == ["cooloff"]
        assert verdict.not_before == at("2026-11-30T09:00:00+01:00")

    def test_an_event_of_another_debt_does_not_count_and_one_of_no_known_debt_does(self) -> None:
        usa = rules.Facts(zones=("America/New_York",), countries=("US",))
        now = at("2026-11-24T12:00:00-05:00")

        def verdict(*debts: str) -> rules.Verdict:
            talk = rules.Event("conversation", now - timedelta(days=1), debts=debts)
            return decide(facts=usa, history=(talk,), profiles=(PROFILES["us_regf"],), now=now)

        assert verdict("D2").allowed
        assert codes(verdict("D1", "D2")) == ["cooloff"]
        assert codes(verdict()) == ["cooloff"]

    def test_a_refusal_of_marketing_is_silence_of_sixty_full_days(self) -> None:
        france = rules.Facts(zones=("Europe/Paris",), countries=("FR",))
        refused = (rules.Event("refusal", at("2026-09-01T11:00:00+02:00")),)

        verdict = decide(
            rules.Request("voice", "marketing"),
            facts=france,
            history=refused,
            profiles=(PROFILES["fr_marketing"],),
            now=at("2026-09-02T11:00:00+02:00"),
        )

        assert codes(verdict) == ["cooloff"]
        assert verdict.not_before == at("2026-11-02T10:00:00+01:00")  # 1 November is All Saints

    def test_colombia_keeps_to_one_channel_a_week(self) -> None:
        bogota = rules.Facts(zones=("America/Bogota",), countries=("CO",))
        mailed = (rules.Event("contact", at("2026-11-23T10:00:00-05:00"), "email"),)

        verdict = decide(
            facts=bogota,
            history=mailed,
            profiles=(PROFILES["co_ley2300"],),
            now=at("2026-11-25T10:00:00-05:00"),
        )

        assert codes(verdict) == ["cap:one_channel_a_week"]
        assert verdict.not_before == at("2026-11-30T07:00:00-05:00")

    def test_chile_keeps_two_days_between_two_letters(self) -> None:
        santiago = rules.Facts(zones=("America/Santiago",), countries=("CL",))
        written = (rules.Event("contact", at("2026-11-23T10:00:00-03:00"), "letter"),)

        verdict = decide(
            rules.Request("email", "debt_collection"),
            facts=santiago,
            history=written,
            profiles=(PROFILES["cl_ley21320"],),
            now=at("2026-11-24T10:00:00-03:00"),
        )

        assert codes(verdict) == ["min_gap"]
        assert verdict.not_before == at("2026-11-25T08:00:00-03:00")

    def test_ontario_counts_from_the_first_conversation(self) -> None:
        toronto = rules.Facts(zones=("America/Toronto",), countries=("CA",), subdivision="ON")
        now = at("2026-11-24T12:00:00-05:00")
        messages = tuple(
            rules.Event("contact", now - timedelta(days=day), "email") for day in (1, 2, 3)
        )
        talk = rules.Event("conversation", now - timedelta(days=20))

        def verdict(*history: rules.Event) -> rules.Verdict:
            return decide(
                facts=toronto, history=history, profiles=(PROFILES["ca_on_debt"],), now=now
            )

        assert verdict(*messages).allowed
        assert codes(verdict(talk, *messages)) == ["cap:three_in_seven"]

    @pytest.mark.parametrize(
        ("window", "not_before"),
        [
            ({"kind": "rolling_hours", "n": 30}, "2026-11-25T15:00:00+01:00"),
            ({"kind": "iso_week", "n": 1}, "2026-11-30T00:00:00+01:00"),
            ({"kind": "calendar_day", "n": 1}, "2026-11-25T00:00:00+01:00"),
            ({"kind": "rolling_days", "n": 3}, "2026-11-27T00:00:00+01:00"),
        ],
    )
    def test_every_span_of_a_cap_frees_at_its_own_instant(
        self, window: dict[str, Any], not_before: str
    ) -> None:
        cap = {"id": "one", "count": 1, "scope": "per_person", "counts": "attempts"}
        profile = rules.parse_profile(
            {
                "title": "One try",
                "jurisdiction": "*",
                "purpose": ["debt_collection"],
                "legal_force": "law",
                "channels": ["voice"],
                "windows": {"any": True},
                "holidays": {"policy": "none"},
                "caps": [cap | {"window": window}],
                "sources": [],
                "verified": True,
                "confidence": 1.0,
            },
            key="one_try",
        )
        tried = (rules.Event("attempt", at("2026-11-24T09:00:00+01:00")),)

        verdict = decide(profiles=(profile,), history=tried)

        assert codes(verdict) == ["cap:one"]
        assert verdict.not_before == at(not_before)


class TestPlaceOf:
    def test_takes_rome_for_the_vatican_in_italy(self) -> None:
        place = rules.place_of(
            "IT",
            "IT-MI",
            number_zones=("Europe/Rome", "Europe/Vatican"),
            number_regions=["VA"],
        )

        assert (place.zones, place.countries) == (("Europe/Rome",), ("IT",))
        assert (place.subdivision, place.subdivision_known) == ("MI", True)

    def test_intersects_address_and_number_where_they_differ(self) -> None:
        place = rules.place_of(
            "IT", None, number_zones=("America/New_York",), number_regions=["US"]
        )

        assert place.zones == ("Europe/Rome", "America/New_York")
        assert place.countries == ("IT", "US")

    def test_takes_the_zones_of_the_number_in_a_wide_country(self) -> None:
        place = rules.place_of(
            "US", None, number_zones=("America/New_York",), number_regions=["US"]
        )

        assert place.zones == ("America/New_York",)
        assert not place.subdivision_known

    def test_knows_no_zone_in_a_wide_country_without_a_number(self) -> None:
        assert rules.place_of("US", None, number_zones=(), number_regions=()).zones == ()

    def test_takes_all_zones_of_a_country_whose_clocks_lie_close(self) -> None:
        spain = rules.place_of("ES", None, number_zones=(), number_regions=())
        germany = rules.place_of("DE", None, number_zones=(), number_regions=())

        assert set(spain.zones) == {"Europe/Madrid", "Atlantic/Canary"}
        assert germany.zones == ("Europe/Berlin",)

    def test_says_in_a_note_that_a_region_is_not_known(self) -> None:
        place = rules.place_of("IT", "Padania", number_zones=(), number_regions=())

        assert place.subdivision is None
        assert "region Padania is not in the holiday calendar of IT" in place.notes


class TestPicked:
    def test_takes_the_profiles_of_the_place(self) -> None:
        place = rules.place_of("IT", "MI", number_zones=(), number_regions=())

        found = rules.picked(PROFILES.values(), place, DEBT)

        assert {"house_gentle", "it_debt_unirec", "eu_ccd2"} <= {profile.key for profile in found}
        assert not {"de_debt", "us_regf"} & {profile.key for profile in found}

    def test_takes_the_profile_of_a_subdivision_unless_another_is_known(self) -> None:
        overlay = [PROFILES["us_regf"], PROFILES["us_ma_debt"]]

        def keys(region: str | None) -> set[str]:
            place = rules.place_of("US", region, number_zones=(), number_regions=())
            return {profile.key for profile in rules.picked(overlay, place, DEBT)}

        assert keys("MA") == keys(None) == {"us_regf", "us_ma_debt"}
        assert keys("NY") == {"us_regf"}

    def test_takes_none_where_none_says_a_word_about_hours(self) -> None:
        place = rules.place_of("IT", None, number_zones=(), number_regions=())

        assert rules.picked([PROFILES["it_privacy_garante2005"]], place, DEBT) == ()


class TestDistinctChannels:
    def test_are_counted_by_the_persons_own_week(self) -> None:
        sunday = rules.Event("contact", at("2026-11-22T20:00:00-05:00"), "email")
        only = msgspec.structs.replace(
            PROFILES["co_ley2300"],
            caps=PROFILES["co_ley2300"].caps[1:],
            window=msgspec.structs.replace(PROFILES["co_ley2300"].window, week=None),
            holidays=PROFILES["it_privacy_garante2005"].holidays,
        )
        bogota = rules.Facts(("America/Bogota",), ("CO",))

        def told(now: str, *history: rules.Event) -> rules.Verdict:
            return decide(DEBT, facts=bogota, history=history, profiles=(only,), now=at(now))

        late = told("2026-11-22T23:00:00-05:00", sunday)
        assert codes(late) == ["cap:one_channel_a_week"]
        assert late.not_before == at("2026-11-23T00:00:00-05:00")
        assert told("2026-11-23T00:00:00-05:00", sunday).allowed
        tried = msgspec.structs.replace(sunday, kind="attempt")
        assert told("2026-11-22T23:00:00-05:00", tried).allowed
        came = msgspec.structs.replace(sunday, direction="in")
        assert told("2026-11-22T23:00:00-05:00", came).allowed
