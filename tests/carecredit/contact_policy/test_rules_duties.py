"""What a contact must respect when it is made, told with the verdict."""

from datetime import date, datetime, time, timedelta

import msgspec
import pytest

from carecredit.contact_policy import rules
from decisions import HOUSE, PROFILES, ROME, TUESDAY, UNIREC, at, decide


def duties(verdict: rules.Verdict) -> set[str]:
    return {duty.code for duty in verdict.obligations}


def margin(verdict: rules.Verdict) -> str:
    found = next(duty for duty in verdict.obligations if duty.code == "quiet_margin")
    assert found.until is not None
    return found.until.isoformat()


class TestDuties:
    @pytest.mark.parametrize(
        ("channel", "purpose", "told"),
        [
            ("voice", "debt_collection", {"opening_line", "identity_first"}),
            ("visit", "debt_collection", {"opening_line", "identity_first"}),
            ("letter", "debt_collection", {"neutral_outside", "identity_first"}),
            ("push", "service", {"neutral_outside", "identity_first"}),
            ("sms", "service", {"neutral_outside", "identity_first", "opt_out_line"}),
            ("email", "service", {"neutral_outside", "identity_first", "opt_out_line"}),
            ("messaging", "service", {"neutral_outside", "identity_first", "opt_out_line"}),
            ("voice", "marketing", {"opening_line", "opt_out_line"}),
        ],
    )
    def test_are_those_of_the_channel_and_the_purpose(
        self, channel: str, purpose: str, told: set[str]
    ) -> None:
        open_to_all = msgspec.structs.replace(
            HOUSE, purposes=frozenset({"service", "debt_collection", "marketing"})
        )

        verdict = decide(rules.Request(channel, purpose), profiles=(open_to_all,))

        assert duties(verdict) == {"quiet_margin"} | told

    def test_say_nothing_of_identity_once_it_is_verified(self) -> None:
        known = msgspec.structs.replace(ROME, identity="verified")

        assert "identity_first" not in duties(decide(facts=known))

    @pytest.mark.parametrize(
        ("channel", "verified_at", "identity"),
        [
            ("email", TUESDAY, "verified"),
            ("sms", TUESDAY, "verified"),
            ("messaging", TUESDAY, "verified"),
            ("email", None, "unverified"),
            ("email", TUESDAY + timedelta(seconds=1), "unverified"),
            ("voice", TUESDAY, "unverified"),
            ("visit", TUESDAY, "unverified"),
        ],
    )
    def test_know_the_person_where_words_go_to_a_verified_address(
        self, channel: str, verified_at: datetime | None, identity: str
    ) -> None:
        request = rules.Request(channel, "service")

        assert rules.identity_at(request, verified_at, at=TUESDAY) == identity

    def test_are_told_of_a_deferred_contact_as_of_the_moment_when_it_may_be_made(self) -> None:
        verdict = decide(now=at("2026-11-24T21:30:00+01:00"))

        assert verdict.decision == "defer"
        assert "identify_agency" in duties(verdict)
        assert margin(verdict) == "2026-11-25T18:50:00+00:00"

    def test_are_none_where_there_will_be_no_contact(self) -> None:
        never = msgspec.structs.replace(ROME, stops=(rules.Stop("deceased"),))

        assert decide(facts=never).obligations == ()

    def test_leave_out_those_of_a_profile_that_has_not_begun(self) -> None:
        coming = msgspec.structs.replace(UNIREC, valid_from=date(2026, 11, 25))

        today = decide(profiles=(HOUSE, coming))
        tomorrow = decide(profiles=(HOUSE, coming), now=at("2026-11-25T11:00:00+01:00"))

        assert "identify_agency" not in duties(today)
        assert "identify_agency" in duties(tomorrow)

    def test_ask_for_the_place_where_nobody_knows_it(self) -> None:
        assert duties(decide(facts=rules.Facts(zones=(), countries=("US",)))) == {"find_place"}
        assert decide(profiles=()).obligations == ()


class TestOpenedWith:
    def test_puts_the_names_in_the_opening_line_and_leaves_the_rest(self) -> None:
        duties = decide(rules.Request("voice", "service"), profiles=(HOUSE,)).obligations

        told = rules.opened_with(duties, client=" Acqua Serena ", person="Anna Rossi")

        assert [duty.code for duty in told] == [duty.code for duty in duties]
        (line,) = (duty.sentence for duty in told if duty.code == "opening_line")
        assert line == rules.Sentence(
            "Dire il proprio nome, poi: «Buongiorno, chiamo per conto di Acqua Serena; "
            "parlo con Anna Rossi?»",
            "Say your name, then: “Good day, I am calling on behalf of Acqua Serena; "
            "am I speaking with Anna Rossi?”",
        )
        assert told[0] == duties[0]

    @pytest.mark.parametrize(("client", "person"), [(" ", "Anna"), ("Acqua", "")])
    def test_greets_nobody_by_an_empty_name(self, client: str, person: str) -> None:
        duties = decide(rules.Request("voice", "service"), profiles=(HOUSE,)).obligations

        assert rules.opened_with(duties, client=client, person=person) == duties
        (line,) = (duty.sentence for duty in duties if duty.code == "opening_line")
        assert line == rules.Sentence(
            "Dire il proprio nome e per conto di chi si chiama, e chiedere con chi si parla.",
            "Say your name and on whose behalf you call, and ask who is speaking.",
        )


class TestQuietMargin:
    def test_tells_its_moment_on_the_clock_of_every_place(self) -> None:
        both = msgspec.structs.replace(ROME, zones=("Europe/Rome", "Europe/London"))

        told = decide(facts=both, profiles=(HOUSE,)).obligations[0].sentence

        assert told == rules.Sentence(
            "Non iniziare dopo martedì 24/11/2026 alle 19:50 (Europe/Rome); martedì 24/11/2026 "
            "alle 18:50 (Europe/London): il contatto finirebbe fuori orario.",
            "Do not begin after Tuesday 24/11/2026 at 19:50 (Europe/Rome); Tuesday 24/11/2026 "
            "at 18:50 (Europe/London): the contact would run past the hours.",
        )

    def test_stands_before_the_end_of_a_holidays_eve(self) -> None:
        ad = rules.Request("voice", "marketing")
        eve = at("2026-12-24T11:00:00+01:00")

        verdict = decide(ad, profiles=(PROFILES["it_marketing_code"],), now=eve)

        assert margin(verdict) == "2026-12-24T17:50:00+00:00"

    def test_stands_before_a_holiday_where_every_hour_is_open(self) -> None:
        whenever = msgspec.structs.replace(
            HOUSE, window=msgspec.structs.replace(HOUSE.window, week=None)
        )

        eve = decide(profiles=(whenever,), now=at("2026-12-24T11:00:00+01:00"))

        assert margin(eve) == "2026-12-24T22:50:00+00:00"
        assert "quiet_margin" not in duties(decide(profiles=(whenever,)))

    def test_passes_midnight_where_the_hours_do(self) -> None:
        wish = rules.Wish((*(rules.WHOLE_DAY,) * 2, ((time.min, time(2)),), *((),) * 4))
        facts = msgspec.structs.replace(ROME, wishes=(wish,))
        whenever = msgspec.structs.replace(
            HOUSE, window=msgspec.structs.replace(HOUSE.window, week=None)
        )

        verdict = decide(facts=facts, profiles=(whenever,))

        assert margin(verdict) == "2026-11-25T00:50:00+00:00"

    def test_is_none_where_the_week_is_all_open(self) -> None:
        facts = msgspec.structs.replace(ROME, wishes=(rules.Wish((rules.WHOLE_DAY,) * 7),))
        whenever = msgspec.structs.replace(
            HOUSE, window=msgspec.structs.replace(HOUSE.window, week=None)
        )

        assert "quiet_margin" not in duties(decide(facts=facts, profiles=(whenever,)))

    def test_heeds_no_hours_of_a_profile_that_has_not_begun(self) -> None:
        early = msgspec.structs.replace(
            UNIREC,
            valid_from=date(2026, 11, 25),
            window=msgspec.structs.replace(UNIREC.window, week=(((time(9), time(12)),),) * 7),
        )

        assert margin(decide(profiles=(HOUSE, early))) == "2026-11-24T18:50:00+00:00"
        assert decide(profiles=(HOUSE, early), now=TUESDAY).allowed
