"""Publishing procedures, counting searches in vain, raising gaps and moving them on."""

from carecredit.knowledge.operations.gaps import GapStale, NewGap, forget_words, move_gap, raise_gap
from carecredit.knowledge.operations.procedures import (
    ProcedureStale,
    count_vain_search,
    publish,
)

__all__ = [
    "GapStale",
    "NewGap",
    "ProcedureStale",
    "count_vain_search",
    "forget_words",
    "move_gap",
    "publish",
    "raise_gap",
]
