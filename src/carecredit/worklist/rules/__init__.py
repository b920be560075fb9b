"""Pure decisions of the worklist: who comes first, and what to propose to them."""

from carecredit.worklist.rules.facts import NextFacts
from carecredit.worklist.rules.next_action import (
    ActionRules,
    Decision,
    Proposal,
    RulesUnsound,
    Words,
    house_rules,
    parse_rules,
    propose,
)
from carecredit.worklist.rules.priority import Waiting, priority
from carecredit.worklist.rules.tasks import AHEAD, LEASE, TaskKind, order, told

__all__ = [
    "AHEAD",
    "LEASE",
    "ActionRules",
    "Decision",
    "NextFacts",
    "Proposal",
    "RulesUnsound",
    "TaskKind",
    "Waiting",
    "Words",
    "house_rules",
    "order",
    "parse_rules",
    "priority",
    "propose",
    "told",
]
