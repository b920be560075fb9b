"""Reading a client company's book and answering from it."""

from carecredit.metrics.definitions import definitions, report_definitions
from carecredit.metrics.queries.answers import metric, summary
from carecredit.metrics.queries.forecast import forecast
from carecredit.metrics.queries.recovery import PlacedBy, recovery
from carecredit.metrics.queries.roll import cure, roll
from carecredit.metrics.queries.series import WHOLE, series

__all__ = [
    "WHOLE",
    "PlacedBy",
    "cure",
    "definitions",
    "forecast",
    "metric",
    "recovery",
    "report_definitions",
    "roll",
    "series",
    "summary",
]
