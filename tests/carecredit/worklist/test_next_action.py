"""What is proposed to whom, and why; what a file of rules may say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.worklist.rules import (
    NextFacts,
    RulesUnsound,
    house_rules,
    parse_rules,
    propose,
)

HARSH = ("sollecit", "moros", "insolven", "legal", "ultim", "penal", "debt", "overdue", "must")
WORDS = {"it": "ascoltare", "en": "listen"}
RULE: dict[str, Any] = {
    "key": "late",
    "when": {"past_due": True},
    "propose": "listen",
    "why": WORDS,
    "say": WORDS,
    "avoid": [],
}


def proposed(**facts: Any) -> Any:
    return propose(NextFacts(**facts), rules=house_rules())


def unsound(**changed: Any) -> str:
    with pytest.raises(RulesUnsound) as refused:
        parse_rules(
            {"version": "1", "actions": {"listen": WORDS}, "rule": [RULE | changed]},
            source="mine.toml",
        )
    return refused.value.message


class TestPropose:
    @pytest.mark.parametrize(
        ("facts", "action"),
        [
            ({"owes": True}, "ask_if_received"),
            ({}, "listen"),
            ({"owes": True, "past_due": True, "days_past_due": 8}, "ask_if_received"),
            (
                {"owes": True, "past_due": True, "days_past_due": 8, "late_before": True},
                "listen_and_take_promise",
            ),
            ({"owes": True, "past_due": True, "promise_missed": True}, "ask_what_changed"),
            ({"owes": True, "past_due": True, "reason": "short_of_money"}, "offer_plan"),
            ({"owes": True, "past_due": True, "reason": "not_received"}, "resend_invoice"),
            ({"owes": True, "past_due": True, "payment_on_its_way": True}, "thank_and_wait"),
            ({"owes": True, "past_due": True, "unapplied_covers": True}, "apply_what_came"),
            ({"owes": True, "past_due": True, "care_needed": True}, "offer_relief"),
        ],
    )
    def test_follows_where_things_stand(self, facts: dict[str, Any], action: str) -> None:
        assert proposed(**facts).action == action

    def test_hears_a_complaint_before_money(self) -> None:
        found = proposed(owes=True, past_due=True, complaint=True, promise_missed=True)

        assert found.action == "answer_complaint"
        assert "ask_what_changed" in found.alternatives

    def test_says_what_it_looked_at(self) -> None:
        found = proposed(owes=True, past_due=True, days_past_due=8)

        assert found.facts == {"past_due": True, "late_before": False, "days_past_due": 8}
        assert found.version == house_rules().version

    def test_proposes_nothing_twice(self) -> None:
        found = proposed(owes=True, past_due=True, instalment_missed=True, promise_missed=True)

        assert found.action not in found.alternatives
        assert len(set(found.alternatives)) == len(found.alternatives)

    @given(
        st.builds(
            NextFacts,
            holds=st.frozensets(st.sampled_from(["deceased", "dispute", "promise", "minor"])),
            reason=st.sampled_from([None, "not_received", "short_of_money", "refuses"]),
        )
    )
    def test_asks_nobody_in_mourning_for_anything(self, facts: NextFacts) -> None:
        found = propose(facts, rules=house_rules())

        assert found is not None
        if "deceased" in facts.holds:
            assert found.action == "express_condolences"
        elif facts.disputed:
            assert found.action == "tell_where_dispute_stands"

    @pytest.mark.parametrize("language", ["it", "en"])
    def test_gives_sentences_without_a_hard_word(self, language: str) -> None:
        for rule in house_rules().rule:
            said = getattr(rule.say, language).lower()
            assert not [word for word in HARSH if word in said], said
            assert "!" not in said


class TestParseRules:
    def test_takes_the_packaged_ones(self) -> None:
        assert house_rules().rule

    def test_names_a_fact_nobody_knows(self) -> None:
        assert "rule 'late', when.wealth is no fact" in unsound(when={"wealth": True})

    @pytest.mark.parametrize(
        "when",
        [
            {"past_due": 1},
            {"days_past_due": True},
            {"days_past_due": {}},
            {"days_past_due": {"over": 3}},
            {"reason": "not_received"},
            {"holds": [1]},
        ],
    )
    def test_names_a_condition_of_the_wrong_kind(self, when: dict[str, Any]) -> None:
        (name,) = when
        assert f"mine.toml: rule 'late', when.{name}" in unsound(when=when)

    def test_names_an_action_without_a_name(self) -> None:
        assert "'shout' has no name" in unsound(propose="shout")
        assert "'shout' has no name" in unsound(alternatives=["shout"])

    def test_names_a_rule_told_twice(self) -> None:
        with pytest.raises(RulesUnsound, match="two rules are called 'late'"):
            parse_rules(
                {"version": "1", "actions": {"listen": WORDS}, "rule": [RULE, RULE]}, source="x"
            )
