"""How a case moves, what its clocks say, and what it means for the money of its customer."""

from carecredit.cases.rules.deadlines import Deadline, Explained, Inputs, Interval, deadlines
from carecredit.cases.rules.history import Happened, History, Round, is_answer, replay
from carecredit.cases.rules.hours import (
    Hours,
    house_calendar,
    parse_hours,
    read_hours,
    written_hours,
)
from carecredit.cases.rules.kinds import (
    CaseKind,
    CaseState,
    DeadlineKind,
    ExpectationState,
    HandTo,
    Outcome,
    Party,
    Priority,
    Resolution,
)
from carecredit.cases.rules.levels import (
    STANDARD,
    Goal,
    LevelInvalid,
    LevelVersion,
    ServiceLevel,
    Softening,
    house_level,
    level_at,
    parse_level,
)
from carecredit.cases.rules.policy import BY, MOVES, CasePolicy, TransitionRefused, case_policy
from carecredit.cases.rules.words import sentence, told_in_words

__all__ = [
    "BY",
    "MOVES",
    "STANDARD",
    "CaseKind",
    "CasePolicy",
    "CaseState",
    "Deadline",
    "DeadlineKind",
    "ExpectationState",
    "Explained",
    "Goal",
    "HandTo",
    "Happened",
    "History",
    "Hours",
    "Inputs",
    "Interval",
    "LevelInvalid",
    "LevelVersion",
    "Outcome",
    "Party",
    "Priority",
    "Resolution",
    "Round",
    "ServiceLevel",
    "Softening",
    "TransitionRefused",
    "case_policy",
    "deadlines",
    "house_calendar",
    "house_level",
    "is_answer",
    "level_at",
    "parse_hours",
    "parse_level",
    "read_hours",
    "replay",
    "sentence",
    "told_in_words",
    "written_hours",
]
