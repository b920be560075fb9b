"""A decision's inputs: hashed, written down, and decided on once more."""

from datetime import datetime

import msgspec
import pytest

from carecredit.contact_policy import rules
from carecredit.kernel.errors import Invalid
from decisions import DEBT, HOUSE, PROFILES, ROME, TUESDAY, UNIREC, at, codes, decide

EARLIER = rules.Event("attempt", at("2026-11-20T10:00:00+01:00"), debts=("D1",))
LATER = rules.Event("contact", at("2026-11-20T10:00:00+01:00"), "email", "in", ("D2",))


def written(*history: rules.Event) -> str:
    case = rules.case_of(DEBT, ROME, history, (HOUSE, UNIREC), rules.PublicDays(), TUESDAY)
    return rules.written(rules.inputs_of(case))


class TestInputsHash:
    def test_does_not_hang_on_the_order_in_which_events_are_told(self) -> None:
        one = decide(history=(EARLIER, LATER))
        other = decide(history=(LATER, EARLIER))

        assert one.inputs_hash == other.inputs_hash

    @pytest.mark.parametrize(
        "changes",
        [
            {"channel": "sms"},
            {"endpoint": "+393331234567"},
            {"debts": ("D2",)},
            {"purpose": "service"},
            {"promotion": True},
            {"requested": True},
        ],
    )
    def test_changes_with_every_part_of_the_request(self, changes: dict[str, object]) -> None:
        other = msgspec.structs.replace(DEBT, **changes)  # type: ignore[arg-type] # fields by name

        assert decide().inputs_hash != decide(other).inputs_hash

    def test_changes_with_a_word_of_a_profiles_file(self) -> None:
        edited = msgspec.structs.replace(HOUSE, digest="another")

        assert decide().inputs_hash != decide(profiles=(edited, UNIREC)).inputs_hash


class TestReplay:
    def test_gives_the_same_verdict_from_written_inputs(self) -> None:
        verdict = decide(history=(EARLIER, LATER))

        again = rules.replay(
            written(EARLIER, LATER), profiles=PROFILES, calendars=rules.PublicDays()
        )

        assert again == verdict

    def test_refuses_where_a_profile_is_no_longer_the_one_of_then(self) -> None:
        edited = dict(PROFILES) | {"house_gentle": msgspec.structs.replace(HOUSE, digest="other")}

        with pytest.raises(rules.ProfileChanged) as refused:
            rules.replay(written(), profiles=edited, calendars=rules.PublicDays())
        assert refused.value.message == (
            "profile 'house_gentle' is not the one this decision was taken by; "
            "take its file of version 2026-11-22"
        )
        assert refused.value.field == "house_gentle"
        with pytest.raises(rules.ProfileChanged, match="house_gentle"):
            rules.replay(written(), profiles={}, calendars=rules.PublicDays())


class TestDecide:
    def test_refuses_an_instant_without_a_zone(self) -> None:
        with pytest.raises(Invalid, match="zone"):
            decide(now=datetime(2026, 11, 24, 10, 0))  # noqa: DTZ001 - what is refused here

    def test_says_which_field_lacks_a_zone(self) -> None:
        with pytest.raises(Invalid, match="say in which zone this instant is meant") as refused:
            decide(now=datetime(2026, 11, 24, 10, 0))  # noqa: DTZ001 - what is refused here

        assert refused.value.field == "now"

    def test_refuses_where_the_desks_own_zone_does_not_exist(self) -> None:
        desk = rules.OperatorHours("Europe/Roma", (rules.WHOLE_DAY,) * 7)

        verdict = decide(facts=msgspec.structs.replace(ROME, operator=desk))

        assert (verdict.decision, codes(verdict)) == ("never", ["zone_unknown"])
        assert verdict.reasons[0].rule_id == "operator.zone"
        assert verdict.obligations == ()

    def test_names_the_stops_beside_what_is_not_known(self) -> None:
        nowhere = rules.Facts(zones=(), countries=("US",), stops=(rules.Stop("deceased"),))
        far = msgspec.structs.replace(
            ROME, stops=(rules.Stop("dispute", ends_at=at("2026-12-01T00:00Z")),)
        )

        verdict = decide(facts=nowhere)
        year = decide(facts=far, now=at("2200-11-24T10:00:00+01:00"))
        ending = decide(facts=far, profiles=())

        assert codes(verdict) == ["zone_unknown", "hold:deceased"]
        assert [duty.code for duty in verdict.obligations] == ["find_place"]
        assert [duty.sentence.en[:6] for duty in verdict.obligations] == ["To do:"]
        assert (codes(year), year.reasons[0].rule_id) == (["profile_unknown"], "holidays")
        assert "2200" in year.reasons[0].evidence[0]
        assert year.reasons[0].sentence.en.startswith("The public holidays of this place or year")
        assert "giorni festivi" in year.reasons[0].sentence.it
        assert codes(ending) == ["profile_unknown", "hold:dispute"]
        assert ending.reasons[0].rule_id == "debt_collection/voice"
        assert ending.reasons[1].rule_id == "dispute"
        assert ending.reasons[1].not_before == at("2026-12-01T00:00Z")
        assert "01/12/2026 01:00" in ending.reasons[1].sentence.it

    def test_names_a_profile_that_is_no_longer_as_approved(self) -> None:
        missing = msgspec.structs.replace(ROME, missing_profiles=("gone",))

        verdict = decide(facts=missing)

        assert [(each.code, each.rule_id) for each in verdict.reasons] == [
            ("profile_unknown", "gone")
        ]

    def test_says_in_which_version_a_profile_was_approved_and_what_to_do(self) -> None:
        old = rules.Superseded("it_debt_unirec", "2025-01-01", "2026-11-22")
        facts = msgspec.structs.replace(ROME, superseded=(old,))

        (reason,) = decide(facts=facts).reasons

        assert (reason.code, reason.rule_id) == ("profile_unknown", "it_debt_unirec")
        assert reason.sentence == rules.Sentence(
            "La regola it_debt_unirec è stata approvata nella versione 2025-01-01 e ora è la "
            "2026-11-22: va approvata di nuovo.",
            "The rule it_debt_unirec was approved in version 2025-01-01 and is now 2026-11-22: "
            "approve it again.",
        )


class TestChangedData:
    def test_names_each_release_that_is_another(self) -> None:
        then = rules.Versions({"a": "1"}, "t1", "h1", "p1")
        now = rules.Versions({"a": "2"}, "t1", "h1", "p2")

        assert rules.changed_data(then, now) == ("phonenumbers: p1 then, p2 now",)
        assert rules.changed_data(then, then) == ()
