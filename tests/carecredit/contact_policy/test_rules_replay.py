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

        with pytest.raises(rules.ProfileChanged, match=r"house_gentle.*2026-11-22"):
            rules.replay(written(), profiles=edited, calendars=rules.PublicDays())
        with pytest.raises(rules.ProfileChanged, match="house_gentle"):
            rules.replay(written(), profiles={}, calendars=rules.PublicDays())


class TestDecide:
    def test_refuses_an_instant_without_a_zone(self) -> None:
        with pytest.raises(Invalid, match="zone"):
            decide(now=datetime(2026, 11, 24, 10, 0))  # noqa: DTZ001 - what is refused here

    def test_refuses_where_the_desks_own_zone_does_not_exist(self) -> None:
        desk = rules.OperatorHours("Europe/Roma", (rules.WHOLE_DAY,) * 7)

        verdict = decide(facts=msgspec.structs.replace(ROME, operator=desk))

        assert (verdict.decision, codes(verdict)) == ("never", ["zone_unknown"])
        assert verdict.obligations == ()
