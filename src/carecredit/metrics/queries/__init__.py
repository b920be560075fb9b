"""Reading a client company's book and answering from it."""

from carecredit.metrics.definitions import definitions
from carecredit.metrics.queries.answers import metric, summary
from carecredit.metrics.queries.asking import Question
from carecredit.metrics.queries.leaving import churn, contacted_beside_not
from carecredit.metrics.queries.people import cohorts, incidence, kept_after_late, survival
from carecredit.metrics.queries.series import WHOLE, series

__all__ = [
    "WHOLE",
    "Question",
    "churn",
    "cohorts",
    "contacted_beside_not",
    "definitions",
    "incidence",
    "kept_after_late",
    "metric",
    "series",
    "summary",
    "survival",
]
