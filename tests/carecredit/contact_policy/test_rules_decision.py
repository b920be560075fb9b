from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest

from carecredit.contact_policy import rules
from carecredit.kernel.calendars import IANA_VERSION

PROFILES = rules.load_profiles()
HOUSE = PROFILES["house_gentle"]
UNIREC = PROFILES["it_debt_unirec"]
ROME = rules.Facts(zones=("Europe/Rome",), countries=("IT",))
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""Eleven in the morning in Rome, an ordinary day."""
DEBT = rules.Request("voice", "debt_collection", ("D1",))


def decide(
    request: rules.Request = DEBT,
    *,
    facts: rules.Facts = ROME,
    history: tuple[rules.Event, ...] = (),
    profiles: tuple[rules.Profile, ...] = (HOUSE, UNIREC),
    now: datetime = TUESDAY,
) -> rules.Verdict:
    return rules.decide(
        request,
        facts=facts,
        history=history,
        profiles=profiles,
        calendars=rules.PublicDays(),
        now=now,
    )


def codes(verdict: rules.Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def stopped(kind: str, **fields: Any) -> rules.Facts:
    return msgspec.structs.replace(ROME, stops=(rules.Stop(kind, **fields),))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class TestDecide:
    def test_allows_and_says_by_which_data(self) -> None:
        verdict = decide()

        assert verdict.allowed
        assert verdict.not_before == TUESDAY
        assert verdict.versions.tzdata == IANA_VERSION
        assert verdict.versions.rules == {
            "house_gentle": "2026-11-22",
            "it_debt_unirec": "2026-11-22",
        }
        assert len(verdict.inputs_hash) == 64

    def test_gives_the_same_hash_for_the_same_inputs_and_another_for_others(self) -> None:
        once, again = decide(), decide()
        other = decide(history=(rules.Event("attempt", TUESDAY - timedelta(days=3)),))

        assert once.inputs_hash == again.inputs_hash != other.inputs_hash

    def test_tells_the_quiet_margin_before_the_end_of_the_narrowest_window(self) -> None:
        verdict = decide()

        margin = next(duty for duty in verdict.obligations if duty.code == "quiet_margin")

        assert margin.until == at("2026-11-24T19:50:00+01:00")

    def test_asks_for_the_identity_before_a_word_about_money(self) -> None:
        found = {duty.code for duty in decide().obligations}

        assert {"identity_first", "identify_agency"} <= found

    def test_explains_itself_in_two_languages(self) -> None:
        verdict = decide(now=at("2026-11-24T21:30:00+01:00"))

        assert "25/11/2026 09:00" in rules.explain(verdict, language="it")
        assert rules.explain(verdict, language="it").startswith("Fuori dall'orario")
        assert rules.explain(verdict, language="en").startswith("Outside the hours")

    def test_intersects_the_windows_of_all_zones(self) -> None:
        facts = rules.Facts(zones=("Europe/Rome", "America/New_York"), countries=("IT",))

        verdict = decide(facts=facts)

        assert verdict.not_before == at("2026-11-24T15:00:00+01:00")

    def test_refuses_where_the_zone_is_not_known(self) -> None:
        verdict = decide(facts=rules.Facts(zones=(), countries=("US",)))

        assert (verdict.decision, codes(verdict)) == ("never", ["zone_unknown"])

    def test_refuses_a_zone_that_does_not_exist(self) -> None:
        verdict = decide(facts=rules.Facts(zones=("Etc/Unknown",), countries=("IT",)))

        assert (verdict.decision, codes(verdict)) == ("never", ["zone_unknown"])

    @pytest.mark.parametrize(
        "request_",
        [
            rules.Request("voice", "marketing"),
            rules.Request("pigeon", "debt_collection"),
            rules.Request("voice", "gossip"),
            rules.Request("voice", "service", promotion=True),
        ],
    )
    def test_refuses_what_no_profile_speaks_to(self, request_: rules.Request) -> None:
        verdict = decide(request_)

        assert (verdict.decision, codes(verdict)) == ("never", ["profile_unknown"])

    def test_refuses_without_any_profile(self) -> None:
        verdict = decide(profiles=())

        assert (verdict.decision, codes(verdict)) == ("never", ["profile_unknown"])

    def test_refuses_when_an_approved_profile_is_no_longer_the_one_approved(self) -> None:
        facts = msgspec.structs.replace(ROME, missing_profiles=("it_old_code",))

        verdict = decide(facts=facts)

        assert [reason.rule_id for reason in verdict.reasons] == ["it_old_code"]

    def test_refuses_after_the_last_day_of_a_profile(self) -> None:
        ended = msgspec.structs.replace(UNIREC, valid_to=date(2026, 11, 23))

        verdict = decide(profiles=(HOUSE, ended))

        assert (verdict.decision, codes(verdict)) == ("never", ["profile_unknown"])

    def test_is_not_bound_by_a_profile_before_its_first_day(self) -> None:
        coming = msgspec.structs.replace(UNIREC, valid_from=date(2026, 11, 25))

        verdict = decide(profiles=(HOUSE, coming))

        assert list(verdict.versions.rules) == ["house_gentle"]

    @pytest.mark.parametrize("country", ["XX", "001"])
    def test_refuses_where_the_holidays_are_not_known(self, country: str) -> None:
        verdict = decide(facts=rules.Facts(zones=("Europe/Rome",), countries=(country,)))

        assert (verdict.decision, codes(verdict)) == ("never", ["profile_unknown"])

    def test_refuses_in_a_year_without_holiday_data(self) -> None:
        verdict = decide(now=datetime(2101, 3, 1, 10, 0, tzinfo=UTC))

        assert (verdict.decision, codes(verdict)) == ("never", ["profile_unknown"])

    def test_refuses_an_unknown_category_of_holidays(self) -> None:
        odd = msgspec.structs.replace(UNIREC.holidays, categories=("festive",))

        verdict = decide(profiles=(msgspec.structs.replace(UNIREC, holidays=odd),))

        assert codes(verdict) == ["profile_unknown"]

    def test_finds_no_common_window_of_rome_and_honolulu(self) -> None:
        desk = rules.OperatorHours("Europe/Rome", (((time(9), time(18)),),) * 7, "IT")
        facts = rules.Facts(zones=("Pacific/Honolulu",), countries=("US",), operator=desk)

        verdict = decide(facts=facts, profiles=(PROFILES["us_regf"],))

        assert (verdict.decision, codes(verdict)) == ("never", ["no_common_window"])

    def test_says_that_the_desk_is_closed(self) -> None:
        desk = rules.OperatorHours("Europe/Rome", (((time(14), time(18)),),) * 7, "IT")

        verdict = decide(facts=msgspec.structs.replace(ROME, operator=desk))

        assert codes(verdict) == ["operator_closed"]
        assert verdict.not_before == at("2026-11-24T14:00:00+01:00")

    def test_lets_a_wish_narrow_the_hours_and_never_widen_them(self) -> None:
        evening = rules.Wish((((time(18), time(23)),),) * 7, ("voice",))
        facts = msgspec.structs.replace(ROME, wishes=(evening,))

        early = decide(facts=facts)
        late = decide(facts=facts, now=at("2026-11-24T22:00:00+01:00"))

        assert early.not_before == at("2026-11-24T18:00:00+01:00")
        assert late.not_before == at("2026-11-25T18:00:00+01:00")

    def test_never_allows_what_a_law_forbids_at_every_hour(self) -> None:
        request = rules.Request("voice", "marketing")
        banned = PROFILES["it_marketing_energy_2026"]

        verdict = decide(request, profiles=(PROFILES["it_marketing_code"], banned))

        assert (verdict.decision, codes(verdict)) == ("never", ["outside_window"])

    def test_opens_only_the_hours_of_a_holidays_eve(self) -> None:
        request = rules.Request("voice", "marketing")
        code = (PROFILES["it_marketing_code"],)

        verdict = decide(request, profiles=code, now=at("2026-12-07T09:30:00+01:00"))

        assert verdict.not_before == at("2026-12-07T10:00:00+01:00")
        assert codes(verdict) == ["outside_window", "holiday"]

    def test_speaks_against_a_day_that_a_law_only_discourages(self) -> None:
        facts = rules.Facts(zones=("America/New_York",), countries=("US",))

        verdict = decide(
            facts=facts,
            profiles=(PROFILES["us_regf"],),
            now=at("2026-11-26T12:00:00-05:00"),
        )

        assert verdict.allowed
        assert "holiday_discouraged" in {duty.code for duty in verdict.obligations}

    def test_closes_easter_monday_in_quebec(self) -> None:
        facts = rules.Facts(zones=("America/Toronto",), countries=("CA",), subdivision="QC")

        verdict = decide(
            facts=facts,
            profiles=(PROFILES["ca_qc_debt"],),
            now=at("2027-03-29T12:00:00-04:00"),
        )

        assert codes(verdict) == ["holiday"]

    @pytest.mark.parametrize(
        ("subdivision", "known", "allowed"),
        [("FL", True, False), ("NY", True, True), (None, True, True), (None, False, False)],
    )
    def test_applies_the_hours_of_a_state_and_of_every_state_where_it_is_not_known(
        self,
        subdivision: str | None,
        known: bool,  # noqa: FBT001 - a parametrized case
        allowed: bool,  # noqa: FBT001 - the same
    ) -> None:
        facts = rules.Facts(
            zones=("America/New_York",),
            countries=("US",),
            subdivision=subdivision,
            subdivision_known=known,
        )

        verdict = decide(
            rules.Request("voice", "marketing"),
            facts=facts,
            profiles=(PROFILES["us_tcpa_marketing"],),
            now=at("2026-11-24T20:30:00-05:00"),
        )

        assert verdict.allowed is allowed


class TestStops:
    @pytest.mark.parametrize(
        ("kind", "code"),
        [
            ("dispute", "hold:dispute"),
            ("promise", "hold:promise"),
            ("hardship", "hold:hardship"),
            ("proof_of_payment", "hold:proof_of_payment"),
            ("breathing_space", "moratorium"),
            ("moratorium", "moratorium"),
            ("deceased", "hold:deceased"),
            ("something_new", "hold:something_new"),
            ("opt_out", "opt_out"),
        ],
    )
    def test_refuse_for_as_long_as_they_last(self, kind: str, code: str) -> None:
        endless = decide(facts=stopped(kind))
        ending = decide(facts=stopped(kind, ends_at=at("2026-11-25T10:00:00+01:00")))

        assert (endless.decision, codes(endless)) == ("never", [code])
        assert ending.not_before == at("2026-11-25T10:00:00+01:00")

    @pytest.mark.parametrize("kind", ["dispute", "complaint", "promise", "plan"])
    def test_of_invoices_leave_other_invoices_and_services_alone(self, kind: str) -> None:
        about_another = decide(facts=stopped(kind, debts=("D2",)))
        about_any = msgspec.structs.replace(DEBT, debts=())
        about_none = decide(about_any, facts=stopped(kind, debts=("D2",)))
        service = decide(msgspec.structs.replace(DEBT, purpose="service"), facts=stopped(kind))

        assert about_another.allowed
        assert not about_none.allowed
        assert service.allowed

    @pytest.mark.parametrize("kind", ["deceased", "cease_request", "breathing_space"])
    def test_of_the_person_silence_services_about_money_too(self, kind: str) -> None:
        service = msgspec.structs.replace(DEBT, purpose="service")
        answer = rules.Request("voice", "service", requested=True)

        assert not decide(service, facts=stopped(kind)).allowed
        assert not decide(
            msgspec.structs.replace(service, requested=True), facts=stopped(kind)
        ).allowed
        assert decide(answer, facts=stopped(kind)).allowed

    def test_by_opt_out_close_their_channel_and_purpose_alone(self) -> None:
        no_calls = stopped("opt_out", channel="voice")
        no_marketing = stopped("opt_out", purpose="marketing")

        assert codes(decide(facts=no_calls)) == ["opt_out"]
        assert decide(msgspec.structs.replace(DEBT, channel="email"), facts=no_calls).allowed
        assert decide(facts=no_marketing).allowed

    def test_that_begin_later_move_the_next_instant_and_do_not_block_now(self) -> None:
        tomorrow = {
            "starts_at": at("2026-11-25T00:00:00+01:00"),
            "ends_at": at("2026-11-26T00:00:00+01:00"),
        }

        now = decide(facts=stopped("dispute", **tomorrow))
        tonight = decide(facts=stopped("dispute", **tomorrow), now=at("2026-11-24T22:00:00+01:00"))

        assert now.allowed
        assert tonight.not_before == at("2026-11-26T09:00:00+01:00")


class TestRequested:
    HISTORY = (
        rules.Event("conversation", TUESDAY - timedelta(days=1)),
        rules.Event("attempt", TUESDAY - timedelta(hours=1)),
    )

    def test_passes_house_caps_gaps_and_silences(self) -> None:
        asked = msgspec.structs.replace(DEBT, requested=True)

        assert not decide(history=self.HISTORY).allowed
        assert decide(asked, history=self.HISTORY).allowed

    def test_passes_the_silence_of_a_promise(self) -> None:
        asked = msgspec.structs.replace(DEBT, requested=True)

        assert decide(asked, facts=stopped("promise", debts=("D1",))).allowed

    def test_passes_neither_windows_nor_caps_of_law_nor_hard_stops(self) -> None:
        asked = msgspec.structs.replace(DEBT, requested=True)
        talked = (rules.Event("conversation", TUESDAY - timedelta(hours=2)),)

        assert codes(decide(asked, now=at("2026-11-24T22:00:00+01:00"))) == ["outside_window"] * 2
        assert codes(decide(asked, history=talked)) == ["cap:conv_day"]
        assert codes(decide(asked, facts=stopped("dispute"))) == ["hold:dispute"]
        assert codes(decide(asked, facts=stopped("opt_out"))) == ["opt_out"]


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
            number_region="VA",
        )

        assert (place.zones, place.countries) == (("Europe/Rome",), ("IT",))
        assert (place.subdivision, place.subdivision_known) == ("MI", True)

    def test_intersects_address_and_number_where_they_differ(self) -> None:
        place = rules.place_of("IT", None, number_zones=("America/New_York",), number_region="US")

        assert place.zones == ("Europe/Rome", "America/New_York")
        assert place.countries == ("IT", "US")

    def test_takes_the_zones_of_the_number_in_a_wide_country(self) -> None:
        place = rules.place_of("US", None, number_zones=("America/New_York",), number_region="US")

        assert place.zones == ("America/New_York",)
        assert not place.subdivision_known

    def test_knows_no_zone_in_a_wide_country_without_a_number(self) -> None:
        assert rules.place_of("US", None, number_zones=(), number_region=None).zones == ()

    def test_takes_all_zones_of_a_country_whose_clocks_lie_close(self) -> None:
        spain = rules.place_of("ES", None, number_zones=(), number_region=None)
        germany = rules.place_of("DE", None, number_zones=(), number_region=None)

        assert set(spain.zones) == {"Europe/Madrid", "Atlantic/Canary"}
        assert germany.zones == ("Europe/Berlin",)

    def test_says_in_a_note_that_a_region_is_not_known(self) -> None:
        place = rules.place_of("IT", "Padania", number_zones=(), number_region=None)

        assert place.subdivision is None
        assert "region Padania is not in the holiday calendar of IT" in place.notes


class TestPicked:
    def test_takes_the_profiles_of_the_place(self) -> None:
        place = rules.place_of("IT", "MI", number_zones=(), number_region=None)

        found = rules.picked(PROFILES.values(), place, DEBT)

        assert {"house_gentle", "it_debt_unirec", "eu_ccd2"} <= {profile.key for profile in found}
        assert not {"de_debt", "us_regf"} & {profile.key for profile in found}

    def test_takes_the_profile_of_a_subdivision_unless_another_is_known(self) -> None:
        overlay = [PROFILES["us_regf"], PROFILES["us_ma_debt"]]

        def keys(region: str | None) -> set[str]:
            place = rules.place_of("US", region, number_zones=(), number_region=None)
            return {profile.key for profile in rules.picked(overlay, place, DEBT)}

        assert keys("MA") == keys(None) == {"us_regf", "us_ma_debt"}
        assert keys("NY") == {"us_regf"}

    def test_takes_none_where_none_says_a_word_about_hours(self) -> None:
        place = rules.place_of("IT", None, number_zones=(), number_region=None)

        assert rules.picked([PROFILES["it_privacy_garante2005"]], place, DEBT) == ()
