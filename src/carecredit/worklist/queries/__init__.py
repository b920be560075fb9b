"""Reading the worklist: calls, tasks, the card of a person, what to propose."""

from carecredit.worklist.queries.calls import card, items
from carecredit.worklist.queries.proposing import choices, next_action, next_facts
from carecredit.worklist.queries.tasks import UnknownTask, task, tasks

__all__ = ["UnknownTask", "card", "choices", "items", "next_action", "next_facts", "task", "tasks"]
