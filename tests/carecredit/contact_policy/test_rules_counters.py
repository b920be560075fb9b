"""Which units of which caps a contact takes, and how far back history must reach."""

from datetime import date
from typing import Any

import msgspec
import pytest

from carecredit.contact_policy import rules
from carecredit.contact_policy.rules.profile import Counting
from decisions import DEBT, HOUSE, PROFILES, TUESDAY, UNIREC, at, codes, decide

THURSDAY = date(2026, 11, 26)


def taken(
    *keys: str, becomes: str = "conversation", request: rules.Request = DEBT
) -> list[tuple[str, date]]:
    profiles = [PROFILES[key] for key in keys]
    counters = rules.taken_counters(profiles, request, becomes=becomes, day=THURSDAY)
    return [(counter.rule_id, counter.day_on) for counter in counters]


def with_cap(**changes: Any) -> rules.Profile:
    cap = msgspec.structs.replace(UNIREC.caps[0], **changes)
    return msgspec.structs.replace(UNIREC, caps=(cap,))


class TestTakenCounters:
    def test_are_those_of_all_that_a_contact_may_become(self) -> None:
        names = [name for name, _ in taken("house_gentle")]

        assert names == [
            "house_gentle.attempts_day",
            "house_gentle.attempts_week",
            "house_gentle.conversation_week",
            "house_gentle.all_channels_week",
        ]
        assert [name for name, _ in taken("house_gentle", becomes="contact")] == [
            "house_gentle.attempts_day",
            "house_gentle.attempts_week",
            "house_gentle.all_channels_week",
        ]

    def test_are_those_of_the_channel_and_purpose_alone(self) -> None:
        mail = msgspec.structs.replace(DEBT, channel="email")
        ad = msgspec.structs.replace(DEBT, purpose="marketing")

        assert [name for name, _ in taken("house_gentle", request=mail)] == [
            "house_gentle.all_channels_week"
        ]
        assert taken("house_gentle", request=ad) == []

    def test_are_none_of_the_house_for_what_the_person_asked_for(self) -> None:
        wanted = msgspec.structs.replace(DEBT, requested=True)

        assert taken("house_gentle", request=wanted) == []
        assert len(taken("it_debt_unirec", request=wanted)) == 2

    def test_are_counted_for_each_debt_where_the_law_does(self) -> None:
        two = msgspec.structs.replace(DEBT, debts=("D1", "D2"))
        none = msgspec.structs.replace(DEBT, debts=())

        assert taken("us_regf", request=two) == [
            ("us_regf.seven_in_seven:D1", THURSDAY),
            ("us_regf.seven_in_seven:D2", THURSDAY),
        ]
        assert taken("us_regf", request=none) == [("us_regf.seven_in_seven", THURSDAY)]

    def test_leave_out_caps_that_have_no_day_to_count_on(self) -> None:
        assert [name for name, _ in taken("co_ley2300")] == ["co_ley2300.once_a_day"]
        assert taken("ca_on_debt") == []
        by_hours = with_cap(window=Counting("rolling_hours", 24))
        assert rules.taken_counters([by_hours], DEBT, becomes="conversation", day=THURSDAY) == ()

    def test_count_a_week_on_its_monday(self) -> None:
        by_week = with_cap(window=Counting("iso_week", 1), count=4)

        found = rules.taken_counters([by_week], DEBT, becomes="conversation", day=THURSDAY)

        assert found == (
            rules.Counter("it_debt_unirec.conv_day", date(2026, 11, 23), 4, "conversations"),
        )

    def test_count_each_channel_where_the_profile_does(self) -> None:
        each = with_cap(per_channel=True)

        (found,) = rules.taken_counters([each], DEBT, becomes="conversation", day=THURSDAY)

        assert found.rule_id == "it_debt_unirec.conv_day@voice"


class TestKeptCounters:
    @pytest.mark.parametrize(
        ("kind", "kept"),
        [("attempt", 1), ("contact", 2), ("conversation", 3), ("refusal", 3)],
    )
    def test_are_those_that_the_outcome_still_counts_for(self, kind: str, kept: int) -> None:
        counters = [
            rules.Counter("one", THURSDAY, 1, counts)
            for counts in ("attempts", "contacts", "conversations")
        ]

        assert rules.kept_counters(counters, kind) == tuple(counters[:kept])


class TestMemoryDays:
    @pytest.mark.parametrize(
        ("profile", "days"),
        [
            (HOUSE, 35),
            (with_cap(window=Counting("rolling_days", 40)), 43),
            (with_cap(window=Counting("iso_week", 6)), 51),
            (with_cap(gap_days=50), 52),
            (PROFILES["fr_marketing"], 63),
            (msgspec.structs.replace(UNIREC, gap_hours=24 * 40 + 1), 42),
        ],
    )
    def test_reach_as_far_back_as_the_longest_span(self, profile: rules.Profile, days: int) -> None:
        assert rules.memory_days([profile]) == days

    def test_are_never_below_five_weeks(self) -> None:
        assert rules.memory_days([]) == 35


class TestMayBecome:
    def test_is_a_conversation_only_where_somebody_can_answer(self) -> None:
        live = {channel for channel in rules.CHANNELS if rules.may_become(channel) != "contact"}

        assert live == {"voice", "visit", "messaging"}
        assert rules.may_become("voice") == "conversation"


class TestAsked:
    def test_puts_invoices_in_the_words_of_the_rules(self) -> None:
        request = rules.asked("voice", "service", [7, 12], requested=True)  # type: ignore[list-item] # ids

        assert request == rules.Request("voice", "service", ("7", "12"), requested=True)


class TestCountedEvents:
    def test_are_those_of_the_same_channel_where_each_has_its_own_cap(self) -> None:
        each = msgspec.structs.replace(
            with_cap(per_channel=True, channels=frozenset({"voice", "visit"})), cooloff=None
        )

        def told(channel: str) -> list[str]:
            talk = rules.Event("conversation", at("2026-11-24T09:00:00+01:00"), channel)
            return codes(decide(history=(talk,), profiles=(each,)))

        assert told("visit") == []
        assert told("voice") == ["cap:conv_day"]

    @pytest.mark.parametrize(
        "event",
        [
            rules.Event("something_new", at("2026-11-24T09:00:00+01:00")),
            rules.Event("conversation", at("2026-11-24T09:00:00+01:00"), "pigeon"),
            rules.Event("conversation", at("2026-11-24T09:00:00+01:00"), direction="sideways"),
        ],
    )
    def test_are_also_those_that_nobody_can_name(self, event: rules.Event) -> None:
        assert codes(decide(history=(event,), profiles=(UNIREC,))) == ["cap:conv_day"]

    def test_are_not_those_of_another_known_channel(self) -> None:
        letter = rules.Event("contact", at("2026-11-24T09:00:00+01:00"), "registered_letter")

        assert decide(history=(letter,), profiles=(UNIREC,)).allowed


class TestDeferredByCap:
    def test_tells_of_the_full_counter_until_what_a_later_verdict_allows(self) -> None:
        later = decide(now=at("2026-11-25T09:00:00+01:00"))

        verdict = rules.deferred_by_cap(decide(), "us_regf.seven_in_seven:D1", later)

        assert (verdict.decision, codes(verdict)) == ("defer", ["cap:seven_in_seven"])
        assert verdict.at == TUESDAY
        assert verdict.not_before == verdict.reasons[0].not_before == later.at
        assert verdict.reasons[0].rule_id == "us_regf.seven_in_seven"
        assert verdict.reasons[0].sentence.en == (
            "The number of contacts that the rule allows is reached."
        )
        dotted = rules.deferred_by_cap(decide(), "a.b.day:D.1", later)
        assert (codes(dotted), dotted.reasons[0].rule_id) == (["cap:day"], "a.b.day")
        assert verdict.obligations == later.obligations

    def test_is_never_where_no_later_instant_is_allowed(self) -> None:
        verdict = rules.deferred_by_cap(decide(), "house_gentle.day", decide(profiles=()))

        assert (verdict.decision, verdict.not_before) == ("never", None)
