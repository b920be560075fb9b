"""The rules of knowledge: what a procedure must be, how it is searched, how a gap lives."""

from carecredit.knowledge.rules.folding import fold, stems, vain_words
from carecredit.knowledge.rules.gaps import (
    GapMoved,
    Life,
    Move,
    check_gap,
    check_move,
    life,
    overdue_since,
    read_life,
    state_after,
)
from carecredit.knowledge.rules.procedures import (
    NewProcedure,
    Text,
    check_procedure,
    chosen_language,
)

__all__ = [
    "GapMoved",
    "Life",
    "Move",
    "NewProcedure",
    "Text",
    "check_gap",
    "check_move",
    "check_procedure",
    "chosen_language",
    "fold",
    "life",
    "overdue_since",
    "read_life",
    "state_after",
    "stems",
    "vain_words",
]
