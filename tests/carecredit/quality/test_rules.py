"""Which questions are neutral, who is asked, and how an answer is read."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ContactId, new_id
from carecredit.quality.rules import (
    ContactFacts,
    QuestionSteers,
    SurveyKind,
    SurveyPolicy,
    check_policy,
    check_question,
    check_score,
    reasons_not_to_ask,
    sampled,
)
from worlds import NOW

POLICY = SurveyPolicy(SurveyKind.CSAT, "Com'è andata?", "How was it?", 1_000, 90, 2)


def facts(**said: Any) -> ContactFacts:
    told: dict[str, Any] = {
        "contact_id": ContactId(new_id()),
        "talked": True,
        "opted_out": False,
        "silent": False,
        "complains": False,
        "asked_before": None,
    }
    return ContactFacts(**told | said)


def why_not(policy: SurveyPolicy = POLICY, **said: Any) -> list[str]:
    return list(reasons_not_to_ask(facts(**said), policy=policy, now=NOW))


class TestCheckQuestion:
    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("Quanto è rimasto soddisfatto del contatto con noi, da 1 a 5?", "it"),
            ("Com'è andata?", "it"),
            ("How satisfied are you with this contact, from 1 to 5?", "en"),
            ("How likely is it that you would recommend us, from 0 to 10?", "en"),
        ],
    )
    def test_takes_a_neutral_one(self, text: str, language: str) -> None:
        check_question(text, language=language, field="question_it")

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("Ci dà il massimo dei voti?", "it"),
            ("Mi raccomando: un 10 per me è importante", "it"),
            ("Com'è stato il nostro ottimo servizio?", "it"),
            ("Deve rispondere prima di chiudere: com'è andata?", "it"),
            ("Com'è andata!", "it"),
            ("Le saremmo grati di un 5", "it"),
            ("Il bonus del suo operatore dipende da lei: com'è andata?", "it"),
            ("Did we do well?", "en"),
            ("Your operator's bonus depends on it.", "en"),
            ("How great was it?", "en"),
            ("How was it, where 5 = best?", "en"),
            ("We hope you loved our help.", "en"),
            ("Please give us a 10", "en"),
            ("How was our EXCELLENT service?", "en"),
            ("Answer and get a discount?", "en"),
        ],
    )
    def test_refuses_one_that_begs_paints_or_presses(self, text: str, language: str) -> None:
        with pytest.raises(QuestionSteers):
            check_question(text, language=language, field="question_it")

    @pytest.mark.parametrize("text", ["", "  ", "x" * 301])
    def test_has_a_length(self, text: str) -> None:
        with pytest.raises(Invalid):
            check_question(text, language="it", field="question_it")


class TestReasonsNotToAsk:
    def test_are_none_for_who_was_spoken_with(self) -> None:
        assert why_not() == []

    @pytest.mark.parametrize(
        ("said", "reason"),
        [
            ({"talked": False}, "no_talk"),
            ({"opted_out": True}, "opted_out"),
            ({"silent": True}, "silence"),
            ({"complains": True}, "complaint_open"),
            ({"asked_before": NOW - timedelta(days=89)}, "asked_lately"),
        ],
    )
    def test_name_each(self, said: dict[str, Any], reason: str) -> None:
        assert why_not(**said) == [reason]

    def test_end_with_the_days_of_the_cap(self) -> None:
        assert why_not(asked_before=NOW - timedelta(days=90)) == []

    def test_of_nobody_is_sampled_by_a_share_of_none(self) -> None:
        none = SurveyPolicy(SurveyKind.CSAT, "a", "b", 0, 90, 2)

        assert why_not(none) == ["not_sampled"]


class TestSampled:
    @given(st.uuids(), st.integers(0, 1_000), st.integers(0, 1_000))
    def test_grows_with_the_share_and_is_the_same_each_time(
        self, key: Any, fewer: int, more: int
    ) -> None:
        low, high = sorted((fewer, more))

        assert sampled(ContactId(key), per_mille=low) <= sampled(ContactId(key), per_mille=high)
        assert sampled(ContactId(key), per_mille=1_000)
        assert not sampled(ContactId(key), per_mille=0)

    def test_comes_close_to_its_share(self) -> None:
        drawn = sum(sampled(ContactId(new_id()), per_mille=200) for _ in range(5_000))

        assert 850 < drawn < 1_150


class TestBounds:
    @pytest.mark.parametrize(
        "changed",
        [
            {"sample_per_mille": 1_001},
            {"cap_days": 6},
            {"low_at_most": 5},
            {"answer_days": 0},
        ],
    )
    def test_keep_surveys_rare_and_free(self, changed: dict[str, int]) -> None:
        told = {"sample_per_mille": 200, "cap_days": 90, "low_at_most": 2, "answer_days": 7}
        policy = SurveyPolicy(SurveyKind.CSAT, "a", "b", **told | changed)

        with pytest.raises(Invalid) as refused:
            check_policy(policy)
        assert refused.value.field == next(iter(changed))

    @pytest.mark.parametrize(
        ("kind", "score"), [("csat", 0), ("csat", 6), ("nps", 11), ("nps", -1), ("ces", 6)]
    )
    def test_of_a_score_are_those_of_its_scale(self, kind: str, score: int) -> None:
        with pytest.raises(Invalid):
            check_score(SurveyKind(kind), score)
