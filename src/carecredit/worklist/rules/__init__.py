"""Pure decisions of the worklist: who comes first, and what to propose to them."""

from carecredit.worklist.rules.facts import NextFacts
from carecredit.worklist.rules.hands import (
    HARD_IN_A_ROW_MAX,
    HARD_WITHIN,
    Hands,
    Work,
    why_not,
)
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
    "HARD_IN_A_ROW_MAX",
    "HARD_WITHIN",
    "LEASE",
    "ActionRules",
    "Decision",
    "Hands",
    "NextFacts",
    "Proposal",
    "RulesUnsound",
    "TaskKind",
    "Waiting",
    "Words",
    "Work",
    "house_rules",
    "order",
    "parse_rules",
    "priority",
    "propose",
    "told",
    "why_not",
]
