"""Writing and ending holds; a dispute and its hold are one act."""

from carecredit.holds.operations.disputes import contest, correct_invoice, resolve_dispute
from carecredit.holds.operations.placing import (
    HoldOfAnother,
    NewHold,
    UnknownHold,
    end,
    end_of_source,
    forget_evidence,
    look_again,
    place,
    place_many,
    put_off_review,
)

__all__ = [
    "HoldOfAnother",
    "NewHold",
    "UnknownHold",
    "contest",
    "correct_invoice",
    "end",
    "end_of_source",
    "forget_evidence",
    "look_again",
    "place",
    "place_many",
    "put_off_review",
    "resolve_dispute",
]
