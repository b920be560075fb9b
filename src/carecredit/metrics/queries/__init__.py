"""Reading a client company's book and answering from it."""

from carecredit.metrics.definitions import definitions, report_definitions
from carecredit.metrics.queries.again import NotByOperator, handling, repeats
from carecredit.metrics.queries.ages import AgedBy
from carecredit.metrics.queries.aging import aging
from carecredit.metrics.queries.answers import WHOLE, metric, summary
from carecredit.metrics.queries.asking import Question
from carecredit.metrics.queries.forecast import forecast
from carecredit.metrics.queries.leaving import churn, contacted_beside_not
from carecredit.metrics.queries.parts import parts
from carecredit.metrics.queries.people import cohorts, incidence, kept_after_late, survival
from carecredit.metrics.queries.rates import rate_sets
from carecredit.metrics.queries.recovery import PlacedBy, recovery
from carecredit.metrics.queries.roll import cure, roll
from carecredit.metrics.queries.segments import by_segment
from carecredit.metrics.queries.series import series

__all__ = [
    "WHOLE",
    "AgedBy",
    "NotByOperator",
    "PlacedBy",
    "Question",
    "aging",
    "by_segment",
    "churn",
    "cohorts",
    "contacted_beside_not",
    "cure",
    "definitions",
    "forecast",
    "handling",
    "incidence",
    "kept_after_late",
    "metric",
    "parts",
    "rate_sets",
    "recovery",
    "repeats",
    "report_definitions",
    "roll",
    "series",
    "summary",
    "survival",
]
