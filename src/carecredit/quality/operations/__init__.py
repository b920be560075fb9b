"""Asking how a contact was, and learning from the answer."""

from carecredit.quality.operations.answers import (
    answer,
    conclude,
    forget_words,
    own,
    refuse,
    review_surveys,
)
from carecredit.quality.operations.pen import SurveyClosed
from carecredit.quality.operations.surveys import EndedContact, ask_after, mark_sent, set_terms

__all__ = [
    "EndedContact",
    "SurveyClosed",
    "answer",
    "ask_after",
    "conclude",
    "forget_words",
    "mark_sent",
    "own",
    "refuse",
    "review_surveys",
    "set_terms",
]
