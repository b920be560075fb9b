"""Asking how a contact was, and learning from the answer."""

from carecredit.quality.operations.surveys import (
    EndedContact,
    SurveyClosed,
    answer,
    ask_after,
    conclude,
    forget_words,
    mark_sent,
    own,
    refuse,
    set_terms,
)

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
    "set_terms",
]
