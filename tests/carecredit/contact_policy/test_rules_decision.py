from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest

from carecredit.contact_policy import rules
from carecredit.kernel.calendars import IANA_VERSION
from decisions import HOUSE, PROFILES, ROME, TUESDAY, UNIREC, at, codes, decide


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

        assert "identify_agency" not in {duty.code for duty in verdict.obligations}

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
