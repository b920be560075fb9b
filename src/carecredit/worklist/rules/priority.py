"""The order of the worklist: by the good a call does, never by the sum owed."""

from datetime import datetime

import msgspec

from carecredit.cadence.rules import StepKind


class Waiting(msgspec.Struct, frozen=True):
    """What the place of an item depends on."""

    kind: StepKind
    requested: bool
    days_past_due: int
    due_at: datetime


def priority(item: Waiting) -> tuple[int, datetime]:
    """Give the sort key of an item: smaller comes first, and of equals whoever waits longest.

    A call-back comes first: we gave our word. Then who is just past due, since a kind word early
    spares a hard time later, or whose word was not kept; then courtesy calls; then the long late.
    """
    recent = 30
    if item.requested:
        return 0, item.due_at
    if item.kind is StepKind.UNDERSTANDING_CALL or 0 < item.days_past_due <= recent:
        return 1, item.due_at
    return (2 if item.days_past_due == 0 else 3), item.due_at
