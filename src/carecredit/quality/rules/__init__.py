"""Pure decisions about feedback: whom to ask, how, and what an answer means."""

from carecredit.quality.rules.neutral import QuestionSteers, check_question
from carecredit.quality.rules.surveys import (
    PER_MILLE,
    SCALES,
    ContactFacts,
    SurveyKind,
    SurveyPolicy,
    SurveyState,
    check_policy,
    check_score,
    is_low,
    reasons_not_to_ask,
    sampled,
)

__all__ = [
    "PER_MILLE",
    "SCALES",
    "ContactFacts",
    "QuestionSteers",
    "SurveyKind",
    "SurveyPolicy",
    "SurveyState",
    "check_policy",
    "check_question",
    "check_score",
    "is_low",
    "reasons_not_to_ask",
    "sampled",
]
