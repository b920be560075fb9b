"""Reading the worklist: calls, tasks, the card of a person, what to propose."""

from carecredit.worklist.queries.calls import READ_MAX, card, items
from carecredit.worklist.queries.hands import hands_of, hard_last
from carecredit.worklist.queries.proposing import choices, next_action, next_facts
from carecredit.worklist.queries.tasks import UnknownTask, task, tasks

__all__ = [
    "READ_MAX",
    "UnknownTask",
    "card",
    "choices",
    "hands_of",
    "hard_last",
    "items",
    "next_action",
    "next_facts",
    "task",
    "tasks",
]
