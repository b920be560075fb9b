"""Reading procedures as of an instant, searching them, and reading gaps."""

from carecredit.knowledge.queries.gaps import (
    UnknownGap,
    gap,
    gap_events,
    gaps,
    gaps_overdue,
    gaps_to_tell,
)
from carecredit.knowledge.queries.procedures import (
    UnknownProcedure,
    latest_version,
    procedure,
    procedure_version,
    procedures,
    procedures_about,
    versions_of,
)
from carecredit.knowledge.queries.searching import search, vain_searches

__all__ = [
    "UnknownGap",
    "UnknownProcedure",
    "gap",
    "gap_events",
    "gaps",
    "gaps_overdue",
    "gaps_to_tell",
    "latest_version",
    "procedure",
    "procedure_version",
    "procedures",
    "procedures_about",
    "search",
    "vain_searches",
    "versions_of",
]
